"""Units of a day, with the reasons and the ruler, against str.split of the same typed text."""

from random import Random

from billing.ruler import ruler
from billing.stretches import Minutes
from billing.units import Rule, count
from sessions import minutes
from tests.benchmarks import _race

CODES = ("97110", "97140", "97530", "97112", "97535", "97165")


def days(number: int) -> list[str]:
    """What was typed on some days: two to six codes with their minutes, "97110 33 97140 7"."""
    rng = Random(1)
    typed = (rng.sample(CODES, rng.randrange(2, 7)) for _ in range(number))
    return [" ".join(f"{code} {rng.randrange(0, 61)}" for code in codes) for codes in typed]


def answer(text: str) -> object:
    """What the box beside the minutes needs."""
    words = text.split()
    typed = [Minutes(code, minutes.parse(told) or 0) for code, told in zip(words[::2], words[1::2], strict=True)]
    counted = count(typed, Rule.CMS)
    return counted.total, counted.reasons, ruler(counted)


def main() -> None:
    run = _race.asked(__doc__, rounds=31, size=2000, unit="days")
    texts = days(run.size)
    _race.race(
        f"units of {run.size:,} days",
        product=lambda: [answer(text) for text in texts],
        limit=lambda: [text.split() for text in texts],
        rounds=run.rounds,
    )


if __name__ == "__main__":
    main()
