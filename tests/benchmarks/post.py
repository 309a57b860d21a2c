"""Charges posted by the one writer of the ledger, against bulk_create of the same rows.

Both sides commit, under the same wall and triggers. The writer checks each posting, makes its
fingerprint, finds what was posted before and keeps the open items; the limit writes rows it was given.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.benchmarks import _race

if TYPE_CHECKING:
    from billing.ledger import Movement
    from tests.world import World

SLUG = "bench-post"
AMOUNT = Decimal("58.00")


class Bench:
    """A practice with one client, and fresh charges for each run of a side."""

    def __init__(self, here: "World", size: int) -> None:
        from practice.tenancy import tenant

        self.here, self.size = here, size
        with tenant(here.practice, here.olivia):
            self.case = here.client(payer=here.medicare)
            self.coverage = self.case.client.coverages.get()
        self.product_runs: list[list[Movement]] = []
        self.limit_runs: list[list[dict[str, Any]]] = []

    def prepare(self, runs: int) -> None:
        """What both sides are given: not measured."""
        from billing import ledger
        from practice.tenancy import tenant

        for _ in range(runs):
            with tenant(self.here.practice, self.here.olivia):
                self.product_runs.append(self._movements())
                self.limit_runs.append(
                    [
                        {"key": m.key, "fingerprint": ledger.fingerprint(m), "posted_on": m.posted_on, "lines": m.lines}
                        for m in self._movements()
                    ]
                )

    def _movements(self) -> "list[Movement]":
        from billing import ledger
        from billing.models import Charge
        from tests.world import TODAY

        common = {"kind": "fee", "client": self.case.client, "served_on": TODAY, "code": "97110", "units": 1}
        common |= {"clinician": self.here.ot, "location": self.here.location, "minutes": 15, "amount": AMOUNT}
        charges = Charge.objects.bulk_create(Charge(**common) for _ in range(self.size))
        party = ledger.Party.coverage(self.coverage.pk)
        return [
            ledger.charge(key=f"charge:{c.pk}", on=TODAY, charge=c.pk, owed=[(party, AMOUNT)], income="fee")
            for c in charges
        ]

    def product(self) -> None:
        from billing.actions import post
        from practice.tenancy import tenant

        movements = self.product_runs.pop()
        with tenant(self.here.practice, self.here.bob):
            post(movements, by=self.here.bob)

    def limit(self) -> None:
        from billing.models import Entry, OpenItem, Posting
        from practice.tenancy import tenant

        rows = self.limit_runs.pop()
        with tenant(self.here.practice, self.here.bob):
            postings = Posting.objects.bulk_create(
                Posting(
                    kind="charge",
                    key=row["key"],
                    fingerprint=row["fingerprint"],
                    posted_on=row["posted_on"],
                    by=self.here.bob,
                    entry_count=2,
                )
                for row in rows
            )
            Entry.objects.bulk_create(
                Entry(posting=posting, account=str(line.account), reason=line.reason, amount=line.amount,
                      charge_id=line.charge, coverage=self.coverage if line.party else None)
                for posting, row in zip(postings, rows, strict=True)
                for line in row["lines"]
            )  # fmt: skip
            OpenItem.objects.bulk_create(
                OpenItem(account="receivable", charge_id=row["lines"][0].charge, coverage=self.coverage,
                         balance=AMOUNT, since_on=row["posted_on"])
                for row in rows
            )  # fmt: skip


def main() -> None:
    run = _race.asked(__doc__, rounds=9, size=1000, unit="charges")
    _race.open_house()
    from billing import books
    from practice import clock
    from practice.tenancy import tenant
    from tests import world

    with clock.at(world.NOON):
        bench = Bench(world.found(SLUG), run.size)
        bench.prepare(run.rounds + 2)
        bench.product()
        bench.limit()
        _race.settle_database()
        _race.race(f"post {run.size:,} charges", product=bench.product, limit=bench.limit, rounds=run.rounds)
        with tenant(bench.here.practice):
            wrong = books.wrong()
    if wrong:
        raise SystemExit(f"the books do not verify: {wrong[0]}")
    _race.say("  the books verify")


if __name__ == "__main__":
    main()
