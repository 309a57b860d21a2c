"""Open sign-ins: listed to their person, ended one by one or together, by her or by an owner."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import Client as Web

from practice import actions, clock
from practice.lock.actions import forget_sign_ins, hashed
from practice.models import AuditEvent, SignIn
from practice.tenancy import tenant
from tests import world
from tests.front_door import sign_in, with_app
from tests.practice.test_lock import here as here
from tests.practice.test_lock import signed_in, status

pytestmark = pytest.mark.django_db

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15) Gecko/20100101 Firefox/130.0"


@pytest.fixture
def two(here: world.World) -> Iterator[tuple[Web, Web]]:
    """Olivia at two browsers, Bob at one."""
    signed_in(here.bob)
    yield signed_in(here.olivia, HTTP_USER_AGENT=MAC), signed_in(here.olivia)


def row_of(web: Web) -> SignIn:
    return SignIn.objects.get(key_hash=hashed(web.session.session_key))


def test_a_person_sees_where_she_is_signed_in(two: tuple[Web, Web]) -> None:
    first, second = two
    page = second.get("/me/sign-ins/")
    assert page.text.count("<li>") == 2
    assert "Firefox on Mac" in page.text and "This one" in page.text
    assert row_of(first).ip == "127.0.0.1"


def test_the_key_of_a_session_is_not_kept(two: tuple[Web, Web]) -> None:
    for web in two:
        row, key = row_of(web), web.session.session_key
        assert row.key_hash != key and len(row.key_hash) == 64
        assert key not in str(list(SignIn.objects.values()))
        assert key not in web.get("/me/sign-ins/").text


def test_one_is_ended_at_its_next_request(two: tuple[Web, Web]) -> None:
    first, second = two
    key = first.session.session_key
    assert second.post(f"/me/sign-ins/{row_of(first).pk}/end/").status_code == 302
    answer = first.get("/p/alder/clients/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["Clear-Site-Data"]) == (401, '"cache", "storage"')
    assert status(second) == 200
    first.cookies["caseload"] = key  # the old cookie again
    assert status(first) == 302


def test_all_others_are_ended(here: world.World, two: tuple[Web, Web]) -> None:
    first, second = two
    bob = signed_in(here.bob)
    third = signed_in(here.olivia)
    assert "Sign out everywhere else" in second.get("/me/sign-ins/").text
    assert second.post("/me/sign-ins/others/end/").status_code == 302
    assert "Signed out in 2 other places." in second.get("/me/sign-ins/").text
    assert [status(web) for web in (first, second, third, bob)] == [302, 200, 302, 200]


def test_another_persons_sign_in_is_not_there(here: world.World, two: tuple[Web, Web]) -> None:
    bob = signed_in(here.bob)
    for web in two:
        assert bob.post(f"/me/sign-ins/{row_of(web).pk}/end/").status_code == 404
        assert status(web) == 200
    assert SignIn.objects.filter(ended_at=None).count() == 4


def test_an_ended_one_cannot_be_ended_again(two: tuple[Web, Web]) -> None:
    first, second = two
    address = f"/me/sign-ins/{row_of(first).pk}/end/"
    assert [second.post(address).status_code for _ in range(2)] == [302, 404]


def test_an_owner_signs_a_member_out_everywhere(here: world.World, two: tuple[Web, Web]) -> None:
    bob = signed_in(here.bob)
    with tenant(here.practice, here.olivia):
        assert actions.end_sign_ins(by=here.olivia, member=here.bob) == 2
        event = AuditEvent.objects.get(verb="end sign-ins")
        assert (event.member_id, event.target_id, event.detail) == (here.olivia.pk, here.bob.pk, {"ended": 2})
    assert status(bob) == 302
    assert status(two[0]) == 200


def test_nobody_else_may(here: world.World, two: tuple[Web, Web]) -> None:
    with tenant(here.practice, here.bob), pytest.raises(PermissionDenied):
        actions.end_sign_ins(by=here.bob, member=here.olivia)
    assert [status(web) for web in two] == [200, 200]


def test_signing_out_ends_it_and_clears_the_browser(two: tuple[Web, Web]) -> None:
    first, second = two
    row = row_of(first)
    answer = first.post("/sign-out/")
    assert (answer.status_code, answer["Clear-Site-Data"]) == (302, '"cache", "storage"')
    assert answer["Cache-Control"].startswith("no-store") or "no-store" in answer["Cache-Control"]
    row.refresh_from_db()
    assert row.ended_at == world.NOON
    assert "Clear-Site-Data" not in second.get("/p/alder/clients/")
    assert second.get("/me/sign-ins/").text.count("<li>") == 1


def test_a_new_password_ends_the_others_and_keeps_this_one(here: world.World, two: tuple[Web, Web]) -> None:
    first, second = two
    user = here.olivia.user
    user.set_password("another battery staple")
    user.save()
    request: Any = HttpRequest()
    request.session, request.user = first.session, user
    update_session_auth_hash(request, user)
    request.session.save()
    first.cookies["caseload"] = request.session.session_key
    assert [status(first), status(second)] == [200, 302]


def test_another_person_at_the_same_browser_leaves_no_ghost(here: world.World, two: tuple[Web, Web]) -> None:
    """Her session ends with her; his has a key of its own."""
    first, second = two
    old = row_of(first)
    assert sign_in(first, with_app(here.bob.user)).status_code == 302
    assert status(first) == 200
    old.refresh_from_db()
    assert old.ended_at == world.NOON and row_of(first).user == here.bob.user
    assert second.get("/me/sign-ins/").text.count("<li>") == 1


def test_the_whole_sign_in_over_a_lock_opens_it(here: world.World, two: tuple[Web, Web]) -> None:
    first, _ = two
    with clock.at(world.NOON + timedelta(minutes=20)):
        assert status(first) == 423
        session = first.session
        session["signed_in_at"] = clock.now().timestamp()  # as the front door writes it
        session.save()
        assert status(first) == 200
        assert row_of(first).begun_at == clock.now()
        SignIn.objects.update(ended_at=clock.now())
    with clock.at(world.NOON + timedelta(minutes=21)):
        session["signed_in_at"] = clock.now().timestamp()
        session.save()
        assert status(first) == 302  # what was ended stays ended


def test_a_long_list_has_pages(here: world.World, two: tuple[Web, Web]) -> None:
    for number in range(25):
        SignIn.objects.create(
            user=here.olivia.user,
            key_hash=f"{number:064}",
            begun_at=world.NOON,
            active_at=world.NOON,
            device="A browser",
        )
    page = two[0].get("/me/sign-ins/")
    assert page.text.count("<li>") == 20 and "1–20 of 27" in page.text
    assert two[0].get("/me/sign-ins/?page=2").text.count("<li>") == 7


def test_what_is_long_over_is_not_listed_and_forgotten_after_a_week(here: world.World, two: tuple[Web, Web]) -> None:
    first, _ = two
    with clock.at(world.NOON + timedelta(days=6)):
        assert forget_sign_ins() == 0
    with clock.at(world.NOON + timedelta(days=8)):
        assert forget_sign_ins() == 3
        assert status(first) == 302  # the session does not begin anew


def test_the_lock_asks_one_query(here: world.World, django_assert_num_queries: Any) -> None:
    web = signed_in(here.olivia)
    with django_assert_num_queries(3):  # session, person, sign-in
        web.get("/lock/state/")
