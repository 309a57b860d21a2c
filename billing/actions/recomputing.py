"""A day is recomputed whole: equal charges stay, others are reversed, new ones are made and posted."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain

from billing import ledger
from billing.actions.paying import apply_released, release_overpaid
from billing.actions.posting import post, reverse
from billing.copays import COPAY, Copays
from billing.counting import count_day, minutes_by, preferred
from billing.fees import Fees
from billing.ledger import Movement, Party
from billing.models import BillingDay, Charge, DayLine, Entry
from billing.modifiers import ASSISTANT
from billing.notices import Effect, Notice, liability
from billing.on_file import notices_of
from billing.pricing import price
from billing.units import share_out
from clients.models import Coverage
from practice.models import local_today
from sessions.codes import REPEATED, stretch_of
from sessions.models import ServiceLine
from sessions.paying import Paying

type Place = tuple[str, int, int, bool]  # code, clinician, location, assisted: what one charge of a day is for


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


def recompute(rows: Sequence[BillingDay], paying: Paying) -> None:
    """Bring the charges of held days in line with their newest minutes. `paying` knows the clients of these."""
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
        targets = wanted(given, day.coverage, row.discipline, fees.on(row.served_on), first)
        _compare(day, live[day.row.pk], targets)
    today = local_today()
    _reverse_charges([charge for day in days for charge in day.gone], today)
    Charge.objects.bulk_create([charge for day in days for charge in day.made])
    copays = Copays(rows, [charge for day in days for charge in day.kept])
    post([movement for day in days for movement in _movements(day, copays, today)], by=None)
    for day in days:
        if day.gone:
            _keep_what_was_paid(day, today)


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
    fees: Mapping[str, Decimal],
    prefer: Collection[str] = (),
) -> list[Wanted]:
    """The charges of a day by its minutes: units by code, shared out among who gave them, priced.

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
                    amount = price(units=share, fee=fees[earned.code])
                    said = attested.get((earned.code, clinician, location), ())
                    found.append(Wanted((earned.code, clinician, location, assisted), share, spent, amount, said))
    return found


def _given(lines: Sequence[ServiceLine]) -> dict[str, dict[tuple[int, int, bool], int]]:
    """Minutes by stretch, and by (the session's clinician, location, whether an assistant gave them)."""
    found: dict[str, dict[tuple[int, int, bool], int]] = defaultdict(lambda: defaultdict(int))
    for line in lines:
        minutes = minutes_by(line.clinician, line.typed)
        for spent, by_assistant in ((minutes.minutes, False), (minutes.assistant, True)):
            if spent:
                found[stretch_of(line.code)][line.clinician_id, line.session.location_id, by_assistant] += spent
    return found


def _attested(lines: Sequence[ServiceLine]) -> dict[tuple[str, int, int], tuple[str, ...]]:
    """Modifiers that who treated has put on a service, by code, clinician and location.

    That a service was repeated is said of the repetition only: beside minutes without it, it does not stand.
    """
    said: dict[tuple[str, int, int], list[list[str]]] = defaultdict(list)
    for line in lines:
        said[line.code, line.clinician_id, line.session.location_id].append(line.modifiers)
    return {
        place: tuple(
            modifier
            for modifier in dict.fromkeys(chain(*each))
            if modifier not in REPEATED or all(modifier in one for one in each)
        )
        for place, each in said.items()
    }


def _together(people: Mapping[tuple[int, int, bool], int]) -> dict[tuple[int, int], int]:
    """A session's clinician counts once, for her own minutes and her assistant's."""
    found: dict[tuple[int, int], int] = defaultdict(int)
    for (clinician, location, _), minutes in people.items():
        found[clinician, location] += minutes
    return dict(found)


def _compare(day: _Day, live: Iterable[Charge], targets: Iterable[Wanted]) -> None:
    """Sort the day's live charges into those that stay and those that go, and make what is missing."""
    missing = {target.place: target for target in targets}
    for charge in live:
        place = (charge.code, charge.clinician_id, charge.location_id, charge.assisted)
        target = missing.get(place)
        same = (charge.units, charge.amount, tuple(charge.attested), charge.effect)
        if target and (target.units, target.amount, target.attested, day.effect(charge.code)) == same:
            day.kept.append(charge)
            del missing[place]
        else:
            day.gone.append(charge)
    for target in missing.values():
        code, clinician, location, assisted = target.place
        told = day.effect(code)
        day.made.append(
            Charge(
                client_id=day.row.client_id,
                day=day.row,
                served_on=day.row.served_on,
                code=code,
                clinician_id=clinician,
                location_id=location,
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
    """Take back what charging itself posted; what a payer or a person paid stays where it was applied."""
    if not charges:
        return
    own = Entry.objects.filter(charge__in=charges, posting__reverses=None, reason__in=("charge", COPAY))
    postings = dict(own.values_list("posting_id", "posting__key"))
    ids = reverse(postings=list(postings), key="reverse", on=today, by=None, memo="the day was recomputed")
    undone = {key: ids[f"reverse:{posting}"] for posting, key in postings.items()}
    for charge in charges:
        charge.reversed_by_id = undone[f"charge:{charge.pk}"]
    Charge.objects.bulk_update(charges, ["reversed_by"])


def _keep_what_was_paid(day: _Day, today: date) -> None:
    """What a person paid for charges that are gone pays those that came, and the rest is her credit."""
    key = f"day:{day.row.pk}:{max(charge.pk for charge in day.gone)}"
    released = release_overpaid(charges=[charge.pk for charge in day.gone], key=key, on=today)
    if released:
        apply_released(released=released, charges=[charge.pk for charge in day.made], key=key, on=today)


def _movements(day: _Day, copays: Copays, today: date) -> list[Movement]:
    """The postings of a day's new charges: owed by the first payer, the expected copay by the person."""
    person, coverage = Party.contact(day.row.client.guarantor_id), day.coverage
    owed_by = Party.coverage(coverage.pk) if coverage else person
    found = [
        ledger.charge(
            key=f"charge:{c.pk}", on=today, charge=c.pk, amount=c.amount, owed_by=owed_by if c.claimable else person
        )
        for c in day.made
    ]
    if coverage is None or not day.last_payer:
        return found
    round_ = max((charge.pk for charge in day.gone), default=0)
    for charge, share in copays.shares(day.row, coverage, day.made, day.kept):
        found.append(
            ledger.transfer(
                key=f"copay:{charge.pk}:{round_}",
                on=today,
                charge=charge.pk,
                amount=share,
                source=owed_by,
                target=person,
                reason=COPAY,
            )
        )
    return found
