from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing import books
from practice.models import Practice
from practice.tenancy import tenant


class Command(BaseCommand):
    help = "Prove the books of every practice: kept = computed, entries = zero, aging = receivable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--practice", help="slug of one practice")
        parser.add_argument("--rebuild", action="store_true", help="remake the open items first (as the owner)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            self.stdout.write(f"{books.rebuild()} open items remade")
        practices = Practice.objects.filter(**({"slug": options["practice"]} if options["practice"] else {}))
        wrong = 0
        for practice in practices.order_by("slug"):
            with tenant(practice):
                found = books.wrong()
            wrong += len(found)
            for sentence in found:
                self.stderr.write(f"{practice.slug}: {sentence}")
            self.stdout.write(f"{practice.slug}: {'does not verify' if found else 'books verify'}")
        if wrong:
            raise CommandError(f"{wrong} things are wrong")
