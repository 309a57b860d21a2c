"""`manage.py up`: the same as `./run`, for who has an environment already."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from practice.embedded import supervisor


class Command(BaseCommand):
    help = "Start PostgreSQL, Valkey, web, worker, beat and the sandbox payer; stop them with Ctrl-C."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(supervisor.up(settings.DATA_DIR))
