"""People around a child, and things pressed at once, for the tests of invoices and payments."""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, timedelta
from typing import Any

from django.db import connections

from clients import actions as clients
from clients.models import Case, Contact
from practice import clock
from practice.tenancy import tenant
from sessions.plans.actions import set_plan
from tests import world

ADDRESS = {"street": "5 Oak Ave", "city": "Aurora", "state": "IL", "zip": "605061203"}


def parent(here: world.World, first: str, last: str = "Baptiste") -> Contact:
    return clients.add_contact(by=here.olivia, first_name=first, last_name=last, email="p@mail.example", **ADDRESS)


def child(here: world.World, first: str, guarantor: Contact, other: Contact) -> Case:
    """A child with two guardians of whom one is the guarantor; nobody insures her."""
    by = here.olivia
    person = clients.add_client(
        by=by, birth_on=date(2019, 5, 1), guarantor=guarantor, zone=world.ZONE, first_name=first, last_name="Baptiste",
        sex="F", **ADDRESS,
    )  # fmt: skip
    for contact, relation in ((guarantor, "mother"), (other, "father")):
        clients.link_contact(by=by, client=person, contact=contact, relation=relation, guardian=True)
    clients.assign(by=by, client=person, clinician=here.ot)
    start = world.TODAY - timedelta(days=30)
    case = clients.open_case(
        by=by, client=person, discipline="OT", complaint="Fine motor delay", opened_on=start, diagnoses=["F82"],
        referrer=here._referrer(),
    )  # fmt: skip
    set_plan(
        by=here.alice,
        case=case,
        starts_on=start,
        ends_on=world.TODAY + timedelta(days=60),
        codes=["97530"],
        frequency="1×/week",
    )
    return case


def at_once(here: world.World | None, times: int, work: Callable[[int], Any]) -> list[Any]:
    """Do `work` in so many threads, all let go at the same moment, each on its own connection.

    In a transaction of its own as Bob; outside of any practice where `here` is None, for what enters it by a door.
    """
    gate, answers = threading.Barrier(times), [None] * times

    def run(n: int) -> None:
        try:
            with clock.at(world.NOON):
                gate.wait()
                with tenant(here.practice, here.bob) if here else nullcontext():
                    answers[n] = work(n)
        except Exception as error:
            answers[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[n]) for n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers
