"""Visits for a superbill: from rows to the heart's facts, and to what is printed; in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from billing.ledger import Account
from billing.letters.frozen import sender, town
from billing.letters.superbilling import Visit, refusal
from billing.models import Charge, ChargeKind, Entry, SuperbillLine
from billing.modifiers import Line, Setting, Wishes, for_day
from clients.coverage import in_force
from clients.icd10.search import labels
from clients.models import Client, Coverage, PlanType
from practice.money import ZERO
from sessions.codes import CODES

LETTERS = "ABCDEFGHIJKL"  # as many diagnoses as a claim form has
POINTED = 4  # diagnoses a line points at
MOST = 60  # lines of one superbill
# Insurers of no contract want to see who gave it and where; the day's edits are theirs to apply.
WISHES = Wishes(discipline=True, assistant=True, telehealth=True)


@dataclass(frozen=True)
class Candidate:
    """A charge, what was given up and paid of it in dollars, and why it may not stand on a superbill ("": it may)."""

    charge: Charge
    given_up: Decimal
    paid: Decimal
    refusal: str


def charges_of(client: Client) -> QuerySet[Charge]:
    """Everything charged for a client that was not taken back, oldest first."""
    rows = Charge.objects.filter(client__in=client.ids, reversed_by=None)
    related = ("client", "clinician__member__user", "location", "day__case__referrer")
    return rows.select_related(*related).prefetch_related("day__case__diagnoses").order_by("served_on", "id")


def candidates(client: Client, charges: Iterable[Charge]) -> list[Candidate]:
    """Which of a client's charges may stand on a superbill, and why the others may not."""
    rows = list(charges)
    ids = [charge.pk for charge in rows]
    on, before = _on_superbills(rows)
    billed, money = _billed_to(ids), _settled(ids)
    plans = list(_plans(client).filter(payer__plan_type=PlanType.MEDICARE))
    found = []
    for charge in rows:
        visit = Visit(
            service=charge.kind != ChargeKind.FEE,
            reversed=charge.reversed_by_id is not None,
            claimable=charge.claimable,
            medicare=any(in_force(plan.facts, charge.served_on) for plan in plans),
            billed_to=tuple(billed[charge.pk]),
            superbill=on.get(charge.pk, before.get((charge.served_on, charge.day.discipline)) if charge.day else None),
        )
        given_up, paid = money[charge.pk]
        found.append(Candidate(charge, given_up, paid, refusal(visit)))
    return found


def _on_superbills(rows: Sequence[Charge]) -> tuple[dict[int, int], dict[tuple[date, str], int]]:
    """Numbers of superbills that count, by charge; and by the day and discipline of visits that were charged anew since."""
    days = {charge.served_on for charge in rows}
    charts = {charge.client_id for charge in rows}
    lines = SuperbillLine.objects.filter(charge__client__in=charts, charge__served_on__in=days, voided=False)
    on, before = {}, {}
    told = ("charge", "charge__reversed_by", "charge__served_on", "charge__day__discipline", "superbill__number")
    for charge, reversed_by, served_on, discipline, number in lines.values_list(*told):
        if reversed_by is None:
            on[charge] = number
        else:
            before[served_on, discipline] = number
    return on, before


def _plans(client: Client) -> QuerySet[Coverage]:
    rows = Coverage.objects.filter(client__in=client.ids).select_related("payer")
    return rows.order_by("rank", "-starts_on", "id")


def _billed_to(charges: Collection[int]) -> dict[int, list[str]]:
    """The insurers whom the ledger has owing the fee of charges, by charge."""
    rows = Entry.objects.filter(
        charge__in=charges, account=Account.RECEIVABLE.value, reason="charge", coverage__isnull=False
    )
    found: dict[int, list[str]] = defaultdict(list)
    sums = rows.values_list("charge", "coverage__payer__short_name").annotate(Sum("amount")).order_by("charge")
    for charge, payer, amount in sums:
        if amount:
            found[charge].append(payer)
    return found


def _settled(charges: Collection[int]) -> dict[int, tuple[Decimal, Decimal]]:
    """(given up, paid by people) of charges, dollars."""
    rows = Entry.objects.filter(
        charge__in=charges,
        account=Account.RECEIVABLE.value,
        reason__in=("adjusted", "discount", "applied"),
        contact__isnull=False,
    )
    found: dict[int, tuple[Decimal, Decimal]] = defaultdict(lambda: (ZERO, ZERO))
    for charge, reason, amount in rows.values_list("charge", "reason").annotate(Sum("amount")):
        given_up, paid = found[charge]
        found[charge] = (given_up, paid - amount) if reason == "applied" else (given_up - amount, paid)
    return found


def printed(client: Client, chosen: list[Candidate], today: date) -> dict[str, Any]:
    """What a superbill says, ready to be frozen. `chosen` is not empty, and has `LETTERS` diagnoses at most."""
    letters = letters_of(chosen)
    called = labels(set(letters), today)
    charges = [row.charge for row in chosen]
    cases = {charge.day.case_id: charge.day.case for charge in charges if charge.day}
    people = {charge.clinician_id: charge.clinician for charge in charges if charge.clinician}
    referrers = {case.referrer_id: case.referrer for case in cases.values() if case.referrer}
    return {
        "practice": sender(),
        "client": {
            "name": client.name, "birth_on": client.birth_on, "chart": client.number, "street": client.street,
            "town": town(client),
        },
        "plan": _plan(client, charges),
        "clinicians": [
            {
                "name": str(each), "npi": each.npi or each.answerable.npi,
                "licence": f"{each.licence_state} {each.licence_number}".strip(),
            }
            for each in people.values()
        ],
        "referrers": [{"name": str(each), "npi": each.npi} for each in referrers.values()],
        "diagnoses": [{"letter": letter, "code": code, "label": called.get(code, "")} for code, letter in letters.items()],
        "lines": [_line(row, letters) for row in chosen],
        "charged": sum((charge.amount for charge in charges), ZERO),
        "given_up": sum((row.given_up for row in chosen), ZERO),
        "paid": sum((row.paid for row in chosen), ZERO),
    }  # fmt: skip


def letters_of(chosen: list[Candidate]) -> dict[str, str]:
    """The letter of each diagnosis of the visits' cases, in their order; those beyond the last letter have none."""
    codes = dict.fromkeys(code for row in chosen for code in _diagnoses(row.charge))
    return {code: LETTERS[n] if n < len(LETTERS) else "" for n, code in enumerate(codes)}


def _diagnoses(charge: Charge) -> list[str]:
    """What a line points at; products without a day point at nothing."""
    return [each.code for each in charge.day.case.diagnoses.all()][:POINTED] if charge.day else []


def _line(row: Candidate, letters: dict[str, str]) -> dict[str, Any]:
    charge, known = row.charge, CODES.get(row.charge.code)
    return {
        "date": charge.served_on,
        "place": charge.place,
        "code": charge.code,
        "label": known.label if known else "Service",
        "modifiers": _modifiers(charge),
        "units": charge.units,
        "pointers": "".join(letters[code] for code in _diagnoses(charge)),
        "clinician": str(charge.clinician or ""),
        "charged": charge.amount,
        "given_up": row.given_up,
        "paid": row.paid,
    }


def _modifiers(charge: Charge) -> list[str]:
    line = Line(charge.code, charge.assisted, tuple(charge.attested), ZERO, tuple(charge.notice_modifiers))
    setting = Setting(discipline=charge.day.discipline if charge.day else "", place_of_service=charge.place)
    [marked] = for_day([line], setting, WISHES)
    return [*marked.modifiers]


def _plan(client: Client, charges: list[Charge]) -> dict[str, str] | None:
    """The plan she may ask: in force on the last visit, and not one that cannot be asked this way."""
    day = max(charge.served_on for charge in charges)
    for plan in _plans(client).exclude(payer__plan_type=PlanType.MEDICARE):
        if in_force(plan.facts, day):
            return {"payer": plan.payer.name, "member_id": plan.member_id, "group": plan.group_number}
    return None
