"""What the calendar's pages send."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from practice import clock
from practice.findings import BadInput
from practice.identifiers import whole
from practice.models import Clinician, Location, Membership
from practice.permissions import Permission
from practice.setup.models import Weekday
from sessions.calendar.actions import Asked
from sessions.calendar.recurrence import MOST, Pattern
from sessions.forms import BookForm, SlotForm
from sessions.lifecycle import GONE
from sessions.models import Room, Session
from sessions.rooms.actions import room_of
from sessions.telehealth.links import WORDS

REPEATS = (
    ("", "Does not repeat"),
    ("1", "Every week"),
    ("2", "Every 2 weeks"),
    ("3", "Every 3 weeks"),
    ("4", "Every 4 weeks"),
)
HOW = (("", "In person"), *((place, f"Telehealth, {words}") for place, words in WORDS.items()))
SHORT = [(number, label[:3]) for number, label in Weekday.choices]


class _Asking(forms.Form):
    """A form with questions that stand on the page only once they are asked (`asks`)."""

    asks: tuple[str, ...] = ()

    over = forms.BooleanField(required=False, label="Book over what stands there")
    skip = forms.BooleanField(required=False, label="Leave these days out")

    def refuse(self, bad: BadInput) -> None:
        """The sentences of a verb at their fields."""
        for field, text in bad.errors.items():
            name = {"starts_at": "time"}.get(field, field)
            self.add_error(name if name in self.fields else None, text)

    @property
    def shown(self) -> list[Any]:
        """The fields of the grid, in order."""
        return [field for field in self.visible_fields() if field.name not in self.asks]

    @property
    def asked_for(self) -> list[Any]:
        """Questions that were put, or answered already."""
        return [self[name] for name in self.asks if self[name].errors or self[name].value()]


class _WithRoom(forms.Form):
    """A form that offers a room, where the practice has any."""

    room = forms.ModelChoiceField(Room.objects.none(), required=False, empty_label="No room")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rooms = list(Room.objects.filter(closed=False).select_related("location").order_by("location_id", "name"))
        if not rooms and not self.initial.get("room"):
            del self.fields["room"]
            return
        several = len({room.location_id for room in rooms}) > 1
        self.fields["room"].queryset = Room.objects.select_related("location")  # type: ignore[attr-defined]
        names = [(room.pk, f"{room.name}, {room.location.name}" if several else room.name) for room in rooms]
        if (chosen := self.initial.get("room")) and chosen not in dict(names):
            names.append((chosen, str(Room.objects.get(pk=chosen))))
        self.fields["room"].choices = [("", "No room"), *names]  # type: ignore[attr-defined]

    def slot(self) -> dict[str, Any]:
        """Where, when and how long, and in which room; without rooms nothing is said of one."""
        found: dict[str, Any] = super().slot()  # type: ignore[misc]
        return found | ({"room": self.cleaned_data["room"]} if "room" in self.fields else {})


class VisitForm(_Asking, _WithRoom, BookForm):
    """One visit, or a series of them."""

    asks = ("over", "skip")
    field_order: tuple[str, ...] = (
        "case", "clinician", "location", "room", "date", "time", "length", "telehealth", "repeat", "visits", "weekdays", "held",
    )  # fmt: skip

    repeat = forms.ChoiceField(choices=REPEATS, required=False)
    weekdays = forms.TypedMultipleChoiceField(
        choices=SHORT, coerce=int, required=False, label="On", widget=forms.CheckboxSelectMultiple(attrs={"wide": True}),
        help_text="Left empty it is the weekday of the date",
    )  # fmt: skip
    visits = forms.IntegerField(min_value=1, max_value=MOST, required=False, initial=10, label="Visits")
    telehealth = forms.ChoiceField(choices=HOW, required=False, label="How")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("repeat") and not data.get("visits") and "visits" not in self.errors:
            self.add_error("visits", "Say how many visits the series has")
        return data

    def booking(self) -> dict[str, Any]:
        """The arguments of `actions.book`."""
        return super().booking() | {"telehealth": self.cleaned_data["telehealth"]}

    @property
    def repeats(self) -> bool:
        return bool(self.cleaned_data.get("repeat"))

    def series(self) -> Asked:
        """What `book_series` and its preview take; a single visit is a series of one."""
        data, first = self.cleaned_data, self.cleaned_data["date"]
        weekdays = frozenset(data["weekdays"] or [first.weekday()]) if self.repeats else frozenset([first.weekday()])
        return Asked(
            case=data["case"],
            clinician=data["clinician"],
            location=data["location"],
            first_on=first,
            at=data["time"],
            length=timedelta(minutes=data["length"]),
            pattern=Pattern(weekdays, int(data["repeat"] or 1)),
            visits=data["visits"] if self.repeats else 1,
            room=data.get("room"),
            telehealth=data["telehealth"],
        )


class RescheduleForm(_Asking, _WithRoom, SlotForm):
    """Another time for a visit, and for those of its series after it."""

    asks = ("over",)
    skip = None  # type: ignore[assignment]
    field_order = ("date", "time", "length", "clinician", "location", "room", "following")

    clinician = forms.ModelChoiceField(Clinician.objects.none(), empty_label=None)
    following = forms.ChoiceField(
        choices=(("", "Only this visit"), ("yes", "This and the following ones")), required=False, label="Moves"
    )

    def __init__(self, data: QueryDict | None = None, *args: Any, session: Session, **kwargs: Any) -> None:
        local = session.starts_at.astimezone(ZoneInfo(session.location.zone))
        stands = {
            "date": local.date(), "time": local.time(), "length": session.minutes_booked,
            "clinician": session.clinician_id, "location": session.location_id,
            "room": room.pk if (room := room_of(session.appointment)) else None,
        }  # fmt: skip
        if data is not None and "room" not in data and stands["room"]:  # a visit that was dragged
            data = data.copy()
            data["room"] = str(stands["room"])
        super().__init__(data, *args, initial={**stands, **kwargs.pop("initial", {})}, **kwargs)
        clinicians = Clinician.objects.filter(discipline=session.clinician.discipline, member__active=True)
        self.fields["clinician"].queryset = clinicians.select_related("member__user").order_by("id")  # type: ignore[attr-defined]
        self.fields["location"].empty_label = None  # type: ignore[attr-defined]
        if session.appointment.series_id is None:
            del self.fields["following"]

    def slot(self) -> dict[str, Any]:
        """A room that nobody changed is not spoken of: each visit of a series keeps its own."""
        return {name: value for name, value in super().slot().items() if name != "room" or "room" in self.changed_data}

    def move(self) -> dict[str, Any]:
        """The arguments of `reschedule`."""
        data = self.cleaned_data
        return self.slot() | {
            "clinician": data["clinician"],
            "following": bool(data.get("following")),
            "over": data["over"],
        }


class TimeOffForm(forms.Form):
    """From when to when a clinician is away; without times whole days."""

    clinician = forms.ModelChoiceField(Clinician.objects.none(), empty_label=None)
    why = forms.CharField(
        max_length=60, label="What for", help_text="Such as Vacation or Training; the calendar shows it"
    )
    first = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    first_at = forms.TimeField(required=False, label="From what time", widget=forms.TimeInput(attrs={"type": "time"}))
    last = forms.DateField(label="Until", widget=forms.DateInput(attrs={"type": "date"}))
    last_at = forms.TimeField(required=False, label="Until what time", widget=forms.TimeInput(attrs={"type": "time"}))

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Clinician.objects.filter(member__active=True).select_related("member__user").order_by("id")
        own = rows if member.may(Permission.SEE_EVERY_CLIENT) else rows.filter(member=member)
        self.fields["clinician"].queryset = own  # type: ignore[attr-defined]
        self.fields["clinician"].initial = own.filter(member=member).first()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("first", "last"):
            if data.get(name) and data[name].year not in clock.YEARS:
                self.add_error(name, "Check the year")
        return data

    def refuse(self, bad: BadInput) -> None:
        for field, text in bad.errors.items():
            self.add_error({"starts_at": "first", "ends_at": "last"}.get(field, field), text)

    def time_off(self, zone: ZoneInfo) -> dict[str, Any]:
        """The arguments of `take_time_off`: whole days end with the midnight after them."""
        data = self.cleaned_data
        ends = (
            datetime.combine(data["last"], data["last_at"], tzinfo=zone)
            if data["last_at"]
            else datetime.combine(data["last"] + timedelta(days=1), time(), tzinfo=zone)
        )
        return {
            "clinician": data["clinician"],
            "why": data["why"],
            "starts_at": datetime.combine(data["first"], data["first_at"] or time(), tzinfo=zone),
            "ends_at": ends,
        }


class Window:
    """Which part of the calendar an address asks for; what cannot be read is left out, never refused."""

    def __init__(self, query: Any, today: date, member: Membership) -> None:
        self.on = _day(query.get("on", "")) or today
        everybody = list(Clinician.objects.select_related("member__user").order_by("id"))
        own = next((row for row in everybody if row.member_id == member.pk), None)
        chosen = whole(query.get("clinician", "")) if "clinician" in query else own and own.pk
        self.clinician = next((row for row in everybody if row.pk == chosen), None)
        self.locations = list(Location.objects.order_by("id"))
        place = whole(query.get("location", ""))
        self.location = next((row for row in self.locations if row.pk == place), None)
        view = query.get("view", "")
        self.open = whole(query.get("open", ""))
        self.rooms = list(Room.objects.filter(closed=False).select_related("location").order_by("location_id", "name"))
        within = whole(query.get("room", ""))
        self.room = next((row for row in self.rooms if row.pk == within), None)
        self.view = view if view in ("day", "week") else "week" if self.clinician else "day"
        self.clinicians = self._with_visits(everybody)

    def _with_visits(self, everybody: list[Clinician]) -> list[Clinician]:
        """Who works here, and who does not any more but has visits that somebody must move or cancel."""
        gone = [row.pk for row in everybody if not row.member.active]
        left = Session.objects.filter(clinician__in=gone, served_on__in=self.days).exclude(state__in=GONE)
        busy = set(left.values_list("clinician", flat=True)) if gone else set()
        return [row for row in everybody if row.member.active or row.pk in busy or row == self.clinician]

    @property
    def days(self) -> list[date]:
        if self.view == "day":
            return [self.on]
        monday = self.on - timedelta(days=self.on.weekday())
        return [monday + timedelta(days=n) for n in range(7)]

    @property
    def shown(self) -> list[Clinician]:
        return [self.clinician] if self.clinician else self.clinicians

    def query(self, **changes: Any) -> str:
        """The address's question mark with some of it changed; no session is open there unless it is said."""
        parts = {
            "view": self.view, "on": self.on, "clinician": self.clinician.pk if self.clinician else "",
            "location": self.location.pk if self.location else "", "room": self.room.pk if self.room else "", **changes,
        }  # fmt: skip
        return "?" + "&".join(f"{name}={value}" for name, value in parts.items() if value != "" or name == "clinician")


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None
