"""Visits that repeat, other times and time off: what is booked, what is refused and by whom, and that nothing is half done."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange as During
from django.test import Client as Web
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients import actions as clients
from clients.models import Case
from practice import clock
from practice.findings import BadInput, Conflict
from practice.models import AuditEvent
from practice.setup.hours import add_hours
from practice.team.actions import set_active
from practice.tenancy import tenant
from sessions import actions as sessions
from sessions.calendar import actions, hints
from sessions.calendar.actions import Asked
from sessions.calendar.recurrence import Pattern
from sessions.minutes import Typed
from sessions.models import Appointment, Booking, Series, Session
from tests import world

pytestmark = pytest.mark.django_db
HERE = ZoneInfo(world.ZONE)
TUESDAY = date(2026, 6, 16)
TEN = time(10)


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def case(here: world.World) -> Case:
    return here.client(payer=here.aetna)


def asked(here: world.World, case: Case, **changes: Any) -> Asked:
    values = {
        "case": case, "clinician": here.ot, "location": here.location, "first_on": TUESDAY, "at": TEN,
        "length": timedelta(minutes=45), "pattern": Pattern(frozenset({1, 3})), "visits": 6,
    }  # fmt: skip
    return Asked(**values | changes)


def at(day: date, when: time = TEN) -> datetime:
    return datetime.combine(day, when, tzinfo=HERE).astimezone(UTC)


def stands() -> list[Any]:
    """Everything the calendar is made of."""
    return [
        list(model.objects.order_by("pk").values()) for model in (Series, Appointment, Booking, Session, AuditEvent)
    ]


# --- visits that repeat ------------------------------------------------------------------------------


def test_a_series_is_booked_in_the_wall_time_of_its_place(here: world.World, case: Case) -> None:
    booked = actions.book_series(by=here.sam, asked=asked(here, case, first_on=date(2026, 10, 20), visits=6))
    assert [str(session.served_on) for session in booked] == [
        "2026-10-20", "2026-10-22", "2026-10-27", "2026-10-29", "2026-11-03", "2026-11-05",
    ]  # fmt: skip
    assert {session.starts_at.astimezone(HERE).time() for session in booked} == {TEN}
    assert {session.starts_at.hour for session in booked} == {15, 16}  # clocks change on November 1
    series = Series.objects.get()
    assert (str(series), series.appointments.count(), series.case) == ("Every Tuesday and Thursday", 6, case)
    assert {booking.during.upper - booking.during.lower for booking in Booking.objects.all()} == {timedelta(minutes=45)}


def test_days_on_which_she_is_taken_are_named_and_nothing_is_booked(here: world.World, case: Case) -> None:
    here.booked(here.client(first="Una", last="Ott"), day=date(2026, 6, 18), at=time(10, 30))
    here.booked(here.client(first="Eve", last="Ives"), day=date(2026, 6, 25), at=time(9, 30))
    before = stands()
    with pytest.raises(BadInput) as refused:
        actions.book_series(by=here.alice, asked=asked(here, case))
    assert refused.value.errors == {
        "starts_at": "Alice Atherton is with somebody else on Jun 18 and Jun 25",
        "skip": "Tick this to leave these days out",
    }
    assert stands() == before
    booked = actions.book_series(by=here.alice, asked=asked(here, case), skip=True)
    assert [session.served_on.day for session in booked] == [16, 23, 30, 2]


def test_a_series_in_which_every_day_is_taken(here: world.World, case: Case) -> None:
    actions.book_series(by=here.sam, asked=asked(here, case))
    with pytest.raises(BadInput, match="taken on every day of this series"):
        actions.book_series(by=here.sam, asked=asked(here, here.client(first="Una")), skip=True)


def test_two_at_once_are_booked_by_one_who_may_and_marked(here: world.World, case: Case) -> None:
    here.booked(here.client(first="Una"), day=TUESDAY, at=TEN)
    more = {
        "case": case, "clinician": here.ot, "location": here.location, "starts_at": at(TUESDAY, time(10, 15)),
        "length": timedelta(minutes=30),
    }  # fmt: skip
    for by, keys in ((here.alice, ["starts_at"]), (here.sam, ["starts_at", "over"])):
        with pytest.raises(BadInput, match="Alice Atherton is with somebody else at that time") as refused:
            sessions.book(by=by, **more)
        assert list(refused.value.errors) == keys
    with pytest.raises(BadInput):
        sessions.book(by=here.alice, **more, over=True)
    session = sessions.book(by=here.sam, **more, over=True)
    marks = [booking.overlap_allowed_by for booking in Booking.objects.order_by("pk")]
    assert marks == [None, here.sam]
    with pytest.raises(BadInput):  # a marked one stands in the way as well
        sessions.move(by=here.sam, session=Session.objects.order_by("pk").first(), state="cancelled")
        sessions.book(by=here.alice, **more | {"case": here.client(first="Eve")})
    assert session.starts_at == more["starts_at"]


def test_a_visit_is_not_put_back_under_one_that_was_booked_over_it(here: world.World, case: Case) -> None:
    under = here.booked(here.client(first="Una"), day=TUESDAY, at=TEN)
    slot = {"clinician": here.ot, "location": here.location, "starts_at": at(TUESDAY), "length": timedelta(minutes=30)}
    sessions.book(by=here.sam, case=case, **slot, over=True)
    sessions.move(by=here.sam, session=under, state="arrived")  # two at once were meant
    sessions.move(by=here.sam, session=under, state="cancelled")
    with pytest.raises(Conflict, match="The time was given to somebody else"):
        sessions.move(by=here.sam, session=under, state="scheduled")
    under.refresh_from_db()
    assert (under.state, Booking.objects.get(appointment=under.appointment).released) == ("cancelled", True)


def test_the_database_refuses_two_at_once_by_itself(here: world.World, case: Case) -> None:
    session = here.booked(case, day=TUESDAY, at=TEN)
    appointment = Appointment.objects.create(
        location=here.location, during=During(at(TUESDAY, time(10, 15)), at(TUESDAY, time(11)))
    )
    with pytest.raises(IntegrityError, match="clinician_in_one_place"), transaction.atomic():
        Booking.objects.create(appointment=appointment, clinician=session.clinician, during=appointment.during)
    with pytest.raises(IntegrityError, match="booking_is_for_something"), transaction.atomic():
        Booking.objects.create(clinician=session.clinician, during=During(at(date(2027, 1, 1)), at(date(2027, 1, 2))))


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"visits": 0}, "visits", "1 to 60 visits"),
        ({"visits": 61}, "visits", "1 to 60 visits"),
        ({"at": time(23, 30)}, "length", "ends on the day it starts"),
        ({"length": timedelta(hours=26)}, "length", "5 minutes to 12 hours"),
        ({"length": timedelta()}, "length", "5 minutes to 12 hours"),
    ],
)
def test_what_no_series_can_be(changes: dict[str, Any], field: str, words: str, here: world.World, case: Case) -> None:
    before = stands()
    with pytest.raises(BadInput, match=words) as refused:
        actions.book_series(by=here.sam, asked=asked(here, case, **changes))
    assert list(refused.value.errors) == [field] and stands() == before


# --- another time -------------------------------------------------------------------------------------


def test_a_visit_is_moved_and_its_old_time_is_free(here: world.World, case: Case) -> None:
    session = here.booked(case, day=TUESDAY, at=TEN)
    [moved] = actions.reschedule(
        by=here.sam, session=session, starts_at=at(date(2026, 6, 17), time(14)), length=timedelta(minutes=60)
    )
    session.refresh_from_db()
    assert moved == session and (session.served_on, session.minutes_booked) == (date(2026, 6, 17), 60)
    assert session.appointment.during == During(session.starts_at, session.ends_at)
    assert Booking.objects.get().during == session.appointment.during and not Booking.objects.get().released
    here.booked(here.client(first="Una"), day=TUESDAY, at=TEN)
    event = AuditEvent.objects.get(verb="reschedule")
    assert (event.client_id, event.detail["before"]["at"]) == (case.client_id, at(TUESDAY).isoformat())


def test_a_visit_in_the_night_of_a_change_of_clocks_keeps_its_length(here: world.World, case: Case) -> None:
    session = here.booked(case, day=TUESDAY, at=TEN)
    late = datetime.combine(date(2026, 11, 1), time(0, 45), tzinfo=HERE)  # two o'clock comes an hour later
    actions.reschedule(by=here.sam, session=session, starts_at=late, length=timedelta(minutes=90))
    session.refresh_from_db()
    assert (session.minutes_booked, session.starts_at) == (90, late)
    assert session.ends_at.astimezone(HERE).time() == time(1, 15)


def test_another_clinician_comes_onto_the_care_team(here: world.World, case: Case) -> None:
    session = here.booked(case, day=TUESDAY, at=TEN)
    actions.reschedule(
        by=here.sam,
        session=session,
        starts_at=session.starts_at,
        length=timedelta(minutes=45),
        clinician=here.assistant,
    )
    session.refresh_from_db()
    assert session.clinician == here.assistant == Booking.objects.get().clinician
    assert Session.objects.visible_to(here.carol).filter(pk=session.pk).exists()
    with pytest.raises(BadInput, match="does not give what this case is for"):
        actions.reschedule(
            by=here.sam, session=session, starts_at=session.starts_at, length=timedelta(minutes=45), clinician=here.pt
        )


def test_a_visit_of_a_merged_chart_is_moved_to_another_clinician(here: world.World, case: Case) -> None:
    session = here.booked(case, day=TUESDAY, at=TEN)
    home = here.client(first="Walt").client
    clients.merge_clients(by=here.bob, duplicate=case.client, into=home)
    actions.reschedule(
        by=here.sam,
        session=session,
        starts_at=session.starts_at,
        length=timedelta(minutes=45),
        clinician=here.assistant,
    )
    assert home.care_team.filter(clinician=here.assistant).exists()


def test_a_note_that_was_begun_stays_hers(here: world.World, case: Case) -> None:
    session = here.booked(case, day=world.TODAY, at=TEN)
    sessions.save_draft(by=here.alice, session=session, parts=world.NOTE, lines=[Typed("97530", 20)])
    with pytest.raises(BadInput, match="Alice Atherton has begun the note") as refused:
        actions.reschedule(
            by=here.sam,
            session=session,
            starts_at=session.starts_at,
            length=timedelta(minutes=45),
            clinician=here.assistant,
        )
    assert list(refused.value.errors) == ["clinician"]
    actions.reschedule(by=here.sam, session=session, starts_at=at(TUESDAY), length=timedelta(minutes=45))
    assert session.drafts.get().subjective == world.NOTE["subjective"]


def test_a_taken_time_is_refused_and_nothing_moves(here: world.World, case: Case) -> None:
    here.booked(here.client(first="Una"), day=TUESDAY, at=TEN)
    session = here.booked(case, day=date(2026, 6, 17), at=TEN)
    before = stands()
    with pytest.raises(BadInput, match="with somebody else on Jun 16"):
        actions.reschedule(by=here.alice, session=session, starts_at=at(TUESDAY), length=timedelta(minutes=45))
    assert stands() == before
    actions.reschedule(by=here.sam, session=session, starts_at=at(TUESDAY), length=timedelta(minutes=45), over=True)
    assert [b.overlap_allowed_by for b in Booking.objects.order_by("pk")] == [None, here.sam]
    actions.reschedule(by=here.sam, session=session, starts_at=at(date(2026, 6, 19)), length=timedelta(minutes=45))
    assert [b.overlap_allowed_by for b in Booking.objects.order_by("pk")] == [None, None]  # alone again: guarded again


@pytest.mark.parametrize("state", ["arrived", "cancelled", "missed"])
def test_only_what_is_booked_is_moved(state: str, here: world.World, case: Case) -> None:
    session = here.booked(case, day=world.TODAY, at=TEN)
    sessions.move(by=here.sam, session=session, state=state)
    with pytest.raises(Conflict, match="only one that is booked can be moved"):
        actions.reschedule(by=here.sam, session=session, starts_at=at(TUESDAY), length=timedelta(minutes=45))


@pytest.mark.parametrize(
    ("starts_at", "length", "field"),
    [
        (at(TUESDAY, time(23, 30)), 45, "length"),
        (at(TUESDAY), 0, "length"),
        (at(TUESDAY), 26 * 60, "length"),
        (datetime(1999, 6, 16, 10, tzinfo=UTC), 45, "starts_at"),
    ],
)
def test_times_at_which_no_session_can_be(
    starts_at: datetime, length: int, field: str, here: world.World, case: Case
) -> None:
    session = here.booked(case, day=world.TODAY, at=TEN)
    before = stands()
    with pytest.raises(BadInput) as refused:
        actions.reschedule(by=here.sam, session=session, starts_at=starts_at, length=timedelta(minutes=length))
    assert list(refused.value.errors) == [field] and stands() == before


def test_a_series_is_moved_across_a_change_of_clocks(here: world.World, case: Case) -> None:
    booked = actions.book_series(by=here.sam, asked=asked(here, case, first_on=date(2026, 10, 20), visits=6))
    moved = actions.reschedule(
        by=here.sam, session=booked[2], starts_at=at(date(2026, 10, 28), time(8, 30)), length=timedelta(minutes=30),
        following=True,
    )  # fmt: skip
    assert [str(session.served_on) for session in moved] == ["2026-10-28", "2026-10-30", "2026-11-04", "2026-11-06"]
    rows = Session.objects.order_by("starts_at")
    assert [row.starts_at.astimezone(HERE).time() for row in rows] == [TEN, TEN, *[time(8, 30)] * 4]
    assert [row.starts_at.hour for row in rows] == [15, 15, 13, 13, 14, 14]
    assert {(b.during.lower, b.released) for b in Booking.objects.all()} == {(row.starts_at, False) for row in rows}
    assert Series.objects.get().pattern == Pattern(frozenset({2, 4}))


def test_a_series_may_move_into_its_own_times(here: world.World, case: Case) -> None:
    booked = actions.book_series(by=here.sam, asked=asked(here, case))
    moved = actions.reschedule(
        by=here.sam, session=booked[0], starts_at=at(date(2026, 6, 18)), length=timedelta(minutes=45), following=True
    )
    assert [session.served_on.day for session in moved] == [18, 20, 25, 27, 2, 4]


def test_a_series_in_the_way_of_another_moves_not_at_all(here: world.World, case: Case) -> None:
    booked = actions.book_series(by=here.sam, asked=asked(here, case))
    here.booked(here.client(first="Una"), day=date(2026, 6, 24), at=TEN)
    before = stands()
    with pytest.raises(BadInput, match="with somebody else on Jun 24"):
        actions.reschedule(
            by=here.alice, session=booked[0], starts_at=at(date(2026, 6, 17)), length=timedelta(minutes=45),
            following=True,
        )  # fmt: skip
    assert stands() == before


def test_what_was_given_or_canceled_of_a_series_stays(here: world.World, case: Case) -> None:
    booked = actions.book_series(
        by=here.sam, asked=asked(here, case, first_on=world.TODAY, pattern=Pattern(frozenset({0})))
    )
    here.sign(booked[0], ("97530", 30))
    sessions.move(by=here.sam, session=booked[2], state="cancelled")
    assert actions.cancel_following(by=here.sam, session=booked[1]) == 4
    states = list(Session.objects.order_by("starts_at").values_list("state", flat=True))
    assert states == ["signed", *["cancelled"] * 5]
    assert Booking.objects.filter(released=False).count() == 1
    with pytest.raises(Conflict):
        actions.cancel_following(by=here.sam, session=booked[1])


# --- what is said, never refused -----------------------------------------------------------------------


def test_the_first_visit_that_breaks_a_limit_is_named(here: world.World, case: Case) -> None:
    clients.add_authorization(
        by=here.olivia, case=case, coverage=case.client.coverages.get(), number="A1", allowed=12, starts_on=TUESDAY,
        ends_on=date(2026, 12, 31),
    )  # fmt: skip
    series = asked(here, case, visits=20)
    found = hints.preview(series)
    [breach] = [each for each in found.breaches if each.finding.rule == "authorization"]
    assert (breach.day, breach.more) == (series.days[12], 7) and "A1" in breach.sentence
    few = _queries(lambda: hints.preview(asked(here, case, visits=2)))
    assert _queries(lambda: hints.preview(series)) == few


def _queries(work: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        work()
    return len(captured)


def test_hours_outside_of_which_a_visit_lies(here: world.World, case: Case) -> None:
    series = asked(here, case)
    assert hints.preview(series).outside == []  # nothing is known of her hours
    add_hours(
        by=here.olivia, clinician=here.ot, location=here.location, weekdays=[1], starts=time(9), ends=time(10, 45),
        from_on=date(2026, 1, 1), until_on=date(2026, 6, 25),
    )  # fmt: skip
    assert [day.day for day in hints.preview(series).outside] == [18, 25, 30, 2]
    assert [day.day for day in hints.preview(asked(here, case, length=timedelta(minutes=50))).outside][:1] == [16]
    assert hints.said(series, hints.preview(series)) == [
        "Outside Alice Atherton’s working hours on Jun 18, Jun 25, Jun 30 and Jul 2."
    ]


# --- time off -------------------------------------------------------------------------------------------


def away(here: world.World, **changes: Any) -> Booking:
    values = {
        "by": here.alice, "clinician": here.ot, "starts_at": at(date(2026, 6, 22), time()),
        "ends_at": at(date(2026, 6, 27), time()), "why": " Vacation ",
    }  # fmt: skip
    return actions.take_time_off(**values | changes)


def test_nothing_is_booked_in_time_off(here: world.World, case: Case) -> None:
    found = away(here)
    assert (found.away, found.appointment) == ("Vacation", None)
    with pytest.raises(BadInput, match="Alice Atherton is away: Vacation on Jun 23 and Jun 25"):
        actions.book_series(by=here.alice, asked=asked(here, case))
    with pytest.raises(BadInput, match="away: Vacation at that time"):
        here.booked(case, day=date(2026, 6, 23), at=TEN)
    actions.end_time_off(by=here.alice, booking=found)
    assert here.booked(case, day=date(2026, 6, 23), at=TEN)


def test_visits_in_the_way_of_time_off_are_named(here: world.World, case: Case) -> None:
    here.booked(case, day=date(2026, 6, 23), at=TEN)
    with pytest.raises(BadInput, match="taken on Jun 23; move or cancel what stands there first"):
        away(here)
    assert not Booking.objects.filter(appointment=None).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"why": " "}, "why"),
        ({"ends_at": at(date(2026, 6, 22), time())}, "ends_at"),
        ({"ends_at": at(date(2036, 6, 22), time())}, "ends_at"),
    ],
)
def test_what_is_no_time_off(changes: dict[str, Any], field: str, here: world.World) -> None:
    with pytest.raises(BadInput) as refused:
        away(here, **changes)
    assert list(refused.value.errors) == [field]


def test_time_off_in_the_night_clocks_change_ends_after_it_begins(web: Web, here: world.World) -> None:
    web.force_login(here.sam.user)
    url = reverse("sessions:time_off", args=[here.slug])
    sent = {"clinician": here.ot.pk, "why": "Vacation", "first": "2027-03-14", "last": "2027-03-14"}
    answer = web.post(url, sent | {"first_at": "02:30", "last_at": "03:15"})
    assert answer.status_code == 422 and "ends before it begins" in answer.content.decode()
    for first, last in (("0026-12-21", "0026-12-25"), ("2026-12-21", "9999-12-31")):
        answer = web.post(url, sent | {"first": first, "last": last})
        assert answer.status_code == 422 and "Check the year" in answer.content.decode()
    with pytest.raises(BadInput, match="Check the year"):
        away(here, starts_at=at(date(26, 12, 21)), ends_at=at(date(26, 12, 22)))
    assert not Booking.objects.exists()
    last = {"first": "2099-12-31", "last": "2099-12-31"}
    assert web.post(url, sent | last).status_code == 302


def test_visits_of_somebody_who_left_stay_in_sight(web: Web, here: world.World, case: Case) -> None:
    """Until they are moved or canceled; and the desk may look at her weeks."""
    visit = here.booked(case, day=world.TODAY)
    set_active(by=here.olivia, member=here.alice, active=False)
    web.force_login(here.sam.user)
    base = reverse("sessions:calendar", args=[here.slug])
    for query in ("?view=day&clinician=", "?view=week&clinician=", f"?view=week&clinician={here.ot.pk}"):
        assert "Walter Nakamura" in web.get(base + query).content.decode()
    sessions.move(by=here.sam, session=visit, state="cancelled")
    assert "Alice Atherton" not in web.get(base + "?view=day&clinician=").content.decode()


def test_a_closed_case_is_booked_by_no_door(here: world.World, case: Case) -> None:
    case.closed_on = world.TODAY
    case.save()
    with pytest.raises(BadInput, match="was closed; choose another, or reopen"):
        here.booked(case)


def test_time_off_is_entered_by_herself_or_the_front_desk(here: world.World) -> None:
    with pytest.raises(PermissionDenied):
        away(here, by=here.pt.member)
    found = away(here, by=here.sam)
    with pytest.raises(PermissionDenied):
        actions.end_time_off(by=here.pt.member, booking=found)
    visit = here.booked(here.client(), day=TUESDAY, at=TEN)
    with pytest.raises(Conflict, match="This is a visit"):
        actions.end_time_off(by=here.sam, booking=visit.appointment.bookings.get())


# --- two people at once ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_move_to_one_time_and_one_wins() -> None:
    with world.practice() as here:
        pair = [here.booked(here.client(first=name), day=TUESDAY, at=time(9 + n * 3)) for n, name in enumerate("AB")]
    barrier, said = threading.Barrier(2), list[str]()

    def go(session: Session) -> None:
        try:
            with clock.at(world.NOON), tenant(here.practice, here.sam):
                barrier.wait(10)
                actions.reschedule(
                    by=here.sam, session=session, starts_at=at(TUESDAY, time(15)), length=timedelta(minutes=45)
                )
            said.append("moved")
        except BadInput as bad:
            said.append(str(bad.errors["starts_at"]))
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(session,)) for session in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(said) == ["Alice Atherton is with somebody else on Jun 16", "moved"]
    with tenant(here.practice):
        assert len({booking.during.lower for booking in Booking.objects.all()}) == 2
