"""What may never change: refused by grant and by trigger, each tested with the other away."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction
from psycopg.errors import RestrictViolation

from practice.models import SignInAttempt
from practice.tenancy import tenant
from tests import world

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = [
    "practice_auditevent",
    "clients_document",
    "clients_documentevent",
    "practice_letter",
    "practice_auditseal",
    "clients_emergencyaccess",
    "clients_emergencyend",
    "therapy_sessions_sessionevent",
    "therapy_sessions_serviceline",
    "therapy_sessions_note",
    "therapy_sessions_addendum",
    "therapy_sessions_cosignatureasked",
    "therapy_sessions_cosignature",
    "therapy_sessions_notereturn",
    "therapy_sessions_copiedtext",
    "therapy_sessions_evaluation",
    "therapy_sessions_planofcare",
    "therapy_sessions_certificationevent",
    "therapy_sessions_goal",
    "therapy_sessions_goalmeasure",
    "therapy_sessions_goalevent",
    "billing_dayline",
    "billing_posting",
    "billing_entry",
    "billing_payment",
    "billing_invoice",
    "billing_invoiceline",
    "billing_advancenotice",
    "billing_noticesignature",
    "billing_noticewithdrawal",
    "billing_writeoff",
    "billing_writeoffdecision",
    "billing_writeofflimit",
    "billing_hardshiprecord",
    "billing_smallbalancerule",
    "billing_smallbalancerun",
    "billing_creditnote",
    "billing_superbill",
    "billing_superbillline",
    "billing_superbillvoid",
    "billing_statement",
    "billing_goodfaithestimate",
    "clients_clientmerge",
    "claims_claimevent",
    "claims_acknowledgement",
]
STATEMENTS = ("UPDATE {} SET practice_id = practice_id", "DELETE FROM {}", "TRUNCATE {} CASCADE")


@pytest.fixture
def lived(owner: psycopg.Connection) -> world.World:
    with world.practice() as here:
        world.live_through_everything(here)
    return here


def test_the_grants_alone_refuse(lived: world.World, owner: psycopg.Connection) -> None:
    for table in TABLES:
        owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in STATEMENTS:
            with pytest.raises(DatabaseError, match="permission denied"), tenant(lived.practice):
                with connection.cursor() as cursor:
                    cursor.execute(statement.format(table))


def test_the_triggers_alone_refuse(lived: world.World, owner: psycopg.Connection) -> None:
    for table in TABLES:
        for statement in STATEMENTS:
            with pytest.raises(RestrictViolation, match="is append-only"):
                owner.execute(statement.format(table))


def test_the_triggers_refuse_the_app_too(lived: world.World, owner: psycopg.Connection) -> None:
    for table in TABLES:
        owner.execute(f"GRANT UPDATE, DELETE ON {table} TO caseload_app")
        for statement in STATEMENTS[:2]:
            with pytest.raises(DatabaseError, match="is append-only"), tenant(lived.practice):
                with connection.cursor() as cursor:
                    cursor.execute(statement.format(table))


def test_rows_that_may_change_cannot_be_deleted(lived: world.World) -> None:
    for table in ("billing_charge", "billing_openitem", "claims_claim", "claims_remittance", "clients_client"):
        with pytest.raises(DatabaseError, match="permission denied"), tenant(lived.practice):
            with connection.cursor() as cursor, transaction.atomic():
                cursor.execute(f"DELETE FROM {table}")


def test_the_sign_in_log_is_only_added_to(owner: psycopg.Connection) -> None:
    """It stands outside the wall, so it is asked by itself: grants and trigger, each alone."""
    SignInAttempt.objects.create(account="a" * 64, step="password", outcome="failed")
    changes = ("UPDATE {} SET outcome = 'passed'", "DELETE FROM {}", "TRUNCATE {}")
    for statement in changes:
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(statement.format("practice_signinattempt"))
        with pytest.raises(RestrictViolation, match="is append-only"):
            owner.execute(statement.format("practice_signinattempt"))
