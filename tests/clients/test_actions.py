"""Verbs about clients: what goes in, what is refused with a word."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from clients import actions
from clients.models import Case, Client, Coverage
from practice.findings import BadInput
from practice.models import AuditEvent, Job
from tests import world

pytestmark = pytest.mark.django_db


def test_charts_are_numbered_without_gaps() -> None:
    with world.practice() as here:
        numbers = [here.client(first=name).client.number for name in ("Ana", "Ben", "Cid")]
        assert numbers == [1001, 1002, 1003]


def test_a_birthday_in_the_future_is_refused() -> None:
    with world.practice() as here:
        contact = here.client().client.guarantor
        with pytest.raises(BadInput, match="in the future"):
            actions.add_client(
                by=here.olivia, birth_on=world.TODAY + timedelta(days=1), guarantor=contact, zone=world.ZONE,
                first_name="A", last_name="B", sex="F",
            )  # fmt: skip
        assert Client.objects.count() == 1


@pytest.mark.parametrize(
    ("member_id", "why"),
    [
        ("1EG4TE5MK7", "11 characters; this has 10"),
        ("1EG4 TE5 MK7É", "letters and digits only"),
        ("", "letters and digits"),
    ],
)
def test_a_wrong_member_id_is_refused_with_its_shape(member_id: str, why: str) -> None:
    with world.practice() as here:
        coverage = here.client(payer=here.medicare, member_id="OLD").client.coverages.get()
        with pytest.raises(BadInput, match=why):
            actions.correct_member_id(by=here.bob, coverage=coverage, member_id=member_id)
        coverage.refresh_from_db()
        assert coverage.member_id == "OLD"


def test_a_right_member_id_is_kept_clean_and_rings() -> None:
    with world.practice() as here:
        coverage = here.client(payer=here.medicare, member_id="OLD").client.coverages.get()
        actions.correct_member_id(by=here.bob, coverage=coverage, member_id=" 1eg4-te5-mk73 ")
        coverage.refresh_from_db()
        assert coverage.member_id == "1EG4TE5MK73"
        assert AuditEvent.objects.get(verb="correct member ID").detail == {"before": "OLD"}
        assert Job.objects.filter(practice=here.practice, kind="claims.check_claims").exists()


def test_a_dependent_needs_a_subscriber() -> None:
    with world.practice() as here:
        client = here.client().client
        with pytest.raises(BadInput, match="who the subscriber is"):
            here.cover(client, here.aetna, relation="19")
        with pytest.raises(DatabaseError, match="coverage_has_subscriber"), transaction.atomic():
            Coverage.objects.create(
                client=client, payer=here.aetna, member_id="W1", relation="19", starts_on=date(2026, 1, 1)
            )


def test_a_case_has_one_to_twelve_diagnoses() -> None:
    with world.practice() as here:
        client = here.client().client
        for codes in ([], ["F82"] * 13):
            with pytest.raises(BadInput, match="1 to 12 diagnoses"):
                actions.open_case(
                    by=here.olivia,
                    client=client,
                    discipline="OT",
                    complaint="x",
                    opened_on=world.TODAY,
                    diagnoses=codes,
                )
        assert Case.objects.count() == 1


def test_an_authorization_allows_something() -> None:
    with world.practice() as here:
        case = here.client(payer=here.aetna)
        coverage, day = case.client.coverages.get(), world.TODAY
        with pytest.raises(BadInput, match="at least one visit"):
            actions.add_authorization(
                by=here.bob, case=case, coverage=coverage, number="A", allowed=0, starts_on=day, ends_on=day
            )
        with pytest.raises(BadInput, match="before the first"):
            actions.add_authorization(
                by=here.bob,
                case=case,
                coverage=coverage,
                number="A",
                allowed=1,
                starts_on=day,
                ends_on=day - timedelta(days=1),
            )


def test_a_referrer_needs_a_right_npi() -> None:
    with world.practice() as here, pytest.raises(BadInput, match="wrong digit"):
        actions.add_referrer(by=here.olivia, npi="1234567894", first_name="A", last_name="B")


def test_find_reads_names_and_numbers() -> None:
    with world.practice() as here:
        walter, rosa = here.client().client, here.client(first="Rosa", last="Delgado").client
        found = lambda text: set(Client.objects.find(text))  # noqa: E731
        assert found("nak wal") == {walter} and found("ros") == {rosa}
        assert found(str(rosa.number)) == {rosa}
        assert found("") == {walter, rosa} and found("zz") == set()
        assert found("9" * 30) == set()


def test_a_therapist_sees_her_caseload_only() -> None:
    with world.practice() as here:
        hers = here.client().client
        other = here.client(first="Rosa", clinician=here.pt).client
        assert set(Client.objects.visible_to(here.alice)) == {hers}
        for everybody in (here.olivia, here.bob, here.sam):
            assert set(Client.objects.visible_to(everybody)) == {hers, other}
