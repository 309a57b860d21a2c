from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from practice.findings import BadInput
from practice.models import Practice
from practice.templatetags.house import plural
from practice.tenancy import tenant
from sessions.descriptor_file import MOST_BYTES
from sessions.descriptors import load_descriptors


class Command(BaseCommand):
    help = "Load a practice's own licensed descriptions of service codes: `import_descriptors SLUG FILE [--dry-run]`."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="of the practice that holds the license")
        parser.add_argument("file", type=Path, help="CSV: code,description; or code, tab, text")
        parser.add_argument("--dry-run", action="store_true", help="say what would change and what is wrong, and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        practice = Practice.objects.filter(slug=options["slug"]).first()
        if practice is None:
            raise CommandError(f"There is no practice “{options['slug']}”.")
        try:
            with options["file"].open("rb") as file:
                body = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror or error}.") from None
        try:
            with tenant(practice):
                report = load_descriptors(by=None, body=body, dry_run=options["dry_run"])
        except BadInput as refused:
            raise CommandError(str(refused)) from None
        for problem in report.problems:
            self.stderr.write(problem)
        if report.problems:
            raise CommandError(f"{plural(len(report.problems), 'bad row')}; nothing would be loaded.")
        would = " would be" if report.dry_run else ""
        kinds = " and ".join(report.kinds)
        self.stdout.write(
            f"{practice.slug}: {report.rows:,} codes with {kinds} descriptions;{would} added {report.added:,},"
            f" changed {report.changed:,}, removed {report.removed:,}"
        )
