"""Booking, drafts, signatures, amendments: what may be done, by whom, and what is refused with a word."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied

from practice.findings import BadInput, Conflict
from practice.models import AuditEvent, Job
from sessions import actions
from sessions.minutes import PARTS, Typed
from sessions.models import Note, NoteDraft, ServiceLine, Session, SessionEvent, SessionState
from sessions.plans.actions import set_plan
from tests import world

pytestmark = pytest.mark.django_db


def test_a_session_is_booked_on_the_local_day() -> None:
    with world.practice() as here:
        case = here.client()
        late = here.booked(case, at=time(21, 0))  # 02:00 UTC of the next day
        assert late.served_on == world.TODAY
        assert late.starts_at.astimezone(ZoneInfo("UTC")).date() == world.TODAY + timedelta(days=1)


def test_a_clinician_is_in_one_place() -> None:
    with world.practice() as here:
        case, other = here.client(), here.client(first="Rosa")
        here.booked(case, at=time(9, 0))
        with pytest.raises(BadInput, match="Alice Atherton is with somebody else"):
            here.booked(other, at=time(9, 30))
        here.booked(other, at=time(9, 45))
        here.booked(other, at=time(9, 0), clinician=here.assistant)
        assert Session.objects.count() == 3


def test_a_cancelled_time_is_free_again() -> None:
    with world.practice() as here:
        case, other = here.client(), here.client(first="Rosa")
        first = here.booked(case, at=time(9, 0))
        actions.move(by=here.sam, session=first, state=SessionState.CANCELLED)
        here.booked(other, at=time(9, 0))
        with pytest.raises(Conflict, match="given to somebody else"):
            actions.move(by=here.sam, session=first, state=SessionState.SCHEDULED)
        first.refresh_from_db()
        assert first.state == SessionState.CANCELLED


@pytest.mark.parametrize("length", [timedelta(minutes=4), timedelta(hours=13), timedelta(0), -timedelta(hours=1)])
def test_an_impossible_length_is_refused(length: timedelta) -> None:
    with world.practice() as here:
        with pytest.raises(BadInput, match="from 5 minutes to 12 hours"):
            actions.book(
                by=here.sam,
                case=here.client(),
                clinician=here.ot,
                location=here.location,
                starts_at=world.NOON,
                length=length,
            )


def test_a_session_does_not_cross_midnight() -> None:
    with world.practice() as here:
        start = datetime.combine(world.TODAY, time(23, 30), tzinfo=ZoneInfo(world.ZONE))
        with pytest.raises(BadInput, match="ends on the day it starts"):
            actions.book(
                by=here.sam, case=here.client(), clinician=here.ot, location=here.location, starts_at=start,
                length=timedelta(minutes=45),
            )  # fmt: skip


def test_a_signed_session_is_facts() -> None:
    with world.practice() as here:
        session = here.signed(here.client(payer=here.medicare), ("97110", 33), ("97140", 7))
        note = Note.objects.get(session=session)
        assert note.parts == world.NOTE
        assert (note.signature, note.timed_minutes, note.total_minutes) == ("Alice Atherton, OTR/L", 40, 40)
        assert list(ServiceLine.objects.values_list("code", "minutes", "version")) == [
            ("97110", 33, 1),
            ("97140", 7, 1),
        ]
        assert not NoteDraft.objects.exists()
        assert SessionEvent.objects.get().state == SessionState.SIGNED
        assert AuditEvent.objects.filter(verb="sign", client_id=session.client_id).count() == 1
        assert Job.objects.filter(kind="billing.post_charges", practice=here.practice).exists()


def test_nothing_is_signed_before_it_is_complete() -> None:
    with world.practice() as here:
        session = here.booked(here.client())
        with pytest.raises(BadInput, match="Add minutes and 4 parts of the note to sign"):
            actions.sign(by=here.alice, session=session)
        parts = world.NOTE | {"assessment": "  "}
        actions.save_draft(by=here.alice, session=session, parts=parts, lines=[Typed("97110", 33)])
        with pytest.raises(BadInput, match="Add an assessment to sign"):
            actions.sign(by=here.alice, session=session)
        session.refresh_from_db()
        assert session.state == SessionState.SCHEDULED and not Note.objects.exists()


def test_only_her_clinician_writes_and_signs() -> None:
    with world.practice() as here:
        session = here.booked(here.client())
        for somebody in (here.carol, here.olivia, here.bob):
            with pytest.raises(PermissionDenied):
                actions.save_draft(by=somebody, session=session, parts=world.NOTE, lines=[])
            with pytest.raises(PermissionDenied):
                actions.sign(by=somebody, session=session)
        assert not NoteDraft.objects.exists()


def test_a_signed_session_cannot_be_edited_or_moved() -> None:
    with world.practice() as here:
        session = here.signed(here.client(), ("97110", 33))
        session.refresh_from_db()
        with pytest.raises(Conflict, match="Amend it"):
            actions.save_draft(by=here.alice, session=session, parts=world.NOTE, lines=[Typed("97110", 60)])
        with pytest.raises(Conflict, match="Amend it"):
            actions.sign(by=here.alice, session=session)
        for state in SessionState.values:
            with pytest.raises(Conflict):
                actions.move(by=here.sam, session=session, state=state)
        assert ServiceLine.objects.get().minutes == 33


def test_an_older_page_is_told_so() -> None:
    with world.practice() as here:
        session = here.booked(here.client())
        first = actions.save_draft(by=here.alice, session=session, parts=world.NOTE, lines=[])
        actions.save_draft(by=here.alice, session=session, parts=world.NOTE, lines=[], version=first.version)
        with pytest.raises(Conflict, match="another window"):
            actions.save_draft(by=here.alice, session=session, parts={}, lines=[], version=first.version)
        assert NoteDraft.objects.get().parts == world.NOTE


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([Typed("99999", 10)], "not a service code"),
        ([Typed("92507", 10)], "not a code of this discipline"),
        ([Typed("97110", 10), Typed("97110", 5)], "on the list already"),
        ([Typed("97110", -5)], "0 to 1,440"),
        ([Typed("97110", 1441)], "0 to 1,440"),
    ],
)
def test_impossible_lines_are_refused(lines: list[Typed], why: str) -> None:
    with world.practice() as here:
        session = here.booked(here.client())
        with pytest.raises(BadInput, match=why):
            actions.save_draft(by=here.alice, session=session, parts=world.NOTE, lines=lines)
        assert not NoteDraft.objects.exists()


def test_a_novel_is_refused_by_field() -> None:
    with world.practice() as here:
        session = here.booked(here.client())
        with pytest.raises(BadInput) as refused:
            actions.save_draft(by=here.alice, session=session, parts=world.NOTE | {"plan": "x" * 20_001}, lines=[])
        assert list(refused.value.errors) == ["plan"]


def test_an_amendment_is_a_new_version_with_its_reason() -> None:
    with world.practice() as here:
        session = here.signed(here.client(), ("97110", 33), ("97140", 7))
        actions.amend(
            by=here.alice,
            session=session,
            corrections=[Typed("97110", 30), Typed("97140", 0), Typed("97530", 8)],
            reason="misread",
        )
        rows = ServiceLine.objects.order_by("position", "version").values_list("code", "minutes", "version", "reason")
        assert list(rows) == [
            ("97110", 33, 1, ""),
            ("97110", 30, 2, "misread"),
            ("97140", 7, 1, ""),
            ("97140", 0, 2, "misread"),
            ("97530", 8, 1, "misread"),
        ]
        assert [(x.code, x.minutes) for x in actions.current_lines(session)] == [
            ("97110", 30),
            ("97140", 0),
            ("97530", 8),
        ]
        assert Note.objects.get().total_minutes == 40


@pytest.mark.parametrize(
    ("corrections", "reason", "why"),
    [
        ([Typed("97110", 30)], " ", "Say why"),
        ([Typed("97110", 33)], "none", "Nothing changes"),
        ([Typed("99999", 5)], "typo", "not a service code"),
        ([Typed("97110", 2000)], "typo", "0 to 1,440"),
    ],
)
def test_an_empty_amendment_is_refused(corrections: list[Typed], reason: str, why: str) -> None:
    with world.practice() as here:
        session = here.signed(here.client(), ("97110", 33))
        with pytest.raises(BadInput, match=why):
            actions.amend(by=here.alice, session=session, corrections=corrections, reason=reason)
        assert ServiceLine.objects.count() == 1


def test_only_signed_sessions_are_amended_and_only_by_her() -> None:
    with world.practice() as here:
        case = here.client()
        open_session, signed = here.booked(case), here.signed(case, ("97110", 33))
        with pytest.raises(Conflict, match="can still be edited"):
            actions.amend(by=here.alice, session=open_session, corrections=[Typed("97110", 1)], reason="x")
        with pytest.raises(PermissionDenied):
            actions.amend(by=here.carol, session=signed, corrections=[Typed("97110", 1)], reason="x")


def test_a_plan_needs_known_codes_and_a_future() -> None:
    with world.practice() as here:
        case, start = here.client(), date(2026, 6, 1)
        with pytest.raises(BadInput, match="99999"):
            set_plan(by=here.alice, case=case, starts_on=start, ends_on=start, codes=["99999"], frequency="1×")
        with pytest.raises(BadInput, match="before the first"):
            set_plan(
                by=here.alice, case=case, starts_on=start, ends_on=start - timedelta(days=1), codes=[], frequency="1×"
            )


def test_parts_are_the_four_of_a_daily_note() -> None:
    assert PARTS == ("subjective", "objective", "assessment", "plan")
