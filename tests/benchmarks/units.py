"""A million mixed visits through the pure function, against json.loads of the same visits; then the box of a day."""

import json
from collections.abc import Iterator
from itertools import cycle
from random import Random

from billing.ruler import ruler
from billing.stretches import Minutes
from billing.units import Rule, count
from sessions import minutes
from tests.benchmarks import _race

CODES = ("97110", "97140", "97530", "97112", "97535", "97129", "97130", "97165", "97150", "97010", "97545", "97550")
BOX = 1000  # days a run of the second race


def visits(rng: Random, number: int) -> list[str]:
    """JSON lines as `./run manage units --file` takes them: any rule, one to six codes, a third with an assistant."""
    return [json.dumps(_visit(rng, n)) for n in range(number)]


def _visit(rng: Random, n: int) -> dict[str, object]:
    codes = rng.sample(CODES, rng.randrange(1, 7))
    if "97130" in codes and "97129" not in codes:
        codes.remove("97130")
    helped = n % 3 == 0
    lines = [
        {"code": code, "minutes": rng.randrange(0, 76), "assistant_minutes": rng.randrange(0, 31) if helped else 0}
        for code in codes
        if not (helped and code == "97165")
    ]
    rule = Rule.CMS if n % 2 else rng.choice(list(Rule))
    return {"id": n, "rule": rule.value, "lines": lines}


def billed(text: str) -> int:
    visit = json.loads(text)
    lines = [Minutes(line["code"], line["minutes"], line["assistant_minutes"]) for line in visit["lines"]]
    return count(lines, Rule(visit["rule"])).total


def days(number: int) -> list[str]:
    """What was typed on some days: two to six codes with their minutes, "97110 33 97140 7"."""
    rng, pool = Random(1), ("97110", "97140", "97530", "97112", "97535", "97165")
    typed = (rng.sample(pool, rng.randrange(2, 7)) for _ in range(number))
    return [" ".join(f"{code} {rng.randrange(0, 61)}" for code in codes) for codes in typed]


def answer(text: str) -> object:
    """What the box beside the minutes needs."""
    words = text.split()
    typed = [minutes.parse(code, told) for code, told in zip(words[::2], words[1::2], strict=True)]
    counted = count([Minutes(line.code, line.total) for line in typed], Rule.CMS)
    return counted.total, counted.reasons, ruler(counted)


def main() -> None:
    run = _race.asked(__doc__, rounds=20, size=50_000, unit="visits")
    rng = Random(2026)
    chunks = [visits(rng, run.size) for _ in range(run.rounds)]
    ours, least = _turns(chunks), _turns(chunks)
    _race.race(
        f"units of {run.rounds * run.size:,} visits, {run.size:,} a turn",
        product=lambda: sum(map(billed, next(ours))),
        limit=lambda: [json.loads(text) for text in next(least)],
        rounds=run.rounds,
    )
    texts = days(min(run.size, BOX))
    _race.race(
        f"the box of {len(texts):,} days",
        product=lambda: [answer(text) for text in texts],
        limit=lambda: [text.split() for text in texts],
        rounds=run.rounds,
    )


def _turns(chunks: list[list[str]]) -> Iterator[list[str]]:
    """Each side sees every chunk once, after a first run that does not count."""
    yield chunks[0]
    yield from cycle(chunks)


if __name__ == "__main__":
    main()
