"""A day is recomputed whole: equal charges stay, others are reversed, new ones are made and posted."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import chain

from django.db.models import Q, Sum

from billing import ledger
from billing.actions.holding import apply_held, hold_people
from billing.actions.paying import apply_released, release_overpaid
from billing.actions.posting import post, reverse
from billing.copays import COPAY, Copays
from billing.counting import count_day, minutes_by, preferred
from billing.discounts.lookup import Discounts
from billing.fees import Fees
from billing.ledger import Movement, Party
from billing.models import BillingDay, Charge, DayLine, Entry, OpenItem
from billing.modifiers import ASSISTANT
from billing.notices import Effect, Notice, liability
from billing.on_file import notices_of
from billing.owing import NOT_RESPONSIBILITY, Owing
from billing.pricing import price
from billing.units import share_out
from clients.models import Coverage
from clients.shares import Part
from practice.models import local_today
from sessions.codes import REPEATED, stretch_of
from sessions.models import ServiceLine, Session
from sessions.paying import Paying

type Where = tuple[int, str]  # location, and a place of service of the session's own
type Place = tuple[str, int, Where, bool]  # code, clinician, where, assisted: what one charge of a day is for


@dataclass(frozen=True)
class Wanted:
    """A charge a day should have."""

    place: Place
    units: int
    minutes: int
    amount: Decimal
    attested: tuple[str, ...] = ()


@dataclass
class _Day:
    """A day under recomputation: its coverage, the notices on file, what stays, what goes, what comes."""

    row: BillingDay
    coverage: Coverage | None
    last_payer: bool
    notices: Sequence[Notice] = ()
    kept: list[Charge] = field(default_factory=list)
    gone: list[Charge] = field(default_factory=list)
    made: list[Charge] = field(default_factory=list)

    def effect(self, code: str) -> Effect:
        """What an advance notice, or the want of one, does to a code of the day."""
        return liability(self.notices, code, self.row.served_on)


def recompute(
    rows: Sequence[BillingDay], paying: Paying, *, anew: bool = False, moved_from: Coverage | None = None
) -> None:
    """Bring the charges of held days in line with their newest minutes. `paying` knows the clients of these.

    `anew`: no charge stays. `moved_from`: the coverage they stood on until now; what it left to people is its own again.
    """
    days = [_day(row, paying) for row in rows]
    on_file = notices_of({row.client_id for row in rows})
    for day in days:
        plan = paying.same_plan(day.row.client_id, day.row.coverage_id) if day.row.coverage_id else ()
        day.notices = [notice for notice in on_file[day.row.client_id] if notice.coverage in plan]
    minutes, live, fees, prefer = (
        _newest_minutes(rows),
        _live_charges(rows),
        Fees(),
        preferred([row.key for row in rows]),
    )
    for day in days:
        given, row = minutes[day.row.pk], day.row
        first = prefer.get(row.key, ())
        targets = wanted(given, day.coverage, row.discipline, partial(fees.on, row.served_on), first)
        _compare(day, live[day.row.pk], targets, anew=anew)
    today = local_today()
    hold_people({row.client_id for row in rows})
    _reverse_charges([charge for day in days for charge in day.gone], today)
    Charge.objects.bulk_create([charge for day in days for charge in day.made])
    copays = Copays(rows, [charge for day in days for charge in day.kept])
    owing = Owing({row.client_id for row in rows}, {row.served_on for row in rows})
    discounts = Discounts({row.client_id for row in rows})
    post([movement for day in days for movement in _movements(day, copays, owing, discounts, today)], by=None)
    _give_back(days, moved_from, today)
    for day in days:
        if day.gone:
            _keep_what_was_paid(day, today)
    apply_held(charges=[charge.pk for day in days for charge in (*day.made, *day.kept)], on=today)


def _day(row: BillingDay, paying: Paying) -> _Day:
    coverage = next((c for c in paying.coverages[row.client_id] if c.pk == row.coverage_id), None)
    if coverage is None:
        return _Day(row, None, False)
    last = paying.of(row.client_id, row.case.visit(row.served_on)).after(coverage.pk) is None
    return _Day(row, coverage, last)


def _newest_minutes(rows: Sequence[BillingDay]) -> dict[int, list[ServiceLine]]:
    """The newest taken version of each line by day, those taken back left out, in the order they were given."""
    newest: dict[tuple[int, int, int], ServiceLine] = {}
    for taken in (
        DayLine.objects.filter(day__in=rows)
        .select_related("line__session", "line__clinician")
        .order_by("line__version")
    ):
        newest[taken.day_id, taken.line.session_id, taken.line.position] = taken.line
    found: dict[int, list[ServiceLine]] = defaultdict(list)
    for (day, _, _), line in newest.items():
        if line.total:
            found[day].append(line)
    for lines in found.values():
        lines.sort(key=lambda line: (line.session.starts_at, line.session_id, line.position))
    return found


def _live_charges(rows: Sequence[BillingDay]) -> dict[int, list[Charge]]:
    found: dict[int, list[Charge]] = defaultdict(list)
    for charge in Charge.objects.filter(day__in=rows, reversed_by=None).order_by("id"):
        found[charge.day_id or 0].append(charge)
    return found


def wanted(
    lines: Sequence[ServiceLine],
    coverage: Coverage | None,
    discipline: str,
    fees: Callable[[int], Mapping[str, Decimal]],
    prefer: Collection[str] = (),
) -> list[Wanted]:
    """The charges of a day by its minutes: units by code, shared out among who gave them, priced by location.

    Units with an assistant's modifier are shared among whose minutes assistants gave, the others among therapists.
    """
    given, attested = _given(lines), _attested(lines)
    minutes = [minutes_by(line.clinician, line.typed) for line in lines]
    counted = count_day(minutes, coverage, discipline, prefer=prefer, strict=False)
    found = []
    for earned in counted.lines:
        for assisted, units in ((False, earned.units - earned.assisted), (True, earned.assisted)):
            everybody = given[earned.stretch]
            some = {who: m for who, m in everybody.items() if who[2] is assisted or discipline not in ASSISTANT}
            people = _together(some or everybody)
            for (clinician, location), share in zip(people, share_out(units, list(people.values())), strict=True):
                if share:
                    spent = min(people[clinician, location], earned.minutes)
                    amount = price(units=share, fee=fees(location[0])[earned.code])
                    said = attested.get((earned.code, clinician, location), ())
                    found.append(Wanted((earned.code, clinician, location, assisted), share, spent, amount, said))
    return found


def _where(session: Session) -> Where:
    return session.location_id, session.place_of_service


def _given(lines: Sequence[ServiceLine]) -> dict[str, dict[tuple[int, Where, bool], int]]:
    """Minutes by stretch, and by (the session's clinician, location, whether an assistant gave them)."""
    found: dict[str, dict[tuple[int, Where, bool], int]] = defaultdict(lambda: defaultdict(int))
    for line in lines:
        minutes = minutes_by(line.clinician, line.typed)
        for spent, by_assistant in ((minutes.minutes, False), (minutes.assistant, True)):
            if spent:
                found[stretch_of(line.code)][line.clinician_id, _where(line.session), by_assistant] += spent
    return found


def _attested(lines: Sequence[ServiceLine]) -> dict[tuple[str, int, Where], tuple[str, ...]]:
    """Modifiers that who treated has put on a service, by code, clinician and location.

    That a service was repeated is said of the repetition only: beside minutes without it, it does not stand.
    """
    said: dict[tuple[str, int, Where], list[list[str]]] = defaultdict(list)
    for line in lines:
        said[line.code, line.clinician_id, _where(line.session)].append(line.modifiers)
    return {
        place: tuple(
            modifier
            for modifier in dict.fromkeys(chain(*each))
            if modifier not in REPEATED or all(modifier in one for one in each)
        )
        for place, each in said.items()
    }


def _together(people: Mapping[tuple[int, Where, bool], int]) -> dict[tuple[int, Where], int]:
    """A session's clinician counts once, for her own minutes and her assistant's."""
    found: dict[tuple[int, Where], int] = defaultdict(int)
    for (clinician, location, _), minutes in people.items():
        found[clinician, location] += minutes
    return dict(found)


def _compare(day: _Day, live: Iterable[Charge], targets: Iterable[Wanted], *, anew: bool) -> None:
    """Sort the day's live charges into those that stay (none `anew`) and those that go, and make what is missing."""
    missing = {target.place: target for target in targets}
    for charge in live:
        where = (charge.location_id or 0, charge.place_of_service)
        place = (charge.code, charge.clinician_id or 0, where, charge.assisted)
        target = missing.get(place)
        same = (charge.units, charge.amount, tuple(charge.attested), charge.effect)
        if target and not anew and (target.units, target.amount, target.attested, day.effect(charge.code)) == same:
            day.kept.append(charge)
            del missing[place]
        else:
            day.gone.append(charge)
    for target in missing.values():
        code, clinician, (location, place_of_service), assisted = target.place
        told = day.effect(code)
        day.made.append(
            Charge(
                client_id=day.row.client_id,
                day=day.row,
                served_on=day.row.served_on,
                code=code,
                clinician_id=clinician,
                location_id=location,
                place_of_service=place_of_service,
                units=target.units,
                minutes=target.minutes,
                assisted=assisted,
                attested=list(target.attested),
                amount=target.amount,
                notice_id=told.notice,
                notice_modifiers=list(told.modifiers),
                claimable=told.claim,
                liable=told.liable,
            )
        )


def _reverse_charges(charges: Sequence[Charge], today: date) -> None:
    """Take back what charging itself posted, and what was given up of it by hand: a person must not be left with less
    than nothing. What a payer or a person paid stays where it was applied."""
    if not charges:
        return
    held = OpenItem.objects.select_for_update(of=("self",)).filter(charge__in=charges)
    list(held.order_by("id").values_list("pk"))  # who writes off or takes back at this moment comes before or after
    merged = Q(posting__key__startswith="merge:")  # what one guarantor owed and another came to owe with the chart
    ours = Q(reason__in=("charge", COPAY)) | Q(posting__kind="adjustment") | merged
    own = Entry.objects.filter(ours, charge__in=charges, posting__reverses=None, posting__reversals=None)
    postings = dict(own.values_list("posting_id", "posting__key"))
    ids = reverse(postings=list(postings), key="reverse", on=today, by=None, memo="the day was recomputed")
    undone = {key: ids[f"reverse:{posting}"] for posting, key in postings.items()}
    for charge in charges:
        charge.reversed_by_id = undone[f"charge:{charge.pk}"]
    Charge.objects.bulk_update(charges, ["reversed_by"])


def _give_back(days: Sequence[_Day], moved_from: Coverage | None, today: date) -> None:
    """What a payer left to people of charges that are gone is open with it again, until it takes its payment back.

    Where the day did not move, that is so only of a copay that went back before: what was reversed had been hers no
    more. No posting takes what a plan forbids to ask for: what went back of it stays as it is.
    """
    gone = {charge.pk: moved_from or day.coverage for day in days for charge in day.gone}
    left = (
        Entry.objects.filter(account=ledger.Account.RECEIVABLE.value, charge__in=gone, contact__isnull=False)
        .exclude(reason__in=NOT_RESPONSIBILITY)
        .values_list("charge", "contact")
        .annotate(Sum("amount"))
        .order_by("charge", "contact")
    )
    wrong = [(charge or 0, contact or 0, amount) for charge, contact, amount in left if amount]
    post(
        (
            _back(charge, contact, amount, coverage, today)
            for charge, contact, amount in wrong
            if (coverage := gone[charge])
            and ((amount < 0 and _asks_for_copay(coverage)) or (amount > 0 and moved_from))
        ),
        by=None,
    )


def _back(charge: int, contact: int, amount: Decimal, coverage: Coverage, today: date) -> Movement:
    return ledger.transfer(
        key=f"moved:{charge}:{contact}",
        on=today,
        charge=charge,
        source=Party.contact(contact),
        targets=[(Party.coverage(coverage.pk), amount)],
        reason="other share" if amount > 0 else "copay",
    )


def _keep_what_was_paid(day: _Day, today: date) -> None:
    """What a person paid for charges that are gone pays those that came, and the rest is her credit."""
    key = f"day:{day.row.pk}:{max(charge.pk for charge in day.gone)}"
    released = release_overpaid(charges=[charge.pk for charge in day.gone], key=key, on=today)
    if released:
        apply_released(released=released, charges=[charge.pk for charge in day.made], key=key, on=today)


def _movements(day: _Day, copays: Copays, owing: Owing, discounts: Discounts, today: date) -> list[Movement]:
    """The postings of a day's new charges: owed by the first payer, the expected copay by who owes the client's share;
    what people owe from the first less their sliding fee."""
    guarantor, coverage = day.row.client.guarantor_id, day.coverage
    found = []
    for c in day.made:
        plan = coverage if c.claimable else None
        if plan:
            owed = [(Party.coverage(plan.pk), c.amount)]
            found.append(ledger.charge(key=f"charge:{c.pk}", on=today, charge=c.pk, owed=owed))
        else:
            found += discounts.charged(c, partial(_shared, c, guarantor, owing), today)
    if coverage is None or not day.last_payer or not _asks_for_copay(coverage):
        return found
    round_ = max((charge.pk for charge in day.gone), default=0)
    for charge, share in copays.shares(day.row, coverage, day.made, day.kept):
        found.append(
            ledger.transfer(
                key=f"copay:{charge.pk}:{round_}:{copays.moved(charge, coverage)}",
                on=today,
                charge=charge.pk,
                source=Party.coverage(coverage.pk),
                targets=_people(owing.of(charge, guarantor, [(COPAY, share)], on_top=True)),
                reason=COPAY,
            )
        )
    return found


def _shared(charge: Charge, guarantor: int, owing: Owing, amount: Decimal) -> list[tuple[Party, Decimal]]:
    """Who owes what of a charge that no plan pays, were it `amount`."""
    return _people(owing.of(charge, guarantor, [("charge", amount)]))


def _people(parts: Iterable[Part]) -> list[tuple[Party, Decimal]]:
    return [(Party.contact(person), amount) for _, person, amount in parts]


def _asks_for_copay(coverage: Coverage) -> bool:
    return coverage.asks is None or COPAY in coverage.asks
