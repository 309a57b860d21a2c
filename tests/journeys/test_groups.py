"""A group of six: booked from the calendar, attendance tapped, one narrative, one client's own line, six notes signed."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from billing.models import Charge
from claims.demo import cast
from clients.models import Case
from practice.embedded.stack import Stack
from practice.models import Clinician, Job, JobState, Location, Practice
from practice.tenancy import tenant
from sessions.calendar.actions import Asked
from sessions.calendar.recurrence import Pattern
from sessions.groups.booking import book_group
from sessions.models import Appointment, Note, Session
from tests.journeys.budget import Hand
from tests.journeys.judge import judge
from tests.journeys.people import sign_in, until
from tests.journeys.test_calendar import address, at, column

SIX = 6
AT = time(17)


@pytest.fixture
def practice(stack: Stack) -> Practice:
    return Practice.objects.get(slug=cast.SLUG)


@pytest.fixture
def maya(practice: Practice) -> Iterator[Clinician]:
    with tenant(practice):
        yield Clinician.objects.select_related("member__user").get(member__user__first_name="Maya")


def six(practice: Practice, maya: Clinician) -> list[Case]:
    """Cases she may treat, one a client."""
    with tenant(practice):
        rows = Case.objects.filter(discipline=maya.discipline, closed_on=None, client__active=True)
        rows = rows.filter(client__care_team__clinician=maya, client__merged_into=None).select_related("client")
        return list({case.client_id: case for case in rows.order_by("client_id", "id")}.values())[:SIX]


def day_of(practice: Practice) -> date:
    return practice.today() - timedelta(days=1)


def group_of(practice: Practice) -> Appointment:
    with tenant(practice):
        return Appointment.objects.filter(group=True).latest("pk")


def test_it_is_booked_from_the_calendar(page: Page, practice: Practice, maya: Clinician) -> None:
    day = day_of(practice)
    sign_in(page, "maya", practice.slug)
    page.goto(address(practice, maya, day, "day"))
    page.mouse.click(*at(page, day, AT))
    page.get_by_role("dialog").get_by_role("link", name="A group instead").click()
    dialog = page.get_by_role("dialog").filter(has_text="Add group")
    expect(dialog.get_by_label("Date")).to_have_value(f"{day}")
    expect(dialog.get_by_label("Clinician")).to_have_value(str(maya.pk))
    for case in six(practice, maya):
        dialog.get_by_label("Find clients").fill(case.client.name)
        dialog.locator(f'input[name="cases"][value="{case.pk}"]').check()
    expect(dialog.locator('input[name="cases"]:checked')).to_have_count(SIX)
    dialog.get_by_label("Time").fill(f"{AT:%H:%M}")
    dialog.get_by_label("Location").select_option(index=1)
    dialog.get_by_role("button", name="Book group").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Group · 6 clients")
    page.goto(address(practice, maya, day, "day"))
    expect(column(page, day).get_by_role("link").filter(has_text="Group · 6 clients")).to_be_visible()


def test_a_tick_while_an_answer_is_on_its_way_stays(page: Page, practice: Practice, maya: Clinician) -> None:
    sign_in(page, "maya", practice.slug)
    page.goto(reverse("sessions:new_group", args=[practice.slug]))
    one, other = six(practice, maya)[:2]
    box = page.locator(f'input[name="cases"][value="{one.pk}"]')
    page.get_by_label("Find clients").fill(one.client.name)
    expect(page.locator('input[name="cases"]')).to_have_count(1)
    asked: list[Route] = []
    page.route("**/groups/new/**", lambda route: asked.append(route) if not asked else route.continue_())
    with page.expect_request(lambda request: request.method == "POST"):
        page.get_by_label("Find clients").fill(other.client.name)
    box.check()
    expect(page.locator(f'input[name="cases"][value="{other.pk}"]')).to_be_visible()
    expect(box).to_be_checked()


def test_six_notes_by_one_press(page: Page, practice: Practice, maya: Clinician) -> None:
    """From the calendar: all present but one, one narrative, one client's line, one signature."""
    day, appointment = day_of(practice), group_of(practice)
    sign_in(page, "maya", practice.slug)
    page.goto(address(practice, maya, day, "day"))
    hand = Hand(page, "Group of six, signed")
    hand.click(column(page, day).get_by_role("link").filter(has_text="Group · 6 clients"))
    hand.reads(page.get_by_role("button", name="All present"))
    hand.click(page.get_by_role("button", name="All present"))
    hand.sees(".attendance .section-head span", "6 present")
    hand.click(page.get_by_label("Subjective"))
    hand.type("Ready to start.")
    hand.press("Tab")
    hand.type("Took turns at the table.")
    hand.press("Tab")
    hand.type("Turn taking holds for ten minutes.")
    hand.press("Tab")
    hand.type("Weekly group goes on.")
    hand.click(page.locator(".member").first.get_by_placeholder("Own line"))
    hand.type("Needed one cue.")
    page.keyboard.press("Tab")
    expect(page.locator("#save-line")).to_contain_text("Draft saved")
    hand.click(page.get_by_role("button", name="Sign 6 notes"))
    hand.reads(page.get_by_text("6 notes signed."))
    hand.spent(clicks=5, keys=None, seconds=None, answer=1500)
    with tenant(practice):
        found = Session.objects.filter(appointment=appointment)
        assert set(found.values_list("state", flat=True)) == {"signed"}
        notes = list(Note.objects.filter(session__in=found).order_by("session__client__last_name"))
        assert sorted(note.objective for note in notes) == [
            *["Took turns at the table."] * 5, "Took turns at the table.\nNeeded one cue.",
        ]  # fmt: skip
        assert {note.plan for note in notes} == {"Weekly group goes on."}


def test_attendance_is_tapped_one_by_one(page: Page, practice: Practice) -> None:
    """A missed client has no note; what was typed survives the presses."""
    appointment = booked_today(practice)
    sign_in(page, "maya", practice.slug)
    page.goto(reverse("sessions:today", args=[practice.slug]))
    page.get_by_role("link").filter(has_text="Group · 6 clients").click()
    page.get_by_label("Plan").fill("Go on.")
    rows = page.locator(".member")
    rows.nth(1).get_by_role("button", name="Missed").click()
    expect(rows.nth(1).get_by_role("button", name="Missed")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".htmx-request, .htmx-settling")).to_have_count(0)
    present = rows.nth(0).get_by_role("button", name="Present")
    present.focus()
    expect(present).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 present, 1 missed, 4 to mark")).to_be_visible(timeout=20_000)
    expect(page.get_by_label("Plan")).to_have_value("Go on.")
    expect(page.locator("#missing")).to_contain_text("Mark attendance of 4 clients to sign")
    page.get_by_role("button", name="All present").click()
    expect(page.get_by_role("button", name="Sign 5 notes")).to_be_visible()
    with tenant(practice):
        name = rows_of(appointment)[0].client.first_name
    page.get_by_label("Plan").fill(f"{name} goes on.")
    page.get_by_label("Plan").blur()
    expect(page.locator("#names")).to_contain_text(f"{name} stands where others")


def booked_today(practice: Practice) -> Appointment:
    """The same six, this evening."""
    with tenant(practice):
        maya = Clinician.objects.select_related("member").get(member__user__first_name="Maya")
    with tenant(practice, maya.member):
        cases = six(practice, maya)
        place = Location.objects.earliest("pk")
        asked = Asked(
            cases[0], maya, place, practice.today(), time(20), timedelta(minutes=45), Pattern(frozenset({0})), 1
        )
        return book_group(by=maya.member, cases=cases, asked=asked)[0]


def rows_of(appointment: Appointment) -> list[Session]:
    rows = Session.objects.filter(appointment=appointment).select_related("client")
    return list(rows.order_by("client__last_name", "client__first_name", "id"))


@pytest.mark.long
def test_the_pages_look_right(look: Page, practice: Practice, maya: Clinician) -> None:
    sign_in(look, "maya", practice.slug)
    with tenant(practice, maya.member):
        if not Appointment.objects.filter(group=True).exists():  # when this is walked alone
            cases, place = six(practice, maya), Location.objects.earliest("pk")
            asked = Asked(
                case=cases[0], clinician=maya, location=place, first_on=day_of(practice), at=AT,
                length=timedelta(minutes=45), pattern=Pattern(frozenset({day_of(practice).weekday()})), visits=1,
            )  # fmt: skip
            book_group(by=maya.member, cases=cases, asked=asked, over=True)
    appointment = group_of(practice)
    look.goto(reverse("sessions:group", args=[practice.slug, appointment.pk]))
    judge(look, "group")
    look.goto(reverse("sessions:move_group", args=[practice.slug, appointment.pk]))
    judge(look, "group-move")
    look.goto(reverse("sessions:new_group", args=[practice.slug]))
    judge(look, "group-book")
    look.goto(address(practice, maya, day_of(practice), "day"))
    judge(look, "group-calendar")
    with tenant(practice):
        signed = Appointment.objects.filter(group=True).earliest("pk")
    look.goto(reverse("sessions:group", args=[practice.slug, signed.pk]))
    judge(look, "group-signed")
    look.goto(reverse("sessions:my_feed", args=[practice.slug]))
    look.get_by_role("button", name="address").click()
    expect(look.get_by_label("Address of your calendar")).to_be_visible()
    judge(look, "group-feed")


@pytest.mark.long
def test_the_settings_look_right(look: Page, practice: Practice) -> None:
    sign_in(look, "owner", practice.slug)
    look.goto(reverse("sessions:new_room", args=[practice.slug]))
    look.get_by_label("Name").fill(f"Room {uuid4().hex[:4]}")
    look.get_by_label("Clients it holds").fill("6")
    look.get_by_role("button", name="Add room").click()
    expect(look.get_by_role("heading", level=1)).to_have_text("Settings")
    judge(look, "group-rooms")
    look.goto(reverse("sessions:meeting_links", args=[practice.slug]))
    judge(look, "group-telehealth")
    look.goto(reverse("sessions:my_feed", args=[practice.slug]))
    judge(look, "group-feed-owner")


def test_six_charges_of_one_unit(stack: Stack, practice: Practice) -> None:
    """When the invented past is complete: until then its days are charged, not today's."""
    until(lambda: Job.objects.get(kind="demo.history").state == JobState.DONE, "end of the past", 300)
    with tenant(practice):
        clients = list(Appointment.objects.filter(group=True).earliest("pk").sessions.values_list("client", flat=True))

    def charged() -> bool:
        with tenant(practice):
            rows = Charge.objects.filter(client__in=clients, served_on=day_of(practice), code="97150")
            return [row.units for row in rows] == [1] * SIX

    until(charged, "charge of one unit for each client", 120)
