"""What an advance notice does to money: through charging, the ledger, invoices and claims."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from billing import actions, books, reports
from billing.models import AdvanceNotice, Charge, Entry, FeeSchedule, NoticeSignature, OpenItem
from claims.models import Claim
from clients import actions as clients
from clients.models import Case
from practice import clock
from practice.findings import BadInput, Conflict
from practice.models import AuditEvent
from sessions import actions as sessions
from sessions.minutes import Typed
from tests import world

pytestmark = pytest.mark.django_db
NEXT = world.TODAY + timedelta(days=1)


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def case(here: world.World) -> Case:
    return here.client(payer=here.medicare)


def prepare(here: world.World, case: Case, *codes: str, **fields: Any) -> AdvanceNotice:
    given = {
        "coverage": case.client.coverages.get(), "codes": codes or ("97110",), "kind": "necessity",
        "reason": "Medicare does not pay for this once you have reached your goals.", "cost": D("118.00"),
        "starts_on": world.TODAY, "key": f"key {AdvanceNotice.objects.count()}",
    }  # fmt: skip
    return actions.prepare_notice(by=here.alice, client=case.client, **given | fields)


def sign(here: world.World, notice: AdvanceNotice, option: int | None = 1, **fields: Any) -> NoticeSignature:
    given = {"signer": "Walter Nakamura", "relation": "self"}
    return actions.sign_notice(by=here.alice, notice=notice, option=option, **given | fields)


def owes(code: str) -> dict[str, D]:
    """Who owes what of a live charge: "Medicare" or "Walter Nakamura"."""
    items = OpenItem.objects.filter(charge__code=code, charge__reversed_by=None).exclude(balance=0)
    return {
        item.coverage.payer.short_name if item.coverage else str(item.contact): item.balance
        for item in items.select_related("coverage__payer", "contact")
    }


def lines(claim: Claim | None = None) -> dict[str, list[str]]:
    claim = claim or Claim.objects.exclude(delivery="withdrawn").get()
    return {line.code: line.modifiers for line in claim.lines.all()}


# --- the options -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "option", "modifiers"),
    [
        ("necessity", 1, ["GO", "GA"]),
        ("limit", 1, ["GO", "GA"]),
        ("excluded", 1, ["GO", "GX", "GY"]),
        ("excluded", None, ["GO", "GX", "GY"]),
    ],
)
def test_option_1_is_claimed_and_owed_by_medicare_until_denied(
    here: world.World, case: Case, kind: str, option: int | None, modifiers: list[str]
) -> None:
    notice = prepare(here, case, kind=kind)
    sign(here, notice, option)
    here.signed(case, ("97110", 30), ("97140", 15))
    here.answer_bells()
    assert lines() == {"97110": modifiers, "97140": ["GO"]}
    assert owes("97110") == {"Medicare": D("116.00")}
    charge = Charge.objects.get(code="97110")
    assert (charge.notice, charge.claimable, charge.liable) == (notice, True, True)
    assert Charge.objects.get(code="97140").notice is None
    assert reports.to_invoice() == [] and books.wrong() == []


def test_option_2_is_owed_by_the_person_at_once_and_never_claimed(here: world.World, case: Case) -> None:
    notice = prepare(here, case)
    sign(here, notice, 2)
    here.signed(case, ("97110", 30), ("97140", 15))
    here.answer_bells()
    claim = Claim.objects.get()
    assert lines() == {"97140": ["GO"]} and claim.total == D("60.00")
    assert owes("97110") == {"Walter Nakamura": D("116.00")} and owes("97140") == {"Medicare": D("60.00")}
    charge = Charge.objects.get(code="97110")
    assert (charge.notice, charge.claimable, charge.day.coverage) == (notice, False, case.client.coverages.get())
    assert [(row.name, row.amount) for row in reports.to_invoice()] == [("Walter Nakamura", D("116.00"))]
    here.answer_bells()
    assert Claim.objects.count() == 1 and books.wrong() == []


def test_a_day_of_option_2_alone_makes_no_claim(here: world.World, case: Case) -> None:
    sign(here, prepare(here, case), 2)
    here.signed(case, ("97110", 30))
    here.answer_bells()
    assert not Claim.objects.exists() and owes("97110") == {"Walter Nakamura": D("116.00")}


def test_option_3_given_all_the_same_is_never_the_persons(here: world.World, case: Case) -> None:
    notice = prepare(here, case)
    sign(here, notice, 3)
    here.signed(case, ("97110", 30))
    here.answer_bells()
    charge = Charge.objects.get()
    assert lines() == {"97110": ["GO", "GZ"]} and owes("97110") == {"Medicare": D("116.00")}
    assert (charge.notice, charge.claimable, charge.liable) == (notice, True, False)


def test_no_signature_is_the_practices_loss(here: world.World) -> None:
    """Not even the expected copay becomes the person's."""
    case = here.client(payer=here.medicare, copay="25.00")
    prepare(here, case)
    here.signed(case, ("97110", 30))
    here.answer_bells()
    assert lines() == {"97110": ["GO", "GZ"]} and owes("97110") == {"Medicare": D("116.00")}
    assert not Charge.objects.get().liable and reports.to_invoice() == []


def test_the_copay_of_a_visit_falls_on_what_is_claimed(here: world.World) -> None:
    case = here.client(payer=here.medicare, copay="25.00")
    sign(here, prepare(here, case), 2)
    here.signed(case, ("97110", 30), ("97140", 15))
    here.answer_bells()
    assert owes("97140") == {"Medicare": D("35.00"), "Walter Nakamura": D("25.00")}
    assert owes("97110") == {"Walter Nakamura": D("116.00")}
    assert not Entry.objects.filter(charge__code="97110", reason="expected copay").exists()


# --- time ------------------------------------------------------------------------------------


def test_a_notice_signed_later_than_the_service_does_not_count(here: world.World, case: Case) -> None:
    notice = prepare(here, case)
    first, second = here.booked(case), here.booked(case, day=NEXT)
    with clock.at(world.NOON + timedelta(days=1)):
        sign(here, notice, 2)
        here.sign(first, ("97110", 30))
        here.sign(second, ("97110", 15))
        here.answer_bells()
        assert lines() == {"97110": ["GO", "GZ"]}
    late, timely = Charge.objects.order_by("served_on")
    assert (late.notice_modifiers, late.claimable, late.liable) == (["GZ"], True, False)
    assert (timely.notice_modifiers, timely.claimable, timely.liable) == ([], False, True)
    balances = OpenItem.objects.exclude(balance=0).order_by("charge__served_on")
    assert [(item.contact_id is None, item.balance) for item in balances] == [(True, D("116.00")), (False, D("58.00"))]


def test_after_a_year_a_notice_says_nothing(here: world.World, case: Case) -> None:
    sign(here, prepare(here, case), 2)
    last = here.booked(case, day=date(2027, 6, 14))
    after = here.booked(case, day=date(2027, 6, 15))
    with clock.at(world.NOON + timedelta(days=366)):
        here.sign(last, ("97110", 15))
        here.sign(after, ("97110", 15))
        here.answer_bells()
    assert list(Charge.objects.order_by("served_on").values_list("claimable", flat=True)) == [False, True]


def test_an_amendment_after_signing_keeps_to_the_notice(here: world.World, case: Case) -> None:
    notice = prepare(here, case)
    sign(here, notice, 2)
    session = here.signed(case, ("97110", 45), ("97140", 15))
    here.answer_bells()
    claim, other = Claim.objects.get(), Charge.objects.get(code="97140")
    actions.withdraw_notice(by=here.bob, notice=notice, reason="she thinks again")
    sessions.amend(by=here.alice, session=session, corrections=[Typed("97110", 30)], reason="misread")
    here.answer_bells()
    charge = Charge.objects.get(code="97110", reversed_by=None)
    assert (charge.units, charge.notice, charge.claimable) == (2, notice, False)
    assert owes("97110") == {"Walter Nakamura": D("116.00")}
    assert Charge.objects.get(code="97140") == other and Claim.objects.get() == claim  # nothing of it was remade
    assert books.wrong() == []


def test_what_is_charged_again_keeps_its_ga(here: world.World, case: Case) -> None:
    sign(here, prepare(here, case), 1)
    session = here.signed(case, ("97110", 45))
    here.answer_bells()
    sessions.amend(by=here.alice, session=session, corrections=[Typed("97110", 30)], reason="misread")
    here.answer_bells()
    assert lines() == {"97110": ["GO", "GA"]}


def test_a_withdrawal_keeps_what_was_given_and_ends_the_rest(here: world.World, case: Case) -> None:
    notice = prepare(here, case)
    sign(here, notice, 2)
    here.signed(case, ("97110", 15))
    later = here.booked(case, day=NEXT)
    assert actions.withdraw_notice(by=here.bob, notice=notice, reason="wrong service").ends_on == world.TODAY
    with clock.at(world.NOON + timedelta(days=1)):
        here.sign(later, ("97110", 15))
        here.answer_bells()
    assert list(Charge.objects.order_by("served_on").values_list("claimable", "notice")) == [
        (False, notice.pk), (True, None)
    ]  # fmt: skip


def test_a_withdrawal_before_the_service_of_the_day_counts_today(here: world.World, case: Case) -> None:
    notice = prepare(here, case)
    withdrawn = actions.withdraw_notice(by=here.bob, notice=notice, reason="  a  slip ")
    assert (withdrawn.ends_on, withdrawn.reason) == (world.TODAY - timedelta(days=1), "a slip")
    assert actions.withdraw_notice(by=here.bob, notice=notice, reason="again") == withdrawn
    here.signed(case, ("97110", 15))
    here.answer_bells()
    assert lines() == {"97110": ["GO"]}


def test_a_notice_is_for_the_plan_it_was_made_for(here: world.World, case: Case) -> None:
    """The client's plan changes: what was said about Medicare says nothing about the new one."""
    sign(here, prepare(here, case), 2)
    clients.end_coverage(by=here.bob, coverage=case.client.coverages.get(), ends_on=world.TODAY - timedelta(days=1))
    here.cover(case.client, here.aetna, starts_on=world.TODAY)
    here.signed(case, ("97110", 30))
    here.answer_bells()
    assert lines() == {"97110": []} and owes("97110") == {"Aetna": D("116.00")}


# --- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "field", "told"),
    [
        ({"codes": []}, "codes", "Choose 1 to 6"),
        ({"codes": ["99999"]}, "codes", "99999 is not a code we know"),
        ({"kind": "whim"}, "kind", "Choose why"),
        ({"reason": "  "}, "reason", "plain words"),
        ({"reason": "x" * 241}, "reason", "At most 240"),
        ({"information": "x" * 241}, "information", "At most 240"),
        ({"cost": D("0.00")}, "cost", "more than nothing"),
        ({"cost": D("25000.01")}, "cost", "at most 25,000"),
        ({"codes": ["97165"], "cost": D("124.99")}, "cost", "One unit of each comes to $225.00"),
        ({"starts_on": world.TODAY - timedelta(days=1)}, "starts_on", "before the service"),
        ({"starts_on": world.TODAY + timedelta(days=366)}, "starts_on", "before the service"),
    ],
)
def test_a_notice_that_would_not_hold_is_not_made(
    here: world.World, case: Case, fields: dict[str, Any], field: str, told: str
) -> None:
    with pytest.raises(BadInput) as refused, transaction.atomic():
        prepare(here, case, **fields)
    assert told in refused.value.errors[field]
    assert not AdvanceNotice.objects.exists()


def test_other_payers_have_no_abn(here: world.World) -> None:
    case = here.client(payer=here.aetna)
    with pytest.raises(BadInput) as refused:
        prepare(here, case)
    assert "Medicare Part B only; Aetna" in refused.value.errors["coverage"]


def test_a_coverage_not_in_force_and_one_of_somebody_else(here: world.World, case: Case) -> None:
    case.client.coverages.update(ends_on=world.TODAY)
    with pytest.raises(BadInput, match="not in force"):
        prepare(here, case, starts_on=NEXT)
    other = here.client(payer=here.medicare, first="Rosa")
    with pytest.raises(BadInput, match="another client"):
        prepare(here, case, coverage=other.client.coverages.get())
    assert not AdvanceNotice.objects.exists()


def test_a_service_that_is_signed_already_is_too_late(here: world.World, case: Case) -> None:
    here.signed(case, ("97110", 15))
    with pytest.raises(BadInput) as refused, transaction.atomic():
        prepare(here, case)
    assert refused.value.errors["starts_on"].startswith("97110 of June 15 is signed already")
    assert prepare(here, case, "97140").pk and prepare(here, case, starts_on=NEXT).pk


def test_a_signature_after_the_service_waits_for_tomorrow(here: world.World, case: Case) -> None:
    notice = prepare(here, case)
    here.signed(case, ("97110", 15))
    with pytest.raises(Conflict, match="97110 of June 15 is signed already"), transaction.atomic():
        sign(here, notice)
    assert sign(here, prepare(here, case, starts_on=NEXT)).signed_on == world.TODAY  # for tomorrow's it is in time
    with clock.at(world.NOON + timedelta(days=1)):
        assert sign(here, notice).signed_on == NEXT


@pytest.mark.parametrize(
    ("option", "fields", "field"),
    [
        (None, {}, "option"),
        (4, {}, "option"),
        (1, {"signer": " W "}, "signer"),
        (1, {"signer": "W" * 81}, "signer"),
        (1, {"relation": " "}, "relation"),
        (1, {"relation": "d" * 41}, "relation"),
        (1, {"strokes": "M1 1 C"}, "strokes"),
    ],
)
def test_a_signature_that_would_not_hold_is_not_taken(
    here: world.World, case: Case, option: int | None, fields: dict[str, str], field: str
) -> None:
    notice = prepare(here, case)
    with pytest.raises(BadInput) as refused, transaction.atomic():
        sign(here, notice, option, **fields)
    assert list(refused.value.errors) == [field]
    assert not NoticeSignature.objects.exists()


def test_what_is_withdrawn_old_or_not_covered_cannot_be_signed(here: world.World, case: Case) -> None:
    notice, withdrawn = prepare(here, case), prepare(here, case, "97140")
    with pytest.raises(BadInput, match="Say why"):
        actions.withdraw_notice(by=here.bob, notice=withdrawn, reason=" ")
    actions.withdraw_notice(by=here.bob, notice=withdrawn, reason="a slip")
    with pytest.raises(Conflict, match="was withdrawn"):
        sign(here, withdrawn)
    with (
        clock.at(datetime.combine(date(2027, 6, 15), world.NOON.timetz())),
        pytest.raises(Conflict, match="a year old"),
    ):
        sign(here, notice)
    coverage = case.client.coverages.get()
    coverage.ends_on = world.TODAY - timedelta(days=1)
    coverage.save(update_fields=["ends_on"])
    notice.refresh_from_db()
    with pytest.raises(Conflict, match="not in force any more"):
        sign(here, notice)
    assert not NoticeSignature.objects.exists()


# --- once, and on record ---------------------------------------------------------------------


def test_twice_is_once_and_otherwise_a_conflict(here: world.World, case: Case) -> None:
    notice = prepare(here, case, key="k")
    assert prepare(here, case, key="k") == notice
    with pytest.raises(Conflict, match="made another notice"):
        prepare(here, case, key="k", cost=D("200.00"))
    signature = sign(here, notice, 1, strokes="M1 1 L9 9")
    assert sign(here, notice, 1, strokes="M1 1 L9 9") == signature
    for other in ({"option": 2}, {"option": 1, "signer": "Ann Kin"}):
        with pytest.raises(Conflict, match="is signed"):
            sign(here, notice, **other)
    told = AuditEvent.objects.filter(target="billing.AdvanceNotice").order_by("id")
    assert [(row.verb, row.client_id) for row in told] == [
        ("prepare notice", case.client_id), ("sign notice", case.client_id)
    ]  # fmt: skip
    assert (signature.signed_on, signature.valid_until) == (world.TODAY, date(2027, 6, 14))
    assert signature.witness == here.alice


def test_nothing_of_a_notice_can_be_changed(here: world.World, case: Case) -> None:
    notice = prepare(here, case)
    sign(here, notice)
    for row in (notice, NoticeSignature.objects.get()):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            row.save()


def test_a_notice_holds_what_was_printed(here: world.World, case: Case) -> None:
    """And never the Medicare number."""
    notice = prepare(here, case, "97140", "97110", "97110")
    clients.add_contact(by=here.bob, first_name="x", last_name="y")
    assert notice.codes == ["97110", "97140"]
    assert notice.printed["patient"] == "Walter Nakamura" and notice.printed["number"] == f"Chart {case.client.number}"
    assert notice.printed["notifier"]["name"] == "Alder Therapy LLC"
    assert [row["code"] for row in notice.printed["services"]] == ["97110", "97140"]
    assert "1EG4TE5MK73" not in str(notice.printed)


def test_usual_fees_are_those_of_the_day(here: world.World) -> None:
    actions.set_fee(by=here.olivia, code="97110", fee=D("70.00"), starts_on=NEXT)
    assert FeeSchedule.objects.filter(code="97110").count() == 2
    assert actions.usual_fees(["97110", "97140", "G0283"], world.TODAY) == D("118.00")
    assert actions.usual_fees(["97110", "97140"], NEXT) == D("130.00")
