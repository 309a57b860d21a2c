"""Bad input through the doors: a sentence at its field, what was typed is still there, nothing has changed."""

import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django import test
from django.urls import reverse

from billing.actions import make_invoices, record_outside_therapy
from billing.models import Charge, Invoice, Payment, Posting
from practice.models import AuditEvent
from sessions import actions as sessions
from sessions.minutes import Typed
from sessions.models import Note, NoteDraft, ServiceLine, Session, SessionEvent
from tests import world

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def here(web: test.Client) -> Iterator[world.World]:
    """Alice at her screen."""
    with world.practice() as found:
        web.force_login(found.alice.user)
        yield found


def typed(*rows: tuple[str, str], version: int = 0, **more: str) -> dict[str, Any]:
    return {
        "code": [code for code, _ in rows],
        "minutes": [minutes for _, minutes in rows],
        "version": str(version),
        **world.NOTE,
        **more,
    }


def post(web: test.Client, here: world.World, door: str, session: Session, data: dict[str, Any], **more: Any) -> Any:
    return web.post(reverse(door, args=[here.slug, session.pk]), data, **more)


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def told(answer: Any) -> str:
    """What stands in the red box of what a form refuses."""
    found = re.search(r'class="callout bad errors"[^>]*>(.*?)</div>', text(answer), re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", found[1]).strip() if found else ""


def value(answer: Any, position: int) -> str | None:
    """What stands in the box of minutes."""
    found = re.search(rf'id="minutes-{position}" name="minutes" value="([^"]*)"', answer.content.decode())
    return unescape(found[1]) if found else None


def facts() -> tuple[int, ...]:
    """How many facts there are; drafts are not facts."""
    models = (ServiceLine, Note, SessionEvent, Charge, Posting, Invoice, Payment)
    acts = AuditEvent.objects.filter(kind="change").exclude(verb="write draft")
    return (*(model.objects.count() for model in models), acts.count())


BAD = [
    ("97110", "-5", "97110: Minutes cannot be negative"),
    ("97110", "−5", "97110: Minutes cannot be negative"),
    ("97110", "abc", "97110: “abc” is not a number of minutes"),
    ("97110", "3.5", "97110: “3.5” is not a number of minutes"),
    ("97110", "1e2", "97110: “1e2” is not a number of minutes"),
    ("97110", "³", "97110: “³” is not a number of minutes"),
    ("97110", "<b>9</b>", "97110: “<b>9</b>” is not a number of minutes"),
    ("97110", "1441", "97110: A day has 1,440 minutes"),
    ("97110", "99999999999999999999", "97110: A day has 1,440 minutes"),
    ("99999", "10", "99999: “99999” is not a service code this practice knows"),
    ("92507", "10", "92507: 92507 is not a code of this discipline"),
    ("97140", "10", "97140: 97140 is on the list already; add the minutes there"),
]
IDS = [f"{code} {minutes}" for code, minutes, _ in BAD]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
@pytest.mark.parametrize(("code", "minutes", "why"), BAD, ids=IDS)
def test_nothing_bad_is_signed(
    web: test.Client, here: world.World, code: str, minutes: str, why: str, headers: dict[str, str]
) -> None:
    session = here.booked(here.client(payer=here.medicare))
    before, state = facts(), session.state
    data = typed(("97140", "15"), (code, minutes))
    answer = post(web, here, "sessions:sign", session, data, headers=headers)
    assert answer.status_code == 422
    assert why in re.sub(r"&lt;", "<", text(answer))
    assert value(answer, 1) == "15" and value(answer, 2) == minutes
    assert all(part in text(answer) for part in world.NOTE.values())
    session.refresh_from_db()
    assert (session.state, facts()) == (state, before)


@pytest.mark.parametrize(("code", "minutes", "why"), BAD, ids=IDS)
def test_a_draft_keeps_what_it_can_and_says_what_it_cannot(
    web: test.Client, here: world.World, code: str, minutes: str, why: str
) -> None:
    session = here.booked(here.client(payer=here.medicare))
    before = facts()
    answer = post(web, here, "sessions:save_draft", session, typed(("97140", "15"), (code, minutes)), headers=HTMX)
    assert answer.status_code == 200
    problem = re.search(r'id="minutes-2-error"[^>]*>(.*?)</p>', text(answer))
    assert problem and f"{code}: {problem[1]}" == why
    draft = NoteDraft.objects.get()
    kept = [(line["code"], line["minutes"]) for line in draft.lines]
    assert kept[0] == ("97140", 15) and kept[1:] in ([], [("97110", None)])
    assert draft.parts == world.NOTE
    assert facts() == before


@pytest.mark.parametrize("minutes", ["-5", "abc", "1441"])
def test_an_amendment_refuses_them_too(web: test.Client, here: world.World, minutes: str) -> None:
    session = here.signed(here.client(payer=here.medicare), ("97110", 33))
    before = facts()
    answer = post(web, here, "sessions:amend", session, typed(("97110", minutes), reason="misread"))
    assert answer.status_code == 422
    assert told(answer).startswith("97110: ")
    assert facts() == before


def test_a_signed_session_stays_as_it_is(web: test.Client, here: world.World) -> None:
    session = here.signed(here.client(payer=here.medicare), ("97110", 33))
    here.answer_bells()
    before = facts()
    for door in ("sessions:save_draft", "sessions:change_rows", "sessions:sign"):
        for headers in ({}, HTMX):
            answer = post(web, here, door, session, typed(("97110", "60")), headers=headers)
            assert answer.status_code == 409, door
            assert "This session is signed. Amend it to correct minutes." in text(answer), door
            assert "60" not in re.findall(r'<td role="cell" class="mins num">([^<]*)', text(answer)), door
    assert ServiceLine.objects.get().minutes == 33
    assert facts() == before and not NoteDraft.objects.exists()


def test_a_session_cancelled_meanwhile_says_so(web: test.Client, here: world.World) -> None:
    session = here.booked(here.client())
    sessions.move(by=here.sam, session=session, state="cancelled")
    before = facts()
    for door in ("sessions:save_draft", "sessions:change_rows", "sessions:sign"):
        answer = post(web, here, door, session, typed(("97110", "60")))
        assert answer.status_code == 409 and told(answer), door
    assert facts() == before and not NoteDraft.objects.exists()


DOORS = ["billing:units", "sessions:save_draft", "sessions:change_rows", "sessions:sign", "sessions:amend"]


@pytest.mark.parametrize("door", DOORS)
def test_a_strangers_session_is_not_there(web: test.Client, here: world.World, door: str) -> None:
    """Another therapist's client, another practice's session and an invented number answer alike."""
    theirs = here.booked(here.client(discipline="PT", clinician=here.pt), clinician=here.pt)
    before = facts()
    data = typed(("97110", "33"), reason="x")
    assert post(web, here, door, theirs, data).status_code == 404
    assert post(web, here, door, Session(pk=10**15), data).status_code == 404
    assert facts() == before and not NoteDraft.objects.exists()
    theirs.refresh_from_db()
    assert theirs.state == "scheduled"


def test_another_practices_session_is_not_there(web: test.Client) -> None:
    with world.practice("birch") as there:
        theirs = there.booked(there.client())
    with world.practice("alder") as here:
        web.force_login(here.alice.user)
        for door in DOORS:
            assert post(web, here, door, theirs, typed(("97110", "33"))).status_code == 404
            there_url = reverse(door, args=["birch", theirs.pk])
            assert web.post(there_url, typed(("97110", "33"))).status_code == 404


# --- the live units ---------------------------------------------------------------------------------


def units(web: test.Client, here: world.World, session: Session, *rows: tuple[str, str]) -> str:
    answer = post(web, here, "billing:units", session, typed(*rows), headers=HTMX)
    assert answer.status_code == 200
    return text(answer)


def figure(page: str, id: str) -> str:
    found = re.search(rf'id="{id}"[^>]*>([^<]*)<', page)
    assert found, id
    return found[1]


def reasons(page: str) -> list[str]:
    return re.findall(r"<li><span>(.*?)</span></li>", page)


def test_the_box_of_the_first_screen(web: test.Client, here: world.World) -> None:
    session = here.booked(here.client(payer=here.medicare))
    before = facts()
    page = units(web, here, session, ("97110", "33"), ("97140", "7"))
    assert (figure(page, "units-total"), figure(page, "units-1"), figure(page, "units-2")) == ("3", "2", "1")
    assert figure(page, "split-97140") == "1"
    assert reasons(page) == [
        "33 + 7 = 40 timed minutes. 38–52 minutes is 3 units.",
        "97110 has 2 full 15-minute blocks, 3 min left over.",
        "The last unit goes to 97140: 7 min, more than the 3 left on 97110.",
    ]
    assert "Medicare 8-minute rule. 13 more minutes make 4 units. Plans that count each code alone: 2 + 0 = 2." in page
    assert page.count('<span class="mod">GO</span>') == 2
    assert facts() == before and not NoteDraft.objects.exists()


def test_the_payers_rule_counts(web: test.Client, here: world.World) -> None:
    session = here.booked(here.client(payer=here.aetna))
    page = units(web, here, session, ("97110", "33"), ("97140", "7"))
    assert figure(page, "units-total") == "2"
    assert "Each code counts alone. 1 more minute of 97140 makes 3 units. Medicare would count 2 + 1 = 3." in page
    assert '<span class="mod">' not in page


def test_who_pays_herself_is_counted_by_the_codes_own_rule(web: test.Client, here: world.World) -> None:
    session = here.booked(here.client())
    page = units(web, here, session, ("97110", "7"))
    assert figure(page, "units-total") == "0" and "97110: 7 min, under the 8 that make a unit." in reasons(page)


def test_the_days_other_sessions_are_counted_in(web: test.Client, here: world.World) -> None:
    case = here.client(payer=here.medicare)
    here.signed(case, ("97110", 23))
    page = units(web, here, here.booked(case), ("97140", "23"))
    assert figure(page, "units-total") == "3"
    assert "Counts the 23 min of the 6:00 AM session too: units go by the day." in page


def test_an_assistants_units_carry_her_modifier(web: test.Client, here: world.World) -> None:
    case = here.client(payer=here.medicare, clinician=here.assistant)
    web.force_login(here.carol.user)
    page = units(web, here, here.booked(case, clinician=here.assistant), ("97110", "15"))
    assert re.findall(r'<span class="mod">(..)</span>', page) == ["GO", "CO"]


@pytest.mark.parametrize(("code", "minutes", "why"), BAD[:9], ids=IDS[:9])
def test_the_box_says_which_minutes_it_cannot_read(
    web: test.Client, here: world.World, code: str, minutes: str, why: str
) -> None:
    session = here.booked(here.client(payer=here.medicare))
    before = facts()
    page = units(web, here, session, (code, minutes), ("97140", "15"))
    assert why in page and "units-total" not in page
    assert "<b>9</b>" not in post(web, here, "billing:units", session, typed((code, minutes))).content.decode()
    assert facts() == before


def test_the_box_of_nothing(web: test.Client, here: world.World) -> None:
    session = here.booked(here.client(payer=here.medicare))
    for rows in ([], [("97110", "")], [("97110", "0")]):
        page = units(web, here, session, *rows)
        assert figure(page, "units-total") == "0"
        assert "8 more minutes make 1 unit." in page
    assert figure(units(web, here, session, ("97110", "")), "units-1") == ""


def test_a_day_has_1440_minutes_and_the_ruler_stays_in_its_frame(web: test.Client, here: world.World) -> None:
    session = here.booked(here.client(payer=here.medicare))
    page = units(web, here, session, ("97110", "1440"))
    assert figure(page, "units-total") == "96"
    ticks = [float(x) for x in re.findall(r'class="ruler-tick[^"]*" x1="([\d.]+)"', page)]
    assert 1 < len(ticks) <= 6 and all(0 <= x <= 300 for x in ticks)


def test_more_rows_than_a_session_has_are_told(web: test.Client, here: world.World) -> None:
    session = here.booked(here.client(payer=here.medicare))
    codes = ["97110", "97112", "97113", "97116", "97124", "97140", "97530", "97533", "97535", "97537", "97542", "97750"]
    answer = post(web, here, "sessions:sign", session, typed(*((code, "1") for code in [*codes, "97755", "97032"])))
    assert answer.status_code == 422 and "A session has at most 12 codes" in text(answer)
    assert not Note.objects.exists()


def test_the_years_threshold_is_told_for_medicare_only(web: test.Client, here: world.World) -> None:
    for payer, expected in ((here.medicare, True), (here.aetna, False)):
        session = here.booked(here.client(payer=payer))
        page = web.get(reverse("billing:session_facts", args=[here.slug, session.pk]))
        assert ("KX from $2,480" in page.content.decode()) is expected
    child = sessions.save_draft(
        by=here.alice, session=session, parts=world.NOTE, lines=[Typed("97110", 15)]
    )  # what stands in a draft moves no figure of the year
    assert child.version == 1 and not Charge.objects.exists()


# --- invoices and payments -----------------------------------------------------------------------------


def an_invoice(here: world.World) -> Invoice:
    case = here.client()
    here.signed(case, ("97110", 33))
    here.answer_bells()
    [made] = make_invoices(by=here.bob, contacts=[case.client.guarantor_id])
    return made


@pytest.mark.parametrize(
    ("field", "entered", "why"),
    [
        ("amount", "abc", "“abc” is not an amount of money"),
        ("amount", "63,60", "“63,60” is not an amount of money"),
        ("amount", "1.005", "1.005 has parts of a cent"),
        ("amount", "-5", "A payment is more than nothing and at most 25,000 dollars"),
        ("amount", "0", "A payment is more than nothing and at most 25,000 dollars"),
        ("amount", "25,000.01", "A payment is more than nothing and at most 25,000 dollars"),
        ("received_on", "2026-06-16", "The day is in the future; money is posted today or earlier."),
        ("received_on", "yesterday", "Enter a valid date"),
        ("method", "barter", "barter is not one of the available choices"),
        ("reference", "x" * 41, "at most 40 characters"),
    ],
)  # fmt: skip
def test_a_payment_that_cannot_be(web: test.Client, here: world.World, field: str, entered: str, why: str) -> None:
    invoice = an_invoice(here)
    web.force_login(here.bob.user)
    before = facts()
    data = {"amount": "5", "method": "cash", "received_on": "2026-06-15", "key": str(uuid4()), "reference": "no. 9"}
    url = reverse("billing:record_payment", args=[here.slug, invoice.pk])
    answer = web.post(url, data | {field: entered})
    assert answer.status_code == 422
    assert why in text(answer)
    if field != "method":
        assert f'value="{entered}"' in text(answer)
    assert facts() == before


def test_the_same_form_twice_takes_it_once(web: test.Client, here: world.World) -> None:
    invoice = an_invoice(here)
    web.force_login(here.bob.user)
    data = {"amount": "58", "method": "cash", "received_on": "2026-06-15", "key": str(uuid4())}
    url = reverse("billing:record_payment", args=[here.slug, invoice.pk])
    assert [web.post(url, data).status_code for _ in range(2)] == [302, 302]
    assert Payment.objects.count() == 1
    answer = web.post(url, data | {"amount": "59"})
    assert answer.status_code == 422 and "took a payment before" in text(answer)
    assert Payment.objects.count() == 1


@pytest.mark.parametrize("contact", [[], [""], ["abc"], ["-1"], ["²"], ["9" * 30], ["1" * 18]])
def test_people_who_are_not_there_get_no_invoice(web: test.Client, here: world.World, contact: list[str]) -> None:
    here.signed(here.client(), ("97110", 33))
    here.answer_bells()
    web.force_login(here.bob.user)
    before = facts()
    answer = web.post(reverse("billing:make_invoices", args=[here.slug]), {"contact": contact}, follow=True)
    assert answer.status_code == 200
    nobody = "Nothing was left to invoice for these people." if contact == ["1" * 18] else "Nobody was chosen"
    assert nobody in text(answer)
    assert facts() == before


def test_the_ticked_get_theirs(web: test.Client, here: world.World) -> None:
    case = here.client()
    here.signed(case, ("97110", 33))
    here.answer_bells()
    web.force_login(here.bob.user)
    count = reverse("billing:invoice_count", args=[here.slug])
    assert web.get(count).content == b"1"
    answer = web.post(
        reverse("billing:make_invoices", args=[here.slug]), {"contact": [case.client.guarantor_id]}, follow=True
    )
    assert "1 invoice made." in text(answer)
    assert web.get(count).content == b""
    for tab in ("open", "overdue", "paid", "ready", "nonsense"):
        assert web.get(reverse("billing:invoices", args=[here.slug]), {"tab": tab}).status_code == 200


# --- a tie, separate services, an assistant, times ----------------------------------------------


def test_equal_splits_are_offered_and_one_press_takes_another(web: test.Client, here: world.World) -> None:
    session = here.booked(here.client(payer=here.medicare))
    rows = ("97110", "20"), ("97140", "20")
    page = units(web, here, session, *rows)
    assert (figure(page, "units-1"), figure(page, "units-2")) == ("2", "1")
    assert 'name="prefer" value="97140"' in page and ">97110 1 unit, 97140 2 units</button>" in page
    answer = post(web, here, "billing:choose_units", session, typed(*rows, prefer="97140"), headers=HTMX)
    assert (figure(text(answer), "units-1"), figure(text(answer), "units-2")) == ("1", "2")
    assert "you chose" in text(answer)
    assert (figure(units(web, here, session, *rows), "units-2")) == "2"
    refused = post(web, here, "billing:choose_units", session, typed(*rows, prefer="97633"), headers=HTMX)
    assert refused.status_code == 409 and "97633 is not a service code" in text(refused)
    here.sign(session, ("97110", 20), ("97140", 20))
    assert 'name="prefer"' not in units(web, here, session, *rows)
    late = post(web, here, "billing:choose_units", session, typed(*rows, prefer=""), headers=HTMX)
    assert late.status_code == 409 and "The session is signed" in text(late)


def test_two_services_that_count_as_one_are_asked_about(web: test.Client, here: world.World) -> None:
    session = here.booked(here.client(payer=here.medicare))
    rows = ("97150", "20"), ("97530", "23")
    page = units(web, here, session, *rows)
    assert "97530 is paid beside 97150 only when the two were given in separate minutes." in page
    assert 'name="separate" value="97530"' in page
    answer = post(web, here, "sessions:change_rows", session, typed(*rows, separate="97530"), headers=HTMX)
    assert 'name="modifiers" value="59"' in text(answer)
    said = typed(*rows) | {"modifiers": ["", "59"]}
    page = text(post(web, here, "billing:units", session, said, headers=HTMX))
    assert '<span class="mod">59</span>' in page and "97530 was given in separate minutes." in page
    with_draft = NoteDraft.objects.get(session=session)
    assert [line.modifiers for line in with_draft.typed] == [(), ("59",)]
    back = post(web, here, "sessions:change_rows", session, said | {"separate": "97530", "version": "1"}, headers=HTMX)
    assert 'name="modifiers" value="59"' not in text(back)
    wrong = typed(("97110", "20")) | {"modifiers": ["59"]}
    page = text(post(web, here, "billing:units", session, wrong, headers=HTMX))
    assert "97110 takes no 59 on this day" in page
    forged = typed(("97110", "20"), version=2) | {"modifiers": ["KX"]}
    assert "97110: a clinician sets 59" in text(post(web, here, "sessions:sign", session, forged))


def test_kx_is_seen_before_the_signature(web: test.Client, here: world.World) -> None:
    case = here.client(payer=here.medicare)
    record_outside_therapy(
        by=here.bob, client=case.client, year=2026, bucket="OT", amount=Decimal("2400.00"), as_of=world.TODAY
    )
    session = here.booked(case)
    page = units(web, here, session, ("97110", "15"), ("97140", "15"))
    assert re.findall(r'id="modifiers-\d"[^>]*>(.*?)</span> ?</span>', page) == [
        '<span class="mod">GO',
        '<span class="mod">GO</span> <span class="mod">KX',
    ]


def test_a_therapist_and_her_assistant_share_a_row(web: test.Client, here: world.World) -> None:
    session = here.booked(here.client(payer=here.medicare))
    page = text(web.get(reverse("sessions:session", args=[here.slug, session.pk])))
    assert (
        'aria-label="Assistant who helped"' in page and ">Carol Diaz, COTA/L<" in page
    ) or here.assistant.name in page
    box = units(web, here, session, ("97530", "15+15"))
    assert figure(box, "units-1") == "2"
    assert '<span class="mod">GO</span> <span class="mod">CO×1</span>' in box
    answer = post(web, here, "sessions:sign", session, typed(("97530", "15+15")))
    assert answer.status_code == 302
    line = ServiceLine.objects.get()
    assert (line.minutes, line.assistant_minutes, line.assistant) == (15, 15, here.assistant)
    assert 'value="15+15"' in text(web.get(reverse("sessions:session", args=[here.slug, session.pk])))


def test_times_are_kept_as_they_are_and_the_keyboard_has_letters(web: test.Client, here: world.World) -> None:
    session = here.booked(here.client(payer=here.medicare))
    rows = typed(("97530", "9:02-9:35"), ("97110", ""))
    answer = post(web, here, "sessions:change_rows", session, rows | {"keyboard": "text"}, headers=HTMX)
    assert text(answer).count('inputmode="text"') == 2
    plain = post(web, here, "sessions:change_rows", session, rows | {"version": "1"}, headers=HTMX)
    assert (text(plain).count('inputmode="text"'), text(plain).count('inputmode="numeric"')) == (1, 1)
    overlap = typed(("97530", "9:02-9:35"), ("97110", "9:30-9:40"), version=2)
    refused = post(web, here, "sessions:sign", session, overlap)
    assert refused.status_code == 422
    assert "09:30–09:40 runs while 97530 does (09:02–09:35)" in text(refused)
    signed = post(web, here, "sessions:sign", session, typed(("97530", "9:02-9:35"), version=2))
    assert signed.status_code == 302
    assert (ServiceLine.objects.get().times, ServiceLine.objects.get().minutes) == ("09:02–09:35", 33)
