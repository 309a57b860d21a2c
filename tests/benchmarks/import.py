"""A batch of good rows put in from a file, against bulk_create of the same clients, contacts, links and coverages.

Both sides commit, under the same wall and triggers. The product reads and judges each row against the charts, takes
chart numbers, writes an audit row for each thing and what became of each row; the limit writes rows it was given.
"""

from typing import TYPE_CHECKING, Any

from tests.benchmarks import _race

if TYPE_CHECKING:
    from clients.imports.models import ClientImport
    from tests.world import World

SLUG = "bench-import"


class Bench:
    """A practice, and a tried file for each run of the product."""

    def __init__(self, here: "World", size: int) -> None:
        self.here, self.size, self.next = here, size, 0
        self.sources: list[ClientImport] = []
        self.given: list[list[dict[str, Any]]] = []

    def prepare(self, runs: int) -> None:
        """What both sides are given: not measured."""
        from clients.imports import actions
        from clients.imports.models import ImportState
        from practice.tenancy import tenant
        from tests.clients.import_files import good, written

        actions.BATCH = self.size
        for _ in range(runs):
            rows = [good(self.next + number) for number in range(self.size)]
            with tenant(self.here.practice, self.here.bob):
                source = self.here.imported(written(rows))
                # Not `start`: beside the stack of `./run bench` its worker would put them in before we do.
                source.state, source.confirmed_by = ImportState.IMPORTING, self.here.bob
                source.save(update_fields=["state", "confirmed_by"])
                self.sources.append(source)
            self.next += self.size
            self.given.append(rows)

    def product(self) -> None:
        from clients.imports import actions
        from practice.tenancy import tenant

        with tenant(self.here.practice):
            assert actions.run_batch(self.sources.pop()) == self.size

    def limit(self) -> None:
        from datetime import date

        from clients.models import Client, ClientContact, Contact, Coverage
        from practice.tenancy import tenant

        rows = self.given.pop()
        address = {"street": "77 Larkin Ave", "city": "Aurora", "state": "IL", "zip": "60506", "phone": "6305550142"}
        names = [{"first_name": row["First Name"], "last_name": row["Last Name"]} | address for row in rows]
        with tenant(self.here.practice, self.here.bob):
            contacts = Contact.objects.bulk_create(Contact(**each) for each in names)
            first = self.next = self.next + self.size
            clients = Client.objects.bulk_create(
                Client(number=10**6 + first + n, birth_on=date(1960, 2, 3), sex="F", guarantor=contact, **each)
                for n, (contact, each) in enumerate(zip(contacts, names, strict=True))
            )
            ClientContact.objects.bulk_create(
                ClientContact(client=client, contact=contact, relation="self")
                for client, contact in zip(clients, contacts, strict=True)
            )
            Coverage.objects.bulk_create(
                Coverage(client=client, payer=self.here.aetna, member_id=f"W{n:09}", starts_on=date(2026, 1, 1))
                for n, client in enumerate(clients)
            )


def main() -> None:
    run = _race.asked(__doc__, rounds=9, size=200, unit="rows")
    _race.open_house()
    from practice import clock
    from tests import world

    with clock.at(world.NOON):
        bench = Bench(world.found(SLUG), run.size)
        bench.prepare(run.rounds + 1)
        _race.settle_database()
        _race.race(f"import {run.size:,} rows", product=bench.product, limit=bench.limit, rounds=run.rounds)


if __name__ == "__main__":
    main()
