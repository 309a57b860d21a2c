from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from practice import audit_seals
from practice.models import Practice
from practice.templatetags.house import plural
from practice.tenancy import tenant


class Command(BaseCommand):
    help = "Prove the audit of every practice against its seals; name the first row that is not as it was written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--practice", help="slug of one practice")
        parser.add_argument("--head", default="", help="a head that was kept elsewhere (with --practice)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["head"] and not options["practice"]:
            raise CommandError("A head belongs to one practice: say --practice too")
        practices = Practice.objects.filter(**({"slug": options["practice"]} if options["practice"] else {}))
        wrong = 0
        for practice in practices.order_by("slug"):
            with tenant(practice):
                found = audit_seals.verify(options["head"])
            for sentence in found.wrong:
                self.stderr.write(f"{practice.slug}: {sentence}")
            state = "does not verify" if found.wrong else "unbroken"
            self.stdout.write(
                f"{practice.slug}: {plural(found.rows, 'row')} in {plural(found.seals, 'seal')}, {state};"
                f" {found.since:,} since the last. Head {found.head or 'none yet'}"
            )
            wrong += len(found.wrong)
        if wrong:
            raise CommandError(f"{plural(wrong, 'thing')} wrong; the first is what was touched first")
