"""What the pages of groups send."""

from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict

from clients.models import CareTeam, Case, Client
from practice.identifiers import whole
from practice.models import Membership
from sessions import minutes
from sessions.calendar.forms import RescheduleForm, VisitForm
from sessions.forms import BookForm, Row, changed_rows, keepable, read_parts, read_rows, text, with_problems
from sessions.groups.composing import Own
from sessions.minutes import Typed
from sessions.models import Session

OFFERED = 40  # clients at a time; the others are found by name


class _CasesField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple(attrs={"wide": True})

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.client.survivor.name} · {obj.complaint}, {obj.discipline}"


class GroupForm(VisitForm):
    """A group of several clients, once or repeated."""

    field_order = (
        "cases", "clinician", "location", "room", "date", "time", "length", "telehealth", "repeat", "visits", "weekdays", "held",
    )  # fmt: skip

    cases = _CasesField(Case.objects.none(), label="Clients")

    def __init__(self, *args: Any, member: Membership, find: str = "", **kwargs: Any) -> None:
        super().__init__(*args, member=member, **kwargs)
        one = self.fields.pop("case")
        self.fields["cases"].queryset = one.queryset  # type: ignore[attr-defined]
        self.fields["cases"].error_messages["required"] = "Tick who is in the group"
        if self.initial.get("case"):
            self.initial["cases"] = [self.initial["case"]]
        self.find, self.more = find, 0
        self._offer(self.fields["cases"], one.queryset)  # type: ignore[attr-defined]

    @property
    def grid(self) -> list[Any]:
        """The fields beside the clients."""
        return [field for field in self.shown if field.name != "cases"]

    def _offer(self, field: Any, every: QuerySet[Case]) -> None:
        """Who may be ticked on the page: who is ticked, and whose name is looked for; without a name those whom the
        clinician treats come first. `more`: how many there are besides.
        """
        ticked = {pk for pk in (whole(str(value)) for value in self["cases"].value() or ()) if pk}
        found = every.filter(client__in=Client.objects.find_charts(self.find)) if self.find.strip() else every
        clinician = whole(str(self["clinician"].value() or "")) or None
        hers = Exists(CareTeam.objects.filter(client=OuterRef("client"), clinician=clinician))
        first = found.exclude(pk__in=ticked).alias(hers=hers).order_by("-hers", *every.query.order_by, "pk")
        shown = [*every.filter(pk__in=ticked), *first[:OFFERED]]
        self.more = max(found.exclude(pk__in=ticked).count() - OFFERED, 0)
        field.widget.choices = [(case.pk, field.label_from_instance(case)) for case in shown]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("cases"):
            data["cases"] = list(data["cases"].select_related("client"))
            data["case"] = data["cases"][0]
        return data


def typed(form: type[forms.Form], data: QueryDict) -> dict[str, Any]:
    """What stands on a page, as the start of a form that nobody has sent yet."""
    return {name: field.widget.value_from_datadict(data, {}, name) for name, field in form.base_fields.items()}


class AddClientForm(forms.Form):
    """One more client in a group."""

    case = forms.ModelChoiceField(Case.objects.none(), label="Client")
    following = forms.ChoiceField(
        choices=(("", "Only this time"), ("yes", "This and the following times")), required=False, label="Comes"
    )

    def __init__(self, *args: Any, member: Membership, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        one = BookForm(member=member).fields["case"]
        rows = one.queryset.filter(discipline=session.case.discipline)  # type: ignore[attr-defined]
        self.fields["case"].queryset = rows  # type: ignore[attr-defined]
        self.fields["case"].label_from_instance = one.label_from_instance  # type: ignore[attr-defined]
        if session.appointment.series_id is None:
            del self.fields["following"]


class MoveGroupForm(RescheduleForm):
    """Another time for everybody of a group."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "following" in self.fields:
            self.fields["following"].choices = (("", "Only this time"), ("yes", "This and the following times"))  # type: ignore[attr-defined]


class Posted:
    """What stands on the page of a group: what all share, and what is each client's alone, as typed and as it can be
    kept."""

    def __init__(self, data: QueryDict, sessions: list[Session]) -> None:
        self.discipline = sessions[0].case.discipline
        adds = any(data.get(name) for name in ("add", "other", "remove"))
        self.rows = with_problems((changed_rows if adds else read_rows)(data), self.discipline)
        self.parts = read_parts(data)
        self.version = whole(data.get("version", "")) or 0
        self.names_checked = bool(data.get("names_checked"))
        self.wrong: dict[str, str] = {}  # by box what cannot be read
        self.boxes: dict[str, str] = {}  # by box what was typed
        shown = [row for row in sessions if f"words-{row.pk}" in data]
        self.own = {row.pk: self._own(data, row.pk) for row in shown}

    def _own(self, data: QueryDict, pk: int) -> Own:
        found = []
        for row in self.rows:
            box = f"minutes-{pk}-{row.code}"
            typed = text(data, box).strip()
            self.boxes[box] = typed
            line = self._line(box, row, typed)
            if line is not None:
                found.append(line)
        return Own(text(data, f"words-{pk}").replace("\r\n", "\n"), tuple(found))

    def _line(self, box: str, row: Row, typed: str) -> Typed | None:
        """A client's minutes of a code; None where they are those of all."""
        if not typed:
            return None
        try:
            line = replace(minutes.parse(row.code, typed), modifiers=row.typed.modifiers)
        except ValueError as wrong:
            self.wrong[box] = str(wrong)
            return None
        if row.error or wrong_line(line, self.discipline):
            self.wrong[box] = row.error or wrong_line(line, self.discipline)
            return None
        return line

    @property
    def lines(self) -> list[Typed]:
        return keepable(self.rows, self.discipline)

    @property
    def problems(self) -> list[str]:
        return [f"{row.code}: {row.error}" for row in self.rows if row.error] + list(self.wrong.values())


def wrong_line(line: Typed, discipline: str) -> str:
    return minutes.problems([line], discipline).get(0, "")
