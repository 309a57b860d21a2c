"""`./run manage code EMAIL`: the second step of one of the invented people."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from practice import second_factor
from practice.findings import BadInput
from practice.models import User


class Command(BaseCommand):
    help = "Print the next code of a person of an invented practice. Refused for everybody else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["email"]).first()
        if user is None:
            raise CommandError(f"nobody signs in as {options['email']}")
        try:
            code, wait = second_factor.invented_code(user)
        except BadInput as why:
            raise CommandError(str(why)) from None
        self.stdout.write(f"{code}  (from {wait} s on)" if wait else code)
