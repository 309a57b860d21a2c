"""Two guarantors of one client: the rule, and that shares always sum to the cent."""

from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients import actions
from clients.models import Client, Contact, GuarantorShare
from clients.never_billed import COPAYS, because, may_ask_for, may_never_be_billed
from clients.shares import Rule, Share, in_force, part_of_first, problem, share_out, take_back
from clients.sharing import sharing_today
from practice.findings import BadInput
from tests import world

DAY = date(2026, 6, 15)
SIXTY = Share(1, DAY, Rule.PERCENT, 7, 8, percent=D("60"))
UP_TO = Share(1, DAY, Rule.AMOUNT, 7, 8, amount=D("20.00"))
SPEECH = Share(1, DAY, Rule.SERVICE, 7, 8, codes=frozenset({"92507"}))
cents = st.decimals(min_value=0, max_value=9999, places=2)
percents = st.decimals(min_value="0.01", max_value="99.99", places=2)
rules = st.one_of(
    percents.map(lambda p: Share(1, DAY, Rule.PERCENT, 7, 8, percent=p)),
    cents.map(lambda a: Share(1, DAY, Rule.AMOUNT, 7, 8, amount=a)),
    st.just(SPEECH),
    st.none(),
)
PARTS = st.lists(st.tuples(st.sampled_from(["deductible", "coinsurance", "copay"]), cents), max_size=4)


def sums(parts: list[tuple[str, int, D]]) -> dict[int, D]:
    found: dict[int, D] = {}
    for _, person, amount in parts:
        found[person] = found.get(person, D(0)) + amount
    return found


def test_sixty_and_forty_of_a_deductible_and_a_coinsurance() -> None:
    found = share_out([("deductible", D("48.00")), ("coinsurance", D("15.60"))], 7, SIXTY, "97530")
    assert sums(found) == {7: D("38.16"), 8: D("25.44")}
    assert [reason for reason, _, _ in found] == ["deductible", "deductible", "coinsurance", "coinsurance"]


def test_an_amount_of_each_visit_and_the_rest() -> None:
    assert share_out([("copay", D("30.00"))], 7, UP_TO, "97530") == [("copay", 7, D("20.00")), ("copay", 8, D("10.00"))]
    assert share_out([("copay", D("30.00"))], 7, UP_TO, "97530", D("20.00")) == [("copay", 8, D("30.00"))]


def test_by_service_and_with_no_rule() -> None:
    assert share_out([("charge", D("9.00"))], 5, SPEECH, "92507") == [("charge", 7, D("9.00"))]
    assert share_out([("charge", D("9.00"))], 5, SPEECH, "97530") == [("charge", 8, D("9.00"))]
    assert share_out([("charge", D("9.00"))], 5, None, "97530") == [("charge", 5, D("9.00"))]


@given(parts=PARTS, share=rules, code=st.sampled_from(["92507", "97530"]), elsewhere=cents)
def test_shares_sum_to_the_cent_and_are_the_part_of_the_whole(
    parts: list[tuple[str, D]], share: Share | None, code: str, elsewhere: D
) -> None:
    found, total = share_out(parts, 5, share, code, elsewhere), sum((amount for _, amount in parts), D("0.00"))
    assert sum((amount for _, _, amount in found), D("0.00")) == total
    if share:
        assert sums(found).get(7, D(0)) == part_of_first(share, total, code, elsewhere)


@given(parts=PARTS, owed=st.dictionaries(st.integers(1, 3), st.decimals("0.01", 9999, places=2), min_size=1))
def test_what_is_taken_back_sums_to_the_cent(parts: list[tuple[str, D]], owed: dict[int, D]) -> None:
    back = [(reason, -amount) for reason, amount in parts]
    found = take_back(back, owed)
    assert sum((amount for _, _, amount in found), D("0.00")) == sum((amount for _, amount in back), D("0.00"))


def test_what_became_theirs_is_taken_back_from_each() -> None:
    found = take_back([("deductible", D("-48.00")), ("coinsurance", D("-15.60"))], {7: D("38.16"), 8: D("25.44")})
    assert sums(found) == {7: D("-38.16"), 8: D("-25.44")}


def test_the_latest_rule_that_began_counts() -> None:
    later = Share(2, DAY + timedelta(days=9), Rule.WHOLE)
    same = Share(3, DAY, Rule.AMOUNT, 7, 8, amount=D("1.00"))
    assert in_force([SIXTY, later], DAY - timedelta(days=1)) is None
    assert in_force([SIXTY, same], DAY) == same
    assert in_force([SIXTY, later], DAY) == SIXTY
    assert in_force([SIXTY, later], DAY + timedelta(days=9)) is None


@pytest.mark.parametrize(
    ("share", "field"),
    [
        (Share(0, DAY, Rule.PERCENT, 7, 0, percent=D("60")), "other"),
        (Share(0, DAY, Rule.PERCENT, 0, 7, percent=D("60")), "first"),
        (Share(0, DAY, Rule.PERCENT, 7, 7, percent=D("60")), "other"),
        (Share(0, DAY, Rule.PERCENT, 7, 8, percent=D("100")), "percent"),
        (Share(0, DAY, Rule.AMOUNT, 7, 8), "amount"),
        (Share(0, DAY, Rule.SERVICE, 7, 8), "codes"),
        (Share(0, DAY, Rule.SERVICE, 7, 8, codes=frozenset({"speech"})), "codes"),
    ],
)
def test_a_rule_that_cannot_be(share: Share, field: str) -> None:
    assert list(problem(share)) == [field]


def test_rules_that_can_be() -> None:
    assert [problem(share) for share in (SIXTY, UP_TO, SPEECH, Share(0, DAY, Rule.WHOLE))] == [{}, {}, {}, {}]


def test_who_may_never_be_billed() -> None:
    assert may_ask_for("commercial") is None and because("commercial") == ""
    assert may_ask_for("medicare", qmb=True) == may_ask_for("workers_comp") == frozenset()
    assert may_ask_for("medicaid") == COPAYS and may_never_be_billed("medicaid") and not may_never_be_billed("auto")
    assert "Qualified" in because("medicare", qmb=True)
    assert "injured" in because("workers_comp") and "in full" in because("medicaid")


# --- the verb -----------------------------------------------------------------------------------------


def two(here: world.World) -> tuple[Client, Contact]:
    client = here.client().client
    father = actions.add_contact(by=here.olivia, first_name="Theo", last_name="Nakamura")
    actions.link_contact(by=here.olivia, client=client, contact=father, relation="father")
    return client, father


def shared(here: world.World, client: Client, father: Contact, **more: Any) -> GuarantorShare:
    asked = {"rule": "percent", "starts_on": world.TODAY, "first": client.guarantor, "other": father}
    return actions.share_between(by=here.bob, client=client, **asked | {"percent": D("60")} | more)


@pytest.mark.django_db
def test_a_rule_is_kept_and_ended() -> None:
    with world.practice() as here:
        client, father = two(here)
        row = shared(here, client, father, amount=D("5.00"), codes=["97530"])
        assert (row.percent, row.amount, row.codes) == (D("60"), None, [])
        assert sharing_today(client) == row.facts == sharing_today(client, father.pk)
        for act in (
            lambda: actions.choose_guarantor(by=here.bob, client=client, contact=father),
            lambda: actions.end_person(by=here.bob, link=client.contact_links.get(contact=father)),
        ):
            with pytest.raises(BadInput, match="split between two people"):
                act()
        actions.choose_guarantor(by=here.bob, client=client, contact=client.guarantor)  # as it is
        shared(here, client, father, rule="whole")
        assert sharing_today(client) is None
        actions.choose_guarantor(by=here.bob, client=client, contact=father)


@pytest.mark.django_db
def test_a_rule_to_come_is_told_too() -> None:
    with world.practice() as here:
        client, father = two(here)
        row = shared(here, client, father, rule="service", codes=[" 97530", ""], starts_on=world.TODAY + world.WEEK)
        assert sharing_today(client) == row.facts and row.codes == ["97530"]
        assert sharing_today(client, contact=0) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"rule": "by mood"}, "rule"),
        ({"starts_on": world.TODAY - timedelta(days=367)}, "starts_on"),
        ({"percent": D("33.333")}, "percent"),
        ({"rule": "amount", "amount": D("99999999999.00")}, "amount"),
        ({"other": None}, "other"),
        ({"other": "stranger"}, "other"),
    ],
)
def test_bad_rules_change_nothing(wrong: dict[str, Any], field: str) -> None:
    with world.practice() as here:
        client, father = two(here)
        if wrong.get("other") == "stranger":
            wrong = {"other": actions.add_contact(by=here.olivia, first_name="A", last_name="Stranger")}
        with pytest.raises(BadInput) as refused:
            shared(here, client, father, **wrong)
        assert list(refused.value.errors) == [field]
        assert not GuarantorShare.objects.exists()
