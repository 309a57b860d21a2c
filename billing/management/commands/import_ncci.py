from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from psycopg import errors

from billing.codesets import loading
from billing.codesets.models import CodeSetKind
from billing.codesets.quarters import Quarter
from billing.codesets.rows import BadFile

REFUSED = (
    "This log-in may only read coding edits; the owner of the database loads them. Use `./run manage import_ncci …`,"
    " or set DATABASE_OWNER_URL."
)


class Command(BaseCommand):
    help = (
        "Load CMS's coding edits as owner: `import_ncci ptp ccipra-v323r0-f1.zip … -f4.zip`, `import_ncci mue FILE`,"
        " `import_ncci add-ons FILE`; thresholds from a CSV year,bucket,amount,review: `import_ncci kx FILE`."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=[kind.value for kind in CodeSetKind])
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="all parts at once, packed or not")
        parser.add_argument("--quarter", type=quarter_of, help="2026Q4, where the names of the files do not tell")

    def handle(self, *args: Any, **options: Any) -> None:
        kind, files, quarter = CodeSetKind(options["kind"]), options["files"], options["quarter"]
        if quarter and kind is CodeSetKind.THRESHOLDS:
            raise CommandError("Thresholds are by year: leave --quarter out.")
        try:
            loaded = self._load(kind, files, quarter)
        except (BadFile, loading.NotLoaded) as bad:
            raise CommandError(f"{bad} Nothing was loaded.") from None
        except DatabaseError as error:
            if isinstance(error.__cause__, errors.InsufficientPrivilege):
                raise CommandError(REFUSED) from None
            raise
        self.stdout.write(loaded.words)
        if loaded.caution:
            self.stderr.write(loaded.caution)

    def _load(self, kind: CodeSetKind, files: list[Path], quarter: Quarter | None) -> loading.Loaded:
        match kind:
            case CodeSetKind.PAIRS:
                return loading.load_pairs(files, quarter)
            case CodeSetKind.LIMITS:
                return loading.load_limits(files, quarter)
            case CodeSetKind.ADD_ONS:
                return loading.load_add_ons(files, quarter)
            case CodeSetKind.THRESHOLDS:
                return loading.load_thresholds(files)


def quarter_of(text: str) -> Quarter:
    try:
        return Quarter.of(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
