"""The pages of groups: booked from the calendar, marked, written, signed; and what the calendar and the day show."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Web
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients import actions as clients
from clients.models import CareTeam, Case
from sessions import actions as sessions
from sessions.groups import actions
from sessions.groups.composing import Own
from sessions.groups.forms import OFFERED
from sessions.minutes import Typed
from sessions.models import Appointment, GroupDraft, Note, NoteDraft, Session
from tests import world
from tests.sessions.test_groups import NAMES, group, rows, write

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def cases(here: world.World) -> list[Case]:
    return [here.client(payer=here.aetna, first=first, last=last) for first, last in NAMES]


@pytest.fixture
def made(here: world.World, cases: list[Case]) -> Appointment:
    return group(here, cases)


def at(here: world.World, name: str, *args: Any) -> str:
    return reverse(f"sessions:{name}", args=[here.slug, *args])


def signed_in(web: Web, who: Any) -> Web:
    web.force_login(who.user)
    return web


def form(appointment: Appointment, **more: Any) -> dict[str, Any]:
    """What stands on the page of a group."""
    typed = {"code": ["97150"], "minutes": ["45"], "modifiers": [""], "version": "", **world.NOTE}
    return typed | {f"words-{row.pk}": "" for row in rows(appointment)} | more


def test_a_group_is_booked(web: Web, here: world.World, cases: list[Case]) -> None:
    signed_in(web, here.sam)
    url = at(here, "new_group")
    page = web.get(url + "?date=2026-06-16&time=09:00", headers=HTMX).content.decode()
    assert "Ana Arroyo · Stroke, left side weakness, OT" in page and 'value="2026-06-16"' in page
    asked = {
        "cases": [case.pk for case in cases], "clinician": here.ot.pk, "location": here.location.pk,
        "date": "2026-06-16", "time": "09:00", "length": "60", "repeat": "1", "visits": "2",
    }  # fmt: skip
    assert "Tick who is in the group" in web.post(url, asked | {"cases": []}).content.decode()
    answer = web.post(url, asked, follow=True)
    assert answer.redirect_chain == [(at(here, "group", Appointment.objects.order_by("pk")[0].pk), 302)]
    assert "2 group sessions booked, the last on Jun 23" in answer.content.decode()
    assert Session.objects.count() == 12
    refused = web.post(url, asked)
    assert refused.status_code == 422 and "with somebody else on Jun 16 and Jun 23" in refused.content.decode()


def test_clients_are_found_by_name_and_who_is_ticked_stays(web: Web, here: world.World, cases: list[Case]) -> None:
    for n in range(OFFERED):
        here.client(first="Zoe", last=f"Zeller{n:02}", clinician=here.pt)
    signed_in(web, here.sam)
    url = at(here, "new_group")
    page = web.get(f"{url}?clinician={here.ot.pk}").content.decode()
    assert page.count('name="cases"') == OFFERED and "6 more: find them by name" in page
    assert page.index("Ana Arroyo") < page.index("Zoe Zeller")  # whom she treats first
    asked = {"narrow": "1", "find": "zeller39", "cases": [cases[0].pk, "x"], "date": "2026-06-16", "time": "09:00"}
    answer = web.post(url, asked, headers=HTMX)
    page = answer.content.decode()
    assert (answer.status_code, page.count('name="cases"')) == (200, 2)
    assert "Ana Arroyo" in page and "Zoe Zeller39" in page and "Zoe Zeller38" not in page
    assert page.count("checked") == 1 and 'value="2026-06-16"' in page and 'value="zeller39"' in page
    assert "required" not in web.post(url, asked | {"find": "nobody", "cases": []}).content.decode().split("<form")[-1]
    assert "Nobody is called that" in web.post(url, asked | {"find": "nobody", "cases": []}).content.decode()


def test_what_limits_its_clients_is_said(web: Web, here: world.World, cases: list[Case]) -> None:
    for case in cases:
        clients.add_authorization(
            by=here.olivia, case=case, coverage=case.client.coverages.get(), number="A1", allowed=1,
            starts_on=world.TODAY, ends_on=world.TODAY,
        )  # fmt: skip
    signed_in(web, here.sam)
    asked = {
        "cases": [case.pk for case in cases], "clinician": here.ot.pk, "location": here.location.pk,
        "date": "2026-06-22", "time": "09:00", "length": "60", "repeat": "1", "visits": "2",
    }  # fmt: skip
    page = web.post(at(here, "new_group"), asked, follow=True).content.decode()
    assert page.count("Booked. ") == 6 and "Booked. Ana Arroyo: " in page


def test_the_calendar_shows_one_event(web: Web, here: world.World, made: Appointment) -> None:
    sessions.move(by=here.sam, session=rows(made)[0], state="cancelled")
    for who in (here.sam, here.alice):
        page = signed_in(web, who).get(at(here, "calendar") + "?view=day&on=2026-06-15&clinician=").content.decode()
        assert page.count("Group · 5 clients") == 1
        assert "Ana Arroyo" not in page and at(here, "group", made.pk) in page
        assert "1 session." in page
    colleague = signed_in(web, here.pt.member).get(at(here, "calendar") + "?view=day&on=2026-06-15&clinician=")
    assert colleague.content.decode().count("Busy") == 1
    assert "Group" not in colleague.content.decode()


def test_a_colleague_sees_her_own_client_alone(
    web: Web, here: world.World, cases: list[Case], made: Appointment
) -> None:
    clients.assign(by=here.olivia, client=cases[2].client, clinician=here.pt)
    page = (
        signed_in(web, here.pt.member).get(at(here, "calendar") + "?view=day&on=2026-06-15&clinician=").content.decode()
    )
    assert page.count("Cleo Cruz") == 1 and "Busy" not in page and "Ben Bell" not in page
    assert web.get(at(here, "group", made.pk)).status_code == 404
    booking = web.get(at(here, "booking", rows(made)[2].pk)).content.decode()
    assert "Open the group" not in booking and "Another time" not in booking


def test_a_colleague_moves_nobody_elses_group(
    web: Web, here: world.World, cases: list[Case], made: Appointment
) -> None:
    """Nor does moving it put its clinician back on the team of who has left it."""
    clients.assign(by=here.olivia, client=cases[2].client, clinician=here.assistant)
    before = rows(made)[2]
    there = Appointment.objects.get(pk=made.pk).during
    page = signed_in(web, here.carol).get(at(here, "calendar") + "?view=day&on=2026-06-15&clinician=").content.decode()
    assert "Cleo Cruz" in page and "data-move=" not in page
    asked = {"date": "2026-06-16", "time": "15:00", "length": "60", "clinician": here.assistant.pk,
             "location": here.location.pk}  # fmt: skip
    answer = web.post(at(here, "reschedule", before.pk), asked)
    assert answer.status_code == 422 and "This is a group of Alice Atherton" in answer.content.decode()
    assert Appointment.objects.get(pk=made.pk).during == there
    left = rows(made)[0]
    sessions.move(by=here.sam, session=left, state="cancelled")
    CareTeam.objects.filter(client=left.client, clinician=here.ot).delete()
    moved = signed_in(web, here.sam).post(at(here, "move_group", made.pk), asked | {"clinician": here.ot.pk})
    assert moved.status_code == 302 and Appointment.objects.get(pk=made.pk).during != there
    assert not CareTeam.objects.filter(client=left.client, clinician=here.ot).exists()


def test_the_day_shows_one_row(web: Web, here: world.World, cases: list[Case], made: Appointment) -> None:
    signed_in(web, here.alice)
    page = web.get(at(here, "today")).content.decode()
    assert page.count("Group · 6 clients") == 1 and "No session is open" in page
    assert "Stroke, left side weakness" in page
    one = web.get(at(here, "session", rows(made)[0].pk)).content.decode()
    assert "Part of a group" in one
    alone = here.booked(here.client(first="Zoe"))
    assert "Zoe Nakamura" in web.get(at(here, "today")).content.decode()
    web.post(at(here, "sign", alone.pk), {"code": ["97150"], "minutes": ["45"], "version": "", **world.NOTE})
    assert Note.objects.count() == 1


def test_the_page_for_whom(web: Web, here: world.World, made: Appointment) -> None:
    url = at(here, "group", made.pk)
    desk = signed_in(web, here.sam).get(url).content.decode()
    assert "All present" in desk and "Services for all" not in desk and "Sign 0 notes" not in desk
    owner = signed_in(web, here.olivia).get(url).content.decode()
    assert "Services for all" not in owner
    hers = signed_in(web, here.alice).get(url).content.decode()
    assert "Mark attendance of 6 clients to sign" in hers and 'value="45"' in hers
    assert signed_in(web, here.bob).get(url).status_code == 403


def test_attendance_by_one_press(web: Web, here: world.World, made: Appointment) -> None:
    first, second, *_ = rows(made)
    url = at(here, "attendance", made.pk)
    signed_in(web, here.sam)
    assert web.post(url, {"mark": f"{first.pk}:missed"}).status_code == 302
    panel = web.post(url, {"all": "1"}, headers=HTMX).content.decode()
    assert "5 present, 1 missed" in panel
    assert [row.state for row in rows(made)] == ["missed", *["arrived"] * 5]
    signed_in(web, here.alice)
    own = {f"words-{second.pk}": "Led the group."}
    panel = web.post(url, form(made, mark=f"{first.pk}:arrived", **own), headers=HTMX).content.decode()
    assert "Led the group." in panel and "6 present" in panel and "Sign 6 notes" in panel
    assert GroupDraft.objects.get().own_of(second.pk) == Own("Led the group.")
    for mark in (f"{first.pk}:nothing", "", "x:arrived"):
        assert web.post(url, form(made, mark=mark, version="1", **own)).status_code in (404, 422)
    stale = web.post(url, form(made, mark=f"{first.pk}:missed", plan="Other."), headers=HTMX)
    assert (
        stale.status_code == 409 and "another window" in stale.content.decode() and "Other." in stale.content.decode()
    )
    assert rows(made)[0].state == "missed"  # the mark stands
    theirs = form(made, **{f"words-{second.pk}": "Followed.", "version": "0"})
    apart = web.post(at(here, "save_group", made.pk), theirs, headers=HTMX)
    assert (
        apart.status_code == 409 and f'data-take="words-{second.pk}" value="Led the group."' in apart.content.decode()
    )


def test_a_name_in_a_note_that_was_begun_apart_stops_the_signature_too(
    web: Web, here: world.World, made: Appointment
) -> None:
    ana = rows(made)[0]
    actions.mark_all_present(by=here.sam, appointment=made)
    sessions.save_draft(
        by=here.alice, session=ana, parts={**world.NOTE, "plan": "Ben helps her."}, lines=[Typed("97150", 45)]
    )
    signed_in(web, here.alice)
    answer = web.post(at(here, "sign_group", made.pk), form(made))
    assert answer.status_code == 422 and "Ben stands where others of the group" in answer.content.decode()
    assert not Note.objects.exists()


def test_a_press_that_comes_too_late(web: Web, here: world.World, made: Appointment) -> None:
    write(here, made)
    actions.mark_all_present(by=here.alice, appointment=made)
    actions.sign_group(by=here.alice, appointment=made)
    page = signed_in(web, here.sam).post(at(here, "attendance", made.pk), {"mark": f"{rows(made)[0].pk}:missed"})
    assert page.status_code == 409 and "cannot become" in page.content.decode()


def test_what_is_typed_is_saved(web: Web, here: world.World, made: Appointment) -> None:
    signed_in(web, here.alice)
    first = rows(made)[0]
    url = at(here, "save_group", made.pk)
    typed = form(made, **{f"words-{first.pk}": "Led.", f"minutes-{first.pk}-97150": "30", "plan": ""})
    answer = web.post(url, typed, headers=HTMX).content.decode()
    assert 'id="version" value="1"' in answer and "Needed to sign" in answer and f"wants-{first.pk}" in answer
    draft = GroupDraft.objects.get()
    assert draft.own_of(first.pk) == Own("Led.", (Typed("97150", 30),))
    assert web.post(url, typed | {"version": "1"}).status_code == 302
    odd = web.post(url, typed | {"version": "2", f"minutes-{first.pk}-97150": "soon"}, headers=HTMX)
    assert odd.status_code == 200 and f'id="minutes-{first.pk}-97150-error"' in odd.content.decode()
    assert GroupDraft.objects.get().own_of(first.pk) == Own("Led.")
    page = web.post(url, typed | {"version": "3", f"minutes-{first.pk}-97150": "soon"})
    assert page.status_code == 422 and 'value="soon"' in page.content.decode()
    stale = web.post(url, form(made, version="1"), headers=HTMX)
    assert stale.status_code == 409 and "another window" in stale.content.decode()
    assert web.post(url, form(made, version="1")).status_code == 409
    long = web.post(url, typed | {"version": "4", f"words-{first.pk}": "x" * 2001}, headers=HTMX)
    assert long.status_code == 422 and "at most 2,000" in long.content.decode()
    assert web.post(url, typed | {"version": "4", f"words-{first.pk}": "x" * 2001}).status_code == 422
    assert signed_in(web, here.sam).post(url, typed).status_code == 403


def test_a_code_is_added_for_all(web: Web, here: world.World, made: Appointment) -> None:
    signed_in(web, here.alice)
    url = at(here, "change_group_rows", made.pk)
    panel = web.post(url, form(made, add="97530"), headers=HTMX).content.decode()
    assert panel.count("97530 for ") == 7 and "Minutes of 97530 for all" in panel
    back = web.post(
        url, form(made, code=["97150", "97530"], minutes=["45", "15"], remove="2", version="1"), headers=HTMX
    )
    assert "97530 for all" not in back.content.decode()
    assert web.post(url, form(made, add="97110", version="1"), headers=HTMX).status_code == 409


def test_six_notes_are_signed_by_one_press(web: Web, here: world.World, made: Appointment) -> None:
    signed_in(web, here.alice)
    url = at(here, "sign_group", made.pk)
    refused = web.post(url, form(made))
    assert refused.status_code == 422 and "Nobody is marked present" in refused.content.decode()
    actions.mark_all_present(by=here.alice, appointment=made)
    first = rows(made)[0]
    page = web.get(at(here, "group", made.pk)).content.decode()
    assert "Sign 6 notes" in page and "6 notes are signed in your name; a signature cannot be undone." in page
    named = web.post(url, form(made, version="1", plan="Ben goes on."))
    assert named.status_code == 422 and "Ben stands where others of the group" in named.content.decode()
    odd = web.post(url, form(made, version="2", **{f"minutes-{first.pk}-97150": "soon"}))
    assert odd.status_code == 422 and not Note.objects.exists()
    answer = web.post(url, form(made, version="3", plan="Ben goes on.", names_checked="1"), follow=True)
    assert answer.redirect_chain[0][0] == at(here, "today") and "6 notes signed." in answer.content.decode()
    assert Note.objects.count() == 6
    done = web.get(at(here, "group", made.pk)).content.decode()
    assert "Services for all" not in done and done.count("Signed") >= 6
    assert "Group · 6 clients" in web.get(at(here, "today")).content.decode()


def test_a_note_begun_on_its_own_page(web: Web, here: world.World, made: Appointment) -> None:
    signed_in(web, here.alice)
    first = rows(made)[0]
    write(here, made, {first.pk: Own("Led the group.")})
    page = web.get(at(here, "session", first.pk)).content.decode()
    assert "Grip 14 kg.\nLed the group." in page and 'name="version" id="version" value=""' in page
    typed = {"code": ["97150"], "minutes": ["20"], "version": "", **world.NOTE}
    assert web.post(at(here, "save_draft", first.pk), typed).status_code == 302
    assert NoteDraft.objects.count() == 1
    assert "Written on the client’s own page" in web.get(at(here, "group", made.pk)).content.decode()


def test_who_is_in_it_changes(web: Web, here: world.World, cases: list[Case]) -> None:
    made = group(here, cases[:4], visits=2)
    signed_in(web, here.sam)
    url = at(here, "add_to_group", made.pk)
    assert "Only this time" in web.get(url, headers=HTMX).content.decode()
    assert web.post(url, {"case": cases[4].pk, "following": "yes"}).status_code == 302
    assert Session.objects.count() == 10
    twice = web.post(url, {"case": cases[4].pk})
    assert twice.status_code == 422 and "in this group already" in twice.content.decode()
    cancel = at(here, "cancel_group", made.pk)
    assert "10 sessions canceled" in web.post(cancel, {"following": "1"}, follow=True).content.decode()
    assert "only planned" in web.post(cancel, follow=True).content.decode()
    here.booked(here.client(first="Zoe"), at=made.during.lower.astimezone(made.zone).time())
    taken = web.post(url, {"case": cases[5].pk})
    assert taken.status_code == 422 and "given to somebody else" in taken.content.decode()


def test_a_group_is_moved(web: Web, here: world.World, cases: list[Case], made: Appointment) -> None:
    signed_in(web, here.sam)
    url = at(here, "move_group", made.pk)
    assert "Cancel the group" in web.get(url, headers=HTMX).content.decode()
    to = {"date": "2026-06-16", "time": "10:00", "length": "45", "clinician": here.ot.pk, "location": here.location.pk}
    assert web.post(url, to).status_code == 302
    back = web.post(url, to | {"time": "11:00", "back": "?view=day"})
    assert back.url == at(here, "calendar") + "?view=day"
    here.booked(here.client(first="Zoe"), day=world.TODAY + world.WEEK, at=made.during.lower.time())
    taken = web.post(url, to | {"date": "2026-06-22", "time": made.during.lower.strftime("%H:%M")})
    assert taken.status_code == 422 and "with somebody else" in taken.content.decode()
    actions.mark(by=here.sam, session=rows(made)[0], state="arrived")
    begun = web.post(url, to)
    assert begun.status_code == 422 and "in session; this group is not moved" in begun.content.decode()


def test_thirty_cost_as_many_queries_as_two(web: Web, here: world.World) -> None:
    many = [here.client(first="Kim", last=f"Kim{n:02}") for n in range(30)]
    few, all_of_them = group(here, many[:2]), group(here, many, first_on=world.TODAY + world.WEEK)
    signed_in(web, here.alice)
    counts = []
    for appointment in (few, all_of_them):
        write(here, appointment)
        actions.mark_all_present(by=here.alice, appointment=appointment)
        url = at(here, "group", appointment.pk)
        web.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert web.get(url).status_code == 200
        version = GroupDraft.objects.get(appointment=appointment).version
        with CaptureQueriesContext(connection) as saved:
            assert (
                web.post(at(here, "save_group", appointment.pk), form(appointment, version=version)).status_code == 302
            )
        counts.append((len(asked), len(saved)))
    assert counts[0] == counts[1]
