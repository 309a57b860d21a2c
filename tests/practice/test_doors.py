"""The front door, by every way in: no second factor is skipped, no code counts twice, no lock is forgotten."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client as Web

from practice import actions, clock, door, mail, second_factor, work
from practice.findings import BadInput
from practice.models import AuditEvent, Job, Membership, Practice, SignInAttempt, User
from practice.tenancy import tenant
from tests import world
from tests.front_door import SEED, code, give_code, give_password, sign_in, with_app
from tests.practice import lived_in

NO_MATCH, LOCKED, NO_CODE = "do not match", "Too many tries", "does not fit"


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[world.World]:
    """Founded once; every test takes back what it did."""
    with django_db_blocker.unblock(), lived_in.undone(), clock.at(world.NOON):
        yield world.found()


@pytest.fixture(autouse=True)
def undone(house: world.World) -> Iterator[None]:
    with lived_in.undone(), clock.at(world.NOON):
        yield


@pytest.fixture
def here(house: world.World, undone: None) -> Iterator[world.World]:
    with tenant(house.practice, house.olivia):
        yield house


@pytest.fixture
def alice(here: world.World) -> User:
    """With an authenticator app; its first code was used a minute ago."""
    return with_app(here.alice.user)


def wrong_code() -> str:
    near = {code(shift) for shift in range(-2, 3)}
    return next(text for text in (f"{n:06d}" for n in range(10)) if text not in near)


def is_in(web: Web, here: world.World) -> bool:
    return web.get(f"/p/{here.slug}/clients/").status_code == 200


# --- the second factor is not skipped ---------------------------------------------------------


def test_password_and_code_open_the_door(here: world.World, alice: User, web: Web) -> None:
    assert give_password(web, alice)["Location"] == "/sign-in/code/"
    assert not is_in(web, here)
    answer = give_code(web, code())
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_in(web, here)
    moment = int(world.NOON.timestamp())
    assert (web.session["signed_in_at"], web.session["second_factor_at"]) == (moment, moment)


def test_between_the_steps_a_browser_is_nobody(here: world.World, alice: User, web: Web) -> None:
    give_password(web, alice)
    base = f"/p/{here.slug}/"
    assert web.get(f"{base}clients/")["Location"].startswith("/sign-in/?next=")
    assert web.get(f"{base}clients/", headers={"HX-Request": "true"}).status_code == 401
    assert web.get(f"/api/v1{base}clients/").status_code == 401
    assert web.get("/my-sign-in/")["Location"].startswith("/sign-in/")
    assert web.get("/sign-in/set-up/app/")["Location"].startswith("/sign-in/")
    assert "_auth_user_id" not in web.session


def half_signed_in(user: User) -> Web:
    """Signed in by a door that knows only passwords: what a new door could do wrong."""
    web = Web()
    web.force_login(user)
    session = web.session
    del session["second_factor_at"]
    session.save()
    return web


@pytest.mark.parametrize("factor", [True, False], ids=["has one", "has none"])
def test_no_door_skips_the_second_factor(here: world.World, alice: User, factor: bool) -> None:
    user = alice if factor else here.bob.user
    web, base = half_signed_in(user), f"/p/{here.slug}/"
    sent_to = "/sign-in/code/" if factor else "/sign-in/set-up/"
    for url in (f"{base}clients/", f"{base}progress/", "/", "/my-sign-in/", "/my-sign-in/password/"):
        page, fragment = web.get(url), web.get(url, headers={"HX-Request": "true"})
        assert (page.status_code, page["Location"], fragment.status_code) == (302, sent_to, 401), url
    for url in (f"/api/v1{base}clients/", "/api/v1/schema/"):
        answer = web.get(url)
        assert answer.status_code == 401 and "second factor" in answer.json()["detail"]
    assert web.post(f"{base}sessions/book/", {})["Location"] == sent_to
    assert web.get("/sign-in/set-up/app/").status_code == (302 if factor else 200)
    assert web.post("/sign-in/set-up/app/", {"code": "000000"}).status_code == (302 if factor else 200)
    assert Authenticator.objects.filter(user=user).count() == factor


def test_who_went_past_the_first_door_is_asked_at_the_second(here: world.World, alice: User) -> None:
    web = half_signed_in(alice)
    web.get(f"/p/{here.slug}/clients/?q=W")
    answer = give_code(web, code())
    assert answer["Location"] == f"/p/{here.slug}/clients/?q=W" and is_in(web, here)


def test_half_way_holds_ten_minutes(here: world.World, alice: User, web: Web) -> None:
    give_password(web, alice)
    with clock.at(world.NOON + timedelta(minutes=10, seconds=1)):
        assert give_code(web, code())["Location"] == "/sign-in/"
    assert not is_in(web, here)


def test_a_password_changed_between_the_steps_is_asked_again(here: world.World, alice: User, web: Web) -> None:
    give_password(web, alice)
    alice.set_password("another long password")
    alice.save()
    assert give_code(web, code())["Location"] == "/sign-in/"


def test_the_key_of_the_session_changes_at_each_step(here: world.World, alice: User, web: Web) -> None:
    keys = []
    session = web.session  # a stranger's, put into her browser
    session["planted"] = "x"
    session.save()
    keys.append(session.session_key)
    web.cookies["caseload"] = session.session_key
    give_password(web, alice)
    keys.append(web.session.session_key)
    give_code(web, code())
    keys.append(web.session.session_key)
    assert len(set(keys)) == 3


def test_without_the_token_of_the_page_nothing_is_looked_at(here: world.World, alice: User) -> None:
    web = Web(enforce_csrf_checks=True)
    for url in ("/sign-in/", "/sign-in/code/", "/sign-in/reset/", "/sign-in/reset/new/"):
        assert web.post(url, {"username": alice.email, "password": world.PASSWORD}).status_code == 403
    assert not SignInAttempt.objects.exists()


# --- codes count once ---------------------------------------------------------------------------


def test_a_code_counts_once_also_after_a_flush(here: world.World, alice: User) -> None:
    first, second = Web(), Web()
    sign_in(first, alice)
    cache.clear()
    assert NO_CODE in sign_in(second, alice).text
    assert is_in(first, here) and not is_in(second, here)


def test_after_a_code_none_before_it_counts(here: world.World, alice: User) -> None:
    late, early = Web(), Web()
    assert sign_in(late, alice, shift=1).status_code == 302
    assert NO_CODE in sign_in(early, alice, shift=0).text


def test_a_phone_may_be_half_a_minute_off(here: world.World, alice: User) -> None:
    for n, (shift, fits) in enumerate([(-2, False), (-1, True), (0, True), (1, True), (2, False)]):
        with clock.at(world.NOON + timedelta(minutes=5 * n + 2)):
            assert (sign_in(Web(), alice, shift).status_code == 302) is fits, shift


def test_the_code_that_set_the_app_up_does_not_sign_in(here: world.World, web: Web) -> None:
    user = here.bob.user
    assert second_factor.add_app(user, SEED, code(), first=True)
    assert NO_CODE in sign_in(web, user).text


def test_a_recovery_code_counts_once(here: world.World, alice: User) -> None:
    second_factor.make_recovery_codes(alice)
    codes = second_factor.recovery_codes_to_show(alice)
    assert len(set(codes)) == 10
    first, second = Web(), Web()
    give_password(first, alice)
    give_password(second, alice)
    assert give_code(first, f"{codes[0][:4]} {codes[0][4:]}").status_code == 302
    assert NO_CODE in give_code(second, codes[0]).text
    assert second_factor.recovery_codes_left(alice) == 9


def test_seeds_are_not_readable_in_the_database(here: world.World, alice: User) -> None:
    second_factor.make_recovery_codes(alice)
    kept = str(list(Authenticator.objects.filter(user=alice).values_list("data", flat=True)))
    assert SEED not in kept
    row = Authenticator.objects.get(user=alice, type="totp")
    assert second_factor.decrypt(row.data["secret"]) == SEED
    codes = second_factor.recovery_codes_to_show(alice)
    assert not any(text in kept for text in codes)


def test_the_key_of_the_house_can_be_changed(here: world.World, alice: User, settings: Any) -> None:
    row = Authenticator.objects.get(user=alice, type="totp")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new one", [settings.SECRET_KEY]
    assert second_factor.decrypt(row.data["secret"]) == SEED
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        second_factor.decrypt(row.data["secret"])


def test_who_signs_in_over_another_is_asked_for_her_own_code(here: world.World, alice: User, web: Web) -> None:
    web.force_login(here.bob.user)
    assert give_password(web, alice)["Location"] == "/sign-in/code/"
    assert not is_in(web, here), "Bob is out, Alice not yet in"
    assert give_code(web, code()).status_code == 302
    assert web.session["_auth_user_id"] == str(alice.pk)


def test_what_is_no_passkey_opens_nothing(here: world.World, alice: User, web: Web) -> None:
    for n, credential in enumerate(("{", "[]", "{}", '{"id": "x"}', '{"id": 1, "response": {}}', "null", "x" * 30_000)):
        with clock.at(world.NOON + timedelta(minutes=16 * n)):
            give_password(web, alice)
            answer = web.post("/sign-in/code/", {"credential": credential})
            assert "passkey did not fit" in answer.text and not is_in(web, here), credential


# --- lock-out -------------------------------------------------------------------------------------


def test_the_sixth_try_at_an_account_is_not_looked_at(here: world.World, alice: User, web: Web) -> None:
    for _ in range(5):
        assert NO_MATCH in give_password(web, alice, "wrong").text
    cache.clear()  # a flushed Redis, a restarted process: the count stands in the database
    answer = give_password(Web(), alice)
    assert answer.status_code == 429 and "again in 15 minutes" in answer.text
    assert SignInAttempt.objects.filter(outcome="failed").count() == 5
    with clock.at(world.NOON + timedelta(minutes=15, seconds=1)):
        assert give_password(web, alice).status_code == 302


def test_a_hundred_tries_reach_the_hasher_five_times(
    here: world.World, alice: User, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = []
    monkeypatch.setattr(door, "authenticate", lambda *args, **kwargs: hashed.append(1))
    for _ in range(100):
        give_password(web, alice, "wrong")
    assert len(hashed) == 5


def test_wrong_codes_close_the_account_too(here: world.World, alice: User, web: Web) -> None:
    give_password(web, alice)
    for _ in range(5):
        assert NO_CODE in give_code(web, wrong_code()).text
    assert give_code(web, code()).status_code == 429
    assert give_password(Web(), alice).status_code == 429


def test_a_right_password_does_not_start_the_count_anew_but_a_sign_in_does(
    here: world.World, alice: User, web: Web
) -> None:
    for _ in range(4):
        give_password(web, alice, "wrong")
    give_password(web, alice)
    give_code(web, wrong_code())
    assert give_password(web, alice).status_code == 429
    with clock.at(world.NOON + timedelta(minutes=16)):
        for _ in range(4):
            give_password(web, alice, "wrong")
        sign_in(web, alice)
    with clock.at(world.NOON + timedelta(minutes=17)):
        for _ in range(4):
            give_password(Web(), alice, "wrong")
        assert sign_in(Web(), alice).status_code == 302


def test_an_unknown_address_is_answered_in_the_same_words(here: world.World, alice: User) -> None:
    def tell(email: str) -> list[tuple[int, str]]:
        web = Web()
        answers = [web.post("/sign-in/", {"username": email, "password": "wrong"}) for _ in range(6)]
        return [(a.status_code, re.sub(r'value="[^"]*"', "", a.text)) for a in answers]

    assert tell(alice.email) == tell("nobody@alder.example")


def test_capitals_and_spaces_are_no_other_account(here: world.World, alice: User, web: Web) -> None:
    for email in ("ALICE@alder.example", " alice@alder.example", "Alice@Alder.example", alice.email, alice.email):
        web.post("/sign-in/", {"username": email, "password": "wrong"})
    assert give_password(web, alice).status_code == 429


def test_thirty_tries_close_a_network_address_and_no_header_moves_it(here: world.World, alice: User, web: Web) -> None:
    for n in range(30):
        web.post(
            "/sign-in/",
            {"username": f"n{n}@x.example", "password": "wrong"},
            headers={"X-Forwarded-For": f"198.51.100.{n}"},
        )
    assert give_password(web, alice).status_code == 429
    assert give_password(web, alice, REMOTE_ADDR="203.0.113.9").status_code == 302


def test_behind_a_proxy_of_ours_its_word_counts(here: world.World, alice: User, settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    give_password(Web(), alice, "wrong", headers={"X-Forwarded-For": "1.2.3.4, 198.51.100.7"})
    give_password(Web(), alice, "wrong", headers={"X-Forwarded-For": "not an address"})
    give_password(Web(), alice, "wrong", REMOTE_ADDR="")
    ips = SignInAttempt.objects.order_by("id").values_list("ip", flat=True)
    assert list(ips) == ["198.51.100.7", None, None]


def test_the_log_tells_who_and_how_but_not_what_was_typed(here: world.World, alice: User, web: Web) -> None:
    web.post("/sign-in/", {"username": "my-password@typed.example", "password": "x"})
    give_password(web, alice, headers={"User-Agent": "Mozilla/5.0 " + "x" * 300})
    give_code(web, code())
    rows = list(SignInAttempt.objects.order_by("id").values_list("step", "outcome", "user_id"))
    assert rows == [("password", "failed", None), ("password", "passed", alice.pk), ("code", "signed_in", alice.pk)]
    assert "typed" not in str(list(SignInAttempt.objects.values()))
    assert all(len(row.agent) <= 120 for row in SignInAttempt.objects.all())


# --- open redirects ------------------------------------------------------------------------------

ELSEWHERE = [
    "//evil.example", "///evil.example", "////evil.example", r"\\evil.example", r"/\evil.example", r"\/evil.example",
    "https://evil.example", "http:evil.example", "https:evil.example", "https:///evil.example", "javascript:alert(1)",
    "data:text/html,x", "/\t/evil.example", "/\n/evil.example", "\x00//evil.example", "http://[::1", "evil.example",
    "//evil.example%2f@localhost", "https://testserver@evil.example", "／／evil.example", "/%0d%0aX: y\r\nZ: z", "//",
]  # fmt: skip


def test_a_sign_in_leads_nowhere_else(here: world.World, alice: User) -> None:
    for n, following in enumerate(ELSEWHERE):
        web = Web()
        with clock.at(world.NOON + timedelta(minutes=n)):
            web.post("/sign-in/", {"username": alice.email, "password": world.PASSWORD, "next": following})
            assert give_code(web, code())["Location"] == "/", ascii(following)


def test_a_sign_in_leads_to_the_page_that_was_asked_for(here: world.World, alice: User, web: Web) -> None:
    page = web.get("/p/alder/clients/?q=W", follow=True)
    assert 'name="next" value="/p/alder/clients/?q=W"' in page.text
    web.post("/sign-in/", {"username": alice.email, "password": world.PASSWORD, "next": "/p/alder/clients/?q=W"})
    assert give_code(web, code())["Location"] == "/p/alder/clients/?q=W"


# --- set-up ----------------------------------------------------------------------------------------


def test_who_has_none_sets_one_up_and_is_in(here: world.World, web: Web) -> None:
    user = here.bob.user
    assert give_password(web, user)["Location"] == "/sign-in/set-up/"
    page = web.get("/sign-in/set-up/app/").text
    [key] = re.findall(r'class="key">([A-Z2-7 ]+)<', page)
    assert 'src="data:image/svg+xml;base64,' in page
    secret = key.replace(" ", "")
    assert secret not in str(dict(web.session)), "the key is encrypted in the session too"
    assert web.post("/sign-in/set-up/app/", {"code": "abc"}).status_code == 200
    assert not is_in(web, here)
    key_before = web.session.session_key
    answer = web.post("/sign-in/set-up/app/", {"code": second_factor.code_of(secret, second_factor.step_now())})
    assert answer["Location"] == "/my-sign-in/recovery-codes/"
    assert is_in(web, here) and web.session.session_key != key_before
    assert len(re.findall(r"<li>\d{4} \d{4}</li>", web.get("/my-sign-in/recovery-codes/").text)) == 10
    web.post("/my-sign-in/recovery-codes/")
    assert not re.findall(r"<li>\d{4} \d{4}</li>", web.get("/my-sign-in/recovery-codes/").text)


def test_a_set_up_that_lost_the_race_ends_at_the_code(here: world.World, web: Web) -> None:
    """Somebody with her password alone cannot put his app in the place of hers."""
    user = here.bob.user
    give_password(web, user)
    web.get("/sign-in/set-up/app/")
    assert second_factor.add_app(user, SEED, code(), first=True)
    assert web.get("/sign-in/set-up/app/")["Location"] == "/sign-in/code/"
    assert not second_factor.add_app(user, second_factor.new_secret(), code(), first=True)


def test_changes_ask_for_the_password(here: world.World, alice: User, web: Web) -> None:
    sign_in(web, alice)
    second_factor.make_recovery_codes(alice)
    before = list(Authenticator.objects.order_by("id").values_list("data", flat=True))
    [row] = second_factor.those_of(alice)
    changes: dict[str, dict[str, str]] = {
        "/my-sign-in/recovery-codes/new/": {},
        f"/my-sign-in/remove/{row.pk}/": {},
        "/my-sign-in/password/": {"new_password": "a quite different one"},
        "/sign-in/set-up/app/": {"code": "123456"},
    }
    for url, body in changes.items():
        assert "not your password" in web.post(url, {**body, "password": "wrong"}).text
        assert "Enter your password" in web.post(url, body).text
    assert list(Authenticator.objects.order_by("id").values_list("data", flat=True)) == before
    for url, body in changes.items():  # the fifth wrong one closes this way as well
        assert web.post(url, {**body, "password": "wrong"}).status_code == 200
    assert LOCKED in web.post("/my-sign-in/password/", {"new_password": "x" * 20, "password": world.PASSWORD}).text


def test_the_last_factor_stays(here: world.World, alice: User, web: Web) -> None:
    sign_in(web, alice)
    [row] = second_factor.those_of(alice)
    answer = web.post(f"/my-sign-in/remove/{row.pk}/", {"password": world.PASSWORD}, follow=True)
    assert "This is your last one" in answer.text and second_factor.has_one(alice)


def test_nobody_removes_anothers(here: world.World, alice: User, web: Web) -> None:
    web.force_login(here.olivia.user)
    [row] = second_factor.those_of(alice)
    assert web.post(f"/my-sign-in/remove/{row.pk}/", {"password": world.PASSWORD}).status_code == 404
    assert second_factor.has_one(alice)


def test_a_changed_password_ends_the_other_sign_ins(here: world.World, alice: User, mailoutbox: list[Any]) -> None:
    mine, other = Web(), Web()
    sign_in(other, alice)
    sign_in(mine, alice, shift=1)
    assert is_in(mine, here) and is_in(other, here)
    for weak in ("short", "password1234", "alice@alder.example"):
        mine.post("/my-sign-in/password/", {"password": world.PASSWORD, "new_password": weak})
        assert is_in(other, here), weak
    mine.post("/my-sign-in/password/", {"password": world.PASSWORD, "new_password": "rain over the harbour"})
    assert is_in(mine, here) and not is_in(other, here)
    send_letters(here)
    assert [letter.subject for letter in mailoutbox] == ["Your password was changed"]


# --- a forgotten password -----------------------------------------------------------------------------


def send_letters(here: world.World) -> None:
    work.drain(among=Job.objects.filter(practice=here.practice, kind=mail.SendLetter.name))


def letter_link(here: world.World, mailoutbox: list[Any]) -> str:
    send_letters(here)
    [link] = re.findall(r"http\S+", mailoutbox[-1].body)
    return link


def set_new(web: Web, link: str, password: str = "rain over the harbour") -> Any:
    web.get(link.removeprefix("http://localhost:8000"))
    return web.post("/sign-in/reset/new/", {"new_password": password})


def test_a_reset_works_once_and_skips_no_second_factor(
    here: world.World, alice: User, web: Web, mailoutbox: list[Any]
) -> None:
    inside = Web()
    sign_in(inside, alice)
    web.post("/sign-in/reset/", {"email": "Alice@alder.example"})
    link = letter_link(here, mailoutbox)
    assert link.startswith("http://localhost:8000/sign-in/reset/")
    assert link not in str(list(here.practice.jobs.values()))
    assert set_new(web, link)["Location"] == "/sign-in/"
    assert not is_in(web, here), "a reset signs nobody in"
    assert not is_in(inside, here), "and ends what was open"
    assert set_new(Web(), link, "yet another password").status_code == 410
    assert give_password(web, alice, "rain over the harbour")["Location"] == "/sign-in/code/"
    assert not is_in(web, here)


def test_a_reset_holds_an_hour(here: world.World, alice: User, web: Web, mailoutbox: list[Any]) -> None:
    web.post("/sign-in/reset/", {"email": alice.email})
    link = letter_link(here, mailoutbox)
    with clock.at(world.NOON + timedelta(seconds=3601)):
        assert set_new(web, link).status_code == 410
    with clock.at(world.NOON + timedelta(seconds=3599)):
        assert "at least 12 characters" in set_new(web, link, "short").text
        assert set_new(web, link).status_code == 302


def test_a_made_up_link_is_used_up(here: world.World, web: Web) -> None:
    for uid in ("MQ", "x", "====", "LTE", urlsafe_b64encode(b"9" * 30).decode()):
        assert set_new(web, f"/sign-in/reset/{uid}/abc-0123/").status_code == 410, uid


def test_unknown_and_disabled_get_the_same_answer_and_no_letter(
    here: world.World, alice: User, web: Web, mailoutbox: list[Any]
) -> None:
    alone = User.objects.create(email="alone@alder.example", first_name="A", last_name="Lone")
    User.objects.filter(pk=here.bob.user_id).update(is_active=False)
    emails = (alice.email, "nobody@alder.example", "bob@alder.example", alone.email)
    answers = {web.post("/sign-in/reset/", {"email": email}).text for email in emails}
    assert len(answers) == 1
    send_letters(here)
    assert [letter.to for letter in mailoutbox] == [[alice.email]]


def test_the_fourth_letter_within_a_while_is_not_written(
    here: world.World, alice: User, web: Web, mailoutbox: list[Any]
) -> None:
    for _ in range(6):
        web.post("/sign-in/reset/", {"email": alice.email})
    send_letters(here)
    assert len(mailoutbox) == 3


@pytest.mark.parametrize("header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST"])
def test_an_evil_host_gets_no_letter_and_no_link(
    here: world.World, alice: User, web: Web, mailoutbox: list[Any], header: str, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    answer = web.post("/sign-in/reset/", {"email": alice.email}, **{header: "evil.example"})
    send_letters(here)
    assert answer.status_code == (400 if header == "HTTP_HOST" else 200)
    assert len(mailoutbox) == (header != "HTTP_HOST")
    assert not any("evil.example" in letter.body for letter in mailoutbox)


# --- a lost second factor ---------------------------------------------------------------------------


def test_an_owner_resets_a_lost_second_factor(here: world.World, alice: User, web: Web, mailoutbox: list[Any]) -> None:
    sign_in(web, alice)
    actions.reset_second_factor(by=here.olivia, member=here.alice)
    assert not second_factor.has_one(alice) and not is_in(web, here)
    event = AuditEvent.objects.get(verb="reset second factor")
    assert (event.member_id, event.target_id) == (here.olivia.pk, here.alice.pk)
    send_letters(here)
    assert mailoutbox[0].subject == "Your second step was reset" and "Olivia Owner" in mailoutbox[0].body
    assert give_password(web, alice)["Location"] == "/sign-in/set-up/"


@pytest.mark.parametrize("who", ["bob", "alice", "olivia"])
def test_nobody_else_does_and_nobody_her_own(here: world.World, alice: User, who: str) -> None:
    member = here.olivia if who == "olivia" else here.alice
    with pytest.raises(BadInput):
        actions.reset_second_factor(by=getattr(here, who), member=member)
    assert second_factor.has_one(alice) and not AuditEvent.objects.filter(verb="reset second factor").exists()


def test_an_owner_of_another_practice_does_not(alice: User, here: world.World) -> None:
    with pytest.raises(BadInput):
        stranger = Membership(practice=Practice.objects.create(slug="other", name="Other"), roles=["owner"])
        stranger.user = here.olivia.user
        actions.reset_second_factor(by=stranger, member=here.alice)
    assert second_factor.has_one(alice)


def test_who_came_in_can_be_signed_out_before_her_first_page(here: world.World, alice: User, web: Web) -> None:
    """She is listed by the request that let her in, so nobody who never came back is missed."""
    sign_in(web, alice)
    assert actions.end_sign_ins(by=here.olivia, member=here.alice) == 1
    assert not is_in(web, here)


# --- out at the next request -----------------------------------------------------------------------


def test_a_disabled_person_is_out_at_the_next_request(here: world.World, alice: User, web: Web) -> None:
    sign_in(web, alice)
    assert is_in(web, here)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert web.get(f"/p/{here.slug}/clients/")["Location"].startswith("/sign-in/")
    assert web.get(f"/api/v1/p/{here.slug}/clients/").status_code == 401
    with clock.at(world.NOON + timedelta(minutes=1)):
        assert NO_MATCH in give_password(Web(), alice).text


def test_who_left_the_practice_is_out_at_the_next_request(here: world.World, alice: User, web: Web) -> None:
    sign_in(web, alice)
    Membership.objects.filter(pk=here.alice.pk).update(active=False)
    assert web.get(f"/p/{here.slug}/clients/").status_code == 404


# --- the invented practice --------------------------------------------------------------------------


def invented(slug: str = "fable") -> Membership:
    practice = actions.found_practice(slug=slug, name="Fable", zone=world.ZONE, invented=True)
    return actions.add_member(
        practice=practice, email="ida@fable.example", first_name="Ida", last_name="Fable", roles=["owner"],
        password=world.PASSWORD,
    )  # fmt: skip


def test_an_invented_person_comes_in_with_the_printed_code(web: Web) -> None:
    with clock.at(world.NOON):
        user = invented().user
        second_factor.invent(user, SEED)
        shown, wait = second_factor.invented_code(user)
        assert wait == 0
        give_password(web, user)
        assert give_code(web, shown).status_code == 302
        second, wait = second_factor.invented_code(user)
        assert (second, wait) == (code(1), 0)
        give_password(web, user)
        assert give_code(Web(), second).status_code == 302
        assert second_factor.accept_app(user, second)
        third, wait = second_factor.invented_code(user)
        assert (third, wait) == (code(2), 30)


def test_a_real_person_never_gets_a_seed_that_anybody_knows(here: world.World) -> None:
    with pytest.raises(BadInput, match="not invented"):
        second_factor.invent(here.bob.user, SEED)
    with pytest.raises(BadInput, match="not one of the invented"):
        second_factor.invented_code(here.bob.user)


def test_a_known_seed_opens_nothing_once_she_works_in_a_real_practice(web: Web) -> None:
    with clock.at(world.NOON):
        user = invented().user
        second_factor.invent(user, SEED)
        real = actions.found_practice(slug="real", name="Real", zone=world.ZONE)
        Membership.objects.create(practice=real, user=user, roles=["therapist"])
        with pytest.raises(BadInput):
            second_factor.invented_code(user)
        assert not second_factor.accept_app(user, code())
        assert give_password(web, user)["Location"] == "/sign-in/set-up/", "she sets up one of her own"


def test_a_practice_never_becomes_invented() -> None:
    practice = actions.found_practice(slug="real", name="Real", zone=world.ZONE)
    with pytest.raises(DatabaseError, match="said when it is founded"), transaction.atomic():
        Practice.objects.filter(pk=practice.pk).update(invented=True)
    Practice.objects.filter(pk=practice.pk).update(name="Renamed")


def test_the_command_prints_a_code_for_the_invented_only(here: world.World) -> None:
    told = StringIO()
    with pytest.raises(CommandError, match="not one of the invented people"):
        call_command("code", here.bob.user.email, stdout=told)
    with pytest.raises(CommandError, match="nobody signs in as"):
        call_command("code", "nobody@alder.example", stdout=told)
    assert told.getvalue() == ""


def test_the_command_prints_what_the_door_takes() -> None:
    user = invented().user
    second_factor.invent(user, SEED)
    told = StringIO()
    call_command("code", "IDA@fable.example", stdout=told)
    assert told.getvalue() == f"{code()}\n" and second_factor.accept_app(user, code())
