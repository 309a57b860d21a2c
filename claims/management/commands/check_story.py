from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from claims.demo.check import Failed, run


class Command(BaseCommand):
    help = "Drive the main job through a running stack with plain HTTP; fails unless every step holds."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", required=True, help="where the web server answers")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            for line in run(options["url"]):
                self.stdout.write(line)
        except Failed as failed:
            raise CommandError(str(failed)) from None
