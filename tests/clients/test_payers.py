"""A payer's rules as data: small fields, plain words, nothing that could break a count or hang the machine."""

from collections.abc import Iterator
from typing import Any

import pytest

from clients import actions, member_ids
from clients.fingerprints import fingerprint
from clients.forms import PayerForm
from clients.models import Payer
from practice.findings import BadInput, Conflict
from tests import world

pytestmark = pytest.mark.django_db
PLAN = {
    "name": "Cigna", "short_name": "Cigna", "payer_id": "62308", "plan_type": "commercial", "unit_rule": "midpoint",
    "filing_days": 90,
}  # fmt: skip


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.mark.parametrize(
    ("mask", "kept"),
    [
        ("W#########", "W[0-9]{9}"),
        ("@@@ #########", "[A-Z]{3}[0-9]{9}"),
        ("AA*#", "AA[A-Z0-9][0-9]"),
        ("[1-9][A-Z][A-Z0-9]{9}", "[1-9][A-Z][A-Z0-9]{9}"),
        ("", ""),
    ],
)
def test_a_mask_is_kept_as_an_expression_and_comes_back(mask: str, kept: str) -> None:
    assert member_ids.expression(mask) == kept
    assert member_ids.mask(kept) == mask.replace(" ", "")


@pytest.mark.parametrize("wrong", ["(a+)+$", "w####", "[Z-A]", "#" * 31 + "x", ".*", "[0-9]{1,30}" * 3])
def test_an_expression_that_could_do_harm_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="# for a digit"):
        member_ids.expression(wrong)


def test_what_no_mask_can_say_stays() -> None:
    assert member_ids.mask("[0-9]?A") == "[0-9]?A" and member_ids.mask("[1-9]") == "[1-9]"


@pytest.mark.parametrize(
    ("member_id", "problem"),
    [
        ("W12345678", "Aetna IDs have W#########; this has 9 characters"),
        ("W12é", "A member ID has letters and digits only"),
        ("W123456789", ""),
    ],
)
def test_an_id_is_held_to_its_shape(member_id: str, problem: str) -> None:
    assert member_ids.problem(member_id, "Aetna", "W[0-9]{9}", "") == problem


def test_a_payer_is_added_with_its_rules(here: world.World, web: Any) -> None:
    web.force_login(here.bob.user)
    typed = {**PLAN, "member_id_pattern": "U########", "cap_codes": "97035 2, 97016=1", "cap_day": "6", "order_assistant": "1",
             "order_discipline": "2", "distinct_pairs": "97530 97140", "needs_authorization": "on"}  # fmt: skip
    assert web.post("/p/alder/clients/payers/add/", typed).status_code == 302
    made = Payer.objects.get(payer_id="62308")
    assert made.member_id_pattern == "U[0-9]{8}" and made.needs_authorization and not made.needs_referrer
    assert made.unit_caps == {"97035": 2, "97016": 1, "day": 6}
    assert made.modifier_order == ["assistant", "discipline"] and made.distinct_pairs == [["97530", "97140"]]
    shown = PayerForm(row=made)
    assert shown["cap_codes"].value() == "97016 1, 97035 2" and shown["order_discipline"].value() == 2
    page = web.get("/p/alder/clients/payers/", {"q": "cig"}).text
    assert "1 payer found." in page and "Cigna" in page and "Medicare" not in page


@pytest.mark.parametrize(
    ("data", "field", "sentence"),
    [
        ({"payer_id": "60054"}, "payer_id", "Another payer has the ID 60054"),
        ({"cap_codes": "97035"}, "cap_codes", "write it as 97035 2"),
        ({"distinct_pairs": "97530"}, "distinct_pairs", "write it as 97530 97140"),
        ({"order_assistant": "1", "order_notice": "1"}, "order_assistant", "Two groups have this number"),
        ({"member_id_pattern": "(a+)+"}, "member_id_pattern", "# for a digit"),
        ({"filing_days": "0"}, "filing_days", "1 to 3,650"),
    ],
)
def test_a_wrong_rule_is_said_at_its_field(data: dict, field: str, sentence: str, here: world.World, web: Any) -> None:
    web.force_login(here.olivia.user)
    answer = web.post("/p/alder/clients/payers/add/", {**PLAN, **data})
    assert answer.status_code == 422 and sentence in " ".join(answer.context["form"].errors[field])
    assert Payer.objects.count() == 2


def test_a_change_of_another_is_not_overwritten(here: world.World) -> None:
    seen = fingerprint(here.aetna)
    actions.edit_payer(by=here.bob, payer=here.aetna, filing_days=100)
    with pytest.raises(Conflict, match="Somebody changed this"):
        actions.edit_payer(by=here.olivia, payer=here.aetna, seen=seen, filing_days=130)
    here.aetna.refresh_from_db()
    assert here.aetna.filing_days == 100


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"unit_caps": {"97": 2}}, "unit_caps"),
        ({"unit_caps": {"97035": "2"}}, "unit_caps"),
        ({"modifier_order": ["notice", "notice"]}, "modifier_order"),
        ({"distinct_pairs": [["97530"]]}, "distinct_pairs"),
        ({"plan_type": "barter"}, "plan_type"),
        ({"unit_rule": "guess"}, "unit_rule"),
        ({"name": " "}, "name"),
    ],
)
def test_the_verb_refuses_what_the_api_may_send(fields: dict, field: str, here: world.World) -> None:
    with pytest.raises(BadInput) as refused:
        actions.edit_payer(by=here.bob, payer=here.aetna, **fields)
    assert set(refused.value.errors) == {field}
