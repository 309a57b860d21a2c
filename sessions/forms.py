"""What the session pages send, parsed into what the actions take."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from clients.merged import whole_charts
from clients.models import Case, Client
from practice.identifiers import whole
from practice.models import Clinician, Location, Membership, local_today
from sessions import minutes
from sessions.codes import SEPARATE
from sessions.evaluation_questions import LEVELS, SHEETS
from sessions.evaluations import WORDS, Answers
from sessions.minutes import PARTS, Typed

GONE = "This case was closed, or its client is inactive: choose another, or reopen or reactivate it first"


@dataclass(frozen=True)
class Row:
    """A service row as it was typed: the text stays even when it cannot be read."""

    position: int
    text: str
    typed: Typed
    error: str = ""

    @classmethod
    def of(cls, position: int, line: Typed) -> "Row":
        return cls(position, line.text, line)

    @property
    def code(self) -> str:
        return self.typed.code


def read_rows(data: QueryDict) -> list[Row]:
    """The repeated fields `code`, `minutes` and `modifiers`, in order."""
    return _numbered(_typed_rows(data))


def changed_rows(data: QueryDict) -> list[Row]:
    """The same; `remove=N` takes a row away, `add` or `other` adds one, `use` puts another evaluation level in,
    `separate=CODE` says or unsays that a service was given separately.
    """
    typed_rows = _with_level(_typed_rows(data), data.get("use", ""))
    removed = whole(data.get("remove", ""))
    if removed:
        del typed_rows[removed - 1 : removed]
    added = (data.get("add") or data.get("other") or "").strip()
    if added:
        typed_rows.append((added, "", ""))
    separate = data.get("separate", "")
    return _numbered([_toggled(*row) if separate and row[0] == separate else row for row in typed_rows])


def _toggled(code: str, text: str, modifiers: str) -> tuple[str, str, str]:
    there = modifiers.split()
    kept = [modifier for modifier in there if modifier not in SEPARATE]
    return code, text, " ".join(kept if kept != there else ["59", *there])


def _typed_rows(data: QueryDict) -> list[tuple[str, str, str]]:
    codes, *others = (data.getlist(name) for name in ("code", "minutes", "modifiers"))
    rows = list(zip_longest(codes, *others, fillvalue=""))[: min(len(codes), minutes.MOST_LINES + 1)]
    return [(str(code), str(text), str(modifiers)) for code, text, modifiers in rows]


def _with_level(rows: list[tuple[str, str, str]], use: str) -> list[tuple[str, str, str]]:
    """`use` in the place of the evaluation that stands there, with its minutes. Other levels go: a day has one."""
    leveled = [row for row in rows if row[0].strip() in LEVELS]
    if use not in LEVELS or not leveled:
        return rows
    spent = next((text for _, text, _ in leveled if text.strip()), "")
    first = leveled[0]
    return [(use, spent, row[2]) if row is first else row for row in rows if row is first or row not in leveled]


def _numbered(typed_rows: list[tuple[str, str, str]]) -> list[Row]:
    return [_row(position, *row) for position, row in enumerate(typed_rows, start=1)]


def _row(position: int, code: str, text: str, modifiers: str) -> Row:
    code, text, attested = code.strip().upper()[:8], text.strip(), tuple(modifiers.split()[:4])
    try:
        return Row(position, text, replace(minutes.parse(code, text), modifiers=attested))
    except ValueError as error:
        return Row(position, text, Typed(code, None, modifiers=attested), str(error))


def with_problems(rows: list[Row], discipline: str) -> list[Row]:
    """The rows with what is wrong beside each."""
    found = minutes.problems(typed(rows), discipline)
    return [replace(row, error=row.error or found.get(index, "")) for index, row in enumerate(rows)]


def typed(rows: list[Row]) -> list[Typed]:
    return [row.typed for row in rows]


def keepable(rows: list[Row], discipline: str) -> list[Typed]:
    """What a draft can hold of the rows: unreadable minutes stay empty, an impossible code is left out."""
    refused = minutes.problems(typed(rows), discipline)
    return [line for index, line in enumerate(typed(rows)) if index not in refused]


def read_parts(data: QueryDict) -> dict[str, str]:
    """The four parts of the note."""
    return {name: text(data, name).replace("\r\n", "\n") for name in PARTS}


def read_answers(data: QueryDict, discipline: str) -> Answers | None:
    """What was answered about the level of an evaluation; None when the page did not ask (no `evaluation` field)."""
    if "evaluation" not in data or discipline not in SHEETS:
        return None
    words = {name: text(data, name) for name in WORDS}
    found = frozenset(key.replace("\0", "") for key in data.getlist("found"))
    return Answers(discipline, found, whole(data.get("more", "")) or 0, **words)


def text(data: QueryDict, name: str) -> str:
    """A field's text without the one character the database cannot keep."""
    return data.get(name, "").replace("\0", "")


class SlotForm(forms.Form):
    """A place and a local time."""

    location = forms.ModelChoiceField(Location.objects.none())
    date = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    time = forms.TimeField(widget=forms.TimeInput(attrs={"type": "time", "step": "300"}))
    length = forms.IntegerField(min_value=5, max_value=720, initial=45, label="Minutes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_ones = Location.objects.exclude(closed_on__lte=local_today()).order_by("id")
        self.fields["location"].queryset = open_ones  # type: ignore[attr-defined]

    def slot(self) -> dict[str, Any]:
        """Where, when and how long, as `actions.book` takes it."""
        data, zone = self.cleaned_data, ZoneInfo(self.cleaned_data["location"].zone)
        return {
            "location": data["location"],
            "starts_at": datetime.combine(data["date"], data["time"], tzinfo=zone),
            "length": timedelta(minutes=data["length"]),
        }


class BookForm(SlotForm):
    """A session for a client of the caseload, at a place and a local time."""

    field_order: tuple[str, ...] = ("case", "clinician", "location", "date", "time", "length", "held")

    case = forms.ModelChoiceField(Case.objects.none(), label="Client")
    clinician = forms.ModelChoiceField(Clinician.objects.none())
    held = forms.BooleanField(required=False, label="Hold only: not confirmed yet")

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Client.objects.visible_to(member)
        cases = _of_active(Case.objects.filter(client__in=mine, closed_on=None).select_related("client__merged_into"))
        if self.initial.get("client"):
            self.initial["case"] = _only_case(cases.filter(client__in=whole_charts([self.initial["client"]])), member)
        self.fields["case"].queryset = cases.order_by("client__last_name", "client__first_name")  # type: ignore[attr-defined]
        self.fields["case"].error_messages["invalid_choice"] = GONE
        self.fields["case"].label_from_instance = lambda case: f"{case.client.survivor.name} · {case.complaint}"  # type: ignore[attr-defined]
        clinicians = Clinician.objects.select_related("member__user")
        self.fields["clinician"].queryset = clinicians  # type: ignore[attr-defined]
        self.fields["clinician"].initial = clinicians.filter(member=member).first()

    def booking(self) -> dict[str, Any]:
        """The arguments of `actions.book`."""
        data = self.cleaned_data
        return {name: data[name] for name in ("case", "clinician", "held")} | self.slot()


def _of_active(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those whose client is active; of a merged chart the chart that lives says so."""
    merged = Q(client__merged_into__isnull=False)
    gone = [case.pk for case in cases.filter(merged) if not case.client.survivor.active]
    return cases.filter(merged | Q(client__active=True)).exclude(pk__in=gone)


def _only_case(cases: QuerySet[Case], member: Membership) -> int | None:
    """The one open case of the discipline she treats; where two are open the page asks."""
    own = Clinician.objects.filter(member=member).values_list("discipline", flat=True).first()
    found = list((cases.filter(discipline=own) if own else cases)[:2])
    return found[0].pk if len(found) == 1 else None
