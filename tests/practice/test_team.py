"""The team: invitations that work once, roles nobody gives herself, an owner who always remains."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail as django_mail
from django.db import connection
from django.test import Client as Web

from practice import clock, mail, work
from practice.findings import BadInput, Conflict
from practice.models import AuditEvent, Job, JobState, Membership, Practice, Role, User
from practice.team import actions, invitations
from practice.team.models import Invitation
from practice.tenancy import tenant
from tests import world
from tests.front_door import sign_in, signed_in, with_app

PASSWORD = "three quiet mornings by the lake"
NEW = {"first_name": "Nina", "last_name": "Novak", "password": PASSWORD}


@pytest.fixture
def here(db: None) -> Iterator[world.World]:
    with world.practice() as here:
        yield here


@pytest.fixture
def house(db: None) -> Iterator[world.World]:
    """A practice at rest, for what comes through the doors."""
    with clock.at(world.NOON):
        with world.practice() as here:
            pass
        yield here


def invited(house: world.World, email: str = "nina@clinic.example", roles: tuple[str, ...] = ("therapist",)) -> str:
    """The link in the letter, as a path."""
    answer = signed_in(house.olivia).post("/p/alder/team/invite/", {"email": email, "roles": roles})
    assert answer.status_code == 302
    return newest(house)


def newest(house: world.World) -> str:
    """The link in the letter that goes out now."""
    work.drain(among=Job.objects.filter(practice=house.practice, kind=mail.SendLetter.name))
    return link_in(django_mail.outbox[-1].body)


def link_in(text: str) -> str:
    [link] = re.findall(r"https?://\S+", text)
    assert link.startswith(settings.PUBLIC_URL + "/invitation/alder/")
    return link.removeprefix(settings.PUBLIC_URL)


# --- the letter and its link -----------------------------------------------------------------------


def test_somebody_new_comes_in(house: world.World) -> None:
    """Invite, open the link, say name and password, sign in: she is a member with both roles."""
    path = invited(house, roles=("biller", "therapist"))
    letter = django_mail.outbox[-1]
    assert (letter.subject, letter.to) == ("Olivia Owner invites you to Alder Therapy", ["nina@clinic.example"])
    assert "as: Therapist, Billing." in letter.body
    web = Web()
    page = web.get(path)
    assert page.status_code == 200 and "Alder Therapy" in page.text and "Therapist, Billing" in page.text
    assert page["Referrer-Policy"] == "strict-origin" and "no-store" in page["Cache-Control"]
    assert web.post(path, NEW).status_code == 302
    assert "sessionid" not in web.cookies and "You are on the team" in web.get(path).text
    assert web.get("/p/alder/clients/").status_code == 302  # accepting signs nobody in
    assert web.post("/sign-in/", {"username": "nina@clinic.example", "password": PASSWORD}).status_code == 302
    assert web.get("/p/alder/claims/")["Location"] == "/sign-in/set-up/"  # a second factor first
    nina = with_app(User.objects.get(email="nina@clinic.example"))
    assert sign_in(web, nina).status_code == 302
    assert web.get("/p/alder/claims/").status_code == 200 and web.get("/p/alder/today/").status_code in (200, 302)
    member = Membership.objects.get(user__email="nina@clinic.example")
    assert (member.roles, member.active, member.user.name) == (["therapist", "biller"], True, "Nina Novak")
    with tenant(house.practice):
        assert AuditEvent.objects.filter(verb="accept invitation", member=member).count() == 1


def test_the_link_works_once(house: world.World) -> None:
    path = invited(house)
    assert Web().post(path, NEW).status_code == 302
    again = Web().post(path, NEW | {"password": "another one of twelve"})
    assert again.status_code == 200 and "You are on the team" in again.text
    assert User.objects.filter(email="nina@clinic.example").count() == 1
    assert User.objects.get(email="nina@clinic.example").check_password(PASSWORD)


def test_what_is_typed_wrong_is_said_and_nothing_is_lost(house: world.World) -> None:
    path = invited(house)
    answer = Web().post(path, {"first_name": "Nina", "last_name": "", "password": "password1234"})
    assert answer.status_code == 422 and 'value="Nina"' in answer.text
    answer = Web().post(path, NEW | {"password": "nina novak"})
    assert answer.status_code == 422 and "too short" in answer.text and 'value="Novak"' in answer.text
    answer = Web().post(path, NEW | {"password": "nina@clinic.example"})
    assert answer.status_code == 422 and "too similar" in answer.text
    assert not User.objects.filter(email="nina@clinic.example").exists()


def test_who_has_an_account_signs_in_and_accepts(house: world.World) -> None:
    """One person may work in several practices; the letter opens for nobody else."""
    with world.practice("birch") as there:
        pass
    path = invited(house, email="Bob@Birch.example", roles=("biller",))
    assert "You have an account" in Web().get(path).text
    assert Web().post(path, NEW).status_code == 200  # names nobody, makes nobody
    alice, bob = signed_in(house.alice), signed_in(there.bob)
    assert "You are signed in as alice@alder.example" in alice.get(path).text
    assert "You are signed in as" in alice.post(path).text
    assert not Membership.objects.filter(practice=house.practice, user=there.bob.user).exists()
    assert "Accept" in bob.get(path).text
    assert bob.post(path).status_code == 302
    assert bob.get("/p/alder/claims/").status_code == 200 and bob.get("/p/birch/claims/").status_code == 200
    assert User.objects.filter(email__iexact="bob@birch.example").count() == 1


def test_an_old_link_says_so_and_a_new_letter_kills_it(house: world.World) -> None:
    path = invited(house)
    with clock.at(world.NOON + timedelta(hours=71, minutes=59)):
        assert Web().get(path).status_code == 200
    with clock.at(world.NOON + timedelta(hours=72)):
        for web in (Web().get(path), Web().post(path, NEW)):
            assert web.status_code == 410 and "This invitation is too old" in web.text
        with tenant(house.practice, house.olivia):
            invitation = Invitation.objects.get()
        answer = signed_in(house.olivia).post(f"/p/alder/team/invitations/{invitation.pk}/again/", follow=True)
        assert "A new letter is on its way" in answer.text
        assert Web().get(path).status_code == 404
        assert Web().post(newest(house), NEW).status_code == 302


def test_taken_back_it_opens_nothing(house: world.World) -> None:
    path = invited(house)
    with tenant(house.practice):
        pk = Invitation.objects.get().pk
    owner = signed_in(house.olivia)
    owner.post(f"/p/alder/team/invitations/{pk}/take-back/")
    assert Web().post(path, NEW).status_code == 410
    assert "accepted or taken back already" in owner.post(f"/p/alder/team/invitations/{pk}/again/", follow=True).text
    assert not User.objects.filter(email="nina@clinic.example").exists()
    assert invited(house) != path


def test_a_letter_that_waited_too_long_is_not_sent(house: world.World) -> None:
    """Taken back, or sent again, before the worker came: its link would open nothing."""
    owner = signed_in(house.olivia)
    owner.post("/p/alder/team/invite/", {"email": "nina@clinic.example", "roles": ["biller"]})
    with tenant(house.practice):
        pk = Invitation.objects.get().pk
    with clock.at(world.NOON + timedelta(minutes=1)):
        owner.post(f"/p/alder/team/invitations/{pk}/again/")
        newest(house)
    assert len(django_mail.outbox) == 1
    states = Job.objects.filter(kind=mail.SendLetter.name).order_by("id").values_list("state", flat=True)
    assert list(states) == [JobState.FAILED, JobState.DONE]


@pytest.mark.parametrize("token", ["0" * 64, "0" * 63, "A" * 64, "x", "%00", "' OR 1=1"])
def test_a_made_up_link_opens_nothing(house: world.World, token: str) -> None:
    invited(house)
    assert Web().get(f"/invitation/alder/{token}/").status_code == 404
    assert Web().get(f"/invitation/nowhere/{token}/").status_code == 404


def test_a_link_opens_only_its_practice(house: world.World) -> None:
    with world.practice("birch"):
        pass
    token = invited(house).split("/")[3]
    assert Web().post(f"/invitation/birch/{token}/", NEW).status_code == 404
    assert not User.objects.filter(email="nina@clinic.example").exists()


def test_the_token_is_kept_nowhere(house: world.World) -> None:
    token = invited(house).split("/")[3]
    with tenant(house.practice), connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(i)::text FROM practice_invitation i")
        assert token not in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("email", "roles", "field", "text"),
    [
        ("nobody", ["biller"], "email", "name@host"),
        ("BOB@alder.example", ["biller"], "email", "Bob Biller already works here"),
        ("nina@clinic.example", ["biller"], "email", "was invited already; send that invitation again"),
        ("una@clinic.example", [], "roles", "Choose at least one role"),
        ("una@clinic.example", ["queen"], "roles", "Choose at least one role"),
    ],
)
def test_whom_one_cannot_invite(here: world.World, email: str, roles: list[str], field: str, text: str) -> None:
    invitations.invite(by=here.olivia, email="Nina@clinic.example ", roles=["therapist"])
    with pytest.raises(BadInput) as refused:
        invitations.invite(by=here.olivia, email=email, roles=roles)
    assert list(refused.value.errors) == [field] and text in refused.value.errors[field]
    assert Invitation.objects.count() == 1


def test_who_was_here_before_is_let_in_from_the_list(here: world.World) -> None:
    actions.set_active(by=here.olivia, member=here.bob, active=False)
    with pytest.raises(BadInput, match="let her in again from the list"):
        invitations.invite(by=here.olivia, email="bob@alder.example", roles=["biller"])


@pytest.mark.parametrize("what", ["disabled", "no owner"])
def test_an_invitation_ends_with_the_right_to_invite(here: world.World, what: str) -> None:
    """Else an owner who is about to be put out lets herself in again by another address."""
    second = here.sam
    actions.change_roles(by=here.olivia, member=second, roles=["owner"])
    second.refresh_from_db()
    invitation = invitations.invite(by=second, email="private@mail.example", roles=["owner"])
    if what == "disabled":
        actions.set_active(by=here.olivia, member=second, active=False)
    else:
        actions.change_roles(by=here.olivia, member=second, roles=["biller"])
    with pytest.raises(Conflict, match="cannot invite anybody any more"):
        invitations.accept_new(invitation=invitation, **NEW)
    assert not User.objects.filter(email="private@mail.example").exists()
    again = invitations.send_again(by=here.olivia, invitation=invitation)
    assert invitations.accept_new(invitation=again, **NEW).roles == ["owner"]


def test_an_account_made_meanwhile_is_not_made_twice(here: world.World) -> None:
    invitation = invitations.invite(by=here.olivia, email="nina@clinic.example", roles=["biller"])
    user = User.objects.create(email="nina@clinic.example", first_name="N", last_name="N")
    with pytest.raises(Conflict, match="sign in and accept"):
        invitations.accept_new(invitation=invitation, **NEW)
    with pytest.raises(Conflict, match="sign in as that"):
        invitations.accept(invitation=invitation, user=here.bob.user)
    stale = Invitation.objects.get()
    invitations.send_again(by=here.olivia, invitation=invitation)
    with pytest.raises(Conflict, match="a newer letter has come"):
        invitations.accept(invitation=stale, user=user)
    member = Membership.objects.create(practice=here.practice, user=user, roles=["biller"])
    with pytest.raises(Conflict, match="You work here already"):
        invitations.accept(invitation=Invitation.objects.get(), user=user)
    member.delete()
    assert invitations.accept(invitation=Invitation.objects.get(), user=user).roles == ["biller"]


# --- roles and the way in ----------------------------------------------------------------------------


def test_roles_stack_and_count_from_the_next_click(house: world.World) -> None:
    sam = signed_in(house.sam)
    assert sam.get("/p/alder/claims/").status_code == 403
    answer = signed_in(house.olivia).post(
        f"/p/alder/team/{house.sam.pk}/", {"roles": ["biller", "scheduler"]}, follow=True
    )
    assert "Sam Scheduler is now Billing, Front desk" in answer.text
    assert sam.get("/p/alder/claims/").status_code == 200 and sam.get("/p/alder/sessions/book/").status_code == 200
    with tenant(house.practice):
        event = AuditEvent.objects.get(verb="change roles")
    assert event.detail == {"before": ["scheduler"], "after": ["biller", "scheduler"]}
    answer = signed_in(house.olivia).post(f"/p/alder/team/{house.sam.pk}/", {"roles": []})
    assert answer.status_code == 422 and "Choose at least one role" in answer.text


def test_who_is_disabled_is_out_at_the_next_click(house: world.World) -> None:
    sam, owner = signed_in(house.sam), signed_in(house.olivia)
    assert sam.get("/p/alder/clients/").status_code == 200
    owner.post(f"/p/alder/team/{house.sam.pk}/disable/")
    assert sam.get("/p/alder/clients/").status_code == 404
    assert sam.get("/api/v1/p/alder/clients/").status_code == 404
    assert "Disabled" in owner.get("/p/alder/team/").text
    owner.post(f"/p/alder/team/{house.sam.pk}/enable/")
    assert sam.get("/p/alder/clients/").status_code == 200


def test_nobody_changes_herself(here: world.World) -> None:
    with pytest.raises(Conflict, match="Nobody changes her own roles"):
        actions.change_roles(by=here.olivia, member=here.olivia, roles=["owner", "biller"])
    with pytest.raises(Conflict, match="Nobody changes her own roles"):
        actions.set_active(by=here.olivia, member=here.olivia, active=False)
    assert Membership.objects.get(pk=here.olivia.pk).roles == ["owner"]


def test_who_is_no_owner_any_more_changes_nothing(here: world.World) -> None:
    with pytest.raises(Conflict, match="not an owner any more"):
        actions.change_roles(by=here.bob, member=here.sam, roles=["owner"])


def test_setting_what_is_set_writes_nothing(here: world.World) -> None:
    before = AuditEvent.objects.count()
    actions.set_active(by=here.olivia, member=here.sam, active=True)
    assert AuditEvent.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_take_it_from_each_other_leave_one(house: world.World) -> None:
    """Both transactions begin while both are owners; the second waits for the first and is refused."""
    with tenant(house.practice, house.olivia):
        actions.change_roles(by=house.olivia, member=house.bob, roles=["owner"])
    first_done, outcome = threading.Event(), []

    def second() -> None:
        try:
            with clock.at(world.NOON), tenant(house.practice, house.bob):
                assert Membership.objects.filter(roles__contains=["owner"]).count() == 2
                started.set()
                actions.change_roles(by=house.bob, member=house.olivia, roles=["biller"])
                outcome.append("changed")
        except Conflict as conflict:
            outcome.append(str(conflict))
        finally:
            connection.close()
            first_done.set()

    started = threading.Event()
    with tenant(house.practice, house.olivia):
        actions.change_roles(by=house.olivia, member=house.bob, roles=["biller"])
        other = threading.Thread(target=second)
        other.start()
        assert started.wait(10) and not first_done.wait(0.3), "the second must wait for the lock"
    other.join(10)
    assert outcome == ["You are not an owner any more; ask one"]
    owners = Membership.objects.filter(practice=house.practice, roles__contains=[Role.OWNER], active=True)
    assert [owner.pk for owner in owners] == [house.olivia.pk]


def test_an_owner_always_remains(here: world.World) -> None:
    """Two owners: one takes it from the other, who then, on a page she had open, can take nothing back."""
    other = Membership.objects.get(pk=here.bob.pk)
    other.roles = ["owner"]
    other.save(update_fields=["roles"])
    actions.set_active(by=here.olivia, member=other, active=False)
    actions.set_active(by=here.olivia, member=other, active=True)
    actions.change_roles(by=other, member=here.olivia, roles=["biller"])
    with pytest.raises(Conflict, match="not an owner any more"):
        actions.change_roles(by=here.olivia, member=other, roles=["biller"])


def test_the_team_page_shows_everybody(house: world.World) -> None:
    invited(house)
    page = signed_in(house.olivia).get("/p/alder/team/").text
    for word in (
        "6 people can sign in",
        "nina@clinic.example",
        "Invited",
        "Alice Atherton",
        "OTR/L, therapist",
        "COTA/L, assistant",
        "Never",
    ):
        assert word in page, word
    mine = signed_in(house.olivia).get(f"/p/alder/team/{house.olivia.pk}/").text
    assert "Nobody changes her own roles" in mine and "Disable" not in mine


def test_another_practices_people_do_not_exist(house: world.World) -> None:
    with world.practice("birch") as there:
        pass
    assert signed_in(house.olivia).get(f"/p/alder/team/{there.sam.pk}/").status_code == 404
    assert signed_in(house.olivia).post(f"/p/alder/team/{there.sam.pk}/disable/").status_code == 404
    assert Practice.objects.count() == 2
