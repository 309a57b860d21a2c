from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from claims.demo import cast
from claims.demo.found import found
from practice import second_factor
from practice.findings import BadInput
from practice.models import Practice, User


class Command(BaseCommand):
    help = "Make the invented practice: its skeleton now, its past by the worker."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="only when there is no practice yet")
        parser.add_argument("--logins", action="store_true", help="print one log-in for each role and stop")

        parser.add_argument("--days", type=int, help="only so many working days of the past")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["logins"]:
            self._logins()
        elif not (options["if_empty"] and Practice.objects.exists()):
            found(Path(settings.EXCHANGE_DIR), options["days"])
            self.stdout.write(f"{cast.NAME} is made; its past follows in the background")

    def _logins(self) -> None:
        if not Practice.objects.filter(slug=cast.SLUG).exists():
            return
        for person in (p for key in cast.LOGINS for p in cast.TEAM if p.key == key):
            try:
                code, _ = second_factor.invented_code(User.objects.get(email=person.email))
            except BadInput:  # she has set up an app of her own
                code = "her own app"
            self.stdout.write(f"  {person.roles[0]:<10} {person.email:<32} {cast.PASSWORD}  {code}")
        self.stdout.write("  The six digits are the second step, for half a minute; then: ./run manage code EMAIL")
