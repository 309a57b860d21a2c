import time
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clients.icd10.importing import LEAST_LEAVES, load_release
from clients.order_file import BadOrderFile
from practice.findings import BadInput

SAID = {
    "loaded": "{label} is loaded: {rows:,} codes for {starts_on} to {ends_on}, in {seconds:.1f} s",
    "replaced": "{label} is replaced: {rows:,} codes for {starts_on} to {ends_on}, in {seconds:.1f} s",
    "moved": "{label} is the same file and now holds for {starts_on} to {ends_on}; its {rows:,} codes are unchanged",
    "unchanged": "Nothing to do: {label} is this very file, loaded {loaded_at:%Y-%m-%d} for {starts_on} to {ends_on}",
}


class Command(BaseCommand):
    help = "Load a year's ICD-10-CM (CMS's icd10cm_order_….txt or its zip) for the days of service it holds for."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--from", dest="starts_on", type=day_of, required=True, help="first day, 2026-10-01")
        parser.add_argument("--to", dest="ends_on", type=day_of, required=True, help="last day, 2027-09-30")
        parser.add_argument("--label", default="", help="FY2027 where it is not given")
        parser.add_argument("--least", type=int, default=LEAST_LEAVES, help="fewer billable codes mean a cut file")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        try:
            loaded = load_release(
                options["file"],
                starts_on=options["starts_on"],
                ends_on=options["ends_on"],
                label=options["label"].strip()[:40],
                least=options["least"],
            )
        except (BadOrderFile, BadInput) as refused:
            raise CommandError(f"{refused}. Nothing was loaded.") from None
        seconds = time.monotonic() - began
        self.stdout.write(SAID[loaded.done].format(**vars(loaded.release), seconds=seconds))


def day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is no date; write it as 2026-10-01") from None
