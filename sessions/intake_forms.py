"""The sections of the page for a new client. The verbs say what is wrong with a value; forms only read it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from clients.models import Cause, Payer, Referrer, Relation, Sex
from practice.entry import CodesField, DayField, PhoneField, StateField, ZipField
from practice.models import Clinician, Location, Membership
from practice.permissions import Permission
from sessions.intake import Intake


class Section(forms.Form):
    """A part of the page. `given` says whether it was filled in; what was not is not asked."""

    title = ""
    lead = ""
    key = ""  # the fields that make an optional section count

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty_permitted = bool(self.key)
        self.use_required_attribute = False
        for field in self.fields.values():
            field.error_messages["required"] = "Fill this in"

    @property
    def everyday(self) -> list[forms.BoundField]:
        """The fields that stand open."""
        return self.visible_fields()

    @property
    def given(self) -> bool:
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in self.key.split())

    def full_clean(self) -> None:
        """An optional section that was left alone is right as it is, whatever is chosen in it beforehand."""
        if self.key and self.is_bound and not self.given:
            self._errors, self.cleaned_data = forms.utils.ErrorDict(), {}
            return
        super().full_clean()


class ClientSection(Section):
    title = "Client"
    first_name = forms.CharField(max_length=35)
    last_name = forms.CharField(max_length=60)
    birth_on = DayField(label="Born")
    sex = forms.ChoiceField(choices=[("F", "Female"), ("M", "Male"), ("U", "Unknown")], initial=Sex.UNKNOWN)
    phone = PhoneField(required=False)
    email = forms.EmailField(required=False)
    street = forms.CharField(max_length=55, required=False, widget=forms.TextInput(attrs={"wide": True}))
    city = forms.CharField(max_length=30, required=False)
    state = StateField(required=False)
    zip = ZipField(required=False, label="ZIP")


class GuarantorSection(Section):
    """Who owes the client's share, and is the subscriber of a child's plan."""

    title = "Who pays the client’s share"
    lead = "Only where it is not the client: a parent, a spouse. A child’s plan stands in this person’s name."
    key = "first_name last_name"
    relation = forms.ChoiceField(
        choices=[(word, word.capitalize()) for word in ("mother", "father", "guardian", "spouse", "other")],
        label="Relation to the client",
    )
    first_name = forms.CharField(max_length=35)
    last_name = forms.CharField(max_length=60)
    phone = PhoneField(required=False)
    email = forms.EmailField(required=False)
    birth_on = DayField(required=False, label="Born", help_text="Plans ask it of the subscriber")
    sex = forms.ChoiceField(choices=[("F", "Female"), ("M", "Male"), ("U", "Unknown")], required=False, initial="U")


class CoverageSection(Section):
    title = "Insurance"
    lead = "Leave the payer empty for self-pay."
    key = "payer member_id"
    payer = forms.ModelChoiceField(Payer.objects.none(), empty_label="None: the client pays the whole fee")
    member_id = forms.CharField(max_length=30, label="Member ID")
    group_number = forms.CharField(max_length=30, required=False, label="Group")
    relation = forms.ChoiceField(
        choices=[("18", "The client"), ("01", "The client’s spouse"), ("19", "A parent"), ("G8", "Somebody else")],
        label="Subscriber",
        initial=Relation.SELF,
    )
    starts_on = DayField(label="In force since")
    copay = forms.DecimalField(min_value=0, max_digits=7, decimal_places=2, required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["payer"].queryset = Payer.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = today.replace(month=1, day=1)

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"copay": self.cleaned_data["copay"] or None}


class AuthorizationSection(Section):
    title = "Authorization"
    lead = "Only where the plan gave one."
    key = "number allowed"
    number = forms.CharField(max_length=50, label="Authorization number")
    allowed = forms.IntegerField(max_value=999, label="Visits")
    starts_on = DayField(label="From")
    ends_on = DayField(label="To")


class CaseSection(Section):
    title = "Treatment"
    clinician = forms.ModelChoiceField(Clinician.objects.none(), empty_label=None)
    complaint = forms.CharField(max_length=80, label="Treated for", help_text="As the day’s list shall say it")
    diagnoses = CodesField(
        label="Diagnoses", help_text="ICD-10-CM codes in order, such as R27.8, I69.354", max_length=120
    )
    referrer = forms.ModelChoiceField(Referrer.objects.none(), required=False, empty_label="Nobody")
    cause = forms.ChoiceField(choices=Cause.choices, initial=Cause.ILLNESS)
    onset_on = DayField(required=False, label="Onset")
    accident_on = DayField(required=False, label="Day of the accident")
    accident_state = StateField(required=False, label="State of the accident")
    claim_number = forms.CharField(max_length=30, required=False, label="Claim number")
    employer = forms.CharField(max_length=60, required=False)
    adjuster = forms.CharField(max_length=80, required=False)
    adjuster_phone = PhoneField(required=False, label="Adjuster’s phone")

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clinicians = Clinician.objects.select_related("member__user").filter(member__active=True).order_by("id")
        self.fields["clinician"].queryset = clinicians  # type: ignore[attr-defined]
        self.fields["clinician"].initial = clinicians.filter(member=member).first() or clinicians.first()
        self.fields["referrer"].queryset = Referrer.objects.filter(active=True).order_by("last_name", "first_name")  # type: ignore[attr-defined]

    ACCIDENT = ("accident_on", "accident_state", "claim_number", "employer", "adjuster", "adjuster_phone")

    @property
    def everyday(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.ACCIDENT]

    @property
    def folded(self) -> list[forms.BoundField]:
        """What is asked only after an accident."""
        return [self[name] for name in self.ACCIDENT]

    def arguments(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "clinician"}


class VisitSection(Section):
    title = "First visit"
    lead = "Leave the date empty to book it later."
    key = "date"
    location = forms.ModelChoiceField(Location.objects.none(), empty_label=None)
    date = DayField()
    time = forms.TimeField(widget=forms.TimeInput(attrs={"type": "time", "step": "300"}))
    length = forms.IntegerField(min_value=5, max_value=720, initial=45, label="Minutes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].queryset = Location.objects.order_by("id")  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        data = self.cleaned_data
        starts_at = datetime.combine(data["date"], data["time"], tzinfo=ZoneInfo(data["location"].zone))
        return {"location": data["location"], "starts_at": starts_at, "length": timedelta(minutes=data["length"])}


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
        self.visit = VisitSection(data, prefix="visit") if member.may(Permission.BOOK_SESSION) else None

    @property
    def sections(self) -> list[Section]:
        every = (self.client, self.coverage, self.case, self.authorization, self.guarantor, self.visit)
        return [section for section in every if section]

    def is_valid(self) -> bool:
        return not self.errors

    @property
    def errors(self) -> int:
        """How many fields are wrong."""
        return sum(len(section.errors) for section in self.sections)

    def add_errors(self, errors: Mapping[str, str]) -> None:
        """Sentences of the verb, each at its field."""
        for name, text in errors.items():
            where, field = self.ELSEWHERE.get(name, name).split("-", 1)
            section: Section = getattr(self, where)
            section.add_error(field if field in section.fields else None, text)

    def asked(self) -> Intake:
        data = {"client": self.client.cleaned_data, "case": self.case.arguments()}
        if self.guarantor.given:
            data["guarantor"] = self.guarantor.cleaned_data
        if self.coverage.given:
            data["coverage"] = self.coverage.arguments()
        if self.authorization.given:
            data["authorization"] = self.authorization.cleaned_data
        if self.visit and self.visit.given:
            data["visit"] = self.visit.arguments()
        return Intake(clinician=self.case.cleaned_data["clinician"], **data)
