"""The plan of the invented practice: who comes when, for what, under which coverage. Pure, from the seed.

Days are offsets from the day the practice is founded: 0 is that day, −182 half a year before.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random

from claims.demo.cast import (
    ADULT_FIRST,
    CHILD_FIRST,
    LAST,
    PARENT_FIRST,
    REASONS,
    SEED,
    STREETS,
    TEAM,
    TOWNS,
    Reason,
)

CLIENTS = 124
FIRST_DAY = -182
HOURS = (8, 9, 10, 11, 13, 14, 15, 16)
# How many clients each therapist has; Grace treats some of Maya's.
CASELOAD = {"maya": 34, "tomas": 22, "hannah": 24, "devon": 20, "priya": 24}
WEIGHTS_ADULT = {"00621": 24, "60054": 22, "87726": 24, None: 4}
WEIGHTS_CHILD = {"ILMCD": 30, "00621": 26, "60054": 20, "87726": 20, None: 4}


@dataclass(frozen=True)
class Slot:
    """A weekly appointment."""

    weekday: int
    at: time


@dataclass(frozen=True)
class Planned:
    """One client with everything that will be put in about her. `start`, `end` are day offsets."""

    index: int
    first: str
    last: str
    parents: tuple[tuple[str, str], ...]
    sex: str
    age_days: int
    street: str
    city: str
    zip: str
    phone: str
    reason: Reason
    clinician: str
    assistant: str
    payer: str | None
    member_id: str
    start: int
    end: int
    slots: tuple[Slot, ...]
    length: int
    authorized_visits: int

    @property
    def child(self) -> bool:
        return self.reason.child


def clients() -> list[Planned]:
    """All clients, in the order they are added."""
    rng = Random(SEED)
    free = {key: _slots(rng) for key in CASELOAD}
    names = _names(rng)
    planned: list[Planned] = []
    for key, count in CASELOAD.items():
        discipline = next(p.discipline for p in TEAM if p.key == key)
        for nth in range(count):
            planned.append(_client(rng, len(planned), key, discipline, nth, names, free[key]))
    return planned


def _slots(rng: Random) -> list[Slot]:
    """A therapist's week: two rounds, so that slots of ended episodes are given again."""
    week = [Slot(weekday, time(hour)) for weekday in range(5) for hour in HOURS]
    rng.shuffle(week)
    return week


def _names(rng: Random) -> dict[str, list[str]]:
    names = {"adult": [*ADULT_FIRST] * 3, "child": [*CHILD_FIRST] * 3, "last": [*LAST] * 4}
    for pool in names.values():
        rng.shuffle(pool)
    return names


def _client(
    rng: Random, index: int, key: str, discipline: str, nth: int, names: dict[str, list[str]], free: list[Slot]
) -> Planned:
    reasons = [r for r in REASONS if r.discipline == discipline]
    reason = reasons[nth % len(reasons)]
    last = names["last"].pop()
    first = names["child" if reason.child else "adult"].pop()
    payer, age = _who_pays(rng, reason)
    town, zip_code = rng.choice(TOWNS)
    start, end = _episode(rng, nth)
    return Planned(
        index=index,
        first=first,
        last=last,
        parents=_parents(rng, last) if reason.child else (),
        sex=rng.choice("FM"),
        age_days=age,
        street=f"{rng.randrange(12, 990)} {rng.choice(STREETS)}",
        city=town,
        zip=zip_code,
        phone=f"630555{rng.randrange(1000, 9999)}",
        reason=reason,
        clinician=key,
        assistant="grace" if key == "maya" and nth % 4 == 1 else "",
        payer=payer,
        member_id=member_id(rng, payer)[: -1 if nth == 3 else None],  # a few cards were copied with a digit missing
        start=-9 if nth == 3 else start,
        end=end,
        slots=_weekly(rng, free, nth),
        length=45 if not reason.child else rng.choice((45, 45, 60)),
        authorized_visits=24 if index % 23 == 4 else 80,
    )


def _parents(rng: Random, last: str) -> tuple[tuple[str, str], ...]:
    first, second = rng.sample(PARENT_FIRST, 2)
    other = last if rng.random() < 0.7 else rng.choice(LAST)
    return ((first, last), (second, other))


def _who_pays(rng: Random, reason: Reason) -> tuple[str | None, int]:
    """(payer ID, age in days)."""
    if reason.child:
        payer = rng.choices(list(WEIGHTS_CHILD), list(WEIGHTS_CHILD.values()))[0]
        return payer, rng.randrange(3 * 365, 13 * 365)
    if rng.random() < 0.5:
        return "MEDB", rng.randrange(66 * 365, 88 * 365)
    return rng.choices(list(WEIGHTS_ADULT), list(WEIGHTS_ADULT.values()))[0], rng.randrange(24 * 365, 63 * 365)


def _episode(rng: Random, nth: int) -> tuple[int, int]:
    """Two of three are in treatment today; the others finished some weeks ago."""
    if nth % 3 != 2:
        return -rng.randrange(28, 180), 90
    start = -rng.randrange(130, 182)
    return start, start + rng.randrange(56, 110)


def _weekly(rng: Random, free: list[Slot], nth: int) -> tuple[Slot, ...]:
    """One or two weekly slots. A finished client's are shared with the next, so nobody overlaps."""
    wanted = 2 if nth % 2 == 0 else 1
    taken: list[Slot] = []
    for slot in reversed(free):
        if len(taken) < wanted and slot.weekday not in (other.weekday for other in taken):
            taken.append(slot)
    for slot in taken:
        free.remove(slot)
    if nth % 3 == 2:
        free[:0] = taken
    return tuple(taken)


def member_id(rng: Random, payer: str | None) -> str:
    """An ID of the payer's pattern."""
    digits = "".join(rng.choice("0123456789") for _ in range(9))
    match payer:
        case "MEDB":
            letters = [rng.choice("ACDEFGHJKMNPQRTUVWXY") for _ in range(5)]
            return "".join(
                (digits[0].replace("0", "1"), letters[0], digits[1], digits[2], letters[1], digits[3], digits[4])
                + (letters[2], letters[3], digits[5], digits[6])
            )
        case "00621":
            return "".join(rng.choice("KLMXYZ") for _ in range(3)) + digits
        case "60054":
            return "W" + digits
        case None:
            return ""
        case _:
            return digits


def working_days(today: date) -> list[date]:
    """The days of the invented past, oldest first: Monday to Friday, up to yesterday."""
    days = [today + timedelta(days=offset) for offset in range(FIRST_DAY, 0)]
    return [day for day in days if day.weekday() < 5]


def weekday_of(day: date, today: date) -> int:
    """The weekday whose slots a day uses; today is a working day whatever it is."""
    return day.weekday() if day.weekday() < 5 else today.toordinal() % 5


@dataclass(frozen=True)
class Visit:
    """A planned session: `by` treats."""

    person: Planned
    at: time
    by: str


def visits_on(day: date, today: date, people: list[Planned]) -> list[Visit]:
    """Who comes on a day, by time; of two who share a slot the first."""
    offset, weekday = (day - today).days, weekday_of(day, today)
    taken: dict[tuple[str, time], Visit] = {}
    for person in people:
        if person.start <= offset <= person.end:
            by = person.assistant if person.assistant and day.isocalendar().week % 2 else person.clinician
            for slot in person.slots:
                if slot.weekday == weekday:
                    taken.setdefault((by, slot.at), Visit(person, slot.at, by))
    return sorted(taken.values(), key=lambda visit: (visit.at, visit.person.index))
