"""Advance notices on the screen and on paper: listed, filled, signed, withdrawn; and told in the session."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal as D
from html import unescape
from typing import Any
from uuid import uuid4

import pypdf
import pytest
from django.test import Client as Web

from billing import actions, notice_form, panels
from billing.models import AdvanceNotice, NoticeSignature, NoticeWithdrawal
from clients.models import Case
from practice import clock
from sessions import actions as sessions
from sessions.forms import Row
from sessions.minutes import Typed
from tests import world
from tests.front_door import signed_in

pytestmark = pytest.mark.django_db
KEY = "5b1e4a0c-1d5c-4c55-9c5e-0a9d3a9f6f10"


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


@pytest.fixture
def case(here: world.World) -> Case:
    return here.client(payer=here.medicare)


def filled(case: Case, **changes: Any) -> dict[str, Any]:
    return {
        "coverage": case.client.coverages.get().pk, "codes": ["97110", "97140"], "kind": "necessity",
        "reason": "Medicare does not pay for this for your condition.", "cost": "$236.00", "starts_on": "2026-06-15",
        "information": "Ask us about paying monthly.", "key": KEY,
    } | changes  # fmt: skip


def made(here: world.World, case: Case, **changes: Any) -> AdvanceNotice:
    fields = filled(case, **changes) | {"coverage": case.client.coverages.get(), "starts_on": world.TODAY}
    cost = D(changes.get("cost", "236.00"))
    return actions.prepare_notice(by=here.alice, client=case.client, **fields | {"cost": cost, "key": str(uuid4())})


def sign(here: world.World, notice: AdvanceNotice, option: int | None, **fields: str) -> NoticeSignature:
    given = {"signer": "Walter Nakamura", "relation": "self"} | fields
    return actions.sign_notice(by=here.alice, notice=notice, option=option, **given)


def text_of(answer: Any) -> str:
    return unescape(answer.text)


# --- from the chart to the signature ---------------------------------------------------------


def test_a_notice_is_filled_signed_and_withdrawn(here: world.World, case: Case) -> None:
    web, base = signed_in(here.alice), "/p/alder"
    chart = web.get(f"{base}/clients/{case.client_id}/?tab=billing")
    assert f"{base}/clients/{case.client_id}/notices/" in chart.text
    listed = web.get(f"{base}/clients/{case.client_id}/notices/")
    assert "No advance notices" in listed.text and "New notice" in listed.text
    answer = web.post(f"{base}/clients/{case.client_id}/notices/new/", filled(case))
    notice = AdvanceNotice.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"{base}/notices/{notice.pk}/")
    assert (notice.codes, notice.cost, notice.kind) == (["97110", "97140"], D("236.00"), "necessity")
    page = text_of(web.get(f"{base}/notices/{notice.pk}/"))
    for words in ("A. Notifier:</b> Alder Therapy LLC", "B. Patient Name:</b> Walter Nakamura", "$236.00 a visit",
                  f"C. Identification Number:</b> Chart {case.client.number}", "Ask us about paying monthly.",
                  "Waiting for signature", "Sign this notice", "a denial is the practice's loss"):  # fmt: skip
        assert words in page, words
    assert "1EG4TE5MK73" not in page and "<title>Advance notice" in page
    choice = {"option": "2", "signer": "Walter Nakamura", "relation": "self", "strokes": "M10 20 L30 40"}
    signed = web.post(f"{base}/notices/{notice.pk}/sign/", choice, follow=True)
    page = text_of(signed)
    assert "The notice is signed." in page and "Sign this notice" not in page
    assert "Option 2: no claim. The client owes as soon as the session is signed." in page
    assert 'd="M10 20 L30 40"' in page and "June 15, 2026" in page and "Covers until" in page
    assert web.post(f"{base}/notices/{notice.pk}/sign/", choice).status_code == 302  # pressed twice
    row = text_of(web.get(f"{base}/clients/{case.client_id}/notices/"))
    assert "Signed Jun 15, until Jun 14, 2027" in row and "Option 2" in row and "$236.00" in row
    ended = web.post(f"{base}/notices/{notice.pk}/withdraw/", {"reason": "wrong code"}, follow=True)
    page = text_of(ended)
    assert "Alice Atherton withdrew it; it counted until Jun 14: wrong code" in page and "Withdraw<" not in page
    assert NoticeWithdrawal.objects.count() == NoticeSignature.objects.count() == 1


def test_the_plan_of_care_is_ticked_and_its_fees_proposed(here: world.World, case: Case) -> None:
    web, url = signed_in(here.alice), f"/p/alder/clients/{case.client_id}/notices/new/"
    page = text_of(web.get(url))
    assert re.findall(r'name="codes" value="(\d+)"[^>]* checked', page) == ["97110", "97140"]
    assert 'name="cost" value="118.00"' in page
    assert "97530" in page and "97150" in page
    page = text_of(web.get(url, {"codes": ["97530", "97165", "no code"]}))
    assert 'name="cost" value="291.00"' in page


def test_what_is_missing_is_said_at_its_field_and_nothing_is_lost(here: world.World, case: Case) -> None:
    web, url = signed_in(here.alice), f"/p/alder/clients/{case.client_id}/notices/new/"
    answer = web.post(url, filled(case, codes=[], reason=" ", cost="", information="Kept words."))
    page = text_of(answer)
    assert answer.status_code == 422 and not AdvanceNotice.objects.exists()
    for words in ("a blank notice is never signed", "Say in plain words why", "Say what a visit will cost"):
        assert words in page, words
    assert "Kept words." in page
    for changes, words in (
        ({"cost": "a lot"}, "is not an amount of money"),
        ({"cost": "0"}, "more than nothing"),
        ({"starts_on": "2026-06-14"}, "before the service: from today"),
    ):
        answer = web.post(url, filled(case, **changes))
        assert answer.status_code == 422 and words in text_of(answer), words
    assert web.post(url, filled(case)).status_code == 302
    again = web.post(url, filled(case, cost="300.00"))
    assert again.status_code == 422 and "made another notice before" in text_of(again)
    assert AdvanceNotice.objects.count() == 1


def test_a_choice_and_a_name_are_asked_for(here: world.World, case: Case) -> None:
    notice, web = made(here, case), signed_in(here.sam)
    url = f"/p/alder/notices/{notice.pk}/sign/"
    answer = web.post(url, {"signer": "Walter Nakamura", "relation": "self"})
    assert answer.status_code == 422 and "we cannot choose for the client" in text_of(answer)
    answer = web.post(url, {"option": "1", "signer": "", "relation": "self"})
    page = text_of(answer)
    assert answer.status_code == 422 and "types her whole name" in page
    assert 'id="option-1" value="1" checked' in page  # what was chosen stays chosen
    assert web.post(url, {"option": "9", "signer": "Walter", "relation": "self"}).status_code == 422
    assert not NoticeSignature.objects.exists()
    sign(here, notice, 1)
    other = web.post(url, {"option": "2", "signer": "Walter Nakamura", "relation": "self"})
    assert other.status_code == 422 and NoticeSignature.objects.get().option == 1


def test_a_withdrawal_says_why(here: world.World, case: Case) -> None:
    answer = signed_in(here.bob).post(f"/p/alder/notices/{made(here, case).pk}/withdraw/", {"reason": " "})
    assert answer.status_code == 422 and "data-dialog-now" in answer.text and "Say why" in answer.text
    assert not NoticeWithdrawal.objects.exists()


def test_a_voluntary_notice_needs_no_choice(here: world.World, case: Case) -> None:
    notice, web = made(here, case, kind="excluded"), signed_in(here.alice)
    assert "Until it is signed: claimed with GY." in text_of(web.get(f"/p/alder/notices/{notice.pk}/"))
    answer = web.post(
        f"/p/alder/notices/{notice.pk}/sign/", {"signer": "Ann Nakamura", "relation": "spouse"}, follow=True
    )
    page = text_of(answer)
    assert "No box ticked; none is needed. Claimed with GX and GY." in page and "(spouse of the client)" in page


def test_other_plans_have_no_notices(here: world.World) -> None:
    case, web = here.client(payer=here.aetna), signed_in(here.alice)
    assert "/notices/" not in web.get(f"/p/alder/clients/{case.client_id}/").text
    assert "New notice" not in web.get(f"/p/alder/clients/{case.client_id}/notices/").text
    url = f"/p/alder/clients/{case.client_id}/notices/new/"
    assert "No Medicare Part B on file" in web.get(url).text
    assert web.post(url, filled(case)).status_code == 422 and not AdvanceNotice.objects.exists()


def test_states_of_a_list(here: world.World, case: Case) -> None:
    web, url = signed_in(here.alice), f"/p/alder/clients/{case.client_id}/notices/"
    sign(here, made(here, case), 3)
    made(here, case)
    actions.withdraw_notice(by=here.alice, notice=made(here, case), reason="a slip")
    page = text_of(web.get(url))
    for word in ("Declined", "Waiting for signature", "Withdrawn", "Ended", "None yet", "Option 3"):
        assert word in page, word
    with clock.at(world.NOON + timedelta(days=366)):
        page = text_of(signed_in(here.alice).get(url))
    assert page.count("Ended") == 3 and "Waiting" not in page


def test_the_edition_of_the_form_is_doubted_until_it_is_signed(here: world.World, case: Case) -> None:
    notice, web = made(here, case), signed_in(here.alice)
    url = f"/p/alder/notices/{notice.pk}/"
    assert "compare with cms.gov" in web.get(url).text
    sign(here, notice, 1)
    assert "compare with cms.gov" not in web.get(url).text


# --- paper -----------------------------------------------------------------------------------


def read(web: Web, notice: AdvanceNotice) -> tuple[str, int]:
    answer = web.get(f"/p/alder/notices/{notice.pk}/pdf/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == f'attachment; filename="advance-notice-{notice.pk}.pdf"'
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    box = reader.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (612, 792)  # Letter
    assert reader.root_object["/MarkInfo"]["/Marked"] and reader.metadata is not None
    assert reader.metadata.title == "Advance Beneficiary Notice of Non-coverage"
    return " ".join("\n".join(page.extract_text() for page in reader.pages).split()), len(reader.pages)


@pytest.mark.pdf
def test_the_signed_form_is_one_page_that_says_all(here: world.World, case: Case) -> None:
    """Even with the most that fits into its blanks."""
    most = {"codes": list(world.FEES), "reason": "So it is. " * 24, "information": "And so. " * 30, "cost": "599.00"}
    notice = made(here, case, **most)
    sign(here, notice, 1, strokes="M10 20 L300 100 L590 20")
    text, pages = read(signed_in(here.sam), notice)
    assert pages == 1
    for words in (
        "A. Notifier: Alder Therapy LLC", "1 Alder St, Aurora, IL 60506", "(630) 555-0100",
        "B. Patient Name: Walter Nakamura", f"C. Identification Number: Chart {case.client.number}",
        "D. Services", "E. Reason Medicare May Not Pay:", "F. Estimated Cost", "$599.00 a visit", "97110", "97165",
        "G. Options: Check only one box. We cannot choose a box for you.", "H. Additional Information:",
        "I. Signature: Walter Nakamura", "J. Date: June 15, 2026", "1-800-633-4227",
        notice_form.EDITION, notice_form.APPROVAL, "0938-0566",
    ):  # fmt: skip
        assert words in text, words
    for choice in notice_form.OPTIONS:
        assert choice.head in text and " ".join(notice_form.filled(choice.text).split())[:60] in text
    for secret in ("1EG4TE5MK73", "I69.354", "1955", "Stroke"):
        assert secret not in text, secret


@pytest.mark.pdf
def test_a_form_to_be_signed_by_hand_has_empty_lines(here: world.World, case: Case) -> None:
    text, pages = read(signed_in(here.alice), made(here, case))
    assert pages == 1 and "I. Signature: J. Date:" in text and "June 15" not in text


@pytest.mark.pdf
def test_the_paper_keeps_what_was_printed(here: world.World, case: Case) -> None:
    notice = made(here, case)
    case.client.last_name = "Moved"
    case.client.save(update_fields=["last_name"])
    text, _ = read(signed_in(here.alice), notice)
    assert "Walter Nakamura" in text and "Moved" not in text


# --- in the session --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "fact"),
    [
        (1, "97110 · ABN signed Jun 15: option 1: claim with GA"),
        (2, "97110 · ABN signed Jun 15: option 2: the client pays, no claim"),
        (3, "97110 · ABN signed Jun 15: option 3: declined, do not give it"),
        (None, "97110 · ABN: not signed yet"),
    ],
)
def test_the_head_of_a_session_tells_of_a_notice(here: world.World, case: Case, option: int | None, fact: str) -> None:
    notice = made(here, case, codes=["97110"])
    if option:
        sign(here, notice, option)
    session = here.booked(case)
    sessions.move(by=here.sam, session=session, state="arrived")
    sessions.save_draft(
        by=here.alice, session=session, parts=world.NOTE, lines=[Typed("97110", 20), Typed("97140", 15)]
    )
    facts = panels.session_facts(session, "alder")
    assert [f"{found['value']}: {found['label']}" for found in facts] == ["$0: KX from $2,480", fact]
    assert facts[1]["url"] == f"/p/alder/notices/{notice.pk}/"
    shown = signed_in(here.alice).get(f"/p/alder/sessions/{session.pk}/facts/")
    assert fact.split(": ", 1)[1] in text_of(shown)


def test_a_session_of_a_year_without_threshold_still_tells(here: world.World, case: Case) -> None:
    sign(here, made(here, case, codes=["97110"]), 1)
    with clock.at(world.NOON + timedelta(days=200)):
        session = here.booked(case, day=world.TODAY + timedelta(days=230))
        sessions.save_draft(by=here.alice, session=session, parts=world.NOTE, lines=[Typed("97110", 20)])
        assert [fact["label"] for fact in panels.session_facts(session, "alder")] == ["option 1: claim with GA"]


def test_the_live_units_show_the_modifier_and_the_refusal(here: world.World, case: Case) -> None:
    session = here.booked(case)
    rows = [Row.of(1, Typed("97110", 20)), Row.of(2, Typed("97140", 15))]
    sign(here, made(here, case, codes=["97110"]), 1)
    sign(here, made(here, case, codes=["97140"]), 3)
    told = panels.units(session, rows)
    assert [row["modifiers"] for row in told["rows"]] == [["GO", "GA"], ["GO", "GZ"]]
    assert told["also"] == "Declined on the advance notice: 97140. Do not give what the client declined."
