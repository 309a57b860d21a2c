"""The sections of the page for a new client: the chart's own forms, some of them optional.

The verbs say what is wrong with a value; forms only read it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from clients.forms import CardForm, CaseForm, ClientForm, HouseForm, LeaveForm, PersonForm, ReferrerForm
from clients.forms.base import Group, choice, day
from clients.forms.coverages import ODD
from clients.forms.people import ADDRESS, SEXES
from clients.models import Sex
from practice.findings import BadInput
from practice.models import Clinician, Membership
from practice.permissions import Permission
from sessions.forms import SlotForm
from sessions.intake import Intake


class Section(HouseForm):
    """A part of the page. `given` says whether an optional one was filled in; what was not is not asked."""

    title = ""
    lead = ""
    key = ""  # the fields that make an optional section count
    beside: "Section | None" = None  # a closed part at the end of its panel

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = "Fill this in"

    @property
    def given(self) -> bool:
        return any(self.typed(name) for name in self.key.split())

    def typed(self, name: str) -> bool:
        """Whether something stands in a field that did not stand there beforehand."""
        text, initial = str(self.data.get(self.add_prefix(name), "")).strip(), self.fields[name].initial
        return text not in ("", "" if initial is None else str(initial))

    @property
    def open(self) -> bool:
        return self.given or bool(self.errors)

    def full_clean(self) -> None:
        """An optional section that was left alone is right as it is, whatever is chosen in it beforehand."""
        if self.key and self.is_bound and not self.given:
            self._errors, self.cleaned_data = forms.utils.ErrorDict(), {}
            return
        super().full_clean()


class ClientSection(Section, ClientForm):
    title = "Client"
    groups = (Group("", ("first_name", "last_name", "birth_on", "sex", "phone", "email", *ADDRESS)),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"sex": Sex.UNKNOWN}, **kwargs)


class GuarantorSection(Section, PersonForm):
    """Who owes the client's share, and is the subscriber of a child's plan."""

    title = "Who pays the client’s share"
    lead = "Only where it is not the client: a parent, a spouse. A plan in another’s name is in this person’s."
    key = "first_name last_name"
    groups = (
        Group("", ("first_name", "last_name", "relation", "phone", "email", "birth_on", "sex")),
        Group("Lives elsewhere", ADDRESS, folded=True, help="Left empty it is the client’s address."),
    )

    guardian = emergency = pays = sees = None  # type: ignore[assignment]
    birth_on = day("Born", required=False, help_text="Plans ask it of the subscriber")
    sex = choice("Sex", (("", "Not said"), *SEXES[:2]), required=False)


class CoverageSection(Section, CardForm):
    title = "Insurance"
    lead = "Leave the payer empty for self-pay. Workers’ compensation and auto insurance serve this case alone."
    key = "payer member_id"
    groups = (
        Group(
            "", ("payer", "member_id", ODD, "group_number", "relation", "starts_on", "ends_on", "copay", "visit_limit")
        ),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"starts_on": today.replace(month=1, day=1)}, **kwargs)
        self.fields["payer"].empty_label = "None: the client pays the whole fee"  # type: ignore[attr-defined]
        self.fields["visit_limit"].help_text = "Of employee assistance"


class CaseSection(Section, CaseForm):
    """Why she comes. The discipline is that of who treats her; the case opens today or with the first visit."""

    title = "Treatment"
    day_of = "visit-date"
    groups = (
        Group("", ("clinician", "referrer", "complaint", "diagnoses")),
        Group("Onset and referral", ("onset_on", "habilitative", "referral_on", "referral_ends_on"), folded=True),
        next(group for group in CaseForm.groups if "cause" in group.names),
    )

    discipline = opened_on = None  # type: ignore[assignment]
    clinician = forms.ModelChoiceField(Clinician.objects.none(), empty_label=None)

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clinicians = Clinician.objects.select_related("member__user").filter(member__active=True).order_by("id")
        self.fields["clinician"].queryset = clinicians  # type: ignore[attr-defined]
        self.fields["clinician"].initial = clinicians.filter(member=member).first() or clinicians.first()

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name != "clinician"}


class ReferrerSection(Section, ReferrerForm):
    title = "New referrer"
    lead = "Only where who referred the client is not on the list."
    key = "first_name last_name npi"
    groups = (Group("", ("first_name", "last_name", "npi", "phone", "fax")),)


class AuthorizationSection(Section, LeaveForm):
    title = "Authorization"
    lead = "Only where the plan gave one."
    key = "number allowed"


class VisitSection(Section, SlotForm):
    title = "First visit"
    lead = "Leave the date empty to book it later."
    key = "date time length"
    groups = (Group("", ("location", "date", "time", "length")),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].empty_label = None  # type: ignore[attr-defined]
        length_alone = not self.typed("time") and self.typed("length")
        undone = f"put the minutes back to {self.fields['length'].initial}" if length_alone else "clear the time"
        self.fields["date"].error_messages["required"] = f"Enter the day of the first visit, or {undone}"

    def values(self) -> dict[str, Any]:
        return self.slot()


class IntakeForm:
    """The whole page: its sections by name, in the order they stand."""

    # where the fields of the verbs stand on the page when their names differ
    ELSEWHERE: Mapping[str, str] = {"visit-starts_at": "visit-time", "visit-clinician": "case-clinician"}

    def __init__(self, data: Any, *, member: Membership, today: date) -> None:
        self.client = ClientSection(data, prefix="client")
        self.guarantor = GuarantorSection(data, prefix="guarantor")
        self.coverage = CoverageSection(data, prefix="coverage", today=today)
        self.authorization = AuthorizationSection(data, prefix="authorization")
        self.case = CaseSection(data, prefix="case", member=member)
        self.referrer = ReferrerSection(data, prefix="referrer") if member.may(Permission.EDIT_CLIENTS) else None
        self.visit = VisitSection(data, prefix="visit") if member.may(Permission.BOOK_SESSION) else None
        self.case.beside = self.referrer

    @property
    def panels(self) -> list[Section]:
        """In the order they stand."""
        every = (self.client, self.coverage, self.case, self.authorization, self.guarantor, self.visit)
        return [section for section in every if section is not None]

    @property
    def sections(self) -> list[Section]:
        """With those that stand in another's panel."""
        return [each for panel in self.panels for each in (panel, panel.beside) if each is not None]

    def is_valid(self) -> bool:
        return not self.errors

    @property
    def errors(self) -> int:
        """How many fields are wrong."""
        return sum(len(section.errors) for section in self.sections)

    def refuse(self, refused: BadInput) -> None:
        """Sentences of the verb, each at its field."""
        for name, text in refused.errors.items():
            where, field = self.ELSEWHERE.get(name, name).split("-", 1)
            section: Section = getattr(self, where)
            section.refuse(BadInput({field: text}))

    def asked(self) -> Intake:
        optional = ("guarantor", "referrer", "coverage", "authorization", "visit")
        sections = {name: section for name in optional if (section := getattr(self, name)) and section.given}
        return Intake(
            clinician=self.case.cleaned_data["clinician"],
            client=self.client.values(),
            case=self.case.values(),
            **{name: section.values() for name, section in sections.items()},
        )
