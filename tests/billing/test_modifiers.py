"""Modifiers of a day's lines: each rule, its edges, the order, and what may not stand together."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.codesets.edits import Pair
from billing.modifiers import GROUPS, MOST, ORDER, Ask, Line, Setting, Wishes, asks, for_day, refused
from clients.models import MODIFIER_GROUPS

ALL = Wishes(discipline=True, assistant=True, threshold=True, telehealth=True)
GROUP = Pair("97150", "97530", may_be_separate=True)
NEVER = Pair("97165", "97750", may_be_separate=False)


def marked(*lines: Line, wishes: Wishes = ALL, **setting: object) -> list[tuple[str, ...]]:
    there = Setting(**({"discipline": "OT"} | setting))  # type: ignore[arg-type]
    return [one.modifiers for one in for_day(lines, there, wishes)]


@pytest.mark.parametrize(
    ("discipline", "clean", "assisted"),
    [("OT", ("GO",), ("GO", "CO")), ("PT", ("GP",), ("GP", "CQ")), ("SLP", ("GN",), ("GN",)), ("MH", (), ())],
)
def test_discipline_and_assistant(discipline: str, clean: tuple[str, ...], assisted: tuple[str, ...]) -> None:
    assert marked(Line("97129"), Line("97129", assisted=True), discipline=discipline) == [clean, assisted]
    assert marked(Line("97129", assisted=True), discipline=discipline, wishes=Wishes()) == [()]


def test_a_code_that_is_no_therapy_has_no_discipline() -> None:
    assert marked(Line("90837"), Line("X4110"), Line("97110")) == [(), (), ("GO",)]


@pytest.mark.parametrize(
    ("accrued", "allowed", "needs"),
    [
        ("2380.00", "50.00", False),
        ("2410.00", "70.00", False),  # at the threshold is not above it
        ("2410.00", "70.01", True),
        ("2480.00", "1.00", True),
        ("0.00", "60.00", False),
    ],
)
def test_kx_from_the_line_that_crosses_the_threshold(accrued: str, allowed: str, needs: bool) -> None:
    there = {"accrued": Decimal(accrued), "threshold": Decimal("2480.00")}
    lines = [Line("97110", allowed=Decimal(allowed)), Line("97140", allowed=Decimal("100.00"))]
    first, second = marked(*lines, **there)
    assert ("KX" in first) is needs
    assert ("KX" in second) is (Decimal(accrued) + Decimal(allowed) + 100 > Decimal("2480.00"))
    assert all("KX" not in one for one in marked(*lines, wishes=Wishes(), **there))
    assert all("KX" not in one for one in marked(*lines, accrued=Decimal(accrued), threshold=None))
    assert all("KX" not in one for one in marked(*lines, accrued=None, threshold=Decimal("1.00")))


def test_kx_is_for_therapy_and_never_beside_a_notice() -> None:
    over = {"accrued": Decimal("3000.00"), "threshold": Decimal("2480.00")}
    assert marked(Line("90837"), **over) == [()]
    assert marked(Line("97110", notice=("GA",)), **over) == [("GO", "GA")]
    assert marked(Line("97110", notice=("GX", "GY")), **over) == [("GO", "GX", "GY")]


def test_59_only_where_a_pair_allows_it_and_on_its_column_2() -> None:
    both = {"pairs": (GROUP, NEVER)}
    lines = Line("97150", attested=("59",)), Line("97530", attested=("59",))
    assert marked(*lines, **both) == [("GO",), ("GO", "59")]
    assert marked(Line("97530", attested=("59",)), **both) == [("GO",)]  # alone on the day
    never = Line("97165"), Line("97750", attested=("XU",))
    assert marked(*never, **both) == [("GO",), ("GO",)]
    assert list(refused(lines[0], ["97150", "97530"], (GROUP,))) == [
        "97150 takes no 59 on this day; it belongs on 97530"
    ]
    assert list(refused(never[1], ["97165", "97750"], (NEVER,))) == [
        "97750 takes no XU on this day; nothing it would have to be separate from"
    ]
    assert list(refused(lines[1], ["97150", "97530"], (GROUP,))) == []
    assert list(refused(Line("97110", attested=("KX",)), ["97110"], ())) == ["97110: KX is not for a clinician to set"]
    assert marked(Line("97110", attested=("KX", "76"))) == [("GO", "76")]


def test_what_must_still_be_said() -> None:
    there = [Line("97150"), Line("97530"), Line("97165"), Line("97750")]
    assert asks(there, (GROUP, NEVER)) == [Ask("97530", "97150"), Ask("97750", "97165", never=True)]
    said = [Line("97150"), Line("97530", attested=("XE",))]
    assert asks(said, (GROUP, NEVER)) == []
    assert asks([Line("97530")], (GROUP,)) == []
    assert Ask("97530", "97150").words.endswith("only when the two were given in separate minutes.")
    assert Ask("97750", "97165", never=True).words == "97750 is never paid on the same day as 97165."


@pytest.mark.parametrize(
    ("place", "audio", "expected"),
    [("11", False, ()), ("12", True, ()), ("02", False, ("95",)), ("10", False, ("95",)), ("10", True, ("93",))],
)
def test_telehealth(place: str, audio: bool, expected: tuple[str, ...]) -> None:
    line, there = Line("97530"), {"place_of_service": place, "audio_only": audio}
    assert marked(line, wishes=Wishes(telehealth=True), **there) == [expected]
    assert marked(line, wishes=Wishes(), **there) == [()]


def everything(**line: object) -> tuple[Line, Line]:
    """Two lines, of which the second asks for all there is."""
    asked = {"assisted": True, "attested": ("59", "76"), "allowed": Decimal(1)} | line
    return Line("97150"), Line("97530", **asked)  # type: ignore[arg-type]


FULL = {"pairs": (GROUP,), "accrued": Decimal(9000), "threshold": Decimal(1), "place_of_service": "10"}


def test_the_usual_order_and_four_at_most() -> None:
    found = for_day(everything(), Setting("OT", **FULL), ALL)[1]  # type: ignore[arg-type]
    assert (found.modifiers, found.left_out) == (("GO", "CO", "59", "KX"), ("95", "76"))
    under_notice = for_day(everything(notice=("GA",)), Setting("OT", **FULL), ALL)[1]  # type: ignore[arg-type]
    assert (under_notice.modifiers, under_notice.left_out) == (("GO", "CO", "59", "GA"), ("95", "76"))


def test_a_payers_own_order() -> None:
    first = Wishes(discipline=True, assistant=True, threshold=True, order=("separate", "threshold", "nonsense"))
    [_, found] = marked(*everything(), wishes=first, **FULL)
    assert found == ("59", "KX", "GO", "CO")


@given(
    st.permutations(ORDER).map(lambda groups: tuple(groups[:3])),
    st.sampled_from([(), ("GA",), ("GZ",), ("GX", "GY")]),
    st.lists(st.sampled_from(["59", "XE", "76", "77"]), unique=True),
    st.booleans(),
)
def test_whatever_is_asked_a_line_holds_four_in_order(
    order: tuple[str, ...], notice: tuple[str, ...], attested: list[str], assisted: bool
) -> None:
    wishes = Wishes(discipline=True, assistant=True, threshold=True, telehealth=True, order=order)
    lines = everything(notice=notice, attested=tuple(attested), assisted=assisted)
    found = for_day(lines, Setting("OT", **FULL), wishes)[1]  # type: ignore[arg-type]
    assert len(found.modifiers) <= MOST
    assert set(notice) <= set(found.modifiers)
    assert not (notice and "KX" in found.modifiers)
    ranks = [*order, *(group for group in ORDER if group not in order)]
    placed = [next(n for n, group in enumerate(ranks) if m in GROUPS[group]) for m in found.modifiers]
    assert placed == sorted(placed)
    assert not set(found.left_out) & set(found.modifiers)


def test_groups_share_no_modifier() -> None:
    assert MODIFIER_GROUPS == ORDER
    for one, other in product(GROUPS, repeat=2):
        assert one == other or not GROUPS[one] & GROUPS[other]
