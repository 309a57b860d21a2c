"""Runs: invoices for many in the background, each cent once, numbers without gaps, whatever dies or comes twice."""

import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal as D
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test import Client as Web
from django.test.utils import CaptureQueriesContext

from billing import books, reports
from billing.actions import make_invoices, take_payment
from billing.invoicing import actions, kinds
from billing.invoicing.models import InvoiceRun, Outcome, RunLetters, RunState
from billing.invoicing.ready import ready
from billing.models import Invoice, InvoiceLine, OpenItem
from clients.models import Contact
from practice import clock, pdf, work
from practice.findings import BadInput, Conflict
from practice.models import AuditEvent, Job, JobState
from practice.tenancy import tenant
from tests import world
from tests.billing.families import at_once, child, parent
from tests.billing.invoicing.owing import AMOUNT, people
from tests.practice.test_api import Caller


def work_off(here: world.World, kind: str = actions.RUN) -> None:
    """As the sweeper does: asked again, for a drain that ran out of time left work behind."""
    jobs = Job.objects.filter(practice=here.practice, kind=kind)
    for _ in range(10):
        work.drain(among=jobs)
        if not jobs.filter(state__in=work.OPEN).exists():
            break


def each_cent_once(numbers: range) -> None:
    """Every line is on one invoice, the totals are their lines, and the numbers follow each other."""
    entries = list(InvoiceLine.objects.values_list("entry", flat=True))
    assert len(entries) == len(set(entries))
    assert sorted(Invoice.objects.values_list("number", flat=True)) == list(numbers)
    sums: Counter[int] = Counter()
    for invoice, owed in InvoiceLine.objects.values_list("invoice", "owed"):
        sums[invoice] += owed
    assert dict(sums) == dict(Invoice.objects.values_list("pk", "total"))
    assert not ready().exists() and books.wrong() == []


@pytest.mark.django_db
def test_everybody_gets_one_letter_siblings_share_it_and_who_is_left_out_is_named() -> None:
    with world.practice() as here:
        mother, father = parent(here, "Andrea"), parent(here, "Marcel")
        cases = [child(here, "Milo", mother, father), child(here, "Nia", mother, father), here.client()]
        for case in cases:
            here.signed(case, ("97530", 15))
        here.answer_bells()
        early = cases[2].client.guarantor
        run = actions.start_run(by=here.bob, key="all")
        [invoice] = make_invoices(by=here.sam, contacts=[early.pk])  # somebody is quicker
        job = Job.objects.get(key=f"invoice run:{run.pk}")
        assert (run.people, job.total, work.progress(here.practice.pk)) == (2, 2, ("Making invoices", 0, 2))
        work_off(here)
        run.refresh_from_db()
        job.refresh_from_db()
        assert (run.state, run.made, run.skipped, run.done_at) == (RunState.DONE, 1, 1, clock.now())
        assert (job.state, job.progress, work.progress(here.practice.pk)) == (JobState.DONE, 2, None)
        left, made = run.persons.get(outcome=Outcome.SKIPPED), run.persons.get(outcome=Outcome.MADE)
        assert (left.contact_id, left.why) == (early.pk, f"Invoice {invoice.number} was made meanwhile")
        assert made.invoice is not None and made.invoice.made_by == here.bob and made.contact == mother
        assert sorted(made.invoice.lines.values_list("charge__client__first_name", "owed")) == [
            ("Milo", D("66.00")),
            ("Nia", D("66.00")),
        ]
        verbs = AuditEvent.objects.filter(verb__in=["begin invoice run", "end invoice run", "make invoice"])
        assert Counter(verbs.values_list("verb", "member")) == {
            ("begin invoice run", here.olivia.pk): 1,
            ("make invoice", here.olivia.pk): 1,
            ("make invoice", here.bob.pk): 1,
            ("end invoice run", here.bob.pk): 1,
        }
        each_cent_once(range(2001, 2003))
        assert actions.run_hundred(run) == 0


@pytest.mark.django_db
def test_who_was_ticked_is_invoiced_whatever_credit_she_holds_and_of_everybody_only_who_is_ready() -> None:
    with world.practice() as here:
        rich, poor, none = people(here, 3)
        OpenItem.objects.create(account="credit", contact_id=rich, balance=-AMOUNT, since_on=world.TODAY)
        every = actions.start_run(by=here.bob, key="all")
        assert list(every.persons.values_list("contact", flat=True)) == sorted((poor, none))
        OpenItem.objects.create(account="credit", contact_id=none, balance=-2 * AMOUNT, since_on=world.TODAY)
        work_off(here)
        assert dict(every.persons.values_list("contact", "why")) == {poor: "", none: "Credit of $116.00 covers it"}
        stranger = parent(here, "Nobody")
        chosen = actions.start_run(by=here.bob, key="some", contacts=[rich, stranger.pk, 10**17])
        work_off(here)
        assert dict(chosen.persons.values_list("contact", "why")) == {
            rich: "",
            stranger.pk: "Nothing is left to ask for",
        }
        assert sorted(Invoice.objects.values_list("contact", flat=True)) == sorted([poor, rich])


@pytest.mark.django_db
def test_a_run_is_begun_once() -> None:
    with world.practice() as here:
        one, two = people(here, 2)
        first = actions.start_run(by=here.bob, key="a", contacts=[one])
        assert actions.start_run(by=here.bob, key="a", contacts=[one]) == first
        for other in ([two], None):
            with pytest.raises(Conflict, match="began a run before"):
                actions.start_run(by=here.bob, key="a", contacts=other)
        every = actions.start_run(by=here.bob, key="b")
        assert every.people == 2 and actions.start_run(by=here.olivia, key="c") == every
        work_off(here)
        with pytest.raises(BadInput, match="Nobody"):
            actions.start_run(by=here.bob, key="d")
        with pytest.raises(BadInput, match="Nobody"):
            actions.start_run(by=here.bob, key="e", contacts=[10**17])
        with pytest.raises(BadInput, match="at most 5,000"):
            actions.start_run(by=here.bob, key="f", contacts=list(range(5_001)))
        assert actions.start_run(by=here.bob, key="b") == every
        assert InvoiceRun.objects.count() == 2 and Job.objects.filter(kind=actions.RUN).count() == 2
        each_cent_once(range(2001, 2003))


@pytest.mark.django_db
def test_more_than_an_invoice_can_hold_is_left_out() -> None:
    with world.practice() as here:
        [huge] = people(here, 1, lines=2, amount=D("6000000000.00"))
        assert not ready().exists() and make_invoices(by=here.bob, contacts=[huge]) == []
        run = actions.start_run(by=here.bob, key="k", contacts=[huge])
        work_off(here)
        assert run.persons.get().why == "More than $9,999,999,999.99 for one invoice"


@contextmanager
def counted() -> Iterator[list[int]]:
    """The statements of each hundred, savepoints left out."""
    found: list[int] = []
    whole = kinds.RunInvoices.settle

    def settle(self: Any, job: Job, answer: str) -> Any:
        with CaptureQueriesContext(connection) as asked:
            again = whole(self, job, answer)
        own = ("SAVEPOINT", "RELEASE", "ROLLBACK")
        found.append(sum(not query["sql"].startswith(own) for query in asked))
        return again

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kinds.RunInvoices, "settle", settle)
        yield found


@pytest.mark.django_db
def test_a_hundred_and_two_hundred_take_the_same_statements_for_each_hundred() -> None:
    with world.practice() as here:
        for count, lines in ((100, 1), (200, 3)):
            people(here, count, lines=lines)
            actions.start_run(by=here.bob, key=f"{count}")
            with counted() as found:
                work_off(here)
            hundreds = found[:-1]
            assert len(hundreds) == count // 100 and len(set(hundreds)) == 1, found
            assert hundreds[0] <= 20, found
        each_cent_once(range(2001, 2301))


@pytest.mark.long
@pytest.mark.django_db
def test_a_thousand_take_the_statements_of_a_hundred() -> None:
    with world.practice() as here:
        people(here, 100)
        actions.start_run(by=here.bob, key="few")
        with counted() as few:
            work_off(here)
        people(here, 1000, lines=2)
        run = actions.start_run(by=here.bob, key="many")
        with counted() as many:
            work_off(here)
        assert many == few[:1] * 10 + few[1:]
        run.refresh_from_db()
        assert (run.made, run.skipped) == (1000, 0)
        each_cent_once(range(2001, 3101))


# --- what dies, and what comes twice ----------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_leaves_whole_hundreds_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after its invoices are written and before the commit, and once more between two hundreds."""
    with clock.at(world.NOON):
        here = world.found()
        with tenant(here.practice, here.bob):
            people(here, 230)
            run = actions.start_run(by=here.bob, key="k")
        make, deaths = actions.make_invoices, iter([False, True, True, False, False])

        def dies(**asked: Any) -> Any:
            made = make(**asked)
            if next(deaths):
                raise KeyboardInterrupt  # as a kill: nobody catches it, the transaction is gone
            return made

        monkeypatch.setattr(actions, "make_invoices", dies)
        for _ in range(2):
            with pytest.raises(KeyboardInterrupt):
                work_off(here)
            with tenant(here.practice, here.bob):
                assert Invoice.objects.count() == 100
                assert run.persons.filter(outcome=Outcome.WAITING).count() == 130
            Job.objects.filter(kind=actions.RUN).update(leased_until=clock.now() - timedelta(days=400))
        work_off(here)
        with tenant(here.practice, here.bob):
            run.refresh_from_db()
            assert (run.state, run.made, run.skipped) == (RunState.DONE, 230, 0)
            each_cent_once(range(2001, 2231))


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_run_make_each_invoice_once() -> None:
    """A lease that ran out while its worker slept: both go on with the same hundred."""
    with clock.at(world.NOON):
        here = world.found()
        with tenant(here.practice, here.bob):
            people(here, 150)
            run = actions.start_run(by=here.bob, key="k")
        job = Job.objects.get(kind=actions.RUN)
        kind = work.KINDS[actions.RUN]

        def settle(n: int) -> None:
            held = Job.objects.select_for_update().get(pk=job.pk)
            if held.state in work.OPEN:
                work._settle(held, kind, "go on")

        assert at_once(here, 4, settle) == [None] * 4
        work_off(here)
        with tenant(here.practice, here.bob):
            run.refresh_from_db()
            assert (run.state, run.made, run.skipped) == (RunState.DONE, 150, 0)
            each_cent_once(range(2001, 2151))


@pytest.mark.django_db(transaction=True)
def test_eight_people_press_at_once() -> None:
    """Some press for everybody, some make the ticked ones, on the real pages; workers are at it meanwhile."""
    with clock.at(world.NOON):
        here = world.found()
        with tenant(here.practice, here.bob):
            ids = people(here, 120)
        base = f"/p/{here.slug}/invoices/"

        def press(n: int) -> int:
            web = Web()
            web.force_login((here.bob, here.olivia)[n % 2].user)
            if n % 4 == 3:
                ticked = ids[n * 5 : n * 5 + 50]
                return web.post(f"{base}make/", {"contact": ticked}).status_code
            answer = web.post(f"{base}runs/", {"key": f"key-{n}"})
            work.drain(seconds=5, among=Job.objects.filter(practice=here.practice, kind=actions.RUN))
            return answer.status_code

        assert at_once(None, 8, press) == [302] * 8
        work_off(here)
        with tenant(here.practice, here.bob):
            assert not InvoiceRun.objects.exclude(state=RunState.DONE).exists()
            assert Invoice.objects.count() == InvoiceLine.objects.count() == 120
            each_cent_once(range(2001, 2121))
            assert sum(run.made for run in InvoiceRun.objects.all()) + _at_once() == 120


def _at_once() -> int:
    return Invoice.objects.filter(in_runs=None).count()


# --- letters ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_letters_of_a_run_are_drawn_in_files_of_fifty(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[list[int]] = []

    def render_many(template: str, contexts: list[dict[str, Any]]) -> bytes:
        assert template == "billing/invoice_pdf.html"
        drawn.append([context["paper"]["number"] for context in contexts])
        return b"%PDF"

    monkeypatch.setattr(pdf, "render_many", render_many)
    with world.practice() as here:
        people(here, 70)
        run = actions.start_run(by=here.bob, key="k")
        with pytest.raises(Conflict, match="not done"):
            actions.ask_for_letters(by=here.bob, run=run)
        work_off(here)
        parts = actions.ask_for_letters(by=here.bob, run=run)
        assert [(part.part, part.first, part.last, part.count) for part in parts] == [
            (1, 2001, 2050, 50),
            (2, 2051, 2070, 20),
        ]
        assert actions.ask_for_letters(by=here.olivia, run=run) == parts
        work_off(here, actions.DRAW)
        assert sorted(drawn) == [list(range(2001, 2051)), list(range(2051, 2071))]
        assert [bytes(part.body or b"") for part in RunLetters.objects.all()] == [b"%PDF", b"%PDF"]
        assert len(actions.clients_in(parts[1])) == 20
        nothing = actions.start_run(by=here.bob, key="n", contacts=[Contact.objects.earliest("pk").pk])
        work_off(here)
        with pytest.raises(BadInput, match="nothing to print"):
            actions.ask_for_letters(by=here.bob, run=nothing)


@pytest.mark.django_db
def test_a_machine_that_cannot_draw_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def render_many(template: str, contexts: list[dict[str, Any]]) -> bytes:
        raise pdf.NoPango(pdf.MISSING)

    monkeypatch.setattr(pdf, "render_many", render_many)
    with world.practice() as here:
        people(here, 1)
        run = actions.start_run(by=here.bob, key="k")
        work_off(here)
        [part] = actions.ask_for_letters(by=here.bob, run=run)
        work_off(here, actions.DRAW)
        part.refresh_from_db()
        assert not part.drawn and "apt-get install" in part.trouble
        web = Web()
        web.force_login(here.bob.user)
        assert web.get(f"/p/{here.slug}/invoices/letters/{part.pk}/").status_code == 404
        page = f"/p/{here.slug}/invoices/runs/{run.pk}/"
        shown = web.get(page).content.decode()
        assert "apt-get install" in shown and "Draw letters to print" in shown
        monkeypatch.setattr(pdf, "render_many", lambda template, contexts: b"%PDF")
        for _ in range(2):  # the second press finds it under way
            actions.ask_for_letters(by=here.olivia, run=run)
        work_off(here, actions.DRAW)
        part.refresh_from_db()
        assert (part.drawn, part.trouble, part.asked_by) == (True, "", here.olivia)
        assert Job.objects.filter(kind=actions.DRAW).count() == 2
        assert "Draw letters to print" not in web.get(page).content.decode()


@pytest.mark.django_db
def test_money_that_came_before_the_run_leaves_nothing_to_ask_for() -> None:
    with world.practice() as here:
        [contact] = people(here, 1)
        run = actions.start_run(by=here.bob, key="k")
        take_payment(
            by=here.sam, contact=Contact.objects.get(pk=contact), amount=AMOUNT, method="cash",
            received_on=world.TODAY, key="early",
        )  # fmt: skip
        work_off(here)
        run.refresh_from_db()
        assert (run.made, run.skipped, run.persons.get().why) == (0, 1, "Nothing is left to ask for")
        assert reports.open_invoices() == {} and not Invoice.objects.exists()


@pytest.mark.pdf
@pytest.mark.django_db
def test_each_letter_begins_on_a_page_of_its_own() -> None:
    with world.practice() as here:
        people(here, 3, lines=2)
        run = actions.start_run(by=here.bob, key="k")
        work_off(here)
        [part] = actions.ask_for_letters(by=here.bob, run=run)
        work_off(here, actions.DRAW)
        web = Web()
        web.force_login(here.bob.user)
        answer = web.get(f"/p/{here.slug}/invoices/letters/{part.pk}/")
        assert answer["Content-Disposition"] == 'attachment; filename="invoices-2001-2003.pdf"'
        seen = AuditEvent.objects.filter(verb="view invoice letters")
        assert set(seen.values_list("client_id", flat=True)) == set(actions.clients_in(part)) and seen.count() == 3
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages]
    assert len(pages) == 3
    for number, page in enumerate(pages, start=2001):
        assert f"Invoice {number} Page 1 of 1" in " ".join(page.split()) and page.count("$116.00") >= 1


@pytest.mark.django_db
def test_the_api_does_what_the_pages_do() -> None:
    with world.practice() as here:
        one, two = people(here, 2)
        OpenItem.objects.create(account="credit", contact_id=two, balance=-AMOUNT, since_on=world.TODAY)
        bob = Caller(here, here.bob)
        assert [(row["contact"], row["amount"]) for row in bob.get("invoices/ready/")["results"]] == [(one, "58.00")]
        [waits] = bob.get("invoices/waiting/", why="person")["results"]
        assert (waits["reason"], waits["sentence"]) == ("credit covers it", "Credit of $58.00 covers it")
        assert bob.get("invoices/waiting/", why="payer")["count"] == 0
        run = bob.post("invoice-runs/", {}, 201)
        assert (run["asked"], run["state"], run["people"]) == ("all", "working", 1)
        work_off(here)
        assert bob.get(f"invoice-runs/{run['id']}/")["made"] == 1
        [person] = bob.get(f"invoice-runs/{run['id']}/people/", outcome="made")["results"]
        assert (person["contact"], person["number"], person["why"]) == (one, 2001, "")
        [part] = bob.post(f"invoice-runs/{run['id']}/letters/", None, 200)
        assert (part["first"], part["last"], part["drawn"]) == (2001, 2001, False)
        assert "contacts" in bob.post("invoice-runs/", {}, 400)
