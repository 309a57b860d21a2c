"""Booking inside the limits: what is said before and after, on pages and by API, and times that are only held."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Web
from django.test.utils import CaptureQueriesContext

from clients import actions as clients
from clients.limits import Breach
from clients.models import Case
from practice.findings import Conflict
from sessions import actions, limits
from sessions.models import Session, SessionState
from tests import world

pytestmark = pytest.mark.django_db
SERIES = [world.TODAY + timedelta(days=3 * n) for n in range(20)]


def authorized(here: world.World, allowed: int = 12, **fields: Any) -> Case:
    case = here.client(payer=here.aetna)
    here.aetna.needs_authorization = True
    here.aetna.save(update_fields=["needs_authorization"])
    leave = {"starts_on": world.TODAY - timedelta(days=30), "ends_on": world.TODAY + timedelta(days=200)} | fields
    clients.add_authorization(
        by=here.olivia, case=case, coverage=case.client.coverages.get(), number="A1", allowed=allowed, **leave
    )
    return case


def of_rule(rule: str, found: list[Breach]) -> list[Breach]:
    """What a limit breaks, without what is said of the plan of care."""
    return [breach for breach in found if breach.finding.rule == rule]


def test_a_series_of_twenty_on_twelve_visits_is_told_at_the_thirteenth() -> None:
    with world.practice() as here:
        case = authorized(here)
        with CaptureQueriesContext(connection) as asked:
            [broken] = of_rule("authorization", limits.warnings_for(case, SERIES))
        assert (broken.day, broken.more) == (SERIES[12], 7)
        assert broken.sentence == (
            "Jul 21: Authorization A1 allowed 12 visits and they are used. Aetna denies visits without one."
            " So do 7 visits after it."
        )
        one = len(asked)
        for day in SERIES[:10]:
            here.booked(case, day=day)
        with CaptureQueriesContext(connection) as again:
            rest = of_rule("authorization", limits.warnings_for(case, SERIES[10:], held=True))
            assert [b.day for b in rest] == [SERIES[12]]
        assert len(again) == one


def test_a_held_time_counts_and_is_confirmed_before_it_is_logged() -> None:
    with world.practice() as here:
        case = authorized(here, allowed=2)
        held = actions.book(
            by=here.sam, case=case, clinician=here.ot, location=here.location, starts_at=world.NOON,
            length=timedelta(minutes=45), held=True,
        )  # fmt: skip
        here.booked(case, day=SERIES[1])
        [broken] = limits.warnings_for(case, [SERIES[2]])
        assert broken.day == SERIES[2]
        assert [told["left"] for told in limits.shown(case.client)] == [
            ["Authorization A1: 2 visits, 0 used, 1 scheduled, 1 held, none left, until Jan 1, 2027"]
        ]
        with pytest.raises(Conflict, match="only held; confirm it first"):
            actions.save_draft(by=here.alice, session=held, parts=world.NOTE, lines=[])
        with pytest.raises(Conflict, match="only held; confirm it first"):
            actions.sign(by=here.alice, session=held)
        with pytest.raises(Conflict, match="held cannot become arrived"):
            actions.move(by=here.sam, session=held, state="arrived")
        actions.move(by=here.sam, session=held, state="scheduled")
        assert Session.objects.get(pk=held.pk).state == SessionState.SCHEDULED
        here.sign(held, ("97530", 38))
        assert limits.shown(case.client)[0]["left"][0].startswith(
            "Authorization A1: 2 visits, 1 used, 1 scheduled, none"
        )


def test_units_are_told_from_signed_minutes_and_visits_ahead_are_like_the_last() -> None:
    with world.practice() as here:
        case = authorized(here, allowed=9)
        leave = case.authorizations.get()
        leave.counts = "units"
        leave.save(update_fields=["counts"])
        here.booked(case, day=SERIES[1])
        assert limits.shown(case.client)[0]["left"] == [
            "Authorization A1: 9 units, 0 used, 1 scheduled, 8 left, until Jan 1, 2027"
        ]
        here.signed(case, ("97530", 38), ("97140", 8))
        assert limits.shown(case.client)[0]["left"] == [
            "Authorization A1: 9 units, 4 used, 4 scheduled, 1 left, until Jan 1, 2027"
        ]
        assert [b.day for b in limits.warnings_for(case, SERIES[:3])] == [SERIES[2]]


def test_units_are_those_that_were_charged_by_the_payers_rule() -> None:
    with world.practice() as here:
        case = here.client(payer=here.medicare)
        clients.add_authorization(
            by=here.olivia, case=case, coverage=case.client.coverages.get(), number="A1", allowed=9, counts="units",
            starts_on=world.TODAY, ends_on=world.TODAY + timedelta(days=60),
        )  # fmt: skip
        here.signed(case, ("97110", 10), ("97140", 10))  # of 20 minutes together Medicare pays one unit
        here.answer_bells()
        assert limits.shown(case.client)[0]["left"] == ["Authorization A1: 9 units, 1 used, 8 left, until Aug 14, 2026"]
        known = limits.known_of([case.client_id])[case.client_id]
        assert known.use(case.visit(world.TODAY)).units == {"97110": 1}


def test_a_visit_too_short_for_a_unit_stands_on_its_authorization() -> None:
    with world.practice() as here:
        case = authorized(here, counts="units")
        here.signed(case, ("97110", 5))
        for _ in range(2):
            assert limits.warnings_for(case, [world.TODAY]) == []
            assert limits.shown(case.client)[0]["left"][0].startswith("Authorization A1: 12 units, 1 used, 11 left")
            here.answer_bells()


def test_the_booking_page_says_it_before_and_after(web: Web) -> None:
    with world.practice() as here:
        case = authorized(here, allowed=1)
        here.booked(case)
        web.force_login(here.sam.user)
        base = f"/p/{here.slug}/sessions/book/"
        page = web.get(base).content.decode()
        assert f'hx-get="{base}limits/"' in page and "Hold only: not confirmed yet" in page
        said = "Jun 18: Authorization A1 allowed 1 visit and they are used."
        before = web.get(f"{base}limits/?case={case.pk}&date={SERIES[1]}&held=on").content.decode()
        assert said in before and "callout warn" in before
        for nothing in (
            f"case={case.pk}",
            f"case={case.pk}&date=soon",
            f"date={SERIES[1]}",
            f"case={case.pk}&date={SERIES[0]}",
        ):
            assert "callout" not in web.get(f"{base}limits/?{nothing}").content.decode()
        form = {
            "case": case.pk,
            "clinician": here.ot.pk,
            "location": here.location.pk,
            "date": SERIES[1],
            "time": "20:00",
            "length": 45,
            "held": "on",
        }
        after = web.post(base, form, follow=True).content.decode()
        assert f"Booked. {said}" in after
        made = Session.objects.get(served_on=SERIES[1])
        assert made.state == SessionState.HELD
        web.force_login(here.alice.user)
        panel = web.get(f"/p/{here.slug}/sessions/{made.pk}/").content.decode()
        assert said in panel and "Confirm" in panel and "1 too many" not in panel
        chart = web.get(f"/p/{here.slug}/clients/{case.client_id}/limits/").content.decode()
        assert said in chart and "Authorization A1: 1 visit left of 1" not in chart


def test_the_api_says_the_same(web: Web) -> None:
    with world.practice() as here:
        case = authorized(here, allowed=1)
        web.force_login(here.olivia.user)
        api = f"/api/v1/p/{here.slug}"
        body = {"case": case.pk, "clinician": here.ot.pk, "location": here.location.pk, "minutes": 45}
        answers = [
            web.post(
                f"{api}/sessions/", body | {"starts_at": f"{day}T20:00:00-05:00", "held": day != SERIES[0]},
                content_type="application/json", headers={"Idempotency-Key": f"book-{day}"},
            ).json()
            for day in SERIES[:2]
        ]  # fmt: skip
        assert [(a["state"], [w["rule"] for w in a["warnings"]]) for a in answers] == [
            ("scheduled", []), ("held", ["authorization"]),
        ]  # fmt: skip
        found = web.get(f"{api}/cases/{case.pk}/limits/?date={SERIES[2]}&date={SERIES[3]}&days=9").json()
        assert found["warnings"] == [
            {
                "date": str(SERIES[1]), "rule": "authorization", "severity": "will_fail", "more": 2,
                "message": "Authorization A1 allowed 1 visit and they are used.",
                "detail": "Aetna denies visits without one.",
            }
        ]  # fmt: skip
        [left] = found["limits"]
        assert left["warnings"] == ["Authorization A1: 0 visits left of 1"]
        assert {name: left[name] for name in ("allowed", "used", "scheduled", "held", "left", "counts")} == {
            "allowed": 1, "used": 0, "scheduled": 1, "held": 0, "left": 0, "counts": "visits",
        }  # fmt: skip
        assert web.get(f"{api}/cases/{case.pk}/limits/?from={SERIES[5]}").json()["warnings"] == []
        for wrong, field in (("from=soon", "from"), ("days=0", "days"), ("date=2026-13-01", "date.0")):
            refused = web.get(f"{api}/cases/{case.pk}/limits/?{wrong}")
            assert refused.status_code == 400 and list(refused.json()) == [field], refused.json()


def test_a_gap_between_coverages_is_told_without_a_visit_ahead() -> None:
    with world.practice() as here:
        case = here.client()
        here.cover(case.client, here.aetna, ends_on=world.TODAY - timedelta(days=1))
        [told] = limits.shown(case.client)
        assert told["warnings"] == ["Jun 15: Aetna ended on Jun 14 and nothing follows."] and told["left"] == []
