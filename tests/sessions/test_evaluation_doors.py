"""An evaluation from the page to the claim: answers kept with the draft, frozen at the signature, told to the biller."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Web

from billing import actions as billing
from claims import facts
from claims.models import Claim
from claims.rules import RULES
from claims.scrubber import scrub
from practice.findings import BadInput, Conflict
from sessions import actions
from sessions.evaluations import Answers
from sessions.minutes import Typed
from sessions.models import Evaluation, NoteDraft, Session
from sessions.plans.actions import set_plan
from tests import world
from tests.practice.test_api import Caller

pytestmark = pytest.mark.django_db
OT = {"history": "brief", "options": "many", "comorbidities": "yes", "modification": "much"}
FIVE = ["strength", "memory", "coping"]  # and two that are not on the list
BRIEF = "The answers support 97165 (low); 97167 is high, and the history is brief."


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def session(here: world.World) -> Session:
    return here.booked(here.client(payer=here.aetna))


@pytest.fixture
def web(here: world.World) -> Web:
    browser = Web()
    browser.force_login(here.alice.user)
    return browser


def form(code: str = "97167", **more: Any) -> dict[str, Any]:
    answered = {"evaluation": code, "found": FIVE, "more": "2", **OT}
    return {**world.NOTE, "code": [code], "minutes": ["50"], "version": "", **answered, **more}


def at(session: Session, door: str = "") -> str:
    return f"/p/alder/sessions/{session.pk}/{door}"


def test_the_section_comes_with_an_evaluation_and_goes_with_it(web: Web, session: Session) -> None:
    assert "Evaluation level" not in web.get(at(session)).text
    added = web.post(at(session, "rows/"), {"code": ["97110"], "minutes": ["20"], "add": "97166"})
    assert "Evaluation level" in added.text and "Performance deficits" in added.text
    assert "Still to answer: history, deficits, ways to treat, other conditions and changed tasks." in added.text
    assert "Low, moderate and high typically take 30, 45 and 60 minutes; time does not decide the level." in added.text
    gone = web.post(
        at(session, "rows/"), {"code": ["97110", "97166"], "minutes": ["20", ""], "remove": "2"} | _v(session)
    )
    assert "Evaluation level" not in gone.text


def _v(session: Session) -> dict[str, int]:
    return {"version": NoteDraft.objects.get(session=session).version}


def test_the_box_answers_and_saves_nothing(web: Web, session: Session) -> None:
    asked = {"evaluation": "97167", "found": FIVE, "more": "2", **OT}
    answer = web.post(at(session, "evaluation-level/"), asked)
    assert "Five performance deficits reach high; the history is brief, so the level is low: 97165." in answer.text
    assert BRIEF in answer.text and 'name="use" value="97165"' in answer.text
    fits = web.post(at(session, "evaluation-level/"), asked | {"history": "extensive"})
    assert "All parts reach high: 97167." in fits.text and 'name="use"' not in fits.text
    low = web.post(at(session, "evaluation-level/"), asked | {"history": "extensive", "evaluation": "97165"})
    assert "97167 is supported too; 97165 is the lower level." in low.text and "callout info" in low.text
    assert not NoteDraft.objects.exists()


@pytest.mark.parametrize("odd", [{}, {"evaluation": "97110"}, {"evaluation": "97166", "found": "x\0y"}])
def test_the_box_says_what_it_cannot_read(web: Web, session: Session, odd: dict[str, str]) -> None:
    answer = web.post(at(session, "evaluation-level/"), odd)
    assert answer.status_code == 200 and "do not fit the code" in answer.text


def test_answers_are_kept_with_the_draft_and_shown_again(web: Web, session: Session) -> None:
    assert web.post(at(session, "draft/"), form()).status_code == 302
    assert NoteDraft.objects.get().evaluation == {**OT, "found": sorted(FIVE), "more": 2}
    page = web.get(at(session)).text
    assert 'value="strength" checked' in page and 'value="brief" checked' in page and "<option selected>2<" in page
    assert BRIEF in page


def test_a_save_without_the_section_keeps_the_answers(web: Web, session: Session) -> None:
    web.post(at(session, "draft/"), form())
    web.post(at(session, "draft/"), {**world.NOTE, "code": ["97110"], "minutes": ["9"], **_v(session)})
    draft = NoteDraft.objects.get()
    assert (draft.version, draft.evaluation["history"]) == (2, "brief")


def test_an_older_page_does_not_overwrite_answers(here: world.World, web: Web, session: Session) -> None:
    web.post(at(session, "draft/"), form())
    stale = web.post(at(session, "draft/"), form(history="extensive"), headers={"HX-Request": "true"})
    assert stale.status_code == 409 and NoteDraft.objects.get().evaluation["history"] == "brief"
    twice = web.post(at(session, "draft/"), form(), headers={"HX-Request": "true"})
    assert twice.status_code == 200 and NoteDraft.objects.get().version == 1
    with pytest.raises(Conflict):
        actions.save_draft(
            by=here.alice, session=session, parts=world.NOTE, lines=[Typed("97167", 50)], version=7,
            evaluation=Answers("OT", history="brief"),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"history": "endless"}, "is no answer to this"),
        ({"found": ["walking"]}, "is not on the list"),
        ({"more": "99"}, "counted from 0 to 12"),
        ({"presentation": "stable"}, "is not asked in OT"),
    ],
)
def test_answers_that_cannot_be_are_told(web: Web, session: Session, wrong: dict[str, Any], why: str) -> None:
    answer = web.post(at(session, "draft/"), form(**wrong))
    assert answer.status_code == 422 and why in answer.text and not NoteDraft.objects.exists()


def test_use_puts_the_proposed_code_in_the_row(web: Web, session: Session) -> None:
    changed = web.post(at(session, "rows/"), form(use="97165"))
    assert changed.status_code == 200 and 'name="evaluation" value="97165"' in changed.text
    draft = NoteDraft.objects.get()
    assert draft.typed == [Typed("97165", 50)] and draft.evaluation["more"] == 2


@pytest.mark.parametrize(
    ("codes", "minutes", "use", "kept"),
    [
        (["97110", "97167", "97165"], ["9", "", "40"], "97166", [("97110", 9), ("97166", 40)]),
        (["97110"], ["9"], "97166", [("97110", 9)]),
        (["97167"], ["40"], "97110", [("97167", 40)]),
        (["97167", "97167"], ["40", "40"], "97166", [("97166", 40)]),
    ],
)
def test_use_keeps_one_level_and_its_minutes(
    web: Web, session: Session, codes: list[str], minutes: list[str], use: str, kept: list[tuple[str, int]]
) -> None:
    web.post(at(session, "rows/"), {"code": codes, "minutes": minutes, "use": use})
    assert [(line["code"], line["minutes"]) for line in NoteDraft.objects.get().lines] == kept


def test_the_signature_freezes_answers_and_sentence(web: Web, session: Session) -> None:
    assert web.post(at(session, "sign/"), form()).status_code == 302
    signed = Evaluation.objects.get()
    assert (signed.code, signed.supports, signed.sentence) == ("97167", "97165", BRIEF)
    assert signed.answers == {**OT, "found": sorted(FIVE), "more": 2}
    page = web.get(at(session)).text
    assert f"At the signature: {BRIEF}" in page and "5: Strength, Memory, Coping, 2 more" in page
    assert 'name="found"' not in page and 'name="use"' not in page


def test_nothing_is_frozen_without_answers_or_level(here: world.World) -> None:
    for code in ("97166", "97110"):
        here.signed(here.client(), (code, 30))
    assert not Evaluation.objects.exists()
    untimed = here.booked(here.client())
    answers = Answers("OT", history="brief")
    lines = [Typed("97110", 20), Typed("97166", None)]
    actions.save_draft(by=here.alice, session=untimed, parts=world.NOTE, lines=lines, evaluation=answers)
    actions.sign(by=here.alice, session=untimed)
    assert not Evaluation.objects.exists()


def test_a_reevaluation_asks_for_a_plan_of_its_day(here: world.World, web: Web, session: Session) -> None:
    text = "97168 wants an updated plan of care. The newest starts May 16; add one that starts Jun 15 or later."
    draft = {**world.NOTE, "code": ["97168"], "minutes": ["30"]}
    web.post(at(session, "draft/"), draft)
    assert text in web.get(at(session)).text
    web.post(at(session, "sign/"), draft | _v(session))
    signed = Evaluation.objects.get()
    assert (signed.code, signed.answers, signed.supports, signed.sentence) == ("97168", {}, "", text)
    assert text in web.get(at(session)).text
    set_plan(
        by=here.alice, case=session.case, starts_on=world.TODAY, ends_on=world.TODAY + timedelta(days=60),
        codes=["97110"], frequency="2×/week",
    )  # fmt: skip
    page = web.get(at(session)).text
    assert text not in page and "The plan of care was updated with this re-evaluation" in page


def test_others_see_no_questions(here: world.World, session: Session) -> None:
    actions.save_draft(by=here.alice, session=session, parts=world.NOTE, lines=[Typed("97167", 50)])
    owner = Web()
    owner.force_login(here.olivia.user)
    page = owner.get(at(session))
    assert page.status_code == 200 and "Evaluation level" not in page.text


def test_pt_is_asked_its_own_questions(here: world.World) -> None:
    case = here.client(discipline="PT", clinician=here.pt)
    session = here.booked(case, clinician=here.pt)
    web = Web()
    web.force_login(here.pt.member.user)
    asked = {"code": ["97163"], "minutes": ["40"], "evaluation": "97163", "found": ["pain", "walking"], "more": "1"}
    answered = {"history": "none", "presentation": "stable", "decision": "low", "measured": "yes"}
    page = web.post(at(session, "rows/"), asked | answered).text
    assert "What you examined" in page and "Performance deficits" not in page
    assert "97163 is high, and nothing in the history affects the plan" in page and 'name="use" value="97161"' in page


# --- API -------------------------------------------------------------------------------------


def test_the_api_proposes_keeps_and_shows(here: world.World, session: Session) -> None:
    alice = Caller(here, here.alice)
    answers = {**OT, "found": FIVE, "more": 2}
    level = alice.post("evaluation-level/", {"discipline": "OT", "code": "97167", "answers": answers})
    assert (level["code"], level["level"], level["lowest_component"]) == ("97165", "low", "history")
    assert level["parts"][1] == {"name": "tally", "level": "high", "told": "five performance deficits reach high"}
    assert level["unsupported"] == BRIEF and level["missing"] == []
    body = {"lines": [{"code": "97167", "minutes": 50}], **world.NOTE}
    draft = alice.put(f"sessions/{session.pk}/draft/", body | {"evaluation": answers})["draft"]
    assert draft["evaluation"] == answers | {"found": sorted(FIVE)}
    again = alice.put(f"sessions/{session.pk}/draft/", body | {"version": 1})
    assert again["draft"]["evaluation"]["more"] == 2 and again["evaluation"] is None
    signed = alice.post(f"sessions/{session.pk}/sign/")["evaluation"]
    assert (signed["code"], signed["supports"], signed["sentence"]) == ("97167", "97165", BRIEF)
    assert signed["answers"]["found"] == sorted(FIVE)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"discipline": "SLP"}, "discipline"),
        ({"discipline": "PT", "code": "97165"}, "code"),
        ({"discipline": "OT", "code": "97168"}, "served_on"),
        ({"discipline": "OT", "answers": {"history": "none"}}, "answers.history"),
        ({"discipline": "OT", "answers": {"found": ["walking"]}}, "answers.found"),
        ({"discipline": "OT", "answers": {"more": 13}}, "answers.more"),
    ],
)
def test_the_api_names_what_it_cannot_read(here: world.World, body: dict[str, Any], field: str) -> None:
    assert list(Caller(here, here.alice).post("evaluation-level/", body, 400)) == [field]


def test_the_api_judges_a_reevaluation_by_its_plan(here: world.World) -> None:
    alice, asked = Caller(here, here.alice), {"discipline": "PT", "code": "97164", "served_on": "2026-06-15"}
    assert alice.post("evaluation-level/", asked)["unsupported"].startswith("97164 wants an updated plan of care.")
    assert alice.post("evaluation-level/", asked | {"plan_starts_on": "2026-06-15"})["unsupported"] == ""


def test_the_api_refuses_answers_of_the_wrong_kind(here: world.World, session: Session) -> None:
    alice = Caller(here, here.alice)
    body = {"lines": [], "evaluation": {"presentation": "stable"}}
    refused = alice.put(f"sessions/{session.pk}/draft/", body, 400)
    assert list(refused) == ["evaluation.presentation"] and not NoteDraft.objects.exists()
    with pytest.raises(BadInput, match="answers for PT"):
        actions.save_draft(by=here.alice, session=session, parts={}, lines=[], evaluation=Answers("PT", more=1))


def test_answers_for_a_discipline_without_levels_are_refused(here: world.World, session: Session) -> None:
    type(session.case).objects.filter(pk=session.case_id).update(discipline="SLP")
    body = {"lines": [], "evaluation": {"history": "brief"}}
    refused = Caller(here, here.alice).put(f"sessions/{session.pk}/draft/", body, 400)
    assert list(refused) == ["evaluation"]


# --- the claim -------------------------------------------------------------------------------


def test_the_biller_is_told_and_an_amendment_mends_it(here: world.World, web: Web, session: Session) -> None:
    billing.set_fee(by=here.olivia, code="97167", fee=Decimal("260.00"), starts_on=world.TODAY)
    web.post(at(session, "sign/"), form())
    here.answer_bells()
    assert _rules() == ["evaluation_level"]
    corrections = [Typed("97167", 0), Typed("97165", 50)]
    actions.amend(by=here.alice, session=session, corrections=corrections, reason="brief history")
    here.answer_bells()
    assert _rules() == []


def _rules() -> list[str]:
    claims = list(facts.with_everything(Claim.objects.filter(delivery="made")))
    assert claims
    found = [finding.rule for each in facts.facts_of(claims).values() for finding in scrub(each, RULES)]
    return [rule for rule in found if rule == "evaluation_level"]


def test_a_lower_level_is_signed_without_a_warning(here: world.World, web: Web, session: Session) -> None:
    web.post(at(session, "sign/"), form("97165", history="extensive"))
    page = web.get(at(session)).text
    assert "At the signature: The answers reach high, so 97167 is supported too" in page
    assert 'class="callout info' in page and 'class="callout warn' not in page


def test_a_discipline_without_levels_is_never_asked(here: world.World, web: Web, session: Session) -> None:
    type(session.case).objects.filter(pk=session.case_id).update(discipline="SLP")
    speech = {**world.NOTE, "code": ["92523"], "minutes": ["40"], "evaluation": "97165", "history": "brief"}
    assert "Evaluation level" not in web.post(at(session, "rows/"), speech).text
    assert "do not fit the code" in web.post(at(session, "evaluation-level/"), speech).text
    web.post(at(session, "sign/"), speech | _v(session))
    assert web.get(at(session)).status_code == 200 and not Evaluation.objects.exists()
