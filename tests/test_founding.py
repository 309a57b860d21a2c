"""A practice is founded with names of its own, people known before stay who they are, and NPIs are checked."""

import pytest

from practice import actions
from practice.findings import BadInput
from practice.models import AuditEvent, Clinician, Membership, Practice, PracticeProfile, Role, User
from tests import world

pytestmark = pytest.mark.django_db


def test_a_short_name_is_given_once() -> None:
    actions.found_practice(slug="alder", name="Alder", zone=world.ZONE)
    with pytest.raises(BadInput) as refused:
        actions.found_practice(slug="alder", name="Another", zone=world.ZONE)
    assert list(refused.value.errors) == ["slug"] and Practice.objects.count() == 1


def test_a_person_may_work_in_two_practices() -> None:
    """Her account and password stay; the other practice only gives her a role."""
    first, second = (actions.found_practice(slug=slug, name=slug, zone=world.ZONE) for slug in ("alder", "birch"))
    facts = {"first_name": "Alice", "last_name": "Atherton"}
    one = actions.add_member(
        practice=first, email="Alice@Mail.example", roles=[Role.THERAPIST], password="first password", **facts
    )
    two = actions.add_member(
        practice=second, email="alice@mail.EXAMPLE", roles=[Role.OWNER, Role.BILLER], password="another one", **facts
    )
    assert one.user == two.user and User.objects.count() == 1 and Membership.objects.count() == 2
    user = User.objects.get()
    assert user.email == "alice@mail.example" and user.check_password("first password")
    assert (one.roles, two.roles) == (["therapist"], ["owner", "biller"])


@pytest.mark.parametrize(
    ("npi", "assistant"), [("", False), ("1770000011", False), ("177", True), ("3770000010", True)]
)
def test_a_wrong_npi_is_refused(npi: str, assistant: bool) -> None:
    with world.practice() as here:
        before = Clinician.objects.count(), AuditEvent.objects.count()
        with pytest.raises(BadInput) as refused:
            actions.add_clinician(by=here.olivia, member=here.bob, npi=npi, discipline="OT", assistant=assistant)
        assert list(refused.value.errors) == ["npi"]
        assert (Clinician.objects.count(), AuditEvent.objects.count()) == before


def test_an_assistant_needs_none_of_her_own() -> None:
    with world.practice() as here:
        made = actions.add_clinician(
            by=here.olivia, member=here.bob, discipline="OT", credentials="COTA/L", assistant=True, supervisor=here.ot
        )
        assert made.npi == "" and AuditEvent.objects.filter(verb="add clinician", target_id=made.pk).exists()


def test_the_profile_is_one_and_checked() -> None:
    with world.practice() as here:
        with pytest.raises(BadInput) as refused:
            actions.set_profile(by=here.olivia, npi="1234567890", legal_name="Other")
        assert list(refused.value.errors) == ["npi"]
        actions.set_profile(by=here.olivia, npi=world.NPIS[1], legal_name="Alder and Sons")
        profile = PracticeProfile.objects.get()
        assert (profile.legal_name, profile.tax_id) == ("Alder and Sons", "364810277")
