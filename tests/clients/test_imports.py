"""Clients from a file: each bad row is named by line and column, the good ones go in once, whatever is killed."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from clients import actions as clients
from clients.imports import actions, days, files, kinds, known
from clients.imports.columns import matched
from clients.imports.models import ClientImport, ImportRow, ImportState, Outcome
from clients.models import CareTeam, Case, Client, ClientContact, Contact, Coverage, Diagnosis, Referrer
from practice import work
from practice.findings import BadInput, Conflict
from practice.models import AuditEvent, Job, JobState
from practice.tenancy import tenant
from tests import world
from tests.clients.import_files import BAD, HEADS, bad, good, written
from tests.practice import lived_in

pytestmark = pytest.mark.django_db

MINE = {"clients_clientimport", "clients_importrow", "practice_job", "practice_auditevent"}


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as here:
        yield here


def taken(here: world.World, text: str, name: str = "clients.csv") -> ClientImport:
    """A file that was taken and tried."""
    source = actions.take_file(by=here.bob, file=SimpleUploadedFile(name, text.encode()))
    drain(here)
    source.refresh_from_db()
    return source


def drain(here: world.World, times: int | None = None) -> None:
    """Do the jobs of imports: all, or so many turns."""
    mine = Job.objects.filter(practice=here.practice, kind__in=(actions.CHECK, actions.RUN))
    if times is None:
        work.drain(among=mine, seconds=300)
        return
    for _ in range(times):
        job = work._take(mine)
        assert job is not None
        work._do(job)


def put_in(here: world.World, source: ClientImport) -> ClientImport:
    actions.start(by=here.bob, source=source)
    drain(here)
    source.refresh_from_db()
    return source


def problems(source: ClientImport) -> dict[int, list[list[str]]]:
    rows = source.rows.filter(outcome=Outcome.BAD).order_by("line")
    return {row.line: row.problems for row in rows}


def tables(here: world.World) -> dict[str, Any]:
    """Every table of the practice but those that tell of the import itself."""
    return {name: mark for name, mark in lived_in.fingerprint(here.practice).items() if name not in MINE}


def test_a_row_becomes_a_client_with_her_plan_and_her_case(here: world.World) -> None:
    row = good(
        1, Discipline="Occupational therapy", Diagnoses="R278; I69.354", **{"Treated for": "Stroke", "Patient ID": "A-7"},
        **{"Relationship to Subscriber": "child", "Subscriber First Name": "Ann", "Subscriber Last Name": "Roe",
           "Subscriber DOB": "02/03/1970", "Term Date": "12/31/2026", "Priority": "Secondary"},
        **{"Referring NPI": "1770000010", "Referring First Name": "Rita", "Referring Last Name": "Moe"},
        **{"Guarantor First Name": "Ann", "Guarantor Last Name": "Roe", "Guarantor Relationship": "mother"},
    )  # fmt: skip
    source = taken(here, written([row | {"Therapist": "Atherton, Alice"}], (*HEADS, "Therapist", "Shoe size")))
    assert (source.state, source.unused) == (ImportState.CHECKED, ["Shoe size"])
    assert source.expected == {"clients": 1, "coverages": 1, "cases": 1}
    assert Client.objects.count() == 0, "a dry run writes nothing"
    put_in(here, source)
    client = Client.objects.get()
    assert (client.name, client.birth_on, client.number, client.zip) == (
        "June1 Ortiz1",
        date(1941, 2, 2),
        1001,
        "60506",
    )
    assert (client.guarantor.first_name, client.guarantor.city) == ("Ann", "Aurora")
    assert client.contact_links.get().relation == "mother"
    plan = client.coverages.get()
    assert (plan.payer, plan.member_id, plan.rank, plan.copay) == (here.aetna, "W000000001", 2, Decimal("30.00"))
    assert (plan.starts_on, plan.ends_on, plan.relation) == (date(2026, 1, 1), date(2026, 12, 31), "19")
    assert plan.subscriber and (plan.subscriber.last_name, plan.subscriber_birth_on) == ("Roe", date(1970, 2, 3))
    case = client.cases.get()
    assert (case.discipline, case.complaint, case.opened_on) == ("OT", "Stroke", world.TODAY)
    assert clients.codes_of(case) == ["R27.8", "I69.354"]
    assert case.referrer and (case.referrer.last_name, case.referrer.npi) == ("Moe", "1770000010")
    assert client.care_team.get().clinician == here.ot
    verbs = Counter(AuditEvent.objects.filter(target__startswith="clients.").values_list("verb", flat=True))
    assert verbs == {
        "add payer": 2, "add client file": 1, "import clients": 1, "add client": 1, "add contact": 2, "link contact": 1,
        "assign": 1, "add coverage": 1, "open case": 1, "add referrer": 1,
    }  # fmt: skip
    added = AuditEvent.objects.get(verb="add client")
    assert (added.member, added.client_id, added.target_id) == (here.bob, client.pk, client.pk)
    assert AuditEvent.objects.get(verb="add coverage").client_id == client.pk


@pytest.mark.parametrize("kind", BAD)
def test_each_kind_of_bad_row_names_its_column_and_the_fix(here: world.World, kind: str) -> None:
    cells, column, words = BAD[kind]
    source = taken(here, written([good(1), bad(2, kind), good(3)]))
    [problem] = problems(source)[3]
    assert problem[0] == column and words in problem[1], problem
    assert actions.counts(source) == {"ready": 2, "made": 0, "there": 0, "bad": 1}
    put_in(here, source)
    assert Client.objects.count() == 2 and not Client.objects.filter(first_name="June2").exists()


def ruin(count: int, spoiled: int) -> tuple[list[dict[str, str]], dict[int, str]]:
    """So many rows, every n-th bad, of all kinds in turn; which line is of which kind."""
    step, kinds = count // spoiled, list(BAD)
    rows, lines = [], {}
    for number in range(count):
        if number % step == step - 1:
            kind = kinds[(number // step) % len(kinds)]
            rows.append(bad(number, kind))
            lines[number + 2] = kind
        else:
            rows.append(good(number))
    return rows, lines


def import_everything(here: world.World, count: int, spoiled: int) -> None:
    """The good ones in, each bad one named; then the same again, which changes nothing."""
    rows, lines = ruin(count, spoiled)
    begun = time.monotonic()
    source = taken(here, written(rows))
    tried = time.monotonic()
    found = problems(source)
    assert list(found) == list(lines) and len(found) == spoiled
    for line, kind in lines.items():
        [[column, sentence]] = found[line]
        assert column == BAD[kind][1] and BAD[kind][2] in sentence, (line, kind)
    put_in(here, source)
    print(f"{count:,} rows: tried in {tried - begun:.1f} s, put in in {time.monotonic() - tried:.1f} s")
    assert source.state == ImportState.DONE and source.made["clients"] == count - spoiled
    assert Client.objects.count() == Coverage.objects.count() == Contact.objects.count() == count - spoiled
    assert AuditEvent.objects.filter(verb="add client").count() == count - spoiled
    numbers = sorted(Client.objects.values_list("number", flat=True))
    assert numbers == list(range(1001, 1001 + count - spoiled)), "no chart number is left out"
    job = Job.objects.get(kind=actions.RUN)
    assert (job.state, job.progress, job.total) == (JobState.DONE, count - spoiled, count - spoiled)
    before, audited = tables(here), AuditEvent.objects.count()
    again = taken(here, written(rows))
    assert again.pk != source.pk
    assert actions.counts(again) == {"ready": 0, "made": 0, "there": count - spoiled, "bad": spoiled}
    with pytest.raises(BadInput, match="No row of this file is new"):
        actions.start(by=here.bob, source=again)
    assert tables(here) == before and AuditEvent.objects.count() == audited + 1
    assert AuditEvent.objects.latest("pk").verb == "add client file"


def test_five_hundred_rows_with_forty_bad_ones(here: world.World) -> None:
    import_everything(here, 520, 40)


@pytest.mark.long
def test_ten_thousand_rows_with_two_hundred_bad_ones(here: world.World) -> None:
    assert len(BAD) > 20
    import_everything(here, 10_000, 200)


def born() -> list[date]:
    return [client.birth_on for client in Client.objects.order_by("number")]


def test_a_file_with_the_day_first_is_read_so_in_every_row(here: world.World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The row that says so stands in the last batch; a column that says nothing itself follows the others."""
    monkeypatch.setattr(actions, "BATCH", 1)
    monkeypatch.setattr(actions, "LOOKED_AT", 2)
    rows = [good(1, DOB="03/04/2015"), good(2, DOB="05.06.1960"), good(3, DOB="1970-03-04"), good(4, DOB="13/02/2015")]
    rows[0]["Effective Date"] = "02/01/2026"
    source = taken(here, written(rows))
    assert (problems(source), source.expected["clients"]) == ({}, 4)
    put_in(here, source)
    assert born() == [date(2015, 4, 3), date(1960, 6, 5), date(1970, 3, 4), date(2015, 2, 13)]
    assert Coverage.objects.get(client__first_name="June1").starts_on == date(2026, 1, 2)
    before = tables(here)
    again = taken(here, written(rows))
    assert actions.counts(again) == {"ready": 0, "made": 0, "there": 4, "bad": 0}
    assert tables(here) == before


def test_dates_that_nothing_in_the_file_decides_have_the_month_first(here: world.World) -> None:
    put_in(here, taken(here, written([good(1, DOB="03/04/2015"), good(2, DOB="03.04.1960")])))
    assert born() == [date(2015, 3, 4), date(1960, 3, 4)]


def test_a_file_that_writes_both_is_mended_where_a_date_can_be_either(
    here: world.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "BATCH", 1)
    written_so = ("02/13/2015", "03/04/2015", "31/12/1955", "04/04/1960", "12/24/1961", "1970-03-04")
    rows = [good(number, DOB=cell) for number, cell in enumerate(written_so)]
    source = taken(here, written(rows))
    assert problems(source) == {
        3: [["DOB", "“03/04/2015” can be March 4 or April 3: line 2 has the month first and line 4 the day; write 2015-03-04 or 2015-04-03"]],
        4: [["DOB", "“31/12/1955” has the day before the month, and others of this file have the month first; write 1955-12-31"]],
    }  # fmt: skip
    put_in(here, source)
    assert born() == [date(2015, 2, 13), date(1960, 4, 4), date(1961, 12, 24), date(1970, 3, 4)]
    rows[2]["DOB"] = "12/31/1955"
    again = taken(here, written(rows))
    assert actions.counts(again) == {"ready": 2, "made": 0, "there": 4, "bad": 0}
    put_in(here, again)
    assert born()[-2:] == [date(2015, 3, 4), date(1955, 12, 31)]


def test_where_most_have_the_day_first_the_others_are_slips(here: world.World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "BATCH", 1)
    written_so = ("13/02/2015", "24/12/1961", "03/04/2015", "12/31/1955")
    source = taken(here, written([good(number, DOB=cell) for number, cell in enumerate(written_so)]))
    assert {line: each[0][1].split(":")[0][:40] for line, each in problems(source).items()} == {
        4: "“03/04/2015” can be March 4 or April 3",
        5: "“12/31/1955” has the month before the da",
    }
    put_in(here, source)
    assert born() == [date(2015, 2, 13), date(1961, 12, 24)]


def test_the_tables_say_of_dates_what_the_file_said(here: world.World) -> None:
    """The trial asks the file, the import its rows: Python and PostgreSQL read the same patterns."""
    odd = ("13/02/2015", "13\n/02/2015", " 31-12-1955 ", "'13.2.2015", "\u00a013/02/2015", "13/02/20155", "13/02/15",
           "٣١/12/1955", "2/13/2015 00:00", "32/13/2015", "13/13/2015", "soon", "", "é\n02/29/1955", "x12/31/1955")  # fmt: skip
    text = written([good(number, DOB=cell) for number, cell in enumerate(odd)])
    text += '"Ann"Marie,Roe\nAnn,Roe,31/12/1955,31/12/1955\n'
    source = taken(here, text)
    where = days.places(matched(source.heads))
    table = files.read_file(text.encode())
    assert known.written(source, where) == days.written(table.records, where)
    assert known.written(source, where[:1]).months == 3 and known.written(source, where[:1]).days == 5
    for record in table.records:
        alone = days.written([record], where[:1])
        assert source.rows.filter(line=record.line, **{f"cells__{where[0]}__regex": days.DAY_FIRST}).exists() == bool(
            alone.days
        ), record


def test_two_files_of_the_same_clients_put_in_at_once(here: world.World) -> None:
    """Both were tried before either went in: the second finds each row there."""
    one = taken(here, written([good(number) for number in range(5)]))
    other = taken(here, written([good(number) for number in range(5)], tuple(reversed(HEADS))))
    assert one.pk != other.pk
    put_in(here, one)
    before = tables(here)
    put_in(here, other)
    assert actions.counts(other) == {"ready": 0, "made": 0, "there": 5, "bad": 0}
    assert tables(here) == before and not any(other.made.values())


def test_a_row_stays_known_when_the_chart_is_changed_later(here: world.World) -> None:
    put_in(here, taken(here, written([good(1)])))
    clients.edit_client(by=here.bob, client=Client.objects.get(), phone="6305550199", last_name="Vega")
    again = taken(here, written([good(1)]))
    assert actions.counts(again)["there"] == 1
    renamed = taken(here, written([good(1, Phone="6305550100")]))
    assert problems(renamed) == {
        2: [["Last Name", "This client is chart 1001 already, with another Last name and Phone; change the chart, or write what it says"]]
    }  # fmt: skip


def test_what_was_mended_goes_in_and_the_rest_is_there(here: world.World) -> None:
    put_in(here, taken(here, written([good(1), bad(2, "phone")])))
    source = taken(here, written([good(1), good(2)]))
    assert actions.counts(source) == {"ready": 1, "made": 0, "there": 1, "bad": 0}
    put_in(here, source)
    assert Client.objects.count() == 2


def test_a_second_plan_is_a_second_row(here: world.World) -> None:
    medicare = {"Insurance": "Medicare Part B", "Policy Number": "1EG4-TE5-MK73", "Copay": ""}
    rows = [good(1), good(1, Priority="2", **medicare), good(2)]
    rows.append(good(1, **medicare | {"Effective Date": "02/01/2026", "Policy Number": "2EG4-TE5-MK73"}))
    source = taken(here, written(rows))
    assert problems(source) == {
        5: [
            [
                "Effective Date",
                "Crosses Aetna W000000001, which has no last day; end that first or choose another order",
            ]
        ]
    }
    assert source.expected == {"clients": 2, "coverages": 3, "cases": 0}
    put_in(here, source)
    june = Client.objects.get(first_name="June1")
    assert [(plan.rank, plan.payer.payer_id) for plan in june.coverages.order_by("rank")] == [(1, "60054"), (2, "MEDB")]
    third = taken(
        here,
        written([good(1, Priority="3", **medicare), good(1, **{"Term Date": "12/31/2026"}), good(1, City="Elgin")]),
    )
    assert {line: each[0] for line, each in problems(third).items()} == {
        2: ["Priority", "The client has this plan already, with another Order; change it on the chart"],
        3: ["Term Date", "The client has this plan already, with another Last day; change it on the chart"],
        4: ["City", "This client is chart 1001 already, with another City; change the chart, or write what it says"],
    }
    crossing = taken(here, written([good(1, **{"Policy Number": "W999999999"})]))
    assert problems(crossing)[2][0][1].startswith("Crosses Aetna W000000001")


def test_rows_that_say_the_same_or_contradict_each_other(here: world.World) -> None:
    rows = [good(1), good(1), good(1, Phone=""), good(1, Phone="6305550199"), good(1, **{"Patient ID": "Z9"})]
    source = taken(here, written(rows))
    assert problems(source) == {
        3: [["", "Line 2 says the same; take one of the two out"]],
        5: [["Phone", "Line 2 names the same client with another Phone; write the same in both, or take one out"]],
        6: [
            ["Patient ID", "Line 2 names the same client with another number; write the same in both, or take one out"]
        ],
    }
    assert actions.counts(source)["there"] == 1, "line 4 adds nothing and contradicts nothing"


def test_a_case_that_is_open_is_not_opened_again(here: world.World) -> None:
    case = {"Discipline": "OT", "Treated for": "Stroke", "Diagnoses": "R27.8"}
    put_in(here, taken(here, written([good(1, **case)])))
    rows = [
        good(1, **case, Email="a@mail.example"),
        good(1, **case | {"Diagnoses": "M54.50"}),
        good(1, **case | {"Discipline": "PT"}),
    ]
    source = taken(here, written([{**row, "Email": ""} for row in rows]))
    assert [each.outcome for each in source.rows.order_by("line")] == ["there", "bad", "ready"]
    assert problems(source)[3][0][1].startswith("A case of OT is open with other words or diagnoses")
    put_in(here, source)
    assert sorted(Case.objects.values_list("discipline", flat=True)) == ["OT", "PT"]
    assert (Diagnosis.objects.count(), Referrer.objects.count()) == (2, 0)


def test_what_a_spreadsheet_would_run_is_plain_text(here: world.World) -> None:
    row = good(1, **{"First Name": "<script>alert(1)</script>", "Last Name": "=cmd|' /C calc'!A0", "City": "'+SUM(1)"})
    put_in(here, taken(here, written([row])))
    client = Client.objects.get()
    assert (client.first_name, client.last_name, client.city) == (
        "<script>alert(1)</script>",
        "=cmd|' /C calc'!A0",
        "+SUM(1)",
    )


def test_a_chart_that_was_merged_is_the_one_it_was_merged_into(here: world.World) -> None:
    put_in(here, taken(here, written([good(1), good(2)])))
    gone, kept = Client.objects.order_by("number")
    Client.objects.filter(pk=gone.pk).update(merged_into=kept, active=False)
    source = taken(here, written([good(1, Priority="2", **{"Policy Number": "W999999999"})]))
    assert problems(source)[2][0][1].startswith("This client is chart 1002 already, with another First name")


def test_a_payer_taken_away_between_the_trial_and_the_import(here: world.World) -> None:
    source = taken(here, written([good(1), good(2, Insurance="Medicare", **{"Policy Number": "1EG4TE5MK73"})]))
    clients.edit_payer(by=here.bob, payer=here.medicare, short_name="MCR")
    put_in(here, source)
    assert actions.counts(source) == {"ready": 0, "made": 1, "there": 0, "bad": 1}
    assert problems(source)[3][0][0] == "Insurance"
    assert Client.objects.count() == 1


# --- the file ----------------------------------------------------------------------------------


def test_a_file_that_cannot_be_read(here: world.World) -> None:
    source = taken(here, "Walter,Nakamura\n1,2")
    assert source.state == ImportState.UNREADABLE and source.why.startswith("There is no column for First name")
    assert not source.rows.exists()
    for body in (b"", b"x" * 10_000_001):
        with pytest.raises(BadInput):
            actions.take_file(by=here.bob, file=SimpleUploadedFile("a.csv", body))


def test_the_same_file_twice_is_one_until_it_is_in(here: world.World) -> None:
    text = written([good(1)])
    first = taken(here, text)
    assert taken(here, text).pk == first.pk and AuditEvent.objects.filter(verb="add client file").count() == 1
    put_in(here, first)
    with pytest.raises(Conflict, match="This file is done"):
        actions.start(by=here.bob, source=first)
    assert taken(here, text).pk != first.pk
    actions.check(first)
    assert actions.run_batch(first) == 0, "what is done is done"


# --- batches -----------------------------------------------------------------------------------


def test_killed_in_the_middle_it_goes_on_and_no_row_is_half_in(
    here: world.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "BATCH", 10)
    source = taken(here, written([good(number) for number in range(35)]))
    actions.start(by=here.bob, source=source)
    drain(here, times=2)
    assert (Client.objects.count(), Job.objects.get(kind=actions.RUN).progress) == (20, 20)
    monkeypatch.setattr(kinds.actions, "put_in", killed)
    drain(here, times=1)
    job = Job.objects.get(kind=actions.RUN)
    assert (Client.objects.count(), job.progress, job.error) == (20, 20, "Killed")
    for model in (Coverage, ClientContact, Contact):
        assert model.objects.count() == 20, model
    assert CareTeam.objects.count() == 0
    monkeypatch.undo()
    monkeypatch.setattr(actions, "BATCH", 10)
    Job.objects.filter(pk=job.pk).update(state=JobState.LEASED, leased_until=Now(), run_at=Now())
    drain(here)
    source.refresh_from_db()
    assert (source.state, Client.objects.count(), source.made["clients"]) == (ImportState.DONE, 35, 35)
    assert ImportRow.objects.filter(outcome=Outcome.MADE).values("client").distinct().count() == 35
    assert AuditEvent.objects.filter(verb="add client").count() == 35


class Killed(Exception):
    pass


def killed(verdicts: Any) -> None:
    """As a death in the middle of a batch: what was written goes with its transaction."""
    from clients.imports.writing import put_in

    put_in(verdicts)
    raise Killed


def test_a_batch_asks_as_often_for_five_rows_as_for_fifty(here: world.World) -> None:
    case = {"Discipline": "OT", "Treated for": "Stroke", "Diagnoses": "R27.8", "Referring NPI": "1770000010",
            "Referring First Name": "Rita", "Referring Last Name": "Moe"}  # fmt: skip
    counted = []
    for first, many in ((0, 5), (100, 50)):
        source = taken(here, written([good(number, **case) for number in range(first, first + many)]))
        actions.start(by=here.bob, source=source)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            drain(here, times=1)
        counted.append(len(asked))
        drain(here)
    assert Client.objects.count() == 55
    assert counted[1] <= counted[0] and counted[0] < 70, counted


WORKER = """
import django; django.setup()
from clients.imports import actions
from practice import work
from practice.models import Job
actions.BATCH = 100
work.drain(among=Job.objects.filter(kind=actions.RUN), seconds=300)
"""


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_five_times_puts_every_row_in_once() -> None:
    """kill -9 of a real process at any moment; its lease runs out, and another goes on."""
    with world.practice() as here:
        source = taken(here, written([good(number) for number in range(2_000)]))
        actions.start(by=here.bob, source=source)
    found = {key.lower(): connection.settings_dict[key] for key in ("NAME", "USER", "HOST", "PORT")}
    url = f"postgresql://{found['user']}@/{found['name']}?host={found['host']}&port={found['port'] or 5432}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    chance, stood = random.Random(4), []
    for _ in range(5):
        worker = subprocess.Popen([sys.executable, "-c", WORKER], env=environment)
        before = state(here)
        while state(here) == before and worker.poll() is None:
            time.sleep(0.02)
        time.sleep(chance.random())
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        stood.append(state(here))
        Job.objects.filter(kind=actions.RUN).update(leased_until=Now())
    print(f"clients after each kill: {stood}")
    assert stood == sorted(stood) and all(count % 100 == 0 for count in stood), "a batch is whole or not there"
    assert 0 < stood[0] < 2_000
    drain(here)
    with tenant(here.practice):
        assert Client.objects.count() == Coverage.objects.count() == Contact.objects.count() == 2_000
        assert AuditEvent.objects.filter(verb="add client").count() == 2_000
        assert actions.counts(source) == {"ready": 0, "made": 2_000, "there": 0, "bad": 0}


def state(here: world.World) -> int:
    with tenant(here.practice):
        return Client.objects.count()


def test_a_plan_of_so_many_visits(here: world.World) -> None:
    """Employee assistance says for how many; without a number the row is named, with the column to add."""
    clients.add_payer(
        by=here.bob, name="Lyra", short_name="Lyra", payer_id="LYRA1", plan_type="employee_assistance",
        unit_rule="midpoint", filing_days=120,
    )  # fmt: skip
    row = good(1, Insurance="Lyra")
    bad_one = taken(here, written([row]))
    assert [(column, sentence[:21]) for column, sentence in problems(bad_one)[2]] == [
        ("Number of visits", "Enter how many visits")
    ]
    heads = (*HEADS, "Number of visits")
    put_in(here, taken(here, written([row | {"Number of visits": "3"}], heads)))
    assert Coverage.objects.get().visit_limit == 3
    assert "is no whole number" in problems(taken(here, written([row | {"Number of visits": "few"}], heads)))[2][0][1]


def test_a_client_whose_charts_were_merged_twice(here: world.World) -> None:
    """Her plan stands on the oldest of three charts: it is hers, and comes to no chart a second time."""
    row = good(1)
    put_in(here, taken(here, written([row])))
    first = Client.objects.get()
    more = [here.client(first=first.first_name, last=first.last_name).client for _ in range(2)]
    for chart in more:
        facts = {name: getattr(first, name) for name in ("birth_on", "sex", "street", "city", "state", "zip", "phone")}
        clients.edit_client(by=here.bob, client=chart, **facts)
    clients.merge_clients(by=here.bob, duplicate=first, into=more[0])
    clients.merge_clients(by=here.bob, duplicate=more[0], into=more[1])
    again = taken(here, written([row | {"Copay": ""}]))  # another row, so it is looked at and not known as a whole
    assert (problems(again), actions.counts(again)["there"]) == ({}, 1)
    assert Coverage.objects.count() == 1
