"""The idle lock: decided by the server, whatever a page, a header or a script says."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.db import IntegrityError, transaction
from django.test import Client as Web
from django.urls import get_resolver

from practice import actions, clock, second_factor
from practice.checks import _walk
from practice.findings import BadInput
from practice.lock import actions as lock
from practice.lock.marks import is_polled
from practice.models import AuditEvent, DevicePin, Practice, SignIn, SignInAttempt
from practice.tenancy import tenant
from tests import world
from tests.practice import lived_in

pytestmark = pytest.mark.django_db

POLLS = ("progress/", "claims/count/", "remittances/count/", "invoices/count/")
PIN = "290471"


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as found:
        found.client(payer=found.aetna, last="Quillfeather")
    with clock.at(world.NOON):
        yield found


@contextmanager
def later(**wait: float) -> Iterator[None]:
    """So long after noon."""
    with clock.at(world.NOON + timedelta(**wait)):
        yield


def signed_in(member: Any, **kwargs: Any) -> Web:
    """At her browser since noon, with a second factor, having opened a page."""
    web = Web(**kwargs)
    web.force_login(member.user)
    session = web.session
    session["signed_in_at"] = session["second_factor_at"] = world.NOON.timestamp()
    session.save()
    web.base = f"/p/{member.practice.slug}/"  # type: ignore[attr-defined]
    assert web.get(f"{web.base}clients/").status_code == 200  # type: ignore[attr-defined]
    return web


def status(web: Any, path: str = "clients/", **headers: str) -> int:
    return web.get(web.base + path, headers=headers).status_code


def unlocked(web: Web, **data: str) -> int:
    return web.post("/lock/", data, headers={"Accept": "application/json"}).status_code


# --- when it locks -----------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "seconds", "answer"), [(14, 59, 200), (15, 1, 423)])
def test_it_locks_after_fifteen_minutes(here: world.World, minutes: int, seconds: int, answer: int) -> None:
    web = signed_in(here.olivia)
    with later(minutes=minutes, seconds=seconds):
        assert status(web) == answer


def test_what_a_person_does_keeps_it_open(here: world.World) -> None:
    web = signed_in(here.olivia)
    for minutes in range(10, 61, 10):
        with later(minutes=minutes):
            assert status(web) == 200
    with later(minutes=74, seconds=59):
        assert status(web) == 200
    with later(minutes=90):
        assert status(web) == 423


@pytest.mark.parametrize("path", POLLS)
def test_half_an_hour_of_polling_keeps_nothing_open(here: world.World, path: str) -> None:
    web = signed_in(here.olivia)
    for seconds in range(30, 900, 30):
        with later(seconds=seconds):
            assert status(web, path) == 200
            assert web.get("/lock/state/").json()["seconds"] == 900 - seconds
    for seconds in range(900, 1800, 90):
        with later(seconds=seconds):
            assert status(web, path) == 423
            assert web.get("/lock/state/").json() | {"token": ""} == {
                "locked": True, "seconds": 0, "user": here.olivia.user_id, "pin": False, "passkey": False, "token": "",
            }  # fmt: skip


def test_whatever_pages_ask_by_themselves_is_marked() -> None:
    """A new strip or count that is forgotten fails here."""
    views = dict(_walk(get_resolver().url_patterns, ""))
    marked = {address.removeprefix("p/<slug:slug>/") for address, view in views.items() if is_polled(view)}
    assert marked >= set(POLLS)
    folder = Path(__file__).parents[2] / "templates"
    asking = [
        (path.name, found)
        for path in folder.rglob("*.html")
        for found in re.findall(r"<[^<>]*hx-trigger=\"[^\"]*(?:every|counts)[^\"]*\"[^<>]*>", path.read_text())
    ]
    assert [name for name, found in asking] and all("data-quiet" in found for name, found in asking)
    addresses = {match for name, found in asking for match in re.findall(r'hx-get="{{ ([\w.]+) }}"', found)}
    assert addresses == {"progress.url", "item.count_url"}


FORGED = {
    "X-Requested-With": "XMLHttpRequest",
    "X-Human": "1",
    "HX-Trigger": "click",
    "HX-Boosted": "true",
    "X-Skip-Timeout-Reset": "0",
}


def test_forged_headers_and_parameters_change_nothing(here: world.World) -> None:
    web = signed_in(here.olivia)
    with later(minutes=14):
        assert status(web, "progress/?skip_timeout_reset=0&human=1", **FORGED) == 200
    with later(minutes=16):
        assert status(web, "clients/?skip_timeout_reset=1&locked=0", **FORGED) == 423
        assert status(web, "progress/", **FORGED) == 423


def test_refusals_keep_nothing_open(here: world.World) -> None:
    """A save that fails is tried again by its page for ever."""
    web = signed_in(here.bob, enforce_csrf_checks=True)
    with later(minutes=14):
        assert status(web, "today/") == 403
        assert status(web, "nowhere/") == 404
        assert web.post("/lock/stay/").status_code == 403
    with later(minutes=16):
        assert status(web) == 423


def test_staying_is_said_to_the_server(here: world.World) -> None:
    web = signed_in(here.olivia)
    with later(minutes=14):
        assert web.post("/lock/stay/").json() == {"locked": False, "seconds": 900}
    with later(minutes=28):
        assert web.get("/lock/state/").json()["seconds"] == 60
        assert status(web) == 200
    with later(minutes=44):
        assert web.post("/lock/stay/").status_code == 423


def test_one_tab_keeps_the_other_open_and_opens_it(here: world.World) -> None:
    """Tabs share the session: what counts is the last thing done in any."""
    web = signed_in(here.olivia)
    with later(minutes=14):
        assert status(web) == 200
    with later(minutes=16):
        assert web.get("/lock/state/").json()["seconds"] == 780
    with later(minutes=40):
        assert web.get("/lock/state/").json()["locked"]
        assert unlocked(web, password=world.PASSWORD) == 200
        state = web.get("/lock/state/").json()
        assert (state["locked"], state["seconds"]) == (False, 900)


def test_a_longer_time_chosen_later_does_not_open_it(here: world.World) -> None:
    web = signed_in(here.olivia)
    with later(minutes=16):
        assert status(web, "progress/") == 423
        Practice.objects.filter(pk=here.practice.pk).update(idle_minutes=60)
        assert status(web) == 423


# --- by practice -------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [5, 60])
def test_the_practice_chooses_its_minutes(here: world.World, minutes: int) -> None:
    owner, other = signed_in(here.olivia), signed_in(here.bob)
    assert owner.post("/p/alder/settings/security/", {"minutes": minutes}).status_code == 302
    with later(minutes=minutes, seconds=-1):
        assert status(other) == 200
    with later(minutes=2 * minutes):
        assert status(other) == 423
    with tenant(here.practice):
        event = AuditEvent.objects.get(verb="set idle minutes")
        assert (event.member_id, event.detail) == (here.olivia.pk, {"before": 15, "after": minutes})


def test_its_page_stands_within_the_settings(here: world.World) -> None:
    page = signed_in(here.olivia).get("/p/alder/settings/").text
    assert page.count("/p/alder/settings/security/") == 1  # the tab, and no second way in a menu
    text = signed_in(here.olivia).get("/p/alder/settings/security/").text
    assert '<a href="/p/alder/settings/security/" aria-current="page">Security</a>' in text


@pytest.mark.parametrize("minutes", [4, 61, 0, -15, "", "soon"])
def test_minutes_outside_five_to_sixty_are_refused(here: world.World, minutes: Any) -> None:
    web = signed_in(here.olivia)
    answer = web.post("/p/alder/settings/security/", {"minutes": minutes})
    assert answer.status_code == 422
    if isinstance(minutes, int):
        assert "Choose between 5 and 60 minutes." in answer.text
    api = web.put(
        "/api/v1/p/alder/security/", {"minutes": minutes}, "application/json", headers={"Idempotency-Key": "12345678"}
    )
    assert api.status_code == 400 and list(api.json()) == ["minutes"]
    assert Practice.objects.get(pk=here.practice.pk).idle_minutes == 15


@pytest.mark.parametrize("minutes", [4, 61])
def test_the_database_refuses_them_too(here: world.World, minutes: int) -> None:
    with pytest.raises(IntegrityError, match="practice_idle_minutes"), transaction.atomic():
        Practice.objects.filter(pk=here.practice.pk).update(idle_minutes=minutes)
    with pytest.raises(BadInput), tenant(here.practice, here.olivia):
        actions.set_idle_minutes(by=here.olivia, minutes=minutes)


def test_the_shortest_time_of_her_practices_counts(here: world.World) -> None:
    other = Practice.objects.create(slug="birch", name="Birch", idle_minutes=5)
    gone = Practice.objects.create(slug="cedar", name="Cedar", idle_minutes=5, active=False)
    for practice in (other, gone):
        practice.members.create(user=here.bob.user, roles=["biller"])
    bob, olivia = signed_in(here.bob), signed_in(here.olivia)
    with later(minutes=6):
        assert (status(bob), status(olivia)) == (423, 200)


# --- what a locked browser is told -------------------------------------------------------------


def test_nothing_of_the_practice_is_in_any_answer(here: world.World) -> None:
    with clock.at(world.NOON), lived_in.undone():
        with tenant(here.practice, here.olivia):
            ids = lived_in.settle_in(here, "Quillfeather")
        web = signed_in(here.olivia)
        paths = [
            "clients/",
            f"clients/{ids['client']}/",
            f"invoices/{ids['invoice']}/pdf/",
            "find/?q=Quill",
            "nowhere/",
        ]
        with later(minutes=16):
            for path in paths:
                for headers in ({}, {"HX-Request": "true"}, {"Accept": "application/json"}):
                    answer = web.get(web.base + path, headers=headers)  # type: ignore[attr-defined]
                    assert answer.status_code == 423
                    assert answer["Cache-Control"] == "no-store"
                    for word in ("Quillfeather", "Alder", "%PDF"):
                        assert word not in answer.text, path
            assert web.get(web.base, headers={"HX-Request": "true"}).content == b""  # type: ignore[attr-defined]
            api = web.get("/api/v1/p/alder/clients/")
            assert api.status_code == 423
            assert api.json() == {"detail": "Locked after a time without use. Open it at /lock/, then ask again."}
            assert web.get("/").status_code == web.get("/me/sign-ins/").status_code == 423


def test_a_locked_write_does_nothing(here: world.World) -> None:
    web = signed_in(here.olivia)
    with later(minutes=16):
        assert web.post("/p/alder/settings/security/", {"minutes": 60}).status_code == 423
        assert web.post("/me/sign-ins/others/end/").status_code == 423
        assert web.post("/me/pin/", {"pin": PIN, "password": world.PASSWORD}).status_code == 423
    assert Practice.objects.get(pk=here.practice.pk).idle_minutes == 15
    assert not DevicePin.objects.exists()


def test_the_page_has_the_way_back(here: world.World) -> None:
    web = signed_in(here.olivia)
    with later(minutes=16):
        assert 'name="next" value="/p/alder/clients/?q=a"' in web.get("/p/alder/clients/?q=a").text
        answer = web.post("/lock/", {"password": world.PASSWORD, "next": "/p/alder/clients/?q=a"})
        assert (answer.status_code, answer["Location"]) == (302, "/p/alder/clients/?q=a")
        assert web.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", r"/\evil.example", "https:evil"])
def test_the_way_back_stays_here(here: world.World, back: str) -> None:
    web = signed_in(here.olivia)
    assert web.get("/lock/", {"next": back})["Location"] == "/"
    with later(minutes=16):
        assert web.post("/lock/", {"password": world.PASSWORD, "next": back})["Location"] == "/"


# --- opening -----------------------------------------------------------------------------------


def test_the_password_opens_and_hands_out_a_token(here: world.World) -> None:
    web = signed_in(here.olivia, enforce_csrf_checks=True)
    with later(minutes=16):
        assert unlocked(web, password=world.PASSWORD) == 403  # no token
        token = web.get("/lock/state/").json()["token"]
        sent = {"password": world.PASSWORD, "csrfmiddlewaretoken": token}
        answer = web.post("/lock/", sent, headers={"Accept": "application/json"})
        assert answer.status_code == 200
        stay = web.post("/lock/stay/", headers={"X-CSRFToken": answer.json()["token"]})
        assert stay.status_code == 200


def test_five_wrong_passwords_end_the_sign_in(here: world.World) -> None:
    web = signed_in(here.olivia)
    with later(minutes=16):
        for _ in range(4):
            answer = web.post("/lock/", {"password": "guess"})
            assert answer.status_code == 422 and "That is not your password." in answer.text
        assert "Sign in from the start" in web.post("/lock/", {"password": "guess"}).text
        assert unlocked(web, password=world.PASSWORD) == 302
        assert status(web) == 302


def test_an_open_lock_is_no_place_to_guess(here: world.World) -> None:
    web = signed_in(here.olivia)
    for _ in range(6):
        assert web.post("/lock/", {"password": "guess"}).status_code == 302
    assert SignIn.objects.get().wrong == 0
    assert status(web) == 200


def with_pin(member: Any, **kwargs: Any) -> Web:
    web = signed_in(member, **kwargs)
    assert web.post("/me/pin/", {"pin": PIN, "password": world.PASSWORD}).status_code == 302
    return web


def test_a_pin_opens_in_one_step(here: world.World) -> None:
    web = with_pin(here.olivia)
    row = DevicePin.objects.get()
    assert PIN not in row.pin and check_password(PIN, row.pin)
    with later(minutes=16):
        assert web.get("/lock/state/").json()["pin"] is True
        assert unlocked(web, pin=PIN) == 200
        assert status(web) == 200


def test_the_device_cookie_is_out_of_reach(here: world.World, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    web = signed_in(here.olivia)
    answer = web.post("/me/pin/", {"pin": PIN, "password": world.PASSWORD})
    cookie = answer.cookies["__Host-device"]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["path"]) == (True, True, "Strict", "/")
    assert DevicePin.objects.get().device_hash not in cookie.value


def test_the_fifth_wrong_pin_removes_it(here: world.World) -> None:
    web = with_pin(here.olivia)
    with later(minutes=16):
        for left in (4, 3, 2, 1):
            answer = web.post("/lock/", {"pin": "111112"}, headers={"Accept": "application/json"})
            tries = "1 try left." if left == 1 else f"{left} tries left."
            assert answer.json()["errors"] == {"pin": f"That is not your PIN. {tries}"}
        assert "The PIN is removed" in web.post("/lock/", {"pin": "111112"}).text
        assert not DevicePin.objects.exists()
        assert unlocked(web, pin=PIN) == 422
        assert unlocked(web, password=world.PASSWORD) == 200


def test_a_right_pin_forgives_the_wrong_ones(here: world.World) -> None:
    web = with_pin(here.olivia)
    for times in (1, 2, 3):
        with later(minutes=16 * times):
            for _ in range(4):
                assert unlocked(web, pin="111112") == 422
            assert unlocked(web, pin=PIN) == 200


def test_a_pin_belongs_to_a_person_and_a_device(here: world.World) -> None:
    olivia, bob = with_pin(here.olivia), with_pin(here.bob)
    elsewhere = signed_in(here.olivia)
    stolen = signed_in(here.olivia)
    stolen.cookies["device"] = bob.cookies["device"].value  # Bob's device, Olivia's session
    forged = signed_in(here.olivia)
    forged.cookies["device"] = olivia.cookies["device"].value[:-2] + "AA"
    with later(minutes=16):
        for web in (elsewhere, stolen, forged):
            assert web.get("/lock/state/").json()["pin"] is False
            assert unlocked(web, pin=PIN) == 422
            assert status(web) == 423
        assert unlocked(olivia, pin=PIN) == 200
    assert set(DevicePin.objects.values_list("wrong", flat=True)) == {0}


def test_a_pin_needs_a_second_factor_of_these_twelve_hours(here: world.World) -> None:
    web = with_pin(here.olivia)
    session = web.session
    session["second_factor_at"] = (world.NOON - timedelta(hours=11, minutes=50)).timestamp()
    session.save()
    with later(minutes=16):  # twelve hours and six minutes after it
        assert web.get("/lock/state/").json()["pin"] is False
        assert unlocked(web, pin=PIN) == 422
    never = signed_in(here.olivia)
    never.cookies["device"] = web.cookies["device"].value
    session = never.session
    del session["second_factor_at"]
    session.save()
    with later(minutes=16):
        assert unlocked(never, pin=PIN) == 302  # who never gave one is sent to the front door


@pytest.mark.parametrize(
    ("pin", "password", "said"),
    [
        (PIN, "guess", "That is not your password."),
        ("123456", world.PASSWORD, "That one is tried first."),
        ("12345", world.PASSWORD, "Type 6 digits."),
    ],
)
def test_a_pin_is_set_with_the_password(here: world.World, pin: str, password: str, said: str) -> None:
    web = signed_in(here.olivia)
    answer = web.post("/me/pin/", {"pin": pin, "password": password})
    assert answer.status_code == 422 and said in answer.text
    assert not DevicePin.objects.exists() and "device" not in web.cookies


def test_neither_the_pin_nor_the_lock_is_a_place_to_guess_the_password(here: world.World) -> None:
    """Both are counted and kept like the front door: after five that do not fit, none is looked at."""
    web, own = signed_in(here.olivia), {"pin": PIN, "password": world.PASSWORD}
    for _ in range(5):
        assert web.post("/me/pin/", {**own, "password": "guess"}).status_code == 422
    assert "Too many tries did not fit" in web.post("/me/pin/", own).text and not DevicePin.objects.exists()
    tries = SignInAttempt.objects.filter(step="password").order_by("pk")
    assert list(tries.values_list("outcome", flat=True)) == ["failed"] * 5 + ["refused"]
    other = signed_in(here.bob)
    with later(minutes=16):
        other.post("/lock/", {"password": "guess"})
    assert tries.last().outcome == "failed" and tries.count() == 7


def test_who_guesses_elsewhere_does_not_end_her_sign_in(here: world.World) -> None:
    """While her account is closed her own password is not looked at, so it was not wrong; later it opens."""
    web = signed_in(here.olivia)
    with later(minutes=20):
        for _ in range(5):
            Web().post("/sign-in/", {"username": here.olivia.user.email, "password": "guess"})
        for _ in range(6):
            assert "You can try again in 15 minutes" in web.post("/lock/", {"password": world.PASSWORD}).text
        assert SignIn.objects.get().wrong == 0
    with later(minutes=36):
        assert unlocked(web, password=world.PASSWORD) == 200


def test_a_pin_is_removed(here: world.World) -> None:
    web = with_pin(here.olivia)
    assert "Remove the PIN" in web.get("/me/pin/").text
    assert web.post("/me/pin/remove/").status_code == 302
    assert not DevicePin.objects.exists()


@pytest.fixture
def passkey(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody has one; it signs whatever is asked as “mine”. The real one is pressed in a journey."""
    monkeypatch.setattr(second_factor, "passkeys", lambda user: True)
    monkeypatch.setattr(second_factor, "passkey_question", lambda user: {"publicKey": {"challenge": "AAAA"}})
    monkeypatch.setattr(second_factor, "accept_passkey", lambda user, credential: credential == "mine")


def test_a_passkey_opens_in_one_step(here: world.World, passkey: None) -> None:
    web = signed_in(here.olivia, factor=True)
    assert web.get("/lock/passkey/").status_code == 404  # nothing is locked
    with later(minutes=16):
        assert web.get("/lock/state/").json()["passkey"] is True
        assert "Use a passkey" in web.get("/lock/").text
        assert web.get("/lock/passkey/").json() == {"publicKey": {"challenge": "AAAA"}}
        assert unlocked(web, credential="another's") == 422
        assert status(web) == 423
        assert unlocked(web, credential="mine") == 200
        assert status(web) == 200


def test_a_passkey_needs_a_second_factor_of_these_twelve_hours(here: world.World, passkey: None) -> None:
    web = signed_in(here.olivia, factor=True)
    session = web.session
    session["second_factor_at"] = (world.NOON - timedelta(hours=11, minutes=50)).timestamp()
    session.save()
    with later(minutes=16):
        assert web.get("/lock/state/").json()["passkey"] is False
        assert web.get("/lock/passkey/").status_code == 404
        assert unlocked(web, credential="mine") == 422
        assert "Use your password" in web.post("/lock/", {"credential": "mine"}).text
        assert status(web) == 423


def test_unlock_is_one_door_for_any_factor(here: world.World) -> None:
    web = signed_in(here.olivia)
    with later(minutes=16):
        assert status(web) == 423

        class Asked:
            sign_in = SignIn.objects.get()

        lock.unlock(Asked())
        assert status(web) == 200


# --- twelve hours ------------------------------------------------------------------------------


def test_after_twelve_hours_the_whole_sign_in_is_asked(here: world.World) -> None:
    web = signed_in(here.olivia)
    for minutes in range(10, 720, 10):
        with later(minutes=minutes):
            assert web.post("/lock/stay/").status_code == 200
    with later(hours=11, minutes=59, seconds=59):
        assert status(web) == 200
    with later(hours=12):
        fragment = web.get("/p/alder/clients/", headers={"HX-Request": "true"})
        assert fragment.status_code == 401
        assert fragment["Clear-Site-Data"] == '"cache", "storage"'
        assert web.get("/api/v1/p/alder/clients/").status_code == 401
        assert web.get("/lock/state/").status_code == 401
        assert status(web) == 302


def test_opening_the_lock_does_not_begin_the_twelve_hours_anew(here: world.World) -> None:
    web = signed_in(here.olivia)
    with later(hours=11, minutes=50):
        assert unlocked(web, password=world.PASSWORD) == 200
    with later(hours=12, seconds=1):
        assert status(web) == 302


def test_a_session_that_does_not_say_when_it_began_begins_now(here: world.World) -> None:
    web = Web()
    web.force_login(here.olivia.user)
    assert web.get("/p/alder/clients/").status_code == 200
    assert web.session["signed_in_at"] == world.NOON.timestamp()
