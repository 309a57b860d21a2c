"""Verbs about advance notices: prepared before a service, signed by the client, withdrawn. Nothing is ever changed."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from billing import notice_form
from billing.fees import Fees
from billing.models import AdvanceNotice, NoticeSignature, NoticeWithdrawal
from billing.notices import Kind, Option, a_year_from, strokes_problem, too_low
from clients.coverage import in_force
from clients.merged import whole_charts
from clients.models import Client, Coverage, PlanType
from practice import audit, money
from practice.findings import BadInput, Conflict
from practice.models import Membership, PracticeProfile, local_today
from practice.money import ZERO
from sessions.codes import CODES
from sessions.models import ServiceLine

MOST_CODES = 6  # so that the form stays one page
MOST = Decimal("25000.00")  # an estimate for one visit; above it somebody mistyped
AHEAD = timedelta(days=365)


@transaction.atomic
def prepare_notice(
    *,
    by: Membership,
    client: Client,
    coverage: Coverage,
    codes: Sequence[str],
    kind: str,
    reason: str,
    cost: Decimal,
    starts_on: date,
    key: str,
    information: str = "",
) -> AdvanceNotice:
    """Fill a notice for services that are still to come. The same key makes one; with other content it is a Conflict.

    `cost` is dollars for one visit; `reason` is what the client reads. Raises BadInput by field.
    """
    Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    asked: dict[str, Any] = {
        "client_id": client.pk, "coverage_id": coverage.pk, "codes": sorted(set(codes)), "kind": kind,
        "reason": " ".join(reason.split()), "cost": cost, "starts_on": starts_on,
        "information": " ".join(information.split()),
    }  # fmt: skip
    known = AdvanceNotice.objects.filter(key=key).first()
    if known:
        if any(getattr(known, name) != value for name, value in asked.items()):
            raise Conflict("This form made another notice before. Open a new one.")
        return known
    _check_whom(client, coverage, starts_on)
    _check_what(asked["codes"], kind, asked["reason"], asked["information"])
    _check_cost(asked["codes"], cost, starts_on)
    if given := _given_since(client.pk, asked["codes"], starts_on):
        raise BadInput(starts_on=f"{given}; a notice is given before the service. Choose a later day")
    notice = AdvanceNotice.objects.create(**asked, printed=_printed(client, asked["codes"]), key=key, made_by=by)
    audit.record("prepare notice", notice, client_id=client.pk, codes=notice.codes, kind=kind)
    return notice


def _check_whom(client: Client, coverage: Coverage, starts_on: date) -> None:
    payer = coverage.payer
    if coverage.client_id not in client.ids:
        raise BadInput(coverage="This plan is another client's")
    if payer.plan_type != PlanType.MEDICARE:
        raise BadInput(
            coverage=f"An ABN is for Medicare Part B only; {payer.short_name} decides in its own way before a service"
        )
    today = local_today()
    if not today <= starts_on <= today + AHEAD:
        raise BadInput(starts_on="A notice is given before the service: from today to a year ahead")
    if not in_force(coverage.facts, starts_on):
        raise BadInput(coverage="This coverage is not in force on the day of the first service")


def _check_what(codes: Sequence[str], kind: str, reason: str, information: str) -> None:
    if not 1 <= len(codes) <= MOST_CODES:
        raise BadInput(codes=f"Choose 1 to {MOST_CODES} services; a blank notice is never signed")
    unknown = [code for code in codes if code not in CODES]
    if unknown:
        raise BadInput(codes=f"{unknown[0]} is not a code we know")
    if kind not in list(Kind):
        raise BadInput(kind="Choose why Medicare may not pay")
    if not reason:
        raise BadInput(reason="Say in plain words why Medicare may not pay")
    for name, text in (("reason", reason), ("information", information)):
        if len(text) > 240:
            raise BadInput({name: "At most 240 characters, so that the form stays one page"})


def _check_cost(codes: Iterable[str], cost: Decimal, on: date) -> None:
    if not ZERO < cost <= MOST:
        raise BadInput(cost=f"The estimate is more than nothing and at most {MOST:,.0f} dollars")
    fees = usual_fees(codes, on)
    if too_low(cost, fees):
        raise BadInput(
            cost=f"One unit of each comes to {money.show(fees)}; the estimate must be within $100 or 25 % of it"
        )


def usual_fees(codes: Iterable[str], on: date) -> Decimal:
    """Dollars for one unit of each code by the fees of a day; a code without a fee adds nothing."""
    fees = Fees().on(on)
    return sum((fees.get(code, ZERO) for code in set(codes)), ZERO)


def _given_since(client: int, codes: Iterable[str], since: date) -> str:
    """The first service of these that was given and signed on or after a day, in words; empty when none was."""
    lines = ServiceLine.objects.filter(
        session__client__in=whole_charts([client]), session__served_on__gte=since, code__in=list(codes)
    )
    first = lines.order_by("session__served_on", "id").values_list("code", "session__served_on").first()
    return f"{first[0]} of {first[1]:%B} {first[1].day} is signed already" if first else ""


def _printed(client: Client, codes: Iterable[str]) -> dict[str, Any]:
    """Who gives the notice to whom and for what, as it is now. Never the Medicare number: the chart's."""
    profile = PracticeProfile.objects.first()
    notifier = {
        "name": profile.legal_name,
        "street": profile.street,
        "city_line": f"{profile.city}, {profile.state} {profile.zip[:5]}",
        "phone": profile.phone,
    } if profile else {}  # fmt: skip
    return {
        "notifier": notifier,
        "patient": client.name,
        "number": f"Chart {client.number}",
        "services": [{"code": code, "label": CODES[code].label} for code in codes],
        "edition": notice_form.EDITION,
    }


@transaction.atomic
def sign_notice(
    *, by: Membership, notice: AdvanceNotice, option: int | None, signer: str, relation: str, strokes: str = ""
) -> NoticeSignature:
    """The client's choice and signature, today. Once: the same again is the same, another is a Conflict.

    `option` 1, 2 or 3; None only for a voluntary notice. `relation` is the signer's to the client ("self").
    """
    Client.objects.select_for_update(of=("self",)).get(pk=notice.client_id)
    signer, relation, strokes = " ".join(signer.split()), " ".join(relation.split()), strokes.strip()
    known = NoticeSignature.objects.filter(notice=notice).first()
    if known:
        if (known.option, known.signer, known.relation, known.strokes) != (option, signer, relation, strokes):
            raise Conflict("This notice is signed. To choose differently, withdraw it and make a new one.")
        return known
    _check_signature(notice, option, signer, relation, strokes)
    today = local_today()
    _check_signable(notice, today)
    signature = NoticeSignature.objects.create(
        notice=notice,
        option=option,
        signer=signer,
        relation=relation,
        strokes=strokes,
        signed_on=today,
        valid_until=a_year_from(today),
        witness=by,
    )
    audit.record("sign notice", notice, client_id=notice.client_id, option=option, relation=relation)
    return signature


def _check_signature(notice: AdvanceNotice, option: int | None, signer: str, relation: str, strokes: str) -> None:
    if option not in list(Option) and not (option is None and notice.voluntary):
        raise BadInput(option="Choose one of the three options; we cannot choose for the client")
    if not 2 <= len(signer) <= 80:
        raise BadInput(signer="The signer types her whole name")
    if not 1 <= len(relation) <= 40:
        raise BadInput(relation="Say who signs: the client herself, or how the signer stands to her")
    if problem := strokes_problem(strokes):
        raise BadInput(strokes=problem)


def _check_signable(notice: AdvanceNotice, today: date) -> None:
    if NoticeWithdrawal.objects.filter(notice=notice).exists():
        raise Conflict("This notice was withdrawn. Make a new one.")
    if today > a_year_from(notice.starts_on):
        raise Conflict("This notice is more than a year old. Make a new one.")
    first = max(today, notice.starts_on)  # the first service it can still speak of
    if not in_force(notice.coverage.facts, first):
        raise Conflict("This coverage is not in force any more, so the notice has nothing to say.")
    if given := _given_since(notice.client_id, notice.codes, first):
        raise Conflict(f"{given}; a notice is signed before the service. It can be signed for later ones tomorrow.")


@transaction.atomic
def withdraw_notice(*, by: Membership, notice: AdvanceNotice, reason: str) -> NoticeWithdrawal:
    """Let a notice count no longer: from today, or from tomorrow where one of its services of today is signed."""
    Client.objects.select_for_update(of=("self",)).get(pk=notice.client_id)
    known = NoticeWithdrawal.objects.filter(notice=notice).first()
    if known:
        return known
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= 200:
        raise BadInput(reason="Say why, in at most 200 characters")
    today = local_today()
    used = _given_since(notice.client_id, notice.codes, today)
    withdrawal = NoticeWithdrawal.objects.create(
        notice=notice, ends_on=today if used else today - timedelta(days=1), reason=reason, by=by
    )
    audit.record("withdraw notice", notice, client_id=notice.client_id)
    return withdrawal
