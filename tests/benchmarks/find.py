"""The find box among ten thousand clients, with as many in another practice, against plain SQL for the same rows.

The product is the whole address: session, member, wall, query, page. Row-level security is on for both sides.
"""

import time
from datetime import date
from random import Random
from statistics import median, quantiles
from typing import TYPE_CHECKING

from tests.benchmarks import _race

if TYPE_CHECKING:
    from tests.world import World

FIRST = ("Lucía", "Walter", "Ann-Marie", "Søren", "Ida", "José", "Mei", "Noor", "Grace", "Tomás", "Aisha", "Peter")
LAST = ("Muñoz", "Nakamura", "O’Brien", "De la Cruz", "Smith", "Nguyễn", "Castle", "Dvořák", "Okafor", "Whitcomb")
ASKED = ("muno", "nak walter", "brien", "soren de", "smith", "nguyen mei", "1234", "2/3/1955", "okafor gr", "zzz")
PLAIN = (
    "SELECT id, first_name, last_name, birth_on, number FROM clients_client"
    " WHERE by_last_name >= %s AND by_last_name < %s ORDER BY last_name, first_name LIMIT 20"
)


def fill(here: "World", size: int, rng: Random) -> None:
    from clients.models import Client
    from practice.tenancy import tenant

    with tenant(here.practice, here.olivia):
        guarantor = here.client().client.guarantor
        Client.objects.bulk_create(
            (
                Client(
                    number=2000 + n,
                    first_name=rng.choice(FIRST),
                    last_name=f"{rng.choice(LAST)}{rng.choice('abcdefghij')}{n % 97}",
                    birth_on=date(1930 + n % 90, 1 + n % 12, 1 + n % 28),
                    sex="F",
                    phone=f"630{n:07}",
                    guarantor=guarantor,
                )
                for n in range(size)
            ),
            batch_size=2000,
        )


def main() -> None:
    run = _race.asked(__doc__, rounds=60, size=10_000, unit="clients a practice")
    _race.open_house()
    from django.db import connection
    from django.test import Client as Browser
    from django.urls import reverse

    from clients.models import Client
    from clients.names import name_begins
    from practice.tenancy import tenant
    from tests import world

    slug = f"bench-find-{time.time_ns()}"
    here, there = world.found(slug), world.found(f"{slug}-other")
    for house in (here, there):
        fill(house, run.size, Random(2026))
    _race.settle_database()
    web = Browser(headers={"host": "localhost"})
    web.force_login(here.olivia.user)
    now, session = int(time.time()), web.session
    session["signed_in_at"] = session["second_factor_at"] = now
    session.save()
    url, times, worked = reverse("claims:find", args=[slug]), [], []

    def product() -> None:
        for text in ASKED:
            begun, busy = time.perf_counter(), time.process_time()
            answer = web.get(url, {"q": text})
            times.append(time.perf_counter() - begun)
            worked.append(time.process_time() - busy)
            assert answer.status_code == 200, answer.status_code

    def limit() -> None:
        for text in ASKED:
            with tenant(here.practice, here.olivia), connection.cursor() as cursor:
                cursor.execute(PLAIN, [text, text + "\U0010ffff"])
                cursor.fetchall()

    _race.race(
        f"{len(ASKED)} finds among {run.size:,} clients", product=product, limit=limit, rounds=min(run.rounds, 60)
    )
    for words, spent in (("answered within", times), ("took of our own processor", worked)):
        _race.say(
            f"  one find {words} {median(spent) * 1000:.0f} ms; 95 of 100 {quantiles(spent, n=20)[-1] * 1000:.0f} ms"
        )
    with tenant(here.practice, here.olivia):
        plan = Client.objects.filter(name_begins("nak")).by_name("nak")[:20].explain()
    _race.say("  the folded names are looked up in their index" if "client_by_folded" in plan else f"  plan: {plan}")


if __name__ == "__main__":
    main()
