"""One code that a therapist and her assistant gave: charges, claim lines, and what an amendment does to them."""

from decimal import Decimal as D

import pytest
from django.core.exceptions import PermissionDenied

from billing import books
from billing.actions import choose_units, post_charges
from billing.models import Charge, UnitChoice
from claims import actions as claims
from claims.models import Claim, ClaimLine, Delivery
from practice.findings import BadInput, Conflict
from sessions import actions as sessions
from sessions.api import typed_lines
from sessions.minutes import Typed, parse
from sessions.models import ServiceLine
from tests import world

pytestmark = pytest.mark.django_db


def live() -> list[tuple[str, int, bool, int]]:
    rows = Charge.objects.filter(reversed_by=None).order_by("code", "assisted")
    return list(rows.values_list("code", "units", "assisted", "clinician"))


def sign(here: world.World, session: object, *lines: Typed) -> None:
    sessions.save_draft(by=here.alice, session=session, parts=world.NOTE, lines=lines)  # type: ignore[arg-type]
    sessions.sign(by=here.alice, session=session)  # type: ignore[arg-type]
    here.answer_bells()


def test_one_code_becomes_two_claim_lines() -> None:
    with world.practice() as here:
        session = here.booked(here.client(payer=here.medicare))
        sign(here, session, parse("97530", "15+15"), parse("97110", "9:00-9:23"))
        ot = here.ot.pk
        assert live() == [("97110", 2, False, ot), ("97530", 1, False, ot), ("97530", 1, True, ot)]
        line = ServiceLine.objects.get(code="97530")
        assert (line.minutes, line.assistant_minutes, line.assistant) == (15, 15, here.assistant)
        assert ServiceLine.objects.get(code="97110").times == "09:00–09:23"
        note = session.notes.get()
        assert (note.timed_minutes, note.total_minutes) == (53, 53)
        claim = Claim.objects.get()  # one: the therapist renders both
        found = claim.lines.order_by("code", "modifiers").values_list("code", "units", "modifiers")
        assert list(found) == [("97110", 2, ["GO"]), ("97530", 1, ["GO"]), ("97530", 1, ["GO", "CO"])]
        assert claim.total == 2 * D("58.00") + 2 * D("66.00")
        assert books.wrong() == []


def test_an_amendment_moves_minutes_between_the_two() -> None:
    with world.practice() as here:
        session = here.booked(here.client(payer=here.medicare))
        sign(here, session, parse("97530", "15+15"))
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97530", 30)], reason="I did it all myself")
        here.answer_bells()
        assert live() == [("97530", 2, False, here.ot.pk)]
        lines = ClaimLine.objects.filter(live=True)
        assert [(line.units, line.modifiers) for line in lines] == [(2, ["GO"])]
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97530", 0, 30)], reason="no, she did")
        here.answer_bells()
        assert live() == [("97530", 2, True, here.ot.pk)]
        assert books.wrong() == []


def test_whose_minutes_they_are_must_be_known() -> None:
    with world.practice() as here:
        session = here.booked(here.client(payer=here.medicare))
        hers = here.booked(
            here.client(payer=here.medicare, first="Ada", clinician=here.assistant), clinician=here.assistant
        )
        line = parse("97530", "15+15")
        with pytest.raises(BadInput, match="an assistant's already"):
            sessions.save_draft(by=here.carol, session=hers, parts=world.NOTE, lines=[line])
        pt = here.booked(here.client(payer=here.medicare, discipline="PT", clinician=here.pt), clinician=here.pt)
        with pytest.raises(BadInput, match="no assistant for this discipline"):
            sessions.save_draft(by=here.pt.member, session=pt, parts=world.NOTE, lines=[parse("97110", "1+1")])
        with pytest.raises(BadInput, match="Choose the assistant"):
            sessions.save_draft(by=here.alice, session=session, parts=world.NOTE, lines=[line], assistant=here.ot)
        draft = sessions.save_draft(by=here.alice, session=session, parts=world.NOTE, lines=[line])
        assert draft.assistant == here.assistant
        assert draft.typed == [line]


def test_what_who_treated_says_goes_with_the_charge() -> None:
    with world.practice() as here:
        session = here.booked(here.client(payer=here.medicare))
        sign(here, session, Typed("97150", 20), Typed("97530", 23))
        assert [line.modifiers for line in ClaimLine.objects.order_by("code")] == [["GO"], ["GO"]]
        assert "separate_services" in {finding["rule"] for finding in Claim.objects.get().findings}
        said = [Typed("97530", 23, modifiers=("59",))]
        sessions.amend(by=here.alice, session=session, corrections=said, reason="the times were separate")
        here.answer_bells()
        lines = ClaimLine.objects.filter(live=True).order_by("code")
        assert [line.modifiers for line in lines] == [["GO"], ["GO", "59"]]
        claim = Claim.objects.order_by("-id")[0]
        assert "separate_services" not in {finding["rule"] for finding in claim.findings}
        assert Charge.objects.filter(reversed_by=None, code="97530").get().attested == ["59"]
        assert books.wrong() == []


def test_of_equal_splits_the_chosen_one_is_charged() -> None:
    with world.practice() as here:
        session = here.booked(here.client(payer=here.medicare))
        for codes in (["97110"], ["97140"]):
            choose_units(by=here.alice, session=session, codes=codes)
        sign(here, session, Typed("97110", 20), Typed("97140", 20))
        assert [row[:2] for row in live()] == [("97110", 1), ("97140", 2)]
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97110", 21)], reason="misread")
        here.answer_bells()
        assert [row[:2] for row in live()] == [("97110", 2), ("97140", 1)]  # no tie: the choice decides nothing
        with pytest.raises(Conflict, match="signed"):
            choose_units(by=here.alice, session=session, codes=["97110"])


def test_the_choice_is_hers_among_known_codes_and_may_be_taken_back() -> None:
    with world.practice() as here:
        session = here.booked(here.client(payer=here.medicare))
        with pytest.raises(PermissionDenied):
            choose_units(by=here.carol, session=session, codes=["97140"])
        with pytest.raises(BadInput, match="97633 is not a service code"):
            choose_units(by=here.alice, session=session, codes=["97633"])
        choose_units(by=here.alice, session=session, codes=["97140", "97140"])
        assert UnitChoice.objects.get().codes == ["97140"]
        choose_units(by=here.alice, session=session, codes=[])
        sign(here, session, Typed("97110", 20), Typed("97140", 20))
        assert [row[:2] for row in live()] == [("97110", 2), ("97140", 1)]


def test_that_a_service_was_repeated_is_said_of_the_repetition_only() -> None:
    with world.practice() as here:
        case = here.client(payer=here.medicare)
        here.signed(case, ("97110", 15))
        here.signed(case, ("97110", 15, 0, "", ("76",)))  # type: ignore[arg-type]
        here.answer_bells()
        assert Charge.objects.filter(reversed_by=None).get().attested == []
        other = here.client(payer=here.medicare, first="Ada")
        here.signed(other, ("97110", 15, 0, "", ("76",)))  # type: ignore[arg-type]
        here.answer_bells()
        assert ClaimLine.objects.get(claim__client=other.client).modifiers == ["GO", "76"]


def test_an_assistant_does_not_evaluate_and_an_add_on_is_not_alone() -> None:
    with world.practice() as here:
        hers = here.booked(here.client(clinician=here.assistant), clinician=here.assistant)
        with pytest.raises(BadInput, match="an assistant does not evaluate"):
            here.sign(hers, ("97165", 45))
        session = here.booked(here.client(first="Ada"))
        with pytest.raises(BadInput, match="an assistant does not evaluate"):
            here.sign(session, ("97165", 0, 45))  # type: ignore[arg-type]
        with pytest.raises(BadInput, match="97130 is an add-on; enter 97129 too"):
            here.sign(session, ("97130", 15))
        case = here.client(first="Bea")
        here.signed(case, ("97129", 15))
        here.signed(case, ("97130", 15))  # beside it on the day, in another session
        with pytest.raises(BadInput, match="97130 is an add-on"):
            amended = here.signed(here.client(first="Cy"), ("97129", 15), ("97130", 15))
            sessions.amend(by=here.alice, session=amended, corrections=[Typed("97129", 0)], reason="slip")


def test_an_amendment_by_api_keeps_what_was_said_unless_it_says_otherwise() -> None:
    kept = typed_lines([{"code": "97530", "minutes": 20}], [Typed("97530", 23, modifiers=("59",))])
    assert kept == [Typed("97530", 20, modifiers=("59",))]
    unsaid = typed_lines([{"code": "97530", "minutes": 20, "modifiers": []}], [Typed("97530", 23, modifiers=("59",))])
    assert unsaid == [Typed("97530", 20)]


def test_what_did_not_fit_or_is_not_allowed_is_told_to_the_biller() -> None:
    with world.practice() as here:
        here.signed(here.client(payer=here.medicare), ("97110", 30, 0, "", ("59",)))  # type: ignore[arg-type]
        here.answer_bells()
        found = [f for f in Claim.objects.get().findings if f["rule"] == "modifiers_fit"]
        assert [f["message"] for f in found] == [
            "97110 takes no 59 on this day; nothing it would have to be separate from."
        ]


def test_a_rejected_claim_of_a_day_that_is_charged_anew_is_not_made_again() -> None:
    with world.practice() as here:
        here.partner()
        session = here.signed(here.client(payer=here.medicare), ("97110", 30))
        here.answer_bells()
        claims.submit(by=here.bob, claims=[Claim.objects.get().pk], undo=0)
        Claim.objects.update(delivery=Delivery.REJECTED)
        sessions.amend(by=here.alice, session=session, corrections=[Typed("97110", 45)], reason="misread")
        post_charges()
        with pytest.raises(Conflict, match="charged differently"):
            claims.make_again(by=here.bob, claim=Claim.objects.get())
