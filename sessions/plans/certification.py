"""Heart. How far the certification of a plan of care is on a day, and why.

A physician (or a nurse practitioner, physician assistant, clinical nurse specialist) certifies the plan with a dated
signature within 30 days of the first treatment, the evaluation included; an order by word of mouth counts where the
signature follows within 14 days. It holds for the duration of the plan or 90 days from the first treatment, whichever
is less; then the plan is recertified. For treatment from January 1, 2025 on a signed and dated order or referral on
file, with proof that the plan was sent within 30 days, stands for the signature of the initial certification, never of
a recertification. Sources: 42 CFR 424.24(c) and 410.61; Medicare Benefit Policy Manual ch. 15 §220.1.1–220.1.3; the
Medicare fee schedule rule for 2025. A recertification is in time when it is dated before the certification before it
ends (§220.1.3.C). The manual does not say whether the first day counts among the 90: it does here, the careful
reading.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

TO_SIGN = timedelta(days=30)
TO_CONFIRM = timedelta(days=14)
LASTS = timedelta(days=90)
ORDER_COUNTS_FROM = date(2025, 1, 1)
SOON = timedelta(days=14)


class State(StrEnum):
    NOT_NEEDED = "not_needed"
    NOT_SENT = "not_sent"
    WAITING = "waiting"
    CERTIFIED = "certified"
    ON_ORDER = "on_order"  # sent in time, and a signed order on file stands for the signature
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Facts:
    """What is known of a plan and its papers.

    `first_on`: the first treatment under it, None before; `sent_on`: when it was sent first; `returned_on`: it came
    back unsigned; `order_on`: date of the signed order or referral on file; `initial`: nothing was certified before;
    `before`: the last day of the certification before it; `order_from`: first day from which the payer takes an order
    for the signature, None for never; `needed`: whether the payer asks for a certification; `followed_on`: the first
    day of the plan after it.
    """

    starts_on: date
    ends_on: date
    first_on: date | None = None
    sent_on: date | None = None
    returned_on: date | None = None
    verbal_on: date | None = None
    signed_on: date | None = None
    order_on: date | None = None
    initial: bool = True
    before: date | None = None
    order_from: date | None = ORDER_COUNTS_FROM
    needed: bool = True
    followed_on: date | None = None

    @property
    def began_on(self) -> date:
        return self.first_on or self.starts_on

    @property
    def due_on(self) -> date:
        """The last day for the signature."""
        if self.verbal_on and self.verbal_on <= self._first_due_on:
            return self.verbal_on + TO_CONFIRM
        return self._first_due_on

    @property
    def _first_due_on(self) -> date:
        if not self.initial and self.before:
            return self.before
        return self.began_on + TO_SIGN

    @property
    def until(self) -> date:
        """The last day a certification of this plan holds."""
        return min(self.ends_on, self.began_on + LASTS - timedelta(days=1))

    @property
    def order_stands(self) -> bool:
        """Whether the order on file stands for the signature once the plan was sent in time."""
        counts = self.order_from is not None and self.began_on >= self.order_from
        return self.initial and counts and self.order_on is not None


@dataclass(frozen=True)
class Standing:
    """How far a certification is. `due_on`: the last day for what is missing; `until`: the last day it holds, None
    where there is none; `recertify_on`: the day by which the next one must be there, None unless that is near.
    """

    state: State
    sentence: str
    reason: str
    due_on: date | None = None
    days_left: int | None = None
    until: date | None = None
    recertify_on: date | None = None
    recertify: str = ""

    @property
    def certified(self) -> bool:
        return self.state in (State.CERTIFIED, State.ON_ORDER)


def standing(facts: Facts, today: date) -> Standing:
    """Where the certification of a plan stands on a day."""
    if facts.signed_on or (facts.order_stands and _sent_in_time(facts) and not _returned(facts)):
        return _certified(facts, today)
    if not facts.needed and not (facts.sent_on or facts.verbal_on):
        return Standing(State.NOT_NEEDED, "No certification is asked for.", "No payer of the client asks for one.")
    left = (facts.due_on - today).days
    if left < 0 and facts.needed:
        return Standing(State.OVERDUE, _overdue(facts, -left), _why_due(facts), facts.due_on, left)
    state = State.WAITING if (facts.verbal_on or facts.sent_on) and not _returned(facts) else State.NOT_SENT
    if not facts.needed:
        return Standing(state, _open(facts, state), "No payer of the client asks for a certification.")
    return Standing(state, _open(facts, state), _why_due(facts), facts.due_on, left)


def _sent_in_time(facts: Facts) -> bool:
    return facts.sent_on is not None and facts.sent_on <= facts.began_on + TO_SIGN


def _returned(facts: Facts) -> bool:
    return facts.returned_on is not None and facts.sent_on is not None and facts.returned_on >= facts.sent_on


def _certified(facts: Facts, today: date) -> Standing:
    if facts.signed_on:
        state, sentence = State.CERTIFIED, f"Signed {said(facts.signed_on)}, holds until {said(facts.until)}."
        late = (facts.signed_on - facts.due_on).days
        reason = _why_until(facts)
        if late > 0 and facts.needed:
            reason = f"Dated {days(late)} late: keep the reason of the delay with it. {reason}"
    else:
        state, sentence = State.ON_ORDER, f"Sent, with an order on file; holds until {said(facts.until)}."
        reason = (
            f"The signed order of {said(facts.order_on)} and the plan sent {said(facts.sent_on)}, within 30 days of the"
            f" first treatment, stand for the signature. Only the first certification; then a signature. "
            f"{_why_until(facts)}"
        )
    near = facts.needed and facts.followed_on is None and today >= facts.until - SOON
    return Standing(
        state,
        sentence,
        reason,
        until=facts.until,
        recertify_on=facts.until if near else None,
        recertify=_recertify(facts.until, today) if near else "",
    )


def _recertify(until: date, today: date) -> str:
    left = (until - today).days
    if left < 0:
        return f"The certification ended {said(until)}, {days(-left)} ago: recertify to go on."
    return f"The certification ends {said(until)}, {'today' if not left else f'in {days(left)}'}: recertify to go on."


def _why_until(facts: Facts) -> str:
    since = "first treatment" if facts.first_on else "start of the plan"
    if facts.until == facts.ends_on:
        return f"{said(facts.ends_on)} is the end of the plan, within 90 days of the {since}."
    return f"{said(facts.until)} is the 90th day from the {since} on {said(facts.began_on)}; the plan itself is longer."


def _why_due(facts: Facts) -> str:
    if facts.verbal_on and facts.due_on == facts.verbal_on + TO_CONFIRM:
        return f"Ordered by word of mouth {said(facts.verbal_on)}: the signature follows within 14 days."
    if not facts.initial and facts.before:
        return f"A recertification is dated before the one before it ends, {said(facts.before)}. An order does not do."
    since = "first treatment" if facts.first_on else "start of the plan"
    due = f"Medicare wants the dated signature within 30 days of the {since}, {said(facts.began_on)}."
    if not facts.order_stands:
        return due
    if _returned(facts):
        return f"{due} The order on file does not stand for it: the plan came back unsigned."
    if facts.sent_on and not _sent_in_time(facts):
        return f"{due} The order on file does not stand for it: the plan was sent after the 30 days."
    return f"{due} With the order of {said(facts.order_on)} on file it is enough to send the plan in that time."


def _open(facts: Facts, state: State) -> str:
    by = f" by {said(facts.due_on)}" if facts.needed else ""
    if _returned(facts) and state == State.NOT_SENT:
        return f"Came back unsigned {said(facts.returned_on)}: send it again, signed{by}."
    if state == State.NOT_SENT:
        return f"Not sent yet: {'send it' if facts.order_stands else 'get it signed'}{by}."
    asked = f"Sent {said(facts.sent_on)}" if facts.sent_on else f"Ordered by word of mouth {said(facts.verbal_on)}"
    return f"{asked}, waiting for the signature{by}."


def _overdue(facts: Facts, late: int) -> str:
    what = "The signature" if facts.sent_on else "Not sent, and the signature"
    return f"{what} was due {said(facts.due_on)}, {days(late)} ago."


def said(day: date | None) -> str:
    """Nov 3, 2026."""
    return f"{day:%b} {day.day}, {day.year}" if day else "(no date)"


def days(number: int) -> str:
    return f"{number} day" if number == 1 else f"{number} days"
