"""The wall between practices: every walled table, by ORM and by raw SQL, as the app's role."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from practice import tenancy
from practice.models import Location, Membership, Practice
from practice.tenancy import NoTenant, TenantModel, tenant
from tests import world

pytestmark = pytest.mark.django_db

WALLED = [model for model in apps.get_models() if issubclass(model, TenantModel)]
NAMES = [model.__name__ for model in WALLED]
APPEND_ONLY = {
    "EmergencyAccess", "EmergencyEnd", "AuditEvent", "AuditSeal", "SessionEvent", "ServiceLine", "Note", "Addendum", "CosignatureAsked", "CoSignature", "NoteReturn", "CopiedText", "Evaluation", "DayLine", "Posting", "Entry", "Payment", "HeldForVisit", "HeldUse", "Refund", "TakenBack", "Invoice",
    "InvoiceLine", "ClaimEvent", "Acknowledgement", "UnitChoice", "OutsideTherapy",
    "AdvanceNotice", "NoticeSignature", "NoticeWithdrawal", "WriteOff", "WriteOffDecision", "WriteOffLimit", "HardshipRecord",
    "SmallBalanceRule", "SmallBalanceRun", "Benefit", "Document", "DocumentEvent", "Letter", "ClientMerge",
    "HouseFee", "ClientFee", "SlidingFee",
    "GuarantorShare", "CreditNote", "Superbill", "SuperbillLine", "SuperbillVoid", "Statement", "GoodFaithEstimate",
    "PlanOfCare", "CertificationEvent", "Goal", "GoalMeasure", "GoalEvent",
}  # fmt: skip


@pytest.fixture
def two() -> Iterator[tuple[Practice, Practice]]:
    """Two practices, each with a row of every walled table."""
    with world.practice("alder") as here:
        world.live_through_everything(here)
    with world.practice("birch") as there:
        world.live_through_everything(there)
    yield here.practice, there.practice


def alice(practice: Practice) -> Membership:
    """Who sees a row of every table of hers, also of those that are private to one member."""
    return Membership.objects.get(practice=practice, user__first_name="Alice")


def rows_of(model: type[TenantModel], practice: Practice) -> list[int]:
    with tenant(practice, alice(practice)):
        return list(model.objects.values_list("pk", flat=True))


def test_no_other_practice_is_seen_or_written(two: tuple[Practice, Practice]) -> None:
    mine, other = two
    for model in WALLED:
        table = model._meta.db_table
        theirs = rows_of(model, other)
        assert theirs, f"the test needs a row of {model.__name__}"
        with tenant(mine, alice(other)), connection.cursor() as cursor:  # the practice alone keeps her out
            assert not model.objects.filter(pk__in=theirs).exists(), model.__name__
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE id = ANY(%s)', [theirs])
            assert cursor.fetchone()[0] == 0, table
            if model.__name__ not in APPEND_ONLY:
                cursor.execute(f'UPDATE "{table}" SET practice_id = practice_id WHERE id = ANY(%s)', [theirs])
                assert cursor.rowcount == 0, table
        if model.__name__ not in APPEND_ONLY:
            with tenant(mine, alice(mine)), connection.cursor() as cursor:
                with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                    cursor.execute(f'UPDATE "{table}" SET practice_id = %s', [other.pk])
        assert rows_of(model, other) == theirs


def test_nothing_can_be_put_into_another_practice(two: tuple[Practice, Practice]) -> None:
    mine, other = two
    for model in WALLED:
        table, pk = model._meta.db_table, rows_of(model, mine)[0]
        given = [f for f in model._meta.local_fields if f.column not in ("id", "practice_id") and not f.generated]
        columns = ", ".join(f'"{f.column}"' for f in given)
        with tenant(mine, alice(mine)), connection.cursor() as cursor:
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                cursor.execute(
                    f'INSERT INTO "{table}" (practice_id, {columns}) SELECT %s, {columns} FROM "{table}" WHERE id = %s',
                    [other.pk, pk],
                )


@pytest.mark.parametrize("model", WALLED, ids=NAMES)
def test_without_a_practice_every_model_raises(model: type[TenantModel]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        list(model.objects.all())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
    with pytest.raises(NoTenant):
        model()


def test_the_practice_of_a_new_row_cannot_be_forged() -> None:
    with world.practice("alder") as here:
        other = Practice.objects.create(slug="other", name="Other")
        forged = Location(practice_id=other.pk, name="Forged", zone="UTC")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            forged.save()
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Location.objects.bulk_create([forged])
        assert here.practice.pk != other.pk


def test_a_parent_in_another_practice_is_refused(two: tuple[Practice, Practice]) -> None:
    mine, other = two
    for model in WALLED:
        keys = [f for f in model._meta.local_fields if isinstance(f, tenancy.TenantForeignKey)]
        for field in keys:
            foreign = _foreign_row(field.related_model, other)
            if model.__name__ in APPEND_ONLY or foreign is None:
                continue
            with (
                pytest.raises(DatabaseError),
                tenant(mine, alice(mine)),
                connection.cursor() as cursor,
                transaction.atomic(),
            ):
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute(f'UPDATE "{model._meta.db_table}" SET "{field.column}" = %s', [foreign])


def _foreign_row(model: type, practice: Practice) -> int | None:
    with tenant(practice):
        rows = model.objects.filter(practice=practice)
        return rows.values_list("pk", flat=True).first()


def test_the_wall_is_whole() -> None:
    assert tenancy.unprotected() == []


@pytest.mark.django_db(transaction=True)
def test_a_forgotten_table_is_found(owner: psycopg.Connection) -> None:
    owner.execute("CREATE TABLE forgotten (id bigint, practice_id bigint)")
    owner.execute("CREATE VIEW peephole AS SELECT * FROM practice_location")
    owner.execute('ALTER TABLE "practice_location" NO FORCE ROW LEVEL SECURITY')
    found = tenancy.unprotected()
    assert "forgotten is not walled; add ProtectTable, or a reason to UNWALLED" in found
    assert "view peephole lacks security_invoker" in found
    assert "practice_location is not walled; add ProtectTable, or a reason to UNWALLED" in found


def test_every_unwalled_table_has_a_reason() -> None:
    assert all(len(reason) > 10 for reason in tenancy.UNWALLED.values())
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} | {"django_migrations"}
    assert set(tenancy.UNWALLED) <= tables


def test_another_practice_cannot_be_entered_from_inside() -> None:
    with world.practice("alder"):
        other = Practice.objects.create(slug="other", name="Other")
        with pytest.raises(RuntimeError, match="already inside another practice"), tenant(other):
            pass


def test_the_practice_does_not_outlive_its_transaction() -> None:
    with world.practice("alder"):
        assert Location.objects.count() == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Location.objects.count()


def test_the_app_role_is_no_more_than_that() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False, False)
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("TRUNCATE practice_location")
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("ALTER TABLE practice_location DISABLE ROW LEVEL SECURITY")


def test_the_committed_list_is_short() -> None:
    source = Path(tenancy.__file__).read_text()
    assert source.count('": "', source.index("UNWALLED"), source.index("@dataclass")) == len(tenancy.UNWALLED)
