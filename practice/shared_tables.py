"""Tables outside the wall: code lists that only the owner loads, and records that nobody changes."""

from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.operations.base import Operation

from practice.tenancy import append_only_triggers


class ReadOnlyTable(Operation):
    """Migration operation: the app role may select from the table and nothing else. Name it in UNWALLED too."""

    reversible = True

    def __init__(self, model: str) -> None:
        self.model = model

    def deconstruct(self) -> tuple[str, list, dict]:
        return "ReadOnlyTable", [self.model], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table, role = to_state.apps.get_model(app_label, self.model)._meta.db_table, settings.DATABASE_APP_ROLE
        schema_editor.execute(f'REVOKE ALL ON "{table}" FROM "{role}"', params=None)
        schema_editor.execute(f'GRANT SELECT ON "{table}" TO "{role}"', params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        pass  # the table goes with the CreateModel before it

    def describe(self) -> str:
        return f"Let the app only read {self.model}"


class InsertOnlyTable(Operation):
    """Migration operation: a record outside the wall. The app's role selects and inserts; a trigger says so to all."""

    reversible = True

    def __init__(self, model: str) -> None:
        self.model = model

    def deconstruct(self) -> tuple[str, list, dict]:
        return "InsertOnlyTable", [self.model], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table, role = to_state.apps.get_model(app_label, self.model)._meta.db_table, settings.DATABASE_APP_ROLE
        schema_editor.execute(f'REVOKE ALL ON "{table}" FROM "{role}"', params=None)
        schema_editor.execute(f'GRANT SELECT, INSERT ON "{table}" TO "{role}"', params=None)
        for statement in append_only_triggers(table):
            schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        pass  # the table goes with the CreateModel before it

    def describe(self) -> str:
        return f"Let the app only add to {self.model}"


def may_write(model: Any) -> bool:
    """Whether who is logged in to the database may write a shared table: the owner, not the app."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'INSERT')", [model._meta.db_table])
        return bool(cursor.fetchone()[0])
