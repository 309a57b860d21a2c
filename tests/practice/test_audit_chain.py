"""Four attacks on the audit, each by the owner of the database with the triggers away: each is named."""

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command

from practice import audit, audit_seals, tasks
from practice.models import AuditEvent, AuditSeal, Practice
from practice.tenancy import tenant
from tests import databases, world

pytestmark = pytest.mark.django_db(transaction=True)

FIELDS = "practice_id, at, written_at, kind, verb, target, target_id, client_id, detail"


@pytest.fixture
def practice(monkeypatch: pytest.MonkeyPatch) -> Practice:
    """Sealed in stretches of five rows, so that there are several."""
    monkeypatch.setattr(audit_seals, "STRETCH", 5)
    here = world.found()
    write(here.practice, 6)
    sealed(here.practice)
    return here.practice


def sealed(practice: Practice) -> int:
    return audit_seals.seal_all(wait=0)


def write(practice: Practice, n: int = 1) -> list[int]:
    with tenant(practice):
        return [audit.record("set fee", practice).pk for _ in range(n)]


def verify(practice: Practice, head: str = "") -> audit_seals.Verdict:
    with tenant(practice):
        return audit_seals.verify(head)


@pytest.fixture
def tamper(practice: Practice, owner: psycopg.Connection) -> Iterator[Any]:
    """Statements of whoever owns the database, with every trigger away."""
    for table in ("practice_auditevent", "practice_auditseal"):
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield owner.execute


def insert(tamper: Any, id: int, like: int, when: str = "written_at") -> None:
    tamper(
        f"INSERT INTO practice_auditevent (id, {FIELDS}) SELECT %s, {FIELDS.replace('written_at', when)}"
        " FROM practice_auditevent WHERE id = %s",
        [id, like],
    )


# --- it is sealed --------------------------------------------------------------------------------


def test_everything_is_sealed_in_stretches_and_verifies(practice: Practice) -> None:
    with tenant(practice):
        rows = AuditEvent.objects.count()
        assert rows > 10 and AuditSeal.objects.count() == -(-rows // 5)
    found = verify(practice)
    assert (found.rows, found.since, found.wrong) == (rows, 0, [])
    assert sealed(practice) == 0 and verify(practice).head == found.head  # nothing new makes no seal
    write(practice, 3)
    assert (verify(practice).rows, verify(practice).since) == (rows, 3)
    assert sealed(practice) == 3
    assert verify(practice, found.head).wrong == [] and verify(practice).head != found.head


def test_two_practices_are_sealed_apart(practice: Practice) -> None:
    other = world.found("birch").practice
    assert sealed(other) > 0
    assert verify(practice).wrong == verify(other).wrong == []
    assert verify(practice).head != verify(other).head


# --- the attacks ---------------------------------------------------------------------------------


def test_changed_rows_are_named_whatever_was_changed(practice: Practice, tamper: Any) -> None:
    changes = (
        "verb = 'view chart'", "at = at - interval '1 microsecond'", "written_at = written_at - interval '1 second'",
        "member_id = NULL", "client_id = 7", "target_id = 0", "kind = 'view'", "detail = '{\"by\": 1}'", "target = ''",
    )  # fmt: skip
    with tenant(practice):
        rows = list(AuditEvent.objects.order_by("pk").values_list("pk", flat=True))
    assert len(rows) > len(changes)
    for row, change in zip(rows, changes, strict=False):
        tamper(f"UPDATE practice_auditevent SET {change} WHERE id = %s", [row])
    assert verify(practice).wrong == [f"row {row} was changed" for row in rows[: len(changes)]]


def test_a_deleted_row_is_named(practice: Practice, tamper: Any) -> None:
    with tenant(practice):
        row = AuditEvent.objects.order_by("pk")[9].pk
    tamper("DELETE FROM practice_auditevent WHERE id = %s", [row])
    assert verify(practice).wrong == [f"row {row} was deleted"]


def test_a_row_put_in_below_or_into_a_gap_is_named(practice: Practice, tamper: Any) -> None:
    insert(tamper, -5, write(practice)[0])
    assert verify(practice).wrong == ["row -5 was put in after seal 1"]
    tamper("DELETE FROM practice_auditevent WHERE id = -5")
    taken = write(practice)[0]
    tamper("DELETE FROM practice_auditevent WHERE id = %s", [taken])
    last = write(practice)[0]
    sealed(practice)
    insert(tamper, taken, last)
    assert verify(practice).wrong == [f"row {taken} was put in after seal {verify(practice).seals}"]


def test_a_back_dated_row_behind_the_last_seal_is_named(practice: Practice, tamper: Any) -> None:
    """And stays named when it is sealed."""
    insert(tamper, 10**9, write(practice)[0], "written_at - interval '2 days'")
    for _ in range(2):
        [found] = verify(practice).wrong
        assert found.startswith("row 1000000000 was back-dated to ")
        sealed(practice)


def test_a_missing_and_a_changed_seal_are_named(practice: Practice, tamper: Any) -> None:
    tamper("UPDATE practice_auditseal SET sealed_at = sealed_at - interval '1 day' WHERE number = 1")
    assert verify(practice).wrong == ["seal 1 was changed"]
    tamper("DELETE FROM practice_auditseal WHERE number = 1")
    assert verify(practice).wrong[0] == "seal 1 is missing"


def test_a_tail_written_anew_is_found_against_the_head_kept_elsewhere(
    practice: Practice, tamper: Any, house_databases: databases.Databases
) -> None:
    """Rows and seals cut off, or a row changed and every seal after it made again: the chain fits, the head does not."""
    kept = verify(practice).head
    assert verify(practice, kept).wrong == []
    tamper("UPDATE practice_auditevent SET verb = 'nothing' WHERE id = (SELECT max(id) FROM practice_auditevent)")
    tamper("DELETE FROM practice_auditseal WHERE number > 1")
    with databases.as_owner(house_databases):
        sealed(practice)
    assert verify(practice).wrong == []
    assert verify(practice, kept).wrong == [f"no seal has the head {kept[:12]}…: seals were cut off or written anew"]
    tamper("DELETE FROM practice_auditseal")
    tamper("DELETE FROM practice_auditevent")
    assert verify(practice).wrong == [] and len(verify(practice, kept).wrong) == 1


# --- writers at the same time --------------------------------------------------------------------


def test_a_seal_waits_for_a_slow_writer_with_a_lower_number(
    practice: Practice, house_databases: databases.Databases
) -> None:
    name = databases.connections.settings["default"]["NAME"]
    with psycopg.connect(house_databases.url(name)) as slow:
        slow.execute("SELECT set_config('app.practice_id', %s, true)", [str(practice.pk)])
        [low] = slow.execute(
            "INSERT INTO practice_auditevent (practice_id, at, verb, target, detail, kind)"
            " VALUES (%s, now(), 'set fee', 'x', '{}', '') RETURNING id",
            [practice.pk],
        ).fetchone() or [0]
        [high] = write(practice)
        assert low < high
        assert sealed(practice) == 0
        slow.commit()
        assert sealed(practice) == 2
    assert verify(practice).wrong == []


def test_a_writer_elsewhere_holds_up_no_seal(practice: Practice, house_databases: databases.Databases) -> None:
    """A long transaction that writes to another table, and one in another database of the same server."""
    name = databases.connections.settings["default"]["NAME"]
    with psycopg.connect(house_databases.url(name)) as here, psycopg.connect(house_databases.url("postgres")) as there:
        here.execute("SELECT pg_current_xact_id()")
        there.execute("SELECT pg_current_xact_id()")
        write(practice)
        assert sealed(practice) == 1


def test_sealing_inside_a_transaction_that_wrote_is_refused(practice: Practice) -> None:
    with tenant(practice), pytest.raises(RuntimeError, match="a transaction of its own"):
        audit.record("set fee", practice)
        audit_seals._older_writers_ended(0)


# --- its doors -----------------------------------------------------------------------------------


def test_the_command_names_the_row_and_prints_the_head(practice: Practice, tamper: Any) -> None:
    out, wrong = StringIO(), StringIO()
    call_command("verify_audit", stdout=out)
    found = verify(practice)
    assert re.fullmatch(
        rf"alder: {found.rows} rows in {found.seals} seals, unbroken; 0 since the last. Head {found.head}\n",
        out.getvalue(),
    )
    call_command("verify_audit", "--practice", "alder", "--head", found.head, stdout=out)
    with pytest.raises(CommandError, match="1 thing wrong"):
        call_command("verify_audit", "--practice", "alder", "--head", "f" * 64, stdout=out, stderr=wrong)
    with pytest.raises(CommandError, match="say --practice"):
        call_command("verify_audit", "--head", found.head)
    with tenant(practice):
        row = AuditEvent.objects.order_by("pk")[3].pk
    tamper("DELETE FROM practice_auditevent WHERE id = %s", [row])
    with pytest.raises(CommandError):
        call_command("verify_audit", stdout=out, stderr=wrong)
    assert f"alder: row {row} was deleted" in wrong.getvalue() and "does not verify" in out.getvalue()


def test_the_nightly_check_keeps_what_it_found(
    practice: Practice, owner: psycopg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    found = verify(practice)
    assert tasks.verify_audit() == 0 and found.head in caplog.text
    with tenant(practice):
        last = audit_seals.last_check()
        assert last and last.detail == {"rows": found.rows, "seals": found.seals, "wrong": []}
        row = AuditEvent.objects.order_by("pk")[3].pk
    owner.execute("ALTER TABLE practice_auditevent DISABLE TRIGGER never_update")
    owner.execute("DELETE FROM practice_auditevent WHERE id = %s", [row])
    assert tasks.verify_audit() == 1 and f"does not verify: row {row} was deleted" in caplog.text
    assert tasks.seal_audit() >= 0
