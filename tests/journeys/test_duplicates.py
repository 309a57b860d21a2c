"""Two charts of one person are found, laid side by side, merged, and taken apart again."""

import time

import pytest
from playwright.sync_api import Page, expect

from claims.demo.check import Story, prepare
from clients import actions
from clients.models import Client
from practice.embedded.stack import Stack
from practice.models import Membership
from practice.tenancy import tenant
from tests.journeys.judge import judge
from tests.journeys.people import sign_in

pytestmark = pytest.mark.long  # a story of its own; the quick run has the main ones


@pytest.fixture
def story(stack: Stack) -> Story:
    """A practice of its own."""
    return prepare(f"twice-{time.monotonic_ns() % 10**8}", stack.url)


def _enter_again(story: Story) -> tuple[Client, Client]:
    """The first client entered once more, with her surname in capitals."""
    practice = story.there.practice
    owner = Membership.objects.filter(practice=practice, roles__contains=["owner"])[0]
    with tenant(practice, owner):
        first = Client.objects.order_by("pk").select_related("guarantor")[0]
        names = {"first_name": first.first_name, "last_name": first.last_name.upper()}
        contact = actions.add_contact(by=owner, **names)
        again = actions.add_client(
            by=owner, birth_on=first.birth_on, guarantor=contact, zone=practice.zone, sex=first.sex, **names
        )
        return first, again


def test_two_charts_become_one_and_two_again(look: Page, story: Story) -> None:
    slug = story.there.practice.slug
    sign_in(look, "owner", slug)
    look.goto(f"/p/{slug}/clients/duplicates/")
    expect(look.get_by_text("No two charts look like one person.")).to_be_visible()
    judge(look, "duplicates-none")
    first, again = _enter_again(story)
    look.goto(f"/p/{slug}/clients/")
    look.get_by_role("link", name="Duplicates").click()
    expect(look.locator("[data-row]")).to_have_count(1)
    expect(look.locator("[data-row]")).to_contain_text("same name and birth date")
    judge(look, "duplicates")
    look.locator("[data-row]").get_by_role("link").first.click()
    expect(look.get_by_label(f"Keep chart {first.number}")).to_be_checked()  # more was done on it
    judge(look, "merge")
    look.get_by_label("Reason").fill("Entered twice at the desk")
    look.get_by_role("button", name="Merge charts").click()
    told = look.get_by_text(f"Chart {again.number} was merged into this one.")
    expect(told).to_be_visible()
    judge(look, "merged")
    look.goto(f"/p/{slug}/clients/{again.pk}/merge/{first.pk}/")
    look.get_by_role("button", name="Merge charts").click()
    expect(look.get_by_text("was merged into chart").first).to_be_visible()
    judge(look, "merge-refused")
    look.goto(f"/p/{slug}/clients/{again.pk}/")
    look.get_by_role("button", name="Undo").click()
    expect(look.get_by_text(f"Chart {again.number} stands alone again.")).to_be_visible()
