"""Each rule has a case that trips it and one that does not."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest

from claims.rules import RULES
from claims.scrubber import ClaimFacts, LineFacts, PayerFacts, filing_limit, scrub
from clients.diagnoses import Found, Verdict
from practice.findings import Finding, Severity, worst
from sessions.evaluations import Answers

DAY = date(2026, 6, 15)
MEDICARE = PayerFacts(
    short_name="Medicare",
    plan_type="medicare",
    filing_days=365,
    member_id_pattern="[1-9][A-Z][A-Z0-9]{9}",
    member_id_hint="11 characters",
    needs_therapy_modifier=True,
    needs_assistant_modifier=True,
    needs_referrer=True,
    needs_plan_of_care=True,
)
LINE = LineFacts("97110", ("GO",), 2, D("116.00"), 33)
CLEAN = ClaimFacts(
    number=10001,
    frequency="1",
    today=DAY + timedelta(days=3),
    served_on=DAY,
    total=D("116.00"),
    discipline="OT",
    payer=MEDICARE,
    coverage_id=5,
    case_id=6,
    member_id="1EG4TE5MK73",
    coverage_starts_on=date(2025, 1, 1),
    coverage_ends_on=None,
    client_address=("77 Larkin Ave", "Aurora", "IL", "605060001"),
    subscriber_complete=True,
    billing_npi="1770000010",
    billing_zip="605064117",
    billing_street="1 Alder St",
    tax_id="364810277",
    rendering_npi="1770000028",
    rendering_name="Alice Atherton",
    diagnoses=("I69.354", "R27.8"),
    referrer_npi="1770000077",
    plan_ends_on=DAY + timedelta(days=30),
    authorization="",
    no_authorization="No authorization is on file.",
    signed=True,
    visit_minutes=45,
    lines=(LINE,),
)


def trip(**changes: Any) -> dict[str, Severity]:
    return {finding.rule: finding.severity for finding in scrub(replace(CLEAN, **changes), RULES)}


def test_a_clean_claim_is_clean() -> None:
    assert scrub(CLEAN, RULES) == []
    assert worst([]) is None


CANNOT, FAILS, MAY = Severity.CANNOT_GO, Severity.WILL_FAIL, Severity.MAY_BE_DENIED


@pytest.mark.parametrize(
    ("changes", "rule", "severity"),
    [
        ({"billing_npi": "1770000011"}, "billing_npi", CANNOT),
        ({"tax_id": "36-481027"}, "tax_id", CANNOT),
        ({"billing_zip": "60506"}, "billing_address", FAILS),
        ({"billing_street": "P.O. Box 12"}, "billing_address", FAILS),
        ({"rendering_npi": ""}, "rendering_npi", CANNOT),
        ({"member_id": "1EG4TE5MK7"}, "member_id", FAILS),
        ({"member_id": ""}, "member_id", FAILS),
        ({"payer": replace(MEDICARE, member_id_pattern=""), "member_id": ""}, "member_id", FAILS),
        ({"client_address": ("77 Larkin Ave", "Aurora", "IL", "")}, "client_address", CANNOT),
        ({"subscriber_complete": False}, "subscriber", CANNOT),
        ({"coverage_starts_on": DAY + timedelta(days=1)}, "coverage_in_force", FAILS),
        ({"coverage_ends_on": DAY - timedelta(days=1)}, "coverage_in_force", FAILS),
        ({"diagnoses": ()}, "diagnosis_count", CANNOT),
        ({"diagnoses": ("F82",) * 13}, "diagnosis_count", CANNOT),
        ({"diagnoses": ("stroke",)}, "diagnosis_form", FAILS),
        ({"diagnoses": ("3A0",)}, "diagnosis_form", FAILS),
        ({"looked_up": (Found("G20", Verdict.NOT_LEAF, "", ("G20.A1", "G20.C")),)}, "diagnosis_valid", FAILS),
        ({"looked_up": (Found("F82.9", Verdict.UNKNOWN),)}, "diagnosis_valid", FAILS),
        ({"looked_up": (Found("F82.9", Verdict.UNKNOWN, nearest="FY2026 April"),)}, "diagnosis_valid", MAY),
        ({"lines": (replace(LINE, modifiers=()),)}, "therapy_modifier", FAILS),
        ({"lines": (replace(LINE, assistant=True),)}, "assistant_modifier", FAILS),
        ({"lines": (replace(LINE, minutes=54, units=4),)}, "units_fit_visit", MAY),
        ({"payer": replace(MEDICARE, needs_authorization=True)}, "authorization", FAILS),
        ({"pays_first": "Lyra"}, "payer_order", FAILS),
        ({"limits": (Finding("benefit.visits", MAY, "coverage.benefits", "21st visit"),)}, "benefit.visits", MAY),
        ({"signed": False}, "signed", CANNOT),
        ({"plan_ends_on": None}, "plan_of_care", FAILS),
        ({"referrer_npi": ""}, "referrer", FAILS),
        ({"referrer_npi": "1770000078"}, "referrer", FAILS),
        ({"today": DAY + timedelta(days=366)}, "timely", FAILS),
        ({"today": DAY + timedelta(days=352)}, "timely", MAY),
        ({"twins": (10000,)}, "duplicate", MAY),
        ({"frequency": "7", "replaces": (10000, "ICN1")}, "replacement", FAILS),
        (
            {"frequency": "7", "replaces": (10000, ""), "payer": replace(MEDICARE, plan_type="commercial")},
            "replacement",
            CANNOT,
        ),
    ],
)
def test_each_rule_trips(changes: dict[str, Any], rule: str, severity: Severity) -> None:
    assert trip(**changes) == {rule: severity}


@pytest.mark.parametrize(
    "changes",
    [
        {"coverage_ends_on": DAY},
        {"coverage_starts_on": DAY},
        {"diagnoses": ("F82",) * 12},
        {"diagnoses": ("QA0.0101",)},
        {"looked_up": (Found("F82", Verdict.BILLABLE), Found("R27.8", Verdict.BILLABLE, nearest="FY2026 April"))},
        {"lines": (replace(LINE, assistant=True, modifiers=("GO", "CO")),)},
        {"lines": (replace(LINE, minutes=53, units=4),)},
        {"lines": (replace(LINE, code="97165", minutes=90, units=1),)},
        {"payer": replace(MEDICARE, needs_authorization=True), "authorization": "A1"},
        {"payer": replace(MEDICARE, needs_plan_of_care=False), "plan_ends_on": None},
        {"payer": replace(MEDICARE, needs_referrer=False), "referrer_npi": ""},
        {"payer": replace(MEDICARE, needs_therapy_modifier=False), "lines": (replace(LINE, modifiers=()),)},
        {"discipline": "MH", "lines": (replace(LINE, modifiers=()),)},
        {"today": DAY + timedelta(days=350)},
        {"frequency": "7", "replaces": (10000, "ICN1"), "payer": replace(MEDICARE, plan_type="commercial")},
    ],
)
def test_what_is_right_does_not_trip(changes: dict[str, Any]) -> None:
    assert trip(**changes) == {}


def test_a_header_is_told_with_its_leaves() -> None:
    header = Found("M54.5", Verdict.NOT_LEAF, "Low back pain", ("M54.50", "M54.51", "M54.59"))
    [finding] = scrub(replace(CLEAN, diagnoses=("M54.5",), looked_up=(header,)), RULES)
    assert finding.message == "M54.5 is not a whole ICD-10-CM code."
    assert finding.detail == "Use M54.50, M54.51 or M54.59."
    assert finding.where == "case.diagnoses"


def test_what_is_no_code_at_all_is_told_once() -> None:
    wrong = {"diagnoses": ("stroke",), "looked_up": (Found("stroke", Verdict.UNKNOWN),)}
    assert trip(**wrong) == {"diagnosis_form": FAILS}


def test_an_evaluation_above_its_signed_answers() -> None:
    line = replace(LINE, code="97167", units=1)
    brief, deep = Answers("OT", history="brief"), Answers("OT", history="extensive")
    found = scrub(replace(CLEAN, lines=(LINE, line), evaluations=(brief,)), RULES)
    assert [(f.rule, f.severity, f.where, f.message) for f in found] == [
        ("evaluation_level", MAY, "line.97167.code", "97167 is above what the signed evaluation supports.")
    ]
    assert found[0].detail == (
        "The answers so far support no more than 97165 (low); 97167 is high, and the history is brief."
        " Its clinician can amend the session."
    )
    assert trip(lines=(line,), evaluations=(brief, deep)) == {}
    assert trip(lines=(line,), evaluations=()) == {}
    assert trip(lines=(replace(line, code="97165"),), evaluations=(brief,)) == {}


def test_two_services_that_count_as_one() -> None:
    payer = replace(MEDICARE, distinct_pairs=(("97530", "97140"),))
    both = (replace(LINE, code="97530"), replace(LINE, code="97140", minutes=10))
    assert trip(payer=payer, lines=both) == {"distinct_services": MAY}
    marked = (both[0], replace(both[1], modifiers=("GO", "59")))
    assert trip(payer=payer, lines=marked) == {}
    assert trip(payer=payer, lines=both[:1]) == {}


def test_findings_come_gravest_first_and_say_what_mends_them() -> None:
    claim = replace(CLEAN, twins=(10000,), member_id="1EG4TE5MK7", signed=False)
    found = scrub(claim, RULES)
    assert [finding.severity for finding in found] == [CANNOT, FAILS, MAY]
    assert worst(found) == CANNOT
    member_id = found[1]
    assert member_id.message == "Member ID has 10 characters; Medicare IDs have 11 characters."
    assert member_id.fix is not None and (member_id.fix.verb, member_id.fix.target) == ("member_id", 5)


def test_every_rule_explains_itself() -> None:
    for rule in RULES:
        assert rule.__doc__ and rule.__doc__.strip().endswith("."), rule
    assert len(RULES) >= 12


def test_the_filing_limit_is_the_last_day() -> None:
    assert filing_limit(DAY, 90) == DAY + timedelta(days=90)
    assert trip(today=DAY + timedelta(days=365)) == {"timely": MAY}


@pytest.mark.parametrize("modifiers", [("GO", "GA", "GZ"), ("GO", "KX", "GA"), ("GO", "GY", "GZ")])
def test_modifiers_of_notices_that_exclude_each_other(modifiers: tuple[str, ...]) -> None:
    assert trip(lines=(replace(LINE, modifiers=modifiers),)) == {"notice_modifiers": FAILS}


def test_a_notice_goes_to_medicare_part_b_alone() -> None:
    line = replace(LINE, modifiers=("GO", "GA"))
    assert trip(lines=(line,)) == {}
    assert trip(lines=(line,), payer=replace(MEDICARE, plan_type="commercial")) == {"notice_modifiers": FAILS}
    [finding] = scrub(replace(CLEAN, lines=(replace(LINE, modifiers=("GO", "GX", "GA")),)), RULES)
    assert finding.message == "97110: GX and GA cannot stand on one line: a notice is required or voluntary."


def test_a_modifier_for_which_there_is_no_room_is_told() -> None:
    line = replace(LINE, left_out=("95", "76"), refused=("97110 takes no 59 on this day",))
    found = [f for f in scrub(replace(CLEAN, lines=(line,)), RULES) if f.rule == "modifiers_fit"]
    assert [(f.message, f.severity) for f in found] == [
        (f"{line.code} has no room for 95 and 76.", MAY),
        ("97110 takes no 59 on this day.", MAY),
    ]
