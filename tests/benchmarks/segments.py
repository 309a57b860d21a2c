"""A remittance (835) read into segments, then into payments, against str.split of the same bytes."""

from claims.x12.remittance_835 import read
from claims.x12.segments import Reader
from tests.benchmarks import _race
from tests.claims.x12.files import PAID, wrap


def remittance(claims: int) -> bytes:
    """One payment of so many claims with two lines each."""
    first = next(n for n, segment in enumerate(PAID) if segment.startswith("CLP"))
    head, claim = PAID[:first], PAID[first:]
    return wrap(*head, *(claim * claims)).encode()


def split(file: bytes) -> int:
    """The least that gives segments and elements."""
    return sum(1 for segment in file.decode().split("~") if segment.split("*"))


def main() -> None:
    run = _race.asked(__doc__, rounds=15, size=2000, unit="claims")
    file = remittance(run.size)
    of = f"{run.size:,} claims ({len(file) / 1_000_000:.1f} MB)"
    for name, product in {
        "segments": lambda: sum(1 for _ in Reader(file)),
        "payments": lambda: sum(len(payment.claims) for payment in read(Reader(file))),
    }.items():
        _race.race(f"{name} of {of}", product=product, limit=lambda: split(file), rounds=run.rounds)


if __name__ == "__main__":
    main()
