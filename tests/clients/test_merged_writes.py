"""A chart that was merged is written to no more, whoever still has its form open; what stands on it goes on."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from inspect import signature
from time import monotonic, sleep
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from billing import actions as billing
from clients import actions
from clients.documents import actions as documents
from clients.documents.models import Document
from clients.forms import PersonForm
from clients.imports import actions as imports
from clients.models import Authorization, CareTeam, Case, Client, ClientContact, Coverage
from practice.findings import BadInput, Conflict
from practice.tenancy import tenant
from tests import world
from tests.clients.import_files import written
from tests.clients.test_merging import every_row

pytestmark = pytest.mark.django_db
PERSON = {"first_name": "Ann", "last_name": "Roe", "relation": "mother"}
WAITS_FOR_US = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"

# What each verb that writes to a client's chart is asked, by name. A new one has to be named here.
TO_A_CHART: dict[str, Callable[[world.World], dict[str, Any]]] = {
    "share_between": lambda here: {"rule": "whole", "starts_on": world.TODAY},
    "add_coverage": lambda here: {"payer": here.aetna, "member_id": "W222222222", "starts_on": date(2026, 1, 1), "rank": 2},
    "add_person": lambda here: PERSON,
    "assign": lambda here: {"clinician": here.assistant},
    "choose_guarantor": lambda here: {"contact": actions.add_contact(by=here.bob, first_name="Ann", last_name="Roe")},
    "deactivate_client": lambda here: {"reason": "moved away"},
    "edit_client": lambda here: {"first_name": "Wilma"},
    "link_contact": lambda here: {
        "contact": actions.add_contact(by=here.bob, first_name="Ann", last_name="Roe"), "relation": "aunt",
    },
    "open_case": lambda here: {
        "discipline": "OT", "complaint": "Hip", "opened_on": world.TODAY, "diagnoses": ["R27.8"],
    },
    "reactivate_client": lambda here: {},
}  # fmt: skip
OF_MERGES = {"last_merge", "unmerge_client"}

# Those that change what stands on a chart, in an order in which all can be done.
TO_A_ROW: dict[str, Callable[[], dict[str, Any]]] = {
    "edit_coverage": lambda: {"coverage": Coverage.objects.get(), "group_number": "77"},
    "correct_member_id": lambda: {"coverage": Coverage.objects.get(), "member_id": "W333333333"},
    "record_benefit": lambda: {
        "coverage": Coverage.objects.get(), "disciplines": ["OT"], "starts_on": world.TODAY, "verified_how": "phone",
    },
    "add_authorization": lambda: {
        "case": old_case(), "coverage": Coverage.objects.get(), "number": "A1", "allowed": 5,
        "starts_on": world.TODAY, "ends_on": world.TODAY,
    },
    "withdraw_authorization": lambda: {"authorization": Authorization.objects.get(), "reason": "a slip"},
    "end_coverage": lambda: {"coverage": Coverage.objects.get(), "ends_on": world.TODAY},
    "edit_case": lambda: {"case": old_case(), "complaint": "Hip"},
    "set_diagnoses": lambda: {"case": old_case(), "diagnoses": ["R27.8"]},
    "close_case": lambda: {"case": old_case(), "closed_on": world.TODAY},
    "reopen_case": lambda: {"case": old_case()},
    "edit_person": lambda: {"link": aunt(), **PERSON},
    "end_person": lambda: {"link": aunt()},
    "unassign": lambda: {"row": CareTeam.objects.get(client__merged_into__isnull=False)},
}  # fmt: skip
READS = {"codes_of", "person_seen"}


def old_case() -> Case:
    return Case.objects.get(client__merged_into__isnull=False)


def aunt() -> ClientContact:
    return ClientContact.objects.get(client__merged_into__isnull=False, relation__in=("aunt", "mother"))


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as here:
        yield here


@pytest.fixture
def two(here: world.World) -> tuple[Client, Client]:
    """A duplicate with a plan, a case and an aunt, as it was when its form was opened, and the chart it is now."""
    old, new = here.client(payer=here.aetna).client, here.client(first="Wally").client
    contact = actions.add_contact(by=here.bob, first_name="Ina", last_name="Kin")
    actions.link_contact(by=here.bob, client=old, contact=contact, relation="aunt")
    actions.merge_clients(by=here.bob, duplicate=Client.objects.get(pk=old.pk), into=new)
    return old, new


def merged_into(new: Client) -> str:
    return f"This chart was merged into chart {new.number} meanwhile. Open that one."


def test_every_verb_that_takes_a_chart_or_a_row_of_one_is_named_here() -> None:
    taking: dict[str, set[str]] = {name: set(signature(getattr(actions, name)).parameters) for name in verbs()}
    assert {name for name, given in taking.items() if "client" in given} == {*TO_A_CHART, *OF_MERGES}
    rows = {"authorization", "case", "coverage", "link", "row"}
    assert {name for name, given in taking.items() if rows & given} == {*TO_A_ROW, *READS}


def verbs() -> list[str]:
    return [name for name in actions.__all__ if callable(getattr(actions, name))]


@pytest.mark.parametrize("verb", TO_A_CHART)
def test_a_verb_on_a_merged_chart_is_refused(here: world.World, two: tuple[Client, Client], verb: str) -> None:
    old, new = two
    given = TO_A_CHART[verb](here)
    before = every_row()
    with pytest.raises(Conflict) as refused:
        getattr(actions, verb)(by=here.bob, client=old, **given)
    assert str(refused.value) == merged_into(new) and every_row() == before
    billing.unmerge(by=here.bob, client=Client.objects.get(pk=old.pk))
    getattr(actions, verb)(by=here.bob, client=old, **given)  # it stands alone again


def test_what_stands_on_a_merged_chart_is_changed_from_the_one_that_lives(
    here: world.World, two: tuple[Client, Client]
) -> None:
    for verb, given in TO_A_ROW.items():
        before = every_row()
        getattr(actions, verb)(by=here.bob, **given())
        assert every_row() != before, verb
    coverage = Coverage.objects.get()
    documents.put_card(by=here.bob, coverage=coverage, kind="card_front", files=[world.picture()])
    assert Document.objects.get().coverage == coverage


def test_the_end_of_several_merges_is_named(here: world.World, two: tuple[Client, Client]) -> None:
    old, new = two
    last = here.client(first="Walt").client
    actions.merge_clients(by=here.bob, duplicate=new, into=last)
    with pytest.raises(Conflict) as refused:
        actions.edit_client(by=here.bob, client=old, first_name="Wilma")
    assert str(refused.value) == merged_into(last)


# --- the doors ---------------------------------------------------------------------------------


def test_a_form_that_was_open_is_refused_however_often_it_is_sent(here: world.World, web: Any) -> None:
    old, new = here.client().client, here.client().client
    web.force_login(here.bob.user)
    url = reverse("clients:edit_client", args=["alder", old.pk])
    seen = web.get(url).context["form"]["seen"].value()
    with tenant(here.practice, here.bob):
        actions.merge_clients(by=here.bob, duplicate=old, into=new)
    typed = {"first_name": "Wilma", "last_name": "Nakamura", "birth_on": "1955-02-03", "sex": "M"}
    for _ in range(2):
        answer = web.post(url, typed | {"seen": seen})
        form = answer.context["form"]
        assert answer.status_code == 422 and form.non_field_errors() == [merged_into(new)]
        assert form["first_name"].value() == "Wilma"
        seen = form["seen"].value()
    api = web.patch(
        f"/api/v1/p/alder/clients/{old.pk}/about/", {"first_name": "Wilma"}, content_type="application/json",
        headers={"Idempotency-Key": "a merged chart"},
    )  # fmt: skip
    assert (api.status_code, api.json()) == (409, {"detail": merged_into(new)})
    with tenant(here.practice):
        assert {client.first_name for client in Client.objects.all()} == {"Walter"}


def test_files_are_put_into_no_merged_chart(here: world.World, two: tuple[Client, Client], web: Any) -> None:
    old, new = two
    web.force_login(here.sam.user)
    answer = web.post(
        reverse("clients:add_files", args=["alder", old.pk]),
        {"kind": "order", "file": SimpleUploadedFile("order.pdf", world.PDF)},
    )
    assert answer.status_code == 422 and merged_into(new) in answer.text
    with tenant(here.practice):
        assert not Document.objects.exists()
        assert here.filed(new).client_id == new.pk


# --- who pays the share of a person with two charts ---------------------------------------------


def test_who_shall_pay_pays_on_the_chart_that_lives(here: world.World, two: tuple[Client, Client]) -> None:
    old, new = two
    own = ClientContact.objects.get(client=old.pk, contact=old.guarantor)
    assert PersonForm(row=own).initial["pays"] is False  # she paid on the old chart alone
    actions.edit_person(by=here.bob, link=aunt(), **PERSON, pays=True)
    new.refresh_from_db()
    assert new.guarantor_id == aunt().contact_id and PersonForm(row=aunt()).initial["pays"] is True
    assert Client.objects.get(pk=old.pk).guarantor_id == old.guarantor_id
    with pytest.raises(BadInput, match="Ann Roe pays the client's share; choose another person"):
        actions.end_person(by=here.bob, link=aunt())
    with pytest.raises(BadInput, match=f"Nakamura pays the share of chart {old.number}, which was merged into this"):
        actions.end_person(by=here.bob, link=own)


# --- two at once -------------------------------------------------------------------------------


def waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITS_FOR_US)
        return bool(cursor.fetchone()[0])


def while_merging(here: world.World, old: Client, new: Client, act: Callable[[], Any]) -> Any:
    """What an act gives that begins while a merge is not committed yet."""

    def begun() -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with tenant(here.practice, here.bob):
            actions.merge_clients(by=here.bob, duplicate=old, into=new)
            doing, until = pool.submit(begun), monotonic() + 30
            while not waits_for_us() and monotonic() < until:
                sleep(0.02)
        return doing.result(timeout=60)


@pytest.mark.django_db(transaction=True)
def test_who_writes_while_the_chart_is_merged_is_told() -> None:
    with world.practice() as here:
        old, new = here.client().client, here.client().client

    def add() -> str:
        with pytest.raises(Conflict) as refused, tenant(here.practice, here.bob):
            actions.add_person(by=here.bob, client=old, **PERSON)
        return str(refused.value)

    assert while_merging(here, old, new, add) == merged_into(new)


@pytest.mark.django_db(transaction=True)
def test_a_file_that_comes_in_while_a_chart_is_merged_goes_to_the_one_that_lives() -> None:
    row = {"First Name": "Walter", "Last Name": "Nakamura", "DOB": "02/03/1955", "Sex": "M", "Patient ID": "P1",
           "Insurance": "Aetna", "Policy Number": "W222222222", "Effective Date": "01/01/2026", "Priority": "1"}  # fmt: skip
    with world.practice() as here:
        old, new = here.client().client, here.client().client
        source = here.imported(written([row]))
        imports.start(by=here.bob, source=source)
        source.refresh_from_db()

    def run() -> int:
        with tenant(here.practice, here.bob):
            return imports.run_batch(source)

    assert while_merging(here, old, new, run) == 1
    with tenant(here.practice):
        assert Coverage.objects.get().client_id == new.pk
