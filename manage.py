#!/usr/bin/env python
"""Django's command line. Commands that change the schema or shared data run as the database's owner."""

import os
import sys

from django.core.management import execute_from_command_line

OWNER_COMMANDS = {"migrate", "sqlmigrate"}
OF_A_PRACTICE = {"import_descriptors"}  # its rows are behind the wall: the app's log-in writes them


def needs_owner(argv: list[str]) -> bool:
    command = argv[1] if len(argv) > 1 else ""
    shared = command.startswith("import_") and command not in OF_A_PRACTICE
    return command in OWNER_COMMANDS or shared or "--rebuild" in argv


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "practice.settings")
    if needs_owner(sys.argv) and "DATABASE_OWNER_URL" in os.environ:
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
