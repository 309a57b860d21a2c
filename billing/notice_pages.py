"""What the pages of advance notices show: the list, the filled form CMS-R-131, what a notice does to a session."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from billing import notice_form
from billing.forms import KINDS, SignatureForm, WithdrawalForm
from billing.models import AdvanceNotice, NoticeSignature
from billing.notices import HEIGHT, WIDTH, Kind, Notice, Option, a_year_from, effect, standing, waiting
from practice import money
from practice.templatetags.house import day, long_day

WAITING = {"word": "Waiting for signature", "kind": "warn", "icon": "pencil-square"}
SIGNED = {"word": "Signed", "kind": "ok", "icon": "check-circle"}
DECLINED = {"word": "Declined", "kind": "info", "icon": "no-symbol"}
ENDED = {"word": "Ended", "kind": "mute", "icon": "minus-circle"}
DOES = {
    Option.CLAIM: "Option 1: claimed with {modifiers}. Medicare owes until it denies; then the client does.",
    Option.PAY: "Option 2: no claim. The client owes as soon as the session is signed.",
    Option.DECLINE: "Option 3: the client does not want it. Given all the same, it is never hers to pay.",
    None: "No box ticked; none is needed. Claimed with {modifiers}.",
}


def state(notice: AdvanceNotice, today: date) -> dict[str, str]:
    """A notice's badge."""
    signature = _signature(notice)
    last = signature.valid_until if signature else a_year_from(notice.starts_on)
    if _ends_on(notice) or today > last:
        return ENDED
    if signature is None:
        return WAITING
    return DECLINED if signature.option == Option.DECLINE else SIGNED


def _signature(notice: AdvanceNotice) -> NoticeSignature | None:
    return next(iter(notice.signatures.all()), None)


def _ends_on(notice: AdvanceNotice) -> date | None:
    return next((row.ends_on for row in notice.withdrawals.all()), None)


def _facts(notice: AdvanceNotice) -> Notice:
    signature = _signature(notice)
    option = Option(signature.option) if signature and signature.option else None
    return Notice(
        notice.pk, notice.coverage_id, frozenset(notice.codes), Kind(notice.kind), notice.starts_on, option,
        signature.signed_on if signature else None, _ends_on(notice),
    )  # fmt: skip


def does(notice: AdvanceNotice) -> str:
    """What a notice does to its services, in a sentence."""
    facts = _facts(notice)
    told = effect(facts)
    if facts.signed_on:
        return DOES[facts.option].format(modifiers=" and ".join(told.modifiers))
    if told.liable:
        return f"Until it is signed: claimed with {told.modifiers[0]}."
    return f"Until it is signed: claimed with {told.modifiers[0]}, and a denial is the practice's loss."


def row(notice: AdvanceNotice, slug: str, today: date) -> dict[str, Any]:
    """A notice in the client's list."""
    signature, ended = _signature(notice), _ends_on(notice)
    when = f"From {day(notice.starts_on)}"
    if signature:
        when = f"Signed {day(signature.signed_on)}, until {day(ended or signature.valid_until)}"
    elif ended:
        when = "Withdrawn"
    return {
        "url": reverse("billing:notice", args=[slug, notice.pk]),
        "services": ", ".join(notice.codes),
        "when": when,
        "option": f"Option {signature.option}" if signature and signature.option else "",
        "cost": notice.cost,
        "state": state(notice, today),
    }


def page(request: Any, notice: AdvanceNotice, form: SignatureForm, withdrawal: WithdrawalForm) -> dict[str, Any]:
    """Context of billing/notice.html: the paper, and around it what can be done."""
    slug, today = request.practice.slug, request.practice.today()
    badge, signature = state(notice, today), _signature(notice)
    url = reverse("billing:notice", args=[slug, notice.pk])
    ended = badge is ENDED
    status = [
        {"label": "First service", "value": day(notice.starts_on)},
        {"label": "Kind", "value": "Voluntary" if notice.voluntary else "Required"},
    ]
    if signature:
        status.append({"label": "Signed", "value": day(signature.signed_on)})
        status.append({"label": "Covers until", "value": day(_ends_on(notice) or signature.valid_until)})
    return {
        "paper": paper(notice),
        "crumbs": [
            {"label": "Clients", "url": reverse("clients:list", args=[slug])},
            {"label": notice.client.name, "url": reverse("clients:client", args=[slug, notice.client_id])},
        ],
        "pdf_url": reverse("billing:notice_pdf", args=[slug, notice.pk]),
        "state": badge,
        "status": status,
        "why": dict(KINDS)[notice.kind],
        "does": "" if ended else does(notice),
        "ended": _withdrawn(notice),
        "expired": notice_form.expired(today),
        "sign": {
            "form": form,
            "errors": [str(text) for texts in form.errors.values() for text in texts],
            "url": reverse("billing:sign_notice", args=[slug, notice.pk]),
            "voluntary": notice.voluntary,
            "today": today,
            "width": WIDTH,
            "height": HEIGHT,
        }
        if badge is WAITING
        else None,
        "withdraw": {
            "form": withdrawal,
            "url": reverse("billing:withdraw_notice", args=[slug, notice.pk]),
            "open": bool(withdrawal.errors),
            "cancel": {"label": "Keep the notice", "url": url},
        }
        if not ended
        else None,
    }


def _withdrawn(notice: AdvanceNotice) -> str:
    withdrawal = next(iter(notice.withdrawals.all()), None)
    if withdrawal is None:
        return ""
    return f"{withdrawal.by.user.name} withdrew it; it counted until {day(withdrawal.ends_on)}: {withdrawal.reason}"


def paper(notice: AdvanceNotice) -> dict[str, Any]:
    """Context of billing/notice_paper.html: the form with its blanks A to J, from what was printed at the time."""
    signature, printed = _signature(notice), notice.printed
    return {
        "form": notice_form,
        "edition": printed["edition"],
        "notifier": printed["notifier"],
        "patient": printed["patient"],
        "number": printed["number"],
        "note": notice_form.filled(notice_form.NOTE),
        "expect": notice_form.filled(notice_form.EXPECT),
        "steps": [notice_form.filled(text) for text in notice_form.NOW],
        "services": printed["services"],
        "reason": notice.reason,
        "cost": f"{money.show(notice.cost)} a visit",
        "options": [
            {
                "number": choice.number,
                "head": choice.head,
                "text": notice_form.filled(choice.text),
                "ticked": signature is not None and signature.option == choice.number,
            }
            for choice in notice_form.OPTIONS
        ],
        "information": notice.information,
        "signer": signature.signer if signature else "",
        "relation": signature.relation if signature and signature.relation != "self" else "",
        "strokes": signature.strokes if signature else "",
        "box": f"0 0 {WIDTH} {HEIGHT}",
        "signed_on": long_day(signature.signed_on) if signature else "",
    }


SHORT = {
    Option.CLAIM: "option 1: claim with {modifiers}",
    Option.PAY: "option 2: the client pays, no claim",
    Option.DECLINE: "option 3: declined, do not give it",
    None: "claim with {modifiers}",
}


def facts_of(notices: Sequence[Notice], codes: Iterable[str], on: date, slug: str) -> list[dict[str, str]]:
    """Facts for the head of a session: under which notice each of its codes stands, or which waits."""
    found = []
    for code in codes:
        signed, unsigned = standing(notices, code, on), waiting(notices, code, on)
        notice = signed or unsigned
        if notice is None:
            continue
        url = reverse("billing:notice", args=[slug, notice.id])
        if signed and signed.signed_on:
            words = SHORT[signed.option].format(modifiers=" and ".join(effect(signed).modifiers))
            found.append({"value": f"{code} · ABN signed {day(signed.signed_on)}", "label": words, "url": url})
        else:
            found.append({"value": f"{code} · ABN", "label": "not signed yet", "url": url})
    return found


def declined(notices: Sequence[Notice], codes: Iterable[str], on: date) -> str:
    """Before it is signed: which codes the client declined, in a sentence; empty when none."""
    found = [code for code in dict.fromkeys(codes) if (n := standing(notices, code, on)) and n.option is Option.DECLINE]
    return f"Declined on the advance notice: {', '.join(found)}. Do not give what the client declined." if found else ""
