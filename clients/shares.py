"""Heart. Two guarantors: how the client's share of a charge falls on each, to the cent.

The client's share of a charge grows and shrinks (a copay first, a deductible weeks later). Each person's part is
always computed of the whole share so far, so that it is hers to the cent whatever came in which order.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from practice.money import ZERO, split


class Rule(StrEnum):
    WHOLE = "whole"  # the client's guarantor owes all of it
    PERCENT = "percent"  # the first person owes so many percent
    AMOUNT = "amount"  # the first person owes up to so many dollars of each date of service
    SERVICE = "service"  # the first person owes all of some services, the other all others


@dataclass(frozen=True)
class Share:
    """Who owes a client's share from a day on: two people by a rule; a rule of WHOLE names nobody.

    People are contacts' ids. `percent` is 0 to 100 with two places, `amount` dollars, `codes` service codes.
    """

    id: int
    starts_on: date
    rule: Rule
    first: int = 0
    other: int = 0
    percent: Decimal = ZERO
    amount: Decimal = ZERO
    codes: frozenset[str] = frozenset()


type Part = tuple[str, int, Decimal]  # why it is owed, by whom, dollars


def in_force(shares: Iterable[Share], day: date) -> Share | None:
    """The rule of a date of service: of those that began, the latest; of two of one day the one said last."""
    begun = [share for share in shares if share.starts_on <= day]
    found = max(begun, key=lambda share: (share.starts_on, share.id), default=None)
    return None if found is None or found.rule is Rule.WHOLE else found


def part_of_first(share: Share, total: Decimal, code: str, elsewhere: Decimal = ZERO) -> Decimal:
    """What the first person owes of `total` dollars of one charge. `elsewhere`: what she owes of the day's others."""
    if share.rule is Rule.PERCENT:
        return split(total, [share.percent, 100 - share.percent])[0]
    if share.rule is Rule.SERVICE:
        return total if code in share.codes else ZERO
    return min(total, max(share.amount - elsewhere, ZERO))


def share_out(
    parts: Iterable[tuple[str, Decimal]], guarantor: int, share: Share | None, code: str, elsewhere: Decimal = ZERO
) -> list[Part]:
    """Dollars by reason, shared out; each person's sum is her part of the whole, and all of it is somebody's."""
    found: list[Part] = []
    total = given = ZERO
    for reason, amount in parts:
        if share is None:
            found.append((reason, guarantor, amount))
            continue
        total += amount
        part = part_of_first(share, total, code, elsewhere)
        found += [(reason, share.first, part - given), (reason, share.other, amount - (part - given))]
        given = part
    return [(reason, person, amount) for reason, person, amount in found if amount]


def take_back(parts: Iterable[tuple[str, Decimal]], owed: Mapping[int, Decimal]) -> list[Part]:
    """Negative dollars by reason, taken from each person in proportion to what became hers: `owed`, all positive."""
    people, found = list(owed), list[Part]()
    before, total = [ZERO] * len(people), ZERO
    for reason, amount in parts:
        total += amount
        after = split(total, list(owed.values()))
        found += [(reason, who, now - then) for who, now, then in zip(people, after, before, strict=True)]
        before = after
    return [(reason, person, amount) for reason, person, amount in found if amount]


def problem(share: Share) -> dict[str, str]:
    """What is wrong with a rule that was asked for, by field."""
    if share.rule is Rule.WHOLE:
        return {}
    wrong: dict[str, str] = {}
    if not share.first or not share.other:
        wrong["other" if share.first else "first"] = "Choose a person"
    elif share.first == share.other:
        wrong["other"] = "Choose two different people, or one guarantor for all of it"
    if share.rule is Rule.PERCENT and not ZERO < share.percent < 100:
        wrong["percent"] = "It is more than 0 and less than 100 percent"
    if share.rule is Rule.AMOUNT and share.amount <= 0:
        wrong["amount"] = "It is more than nothing"
    if share.rule is Rule.SERVICE:
        odd = sorted(code for code in share.codes if not re.fullmatch(r"[0-9A-Z]{5}", code))
        if not share.codes:
            wrong["codes"] = "Name the services the first person pays"
        elif odd:
            wrong["codes"] = f"{odd[0][:12]} is not a service code; write five digits or letters, as 97530"
    return wrong
