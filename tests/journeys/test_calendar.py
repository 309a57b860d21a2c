"""The front desk's calendar: a series booked from a free place, a visit dragged, a series moved across a change of clocks."""

import time as time_module
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from claims.demo import cast
from claims.demo.check import prepare
from clients.models import Case
from practice.embedded.stack import Stack
from practice.models import Clinician, Practice
from practice.tenancy import tenant
from sessions.models import Session
from tests.journeys.budget import Hand
from tests.journeys.judge import QUICK, REST, judge, put_on
from tests.journeys.people import sign_in

VISITS = 40  # weeks: no day of the year is as far from the next change of clocks
AT = time(17, 15)


@pytest.fixture
def practice(stack: Stack) -> Practice:
    return Practice.objects.get(slug=cast.SLUG)


@pytest.fixture
def maya(practice: Practice) -> Iterator[Clinician]:
    with tenant(practice):
        yield Clinician.objects.select_related("member__user").get(member__user__first_name="Maya")


def monday(practice: Practice) -> date:
    """The next but one."""
    today = practice.today()
    return today + timedelta(days=14 - today.weekday())


def address(practice: Practice, clinician: Clinician, day: date, view: str = "week") -> str:
    return reverse("sessions:calendar", args=[practice.slug]) + f"?view={view}&on={day}&clinician={clinician.pk}"


def local(sessions: Any) -> list[tuple[date, time]]:
    zoned = [each.starts_at.astimezone(ZoneInfo(each.location.zone)) for each in sessions]
    return [(each.date(), each.time()) for each in zoned]


def visit(practice: Practice, maya: Clinician, day: date, when: time = AT) -> Session:
    """Hers that begins then."""
    starts_at = datetime.combine(day, when, tzinfo=ZoneInfo(cast.ZONE))
    with tenant(practice):
        rows = Session.objects.select_related("client", "location", "appointment")
        return rows.get(clinician=maya, starts_at=starts_at)


def series_of(practice: Practice, one: Session) -> list[Session]:
    """All visits of its series, in order."""
    with tenant(practice):
        rows = Session.objects.filter(appointment__series=one.appointment.series_id).select_related("location")
        return list(rows.order_by("starts_at"))


def column(page: Page, day: date) -> Any:
    return page.locator(f'[data-column][data-day="{day}"]')


def at(page: Page, day: date, when: time) -> tuple[float, float]:
    """Where a time stands in the window."""
    slots = column(page, day).locator("[data-slots]")
    slots.scroll_into_view_if_needed()
    box = slots.bounding_box()
    first = int(page.locator("[data-calendar]").get_attribute("data-first") or 0)
    rows = int(slots.get_attribute("data-rows") or 0)
    assert box is not None
    slot = (when.hour - first) * 4 + when.minute // 15
    return box["x"] + box["width"] - 12, box["y"] + box["height"] * (slot + 0.5) / rows


def test_a_series_is_booked_from_a_free_place(page: Page, practice: Practice, maya: Clinician) -> None:
    day = monday(practice)
    sign_in(page, "desk", practice.slug)
    page.goto(address(practice, maya, day))
    page.mouse.click(*at(page, day, AT))
    dialog = page.get_by_role("dialog").filter(has_text="Add session")
    expect(dialog.get_by_label("Date")).to_have_value(f"{day}")
    expect(dialog.get_by_label("Time")).to_have_value(f"{AT:%H:%M}")
    expect(dialog.get_by_label("Clinician")).to_have_value(str(maya.pk))
    with tenant(practice):
        case = Case.objects.filter(discipline=maya.discipline, closed_on=None, client__active=True).order_by("id")[0]
    dialog.get_by_label("Client").select_option(str(case.pk))
    dialog.get_by_label("Location").select_option(index=1)
    dialog.get_by_label("Repeat").select_option("1")
    dialog.get_by_label("Visits").fill(str(VISITS))
    dialog.get_by_label("Visits").blur()
    expect(dialog.get_by_text(f"{VISITS} visits:")).to_be_visible()
    dialog.get_by_role("button", name="Book").click()
    expect(page.get_by_text(f"{VISITS} visits booked, the last on")).to_be_visible()
    found = series_of(practice, visit(practice, maya, day))
    assert local(found) == [(day + timedelta(weeks=n), AT) for n in range(VISITS)]


def test_a_visit_is_dragged_to_another_time(page: Page, practice: Practice, maya: Clinician) -> None:
    day = monday(practice)
    name = visit(practice, maya, day).client.name
    sign_in(page, "desk", practice.slug)
    page.goto(address(practice, maya, day))
    drawn = column(page, day).get_by_role("link").filter(has_text=name).filter(has_text="5:15 PM")
    box = drawn.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 4)
    page.mouse.down()
    x, y = at(page, day + timedelta(days=1), time(17))
    page.mouse.move(x, y - 20, steps=4)
    page.mouse.move(x, y, steps=4)
    page.mouse.up()
    expect(page.get_by_text("Moved:")).to_be_visible()
    expect(column(page, day + timedelta(days=1)).get_by_role("link").filter(has_text=name)).to_be_visible()
    assert visit(practice, maya, day + timedelta(days=1), time(17)).client.name == name


def test_a_series_is_moved_across_a_change_of_clocks(page: Page, practice: Practice, maya: Clinician) -> None:
    """From its second visit on to Wednesdays at 5 PM, by the form; after March 14 too."""
    second = monday(practice) + timedelta(weeks=1)
    sign_in(page, "desk", practice.slug)
    page.goto(address(practice, maya, second))
    one = visit(practice, maya, second)
    name = one.client.name
    hand = Hand(page, f"Move {VISITS - 1} visits of a series across a change of clocks")
    hand.click(column(page, second).get_by_role("link").filter(has_text=name).filter(has_text="5:15 PM"))
    dialog = page.get_by_role("dialog").filter(has_text=name)
    hand.click(dialog.get_by_text("Another time"))
    expect(dialog.get_by_label("Date")).to_be_visible()
    dialog.get_by_label("Date").focus()
    hand.type(f"{second + timedelta(days=2):%m%d%Y}")
    hand.press("Tab")  # to the button of the date's own calendar
    hand.press("Tab")
    hand.type("0500PM")
    expect(dialog.get_by_label("Time")).to_have_value("17:00")
    dialog.get_by_label("Moves").focus()
    hand.press("ArrowDown")
    expect(dialog.get_by_label("Moves")).to_have_value("yes")
    hand.click(dialog.get_by_role("button", name="Move visit"))
    hand.reads(page.get_by_text(f"Moved: {VISITS - 1} visits from"))
    hand.spent(clicks=3, keys=20, seconds=15, answer=1500)
    found = series_of(practice, one)
    wednesdays = [second + timedelta(weeks=n, days=2) for n in range(VISITS - 1)]
    assert local(found)[1:] == [(day, time(17)) for day in wednesdays]
    assert {each.starts_at.hour for each in found[1:]} == {22, 23}  # 5 PM in Chicago, on both sides


@pytest.mark.long
def test_the_pages_look_right(look: Page, practice: Practice, maya: Clinician) -> None:
    day = monday(practice) + timedelta(weeks=1)
    sign_in(look, "desk", practice.slug)
    look.goto(address(practice, maya, day))
    judge(look, "calendar-week")
    look.goto(address(practice, maya, practice.today(), "day"))
    judge(look, "calendar-day")
    calendar = reverse("sessions:calendar", args=[practice.slug])
    look.goto(f"{calendar}?view=week&on={practice.today()}&clinician=")
    judge(look, "calendar-everybody")
    look.goto(f"{calendar}?view=day&on=2031-01-01&clinician=")
    judge(look, "calendar-empty")
    look.goto(address(practice, maya, day))
    look.locator("a.event[data-move]").first.click()
    look.get_by_text("Another time").click()
    judge(look, "calendar-visit")
    look.goto(reverse("sessions:time_off", args=[practice.slug]))
    look.get_by_role("button", name="Take time off").click()
    judge(look, "calendar-time-off")
    look.goto(reverse("sessions:book", args=[practice.slug]))
    look.get_by_label("Repeat").select_option("1")
    judge(look, "calendar-book")


def test_a_session_is_logged_beside_the_calendar(page: Page, stack: Stack) -> None:
    """A press opens it at the right, the signature opens the next one, and the calendar stays where it is."""
    story = prepare(f"beside-{time_module.monotonic_ns() % 10**8}", stack.url)
    first, second = story.sessions[:2]
    practice = story.there.practice
    sign_in(page, "maya", practice.slug)
    page.goto(reverse("sessions:calendar", args=[practice.slug]))
    panel = page.locator("#panel")
    expect(panel).to_be_empty()
    hand = Hand(page, "Log a session from the calendar, sign, next")
    hand.click(page.locator("a.event", has_text=first.client.name))
    hand.reads(panel.locator("#client-name", has_text=first.client.name))
    assert f"open={first.pk}" in page.url
    expect(panel).to_be_focused()
    expect(page.locator("a.event[aria-current]")).to_contain_text(first.client.name)
    for look in (QUICK, *REST):
        put_on(page, look)
        page.looks = [look]  # type: ignore[attr-defined]
        judge(page, "calendar-beside")
    put_on(page, REST[0])
    for part in ("Subjective", "Objective", "Assessment", "Plan"):
        panel.get_by_label(part, exact=True).fill("As it was.")
    hand.click(panel.locator("[data-minutes]").first)
    hand.type("38")
    hand.sees("#units-total", "3")
    hand.press("Control+Enter")
    hand.reads(panel.locator("#client-name", has_text=second.client.name))
    hand.spent(clicks=2, keys=6, seconds=8, answer=1000)
    assert "/calendar/" in page.url and f"open={second.pk}" in page.url
    expect(page.locator("a.event.signed")).to_contain_text(first.client.name)
    panel.get_by_role("link", name="Another time").click()
    expect(page.get_by_role("dialog").get_by_label("Date")).to_be_visible()
    page.keyboard.press("Escape")
    panel.get_by_role("button", name="Check in").click()
    expect(page.locator("a.event.arrived")).to_contain_text(second.client.name)
    assert f"open={second.pk}" in page.url
    page.get_by_role("link", name="Close", exact=True).click()
    expect(panel).to_be_empty()
