"""The wall between practices.

Every table that belongs to a practice is a `TenantModel`: it has `practice_id`, forced row-level
security that compares it with the transaction-local setting `app.practice_id`, composite foreign
keys, and grants without TRUNCATE. `ProtectTable` puts all of that on a table in a migration;
`unprotected()` reads the catalogue and names whatever was forgotten.

Whoever wants rows enters `tenant(practice, member)`. Outside it every query on a walled table
raises: the setting is unset, and the policy reads it without `missing_ok`. It never returns zero
rows, because zero rows in a worker is a silently lost payment.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.migrations.operations.base import Operation

# Tables outside the wall, each with its reason. The catalogue check refuses any other.
UNWALLED = {
    "practice_practice": "found by slug before anybody has entered a practice; id, slug, name, zone, active and minutes to the lock only",
    "practice_user": "one person may work in several practices",
    "practice_membership": "tells which practices a person may enter, and as what",
    "practice_signin": "a browser a person is signed in at, whatever practices she works in; a hash of its session's key",
    "practice_devicepin": "belongs to a person and a device, not to a practice; hashes only",
    "practice_job": "read by workers before they enter a practice; ids and states, never client data",
    "practice_door": "a hash of a link's secret → a practice; read before anybody has entered one; never client data",
    "practice_signinattempt": "written before anybody has entered a practice; the app only adds, addresses are hashed",
    "account_emailaddress": "allauth's, and empty: the address of a person is on practice_user",
    "account_emailconfirmation": "allauth's, and empty",
    "mfa_authenticator": "second factors of a person, whatever her practices; seeds are encrypted",
    "clients_icd10release": "ICD-10-CM is the same for all; read-only for the app, loaded by the owner",
    "clients_icd10code": "ICD-10-CM is the same for all; read-only for the app, loaded by the owner",
    "auth_group": "Django's sign-in tables",
    "auth_group_permissions": "Django's sign-in tables",
    "auth_permission": "Django's sign-in tables",
    "django_content_type": "Django's own book-keeping",
    "django_migrations": "Django's own book-keeping",
    "billing_addonparent": "published coding edits are the same for every practice; the app only reads them",
    "billing_codesetrelease": "which published coding edits are loaded; the app only reads it",
    "billing_editpair": "published coding edits are the same for every practice; the app only reads them",
    "billing_therapythreshold": "Medicare's amounts are the same for every practice; the app only reads them",
    "billing_unitlimit": "published coding edits are the same for every practice; the app only reads them",
    "django_session": "a signed-in browser, before a practice is chosen",
}


@dataclass(frozen=True)
class Tenant:
    practice_id: int
    member_id: int | None
    client_id: int | None
    reading: bool = False  # what happens inside changes nothing but the audit

    @cached_property
    def zone(self) -> str:
        """The IANA zone of the practice, read once a transaction."""
        practices = apps.get_model("practice", "Practice").objects
        return practices.values_list("zone", flat=True).get(pk=self.practice_id)


_current: ContextVar[Tenant | None] = ContextVar("tenant", default=None)


class NoTenant(LookupError):
    """Somebody asked for rows of a practice without having entered one."""


def current() -> Tenant:
    """The tenant entered by `tenant()`; raises NoTenant outside."""
    found = _current.get()
    if found is None:
        raise NoTenant("no practice has been entered; use practice.tenancy.tenant()")
    return found


def current_practice_id() -> int:
    return current().practice_id


@contextmanager
def tenant(practice: Any, member: Any = None, client: Any = None, *, reading: bool = False) -> Iterator[Tenant]:
    """Enter a practice for one transaction. Arguments are model instances or ids.

    The settings are local to the transaction, so nothing survives it and a connection pool
    cannot leak them. A second practice inside the first is refused.
    """
    entered = Tenant(_id(practice), _optional_id(member), _optional_id(client), reading)
    outer = _current.get()
    if outer is not None and outer.practice_id != entered.practice_id:
        raise RuntimeError("already inside another practice")
    with transaction.atomic():
        _tell_database(entered)
        token = _current.set(entered)
        try:
            yield entered
        finally:
            _current.reset(token)
    if connection.in_atomic_block:  # the transaction goes on: what was entered here ends here
        _tell_database(outer)


def _id(value: Any) -> int:
    return value if isinstance(value, int) else value.pk


def _optional_id(value: Any) -> int | None:
    return None if value is None else _id(value)


def _tell_database(entered: Tenant | None) -> None:
    ids = (entered.practice_id, entered.member_id, entered.client_id) if entered else (None, None, None)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.practice_id', %s, true), set_config('app.member_id', %s, true),"
            " set_config('app.client_id', %s, true)",
            [str(id or "") for id in ids],
        )


class TenantForeignKey(models.ForeignKey):
    """A reference inside one practice.

    The database constraint is composite, (practice_id, x_id) → (practice_id, id): a plain foreign
    key check ignores row-level security and would accept another practice's row. `ProtectTable`
    makes it, with an index that starts with practice_id.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs.setdefault("db_constraint", False)
        kwargs.setdefault("db_index", False)
        super().__init__(to, on_delete, **kwargs)


class TenantModel(models.Model):
    """A row that belongs to one practice: the one that was entered when it was made.

    `private_to` names the field of the member who alone may see a row, where there is one.
    """

    private_to = ""

    practice = models.ForeignKey(
        "practice.Practice",
        models.PROTECT,
        default=current_practice_id,
        editable=False,
        db_index=False,  # unique (practice_id, id) serves
        related_name="+",
    )

    class Meta:
        abstract = True


class ProtectTable(Operation):
    """Migration operation that puts a table behind the wall. Running it again adds what is missing.

    append_only: the app role may only select and insert, and a trigger says so again, to the owner too.
    deletable:   the app role may delete rows (drafts and links; nothing that was a fact).
    private_to:  the field of the member who alone sees and writes a row, by a second, restrictive policy.
    """

    reversible = True

    def __init__(self, model: str, *, append_only: bool = False, deletable: bool = False, private_to: str = "") -> None:
        self.model, self.private_to = model, private_to
        self.append_only, self.deletable = append_only, deletable

    def deconstruct(self) -> tuple[str, list, dict]:
        options = {"append_only": self.append_only, "deletable": self.deletable, "private_to": self.private_to}
        return "ProtectTable", [self.model], options

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model)
        for statement in protection(model, append_only=self.append_only, deletable=self.deletable):
            schema_editor.execute(statement, params=None)
        if self.private_to:
            for statement in privacy(model, self.private_to):
                schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        pass  # the table goes with the CreateModel before it

    def describe(self) -> str:
        return f"Put {self.model} behind the practice wall"


def protection(model: Any, *, append_only: bool, deletable: bool) -> Iterator[str]:
    """The SQL that walls the table of `model`, statement by statement."""
    table, role = model._meta.db_table, settings.DATABASE_APP_ROLE
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY'
    yield f'DROP POLICY IF EXISTS wall ON "{table}"'
    inside = "practice_id = current_setting('app.practice_id')::bigint"
    yield f'CREATE POLICY wall ON "{table}" TO "{role}" USING ({inside}) WITH CHECK ({inside})'
    yield f'DROP POLICY IF EXISTS owner ON "{table}"'
    yield f'CREATE POLICY owner ON "{table}" TO CURRENT_USER USING (true) WITH CHECK (true)'
    verbs = "SELECT, INSERT" + ("" if append_only else ", UPDATE") + (", DELETE" if deletable else "")
    yield f'REVOKE ALL ON "{table}" FROM "{role}"'
    yield f'GRANT {verbs} ON "{table}" TO "{role}"'
    yield _unless_named(f"one_{table}", f'ALTER TABLE "{table}" ADD CONSTRAINT "one_{table}" UNIQUE (practice_id, id)')
    for field in model._meta.local_fields:
        if field.many_to_one and not field.db_constraint:
            yield from _composite_key(table, field.column, field.related_model._meta.db_table)
    if append_only:
        yield from append_only_triggers(table)


def privacy(model: Any, field: str) -> Iterator[str]:
    """The SQL that shows a row of `model` to one member only, whatever her colleagues' roles.

    Restrictive: it holds beside the wall, for whatever is read or written. Where nobody has entered, as in a
    worker, it raises as the wall does.
    """
    table, column = model._meta.db_table, model._meta.get_field(field).column
    hers = f"\"{column}\" = current_setting('app.member_id')::bigint"
    yield f'DROP POLICY IF EXISTS private ON "{table}"'
    yield (
        f'CREATE POLICY private ON "{table}" AS RESTRICTIVE TO "{settings.DATABASE_APP_ROLE}"'
        f" USING ({hers}) WITH CHECK ({hers})"
    )


def _composite_key(table: str, column: str, target: str) -> Iterator[str]:
    name = f"fk_{table}_{column}"[:63]
    yield _unless_named(
        name,
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (practice_id, "{column}")'
        f' REFERENCES "{target}" (practice_id, id) DEFERRABLE INITIALLY DEFERRED',
    )
    index = f"ix_{table}_{column}"[:63]
    yield f'CREATE INDEX IF NOT EXISTS "{index}" ON "{table}" (practice_id, "{column}")'


def _unless_named(constraint: str, statement: str) -> str:
    return (
        f"DO $do$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '{constraint}')"
        f" THEN {statement}; END IF; END $do$"
    )


def append_only_triggers(table: str) -> Iterator[str]:
    """A second lock behind the grants: plain triggers nobody can switch off with a setting."""
    for event, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        name = "never_" + event.split()[0].lower()
        yield f'DROP TRIGGER IF EXISTS {name} ON "{table}"'
        yield (f'CREATE TRIGGER {name} BEFORE {event} ON "{table}" FOR EACH {each} EXECUTE FUNCTION refuse_change()')


def grant_defaults() -> list[str]:
    """What the app role may do on tables that other packages make, before and after this migration."""
    role, verbs = settings.DATABASE_APP_ROLE, "SELECT, INSERT, UPDATE, DELETE"
    return [
        f'ALTER DEFAULT PRIVILEGES GRANT {verbs} ON TABLES TO "{role}"',
        f'GRANT {verbs} ON ALL TABLES IN SCHEMA public TO "{role}"',
    ]


REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""

CATALOGUE = """
SELECT c.relname,
       c.relrowsecurity AND c.relforcerowsecurity AS walled,
       EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'wall') AS has_policy,
       EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'practice_id'
               AND NOT a.attisdropped AND a.attnotnull) AS has_practice,
       has_table_privilege(%(role)s, c.oid, 'TRUNCATE') AS may_truncate,
       c.relkind = 'v' AS is_view,
       COALESCE(c.reloptions::text LIKE '%%security_invoker=true%%', false) AS invoker,
       pg_get_userbyid(c.relowner) = %(role)s AS owned_by_app
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm')
ORDER BY 1
"""

PLAIN_KEYS = """
SELECT con.conname FROM pg_constraint con
JOIN pg_class here ON here.oid = con.conrelid JOIN pg_class there ON there.oid = con.confrelid
WHERE con.contype = 'f' AND here.relforcerowsecurity AND there.relname <> 'practice_practice'
  AND (there.relforcerowsecurity OR there.relname = 'practice_membership')
  AND array_length(con.conkey, 1) = 1
ORDER BY 1
"""

PRIVATE = """
SELECT c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
WHERE p.polname = 'private' AND NOT p.polpermissive AND p.polcmd = '*'
"""

ROLE = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s"


def unprotected() -> list[str]:
    """What is wrong with the wall, one sentence each; empty when it is whole.

    Reads PostgreSQL's catalogue, so a table nobody thought of is found too.
    """
    role, wrong = settings.DATABASE_APP_ROLE, []
    with connection.cursor() as cursor:
        cursor.execute(ROLE, [role])
        if cursor.fetchone()[0]:
            wrong.append(f"role {role} passes row-level security; make it NOSUPERUSER NOBYPASSRLS")
        cursor.execute(CATALOGUE, {"role": role})
        for table, walled, policy, has_practice, truncate, view, invoker, owned in cursor.fetchall():
            if owned:
                wrong.append(f"{table} is owned by the app role {role}; it must own nothing")
            if truncate:
                wrong.append(f"{table} may be truncated by {role}")
            if view:
                if not invoker:
                    wrong.append(f"view {table} lacks security_invoker")
            elif table not in UNWALLED and not (walled and policy and has_practice):
                wrong.append(f"{table} is not walled; add ProtectTable, or a reason to UNWALLED")
        cursor.execute(PLAIN_KEYS)
        wrong += [f"foreign key {name} ignores the wall; use TenantForeignKey" for (name,) in cursor.fetchall()]
        cursor.execute(PRIVATE)
        private = {table for (table,) in cursor.fetchall()}
    return wrong + _models_outside() + _seen_by_others(private)


def _seen_by_others(private: set[str]) -> list[str]:
    return [
        f"{model._meta.db_table} is seen by others than its {model.private_to}; say private_to to ProtectTable"
        for model in apps.get_models()
        if issubclass(model, TenantModel) and model.private_to and model._meta.db_table not in private
    ]


def _models_outside() -> list[str]:
    wrong = []
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table not in UNWALLED and not issubclass(model, TenantModel):
            wrong.append(f"{model.__name__} is neither a TenantModel nor in UNWALLED")
        if not issubclass(model, TenantModel):
            continue
        for field in model._meta.local_fields:
            target = field.related_model if field.many_to_one else None
            walled = target is not None and issubclass(target, TenantModel)
            if walled and not isinstance(field, TenantForeignKey):
                wrong.append(f"{model.__name__}.{field.name} must be a TenantForeignKey")
    return wrong
