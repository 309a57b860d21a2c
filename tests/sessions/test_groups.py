"""Groups: who is in one, who came, what is written once and signed for each, and that nobody is in two places."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from billing.models import Charge
from clients import actions as clients
from clients.models import Case
from practice import clock
from practice.findings import BadInput, Conflict
from practice.models import AuditEvent
from sessions import actions as sessions
from sessions.calendar.actions import Asked, cancel_following
from sessions.calendar.recurrence import Pattern
from sessions.groups import actions, booking
from sessions.groups.composing import Own
from sessions.minutes import Typed
from sessions.models import (
    Appointment,
    Booking,
    GroupDraft,
    Note,
    NoteDraft,
    Series,
    ServiceLine,
    Session,
    SessionEvent,
)
from tests import world

pytestmark = pytest.mark.django_db
HERE = ZoneInfo(world.ZONE)
NINE = time(9)
NAMES = (("Ana", "Arroyo"), ("Ben", "Bell"), ("Cleo", "Cruz"), ("Dev", "Dutta"), ("Elle", "Evans"), ("Finn", "Foley"))
GROUP = [Typed("97150", 45)]
TUESDAY = date(2026, 6, 16)


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def cases(here: world.World) -> list[Case]:
    return [here.client(payer=here.aetna, first=first, last=last) for first, last in NAMES]


def asked(here: world.World, cases: Sequence[Case], **changes: Any) -> Asked:
    values = {
        "case": cases[0], "clinician": here.ot, "location": here.location, "first_on": world.TODAY, "at": NINE,
        "length": timedelta(minutes=45), "pattern": Pattern(frozenset({0})), "visits": 1,
    }  # fmt: skip
    return Asked(**values | changes)


def group(here: world.World, cases: Sequence[Case], **changes: Any) -> Appointment:
    return booking.book_group(by=here.sam, cases=cases, asked=asked(here, cases, **changes))[0]


def rows(appointment: Appointment) -> list[Session]:
    return list(actions.sessions_of(appointment))


def write(here: world.World, appointment: Appointment, own: dict[int, Own] | None = None, **changes: Any) -> GroupDraft:
    asked = {"shared": world.NOTE, "lines": GROUP, "own": own or {}, **changes}
    return actions.save_group(by=here.alice, appointment=appointment, **asked)


def stands() -> list[Any]:
    models = (Appointment, Booking, Session, SessionEvent, GroupDraft, NoteDraft, Note, ServiceLine, Series, AuditEvent)
    return [list(model.objects.order_by("pk").values()) for model in models]


def free(here: world.World, when: time = NINE) -> bool:
    """Whether her time is free then."""
    with transaction.atomic():
        try:
            here.booked(here.client(first="Zoe"), at=when)
        except BadInput:
            return False
        finally:
            transaction.set_rollback(True)
    return True


# --- who is in it -----------------------------------------------------------------------------------


def test_a_group_takes_her_time_once(here: world.World, cases: list[Case]) -> None:
    appointment = group(here, cases)
    found = rows(appointment)
    assert [each.client.name for each in found] == [f"{first} {last}" for first, last in NAMES]
    assert {(each.served_on, each.minutes_booked, each.state) for each in found} == {(world.TODAY, 45, "scheduled")}
    assert (Booking.objects.count(), appointment.group, appointment.series) == (1, True, None)
    assert AuditEvent.objects.filter(verb="book").count() == 6
    assert not free(here)


def test_a_group_repeats_whole_or_not_at_all(here: world.World, cases: list[Case]) -> None:
    here.booked(here.client(first="Zoe"), day=world.TODAY + world.WEEK, at=NINE)
    before = stands()
    weekly = asked(here, cases, visits=4)
    with pytest.raises(BadInput) as refused:
        booking.book_group(by=here.sam, cases=cases, asked=weekly)
    assert list(refused.value.errors) == ["starts_at", "over", "skip"]
    assert stands() == before
    booked = booking.book_group(by=here.sam, cases=cases, asked=weekly, skip=True, held=True)
    assert len(booked) == 3
    assert (Series.objects.get().case, Session.objects.filter(appointment__in=booked, state="held").count()) == (
        None,
        18,
    )


def test_who_cannot_be_in_a_group(here: world.World, cases: list[Case]) -> None:
    other = here.client(first="Pat", discipline="PT")
    gone = here.client(first="Gone", last="Away")
    clients.deactivate_client(by=here.olivia, client=gone.client, reason="moved away")
    before = stands()
    for asked_for, field, text in (
        (cases[:1], "cases", "A group has 2 to 30 clients; this one has 1"),
        (cases * 6, "cases", "A group has 2 to 30 clients; this one has 36"),
        ([cases[0], cases[0]], "cases", "Ana Arroyo is chosen twice"),
        ([cases[0], gone], "cases", "Gone Away is inactive; reactivate the client first"),
        ([cases[0], other], "clinician", "does not give what this case is for"),
    ):
        with pytest.raises(BadInput, match=text) as refused:
            group(here, asked_for)
        assert field in refused.value.errors
    assert stands() == before


def test_a_client_is_added_later_and_put_back(here: world.World, cases: list[Case]) -> None:
    first = group(here, cases[:3], visits=3)
    added = booking.add_client(by=here.sam, appointment=first, case=cases[3], following=True)
    assert [row.served_on for row in added] == [world.TODAY + n * world.WEEK for n in range(3)]
    one = booking.add_client(by=here.sam, appointment=first, case=cases[4])
    assert len(one) == 1
    with pytest.raises(BadInput, match="Elle Evans is in this group already"):
        booking.add_client(by=here.sam, appointment=first, case=cases[4])
    sessions.move(by=here.sam, session=one[0], state="cancelled")
    back = booking.add_client(by=here.sam, appointment=first, case=cases[4], following=True)
    assert [(row.pk == one[0].pk, row.state) for row in back] == [
        (True, "scheduled"),
        (False, "scheduled"),
        (False, "scheduled"),
    ]
    assert [len(rows(each)) for each in Appointment.objects.order_by("during")] == [5, 5, 5]


def test_a_client_is_added_to_a_group_nobody_is_in(here: world.World, cases: list[Case]) -> None:
    appointment = group(here, cases[:2])
    assert booking.cancel_group(by=here.sam, appointment=appointment) == 2
    assert free(here)
    booking.add_client(by=here.sam, appointment=appointment, case=cases[2])
    assert not free(here)
    with pytest.raises(Conflict, match="only planned"):
        for _ in range(2):
            booking.cancel_group(by=here.sam, appointment=appointment)


def test_a_group_has_thirty_clients_at_most(here: world.World) -> None:
    many = [here.client(first="Kim", last=f"Kim{n}") for n in range(31)]
    appointment = group(here, many[:30])
    with pytest.raises(BadInput, match="at most 30 clients"):
        booking.add_client(by=here.sam, appointment=appointment, case=many[30])


def test_a_client_leaves_a_series_and_the_others_stay(here: world.World, cases: list[Case]) -> None:
    first = group(here, cases, visits=3)
    hers = rows(first)[2]
    assert cancel_following(by=here.sam, session=hers) == 3
    assert list(Session.objects.filter(state="cancelled").values_list("client", flat=True)) == [hers.client_id] * 3
    assert Booking.objects.filter(released=False).count() == 3
    second = Appointment.objects.order_by("during")[1]
    assert booking.cancel_group(by=here.sam, appointment=second, following=True) == 10
    assert list(Booking.objects.order_by("during").values_list("released", flat=True)) == [False, True, True]


# --- her time ---------------------------------------------------------------------------------------


def test_her_time_is_free_when_nobody_is_left(here: world.World, cases: list[Case]) -> None:
    found = rows(group(here, cases[:3]))
    for n, (session, state) in enumerate(zip(found, ("missed", "cancelled", "missed"), strict=True)):
        assert not free(here), n
        sessions.move(by=here.sam, session=session, state=state)
    assert free(here)
    sessions.move(by=here.sam, session=found[1], state="scheduled")
    assert not free(here)


def test_who_is_put_back_needs_the_time(here: world.World, cases: list[Case]) -> None:
    appointment = group(here, cases[:2])
    booking.cancel_group(by=here.sam, appointment=appointment)
    here.booked(here.client(first="Zoe"), at=NINE)
    before = stands()
    with pytest.raises(Conflict, match="given to somebody else"):
        sessions.move(by=here.sam, session=rows(appointment)[0], state="scheduled")
    with pytest.raises(Conflict, match="given to somebody else"):
        booking.add_client(by=here.sam, appointment=appointment, case=cases[2])
    assert stands() == before


def test_a_group_moves_with_everybody(here: world.World, cases: list[Case]) -> None:
    first = group(here, cases[:3], visits=3)
    sessions.move(by=here.sam, session=rows(first)[0], state="cancelled")
    starts_at = datetime.combine(TUESDAY, time(10), tzinfo=HERE)
    length = timedelta(minutes=60)
    with CaptureQueriesContext(connection):
        moved = booking.move_group(by=here.sam, appointment=first, starts_at=starts_at, length=length, following=True)
    assert len(moved) == 3
    found = Session.objects.order_by("starts_at")
    assert {(row.served_on.weekday(), row.minutes_booked) for row in found} == {(1, 60)}
    assert Series.objects.get().weekdays == [1]


def test_a_group_that_was_begun_is_not_moved(here: world.World, cases: list[Case]) -> None:
    appointment = group(here, cases[:3])
    at = {"starts_at": datetime.combine(TUESDAY, NINE, tzinfo=HERE), "length": timedelta(minutes=45)}
    write(here, appointment)
    other = here.assistant
    with pytest.raises(BadInput, match="has begun the note"):
        booking.move_group(by=here.sam, appointment=appointment, clinician=other, **at)
    actions.mark(by=here.alice, session=rows(appointment)[0], state="arrived")
    with pytest.raises(Conflict, match="Ana Arroyo is in session; this group is not moved any more"):
        booking.move_group(by=here.sam, appointment=appointment, **at)


# --- who came ---------------------------------------------------------------------------------------


def test_attendance_goes_from_any_mark_to_any_other(here: world.World, cases: list[Case]) -> None:
    session = rows(group(here, cases[:2]))[0]
    for state in ("arrived", "missed", "cancelled", "arrived", "cancelled", "missed", "arrived", "arrived"):
        assert actions.mark(by=here.alice, session=session, state=state).state == state
    with pytest.raises(BadInput, match="present, missed or canceled"):
        actions.mark(by=here.alice, session=session, state="signed")


def test_all_present_leaves_who_was_marked(here: world.World, cases: list[Case]) -> None:
    appointment = group(here, cases)
    actions.mark(by=here.alice, session=rows(appointment)[1], state="missed")
    with CaptureQueriesContext(connection) as queries:
        assert actions.mark_all_present(by=here.alice, appointment=appointment) == 5
    assert len(queries) < 10
    assert [row.state for row in rows(appointment)] == ["arrived", "missed", *["arrived"] * 4]
    assert SessionEvent.objects.filter(state="arrived").count() == 5
    assert actions.mark_all_present(by=here.alice, appointment=appointment) == 0


def test_two_who_mark_at_once(here: world.World, cases: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    appointment = group(here, cases[:2])
    now = clock.now()

    def meanwhile() -> datetime:
        Session.objects.filter(pk=rows(appointment)[0].pk).update(state="missed")
        return now

    monkeypatch.setattr("sessions.groups.actions.clock.now", meanwhile)
    with pytest.raises(Conflict, match="Somebody else changed this group"):
        actions.mark_all_present(by=here.alice, appointment=appointment)
    assert not SessionEvent.objects.exists()


# --- what is typed ----------------------------------------------------------------------------------


def test_a_draft_is_hers_and_versioned(here: world.World, cases: list[Case]) -> None:
    appointment = group(here, cases)
    pk = rows(appointment)[0].pk
    with pytest.raises(PermissionDenied):
        actions.save_group(by=here.olivia, appointment=appointment, shared=world.NOTE, lines=GROUP, own={})
    first = write(here, appointment, {pk: Own("Needed cues.")}, version=0)
    assert write(here, appointment, {pk: Own("Needed cues.")}, version=0).version == first.version  # sent twice
    with pytest.raises(Conflict, match="another window"):
        write(here, appointment, {pk: Own("Something else.")}, version=0)
    second = write(here, appointment, version=first.version)
    assert (second.version, second.own_of(pk).words) == (2, "Needed cues.")  # who is left out stays
    assert AuditEvent.objects.filter(verb="write group draft").count() == 6


def test_what_a_draft_cannot_hold(here: world.World, cases: list[Case]) -> None:
    appointment = group(here, cases)
    pk = rows(appointment)[0].pk
    for changes, field in (
        ({"shared": {"plan": "x" * 20_001}}, "plan"),
        ({"lines": [Typed("97150", 45), Typed("99999", 1)]}, "line.1"),
        ({"own": {1: Own("x")}}, "own.1"),
        ({"own": {pk: Own("x" * 2001)}}, f"own.{pk}"),
        ({"own": {pk: Own("", (Typed("97110", 15),))}}, f"own.{pk}"),
        ({"own": {pk: Own("", (Typed("97150", 1441),))}}, f"own.{pk}"),
    ):
        with pytest.raises(BadInput) as refused:
            write(here, appointment, **changes)
        assert list(refused.value.errors) == [field]
    assert not GroupDraft.objects.exists()


def test_there_is_one_draft(here: world.World, cases: list[Case]) -> None:
    appointment = group(here, cases)
    write(here, appointment)
    with pytest.raises(IntegrityError, match="one_group_draft"), transaction.atomic():
        GroupDraft.objects.create(appointment=appointment, saved_by=here.alice)


# --- the signatures ---------------------------------------------------------------------------------


def test_a_note_for_everybody_who_came(here: world.World, cases: list[Case]) -> None:
    appointment = group(here, cases)
    found = rows(appointment)
    own = {found[0].pk: Own("Threaded six beads."), found[1].pk: Own("", (Typed("97150", 30),))}
    write(here, appointment, own)
    actions.mark_all_present(by=here.alice, appointment=appointment)
    actions.mark(by=here.alice, session=found[5], state="missed")
    notes = actions.sign_group(by=here.alice, appointment=appointment)
    assert [row.state for row in rows(appointment)] == [*["signed"] * 5, "missed"]
    assert [note.objective for note in notes] == ["Grip 14 kg.\nThreaded six beads.", *["Grip 14 kg."] * 4]
    assert [note.total_minutes for note in notes] == [45, 30, 45, 45, 45]
    lines = ServiceLine.objects.order_by("session_id").values_list("code", "minutes", "clinician__member")
    assert list(lines) == [("97150", n, here.alice.pk) for n in (45, 30, 45, 45, 45)]
    here.answer_bells()
    assert list(Charge.objects.order_by("pk").values_list("code", "units")) == [("97150", 1)] * 5
    with pytest.raises(BadInput, match="Nobody is marked present"):
        actions.sign_group(by=here.alice, appointment=appointment)


def test_nothing_is_half_signed(here: world.World, cases: list[Case]) -> None:
    appointment = group(here, cases[:3])
    found = rows(appointment)
    shared = world.NOTE | {"objective": ""}
    write(here, appointment, {found[0].pk: Own("Threaded six beads.")}, shared=shared)
    for session in found[:2]:
        actions.mark(by=here.alice, session=session, state="arrived")
    before = stands()
    with pytest.raises(BadInput) as refused:
        actions.sign_group(by=here.alice, appointment=appointment)
    assert refused.value.errors == {
        f"client.{found[1].pk}": "Ben Bell: Add an objective to sign",
        f"client.{found[2].pk}": "Cleo Cruz: mark attendance",
    }
    assert stands() == before
    with pytest.raises(PermissionDenied):
        actions.sign_group(by=here.olivia, appointment=appointment)


def test_a_group_of_a_later_day_is_not_signed(here: world.World, cases: list[Case]) -> None:
    appointment = group(here, cases[:2], first_on=TUESDAY)
    write(here, appointment)
    actions.mark_all_present(by=here.alice, appointment=appointment)
    with pytest.raises(BadInput, match="signed when it was given"):
        actions.sign_group(by=here.alice, appointment=appointment)
    with clock.at(world.NOON + timedelta(days=1)):
        assert len(actions.sign_group(by=here.alice, appointment=appointment)) == 2


def test_a_note_of_her_own_page_is_signed_as_it_stands(here: world.World, cases: list[Case]) -> None:
    appointment = group(here, cases[:2])
    one, two = rows(appointment)
    write(here, appointment, {one.pk: Own("Words of the group's page.")})
    prepared = actions.note_draft(one)
    assert prepared is not None and prepared.objective == "Grip 14 kg.\nWords of the group's page."
    sessions.save_draft(
        by=here.alice, session=one, parts=world.NOTE | {"plan": "Alone from now on."}, lines=[Typed("97530", 30)]
    )
    actions.mark_all_present(by=here.alice, appointment=appointment)
    notes = actions.sign_group(by=here.alice, appointment=appointment)
    assert [(note.plan, note.timed_minutes) for note in notes] == [("Alone from now on.", 30), (world.NOTE["plan"], 0)]
    assert actions.note_draft(here.booked(cases[0])) is None


def test_no_note_names_another_client(here: world.World, cases: list[Case]) -> None:
    appointment = group(here, cases[:3])
    one, two, _ = rows(appointment)
    own = {one.pk: Own("Ana led; Ben’s turn was short."), two.pk: Own("Ben waited.")}
    write(here, appointment, own, shared=world.NOTE | {"plan": "Cruz and all others go on."})
    actions.mark_all_present(by=here.alice, appointment=appointment)
    before = stands()
    with pytest.raises(BadInput) as refused:
        actions.sign_group(by=here.alice, appointment=appointment)
    assert refused.value.errors == {
        "names": "Ben and Cruz stand where others of the group will have it in their notes; take names of clients out"
    }
    assert stands() == before
    assert len(actions.sign_group(by=here.alice, appointment=appointment, names_checked=True)) == 3


def test_thirty_are_saved_in_few_statements(here: world.World) -> None:
    many = [here.client(first="Kim", last=f"Kim{n:02}") for n in range(30)]
    appointment = group(here, many)
    own = {row.pk: Own(f"Row {n}.") for n, row in enumerate(rows(appointment))}
    with CaptureQueriesContext(connection) as saved:
        write(here, appointment, own)
    assert len(saved) < 10
    with CaptureQueriesContext(connection) as marked:
        actions.mark_all_present(by=here.alice, appointment=appointment)
    assert len(marked) < 10
    with CaptureQueriesContext(connection) as signed:
        assert len(actions.sign_group(by=here.alice, appointment=appointment)) == 30
    assert len(signed) < 30 * 40
    assert Note.objects.count() == 30
