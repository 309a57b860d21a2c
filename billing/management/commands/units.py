import json
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.answers import billable, next_unit, whole
from billing.caps import Caps
from billing.stretches import BadMinutes, Minutes
from billing.units import ALIASES, Counted, Rule, count
from practice import clock
from practice.models import Discipline

DISCIPLINES = Discipline.values
MOST_TOLD = 20
MOST_BYTES = 512 * 1024 * 1024


class Command(BaseCommand):
    help = "Count units: `units cms 97110=33 97140=7`, or the visits of a JSON file with --file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("rule", nargs="?", type=rule_of, help=", ".join(rule.value for rule in Rule) + ", ama")
        parser.add_argument("lines", nargs="*", metavar="CODE=MIN", help="CODE=MIN, or CODE=THERAPIST+ASSISTANT")
        parser.add_argument("--discipline", default="OT", type=discipline_of, help=", ".join(DISCIPLINES))
        parser.add_argument("--date", type=day_of, help="the day of the service; today where it is not given")
        parser.add_argument(
            "--file", type=Path, help="a JSON list of visits; prints {id: lines}, and names what is wrong"
        )
        parser.add_argument("--json", action="store_true", help="the whole answer")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"]:
            self._file(options["file"], fuller=options["json"])
        elif options["rule"] is None or not options["lines"]:
            raise CommandError("Say a rule and at least one CODE=MIN: units cms 97110=33 97140=7")
        else:
            self._line(options)

    def _line(self, options: dict[str, Any]) -> None:
        try:
            entered = [_entered(text) for text in options["lines"]]
            counted = count(
                entered,
                options["rule"],
                discipline=options["discipline"],
                on=options["date"] or clock.now().date(),
            )
        except BadMinutes as bad:
            raise CommandError(str(bad)) from None
        if options["json"]:
            self.stdout.write(json.dumps(whole(counted, entered, options["discipline"]), indent=2))
            return
        for line in billable(counted, options["discipline"]):
            self.stdout.write(f"{' '.join((line['code'], *line['modifiers'])):<12} {line['units']}")
        for reason in (*counted.reasons, next_unit(counted)):
            if reason:
                self.stdout.write(reason)

    def _file(self, path: Path, *, fuller: bool) -> None:
        try:
            if path.stat().st_size > MOST_BYTES:
                raise CommandError(f"{path} is larger than {MOST_BYTES:,} bytes; give it in parts.")
            visits = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
            raise CommandError(f"{path} cannot be read: {error}") from None
        if not isinstance(visits, list):
            raise CommandError(f"{path} holds no list of visits.")
        found, bad = _count_all(visits, fuller=fuller)
        self.stdout.write(json.dumps(found))
        if bad:
            more = f"\n… and {len(bad) - MOST_TOLD:,} more" if len(bad) > MOST_TOLD else ""
            raise CommandError("\n".join(bad[:MOST_TOLD]) + more)


def _count_all(visits: list[Any], *, fuller: bool) -> tuple[dict[str, Any], list[str]]:
    """Answers by id, and a sentence for each visit that cannot be counted."""
    found: dict[str, Any] = {}
    bad = []
    for number, visit in enumerate(visits, start=1):
        try:
            name = str(visit["id"])
            if name in found:
                raise ValueError("another visit has this id")
            entered, discipline, counted = count_visit(visit)
            found[name] = whole(counted, entered, discipline) if fuller else billable(counted, discipline)
        except (BadMinutes, ValueError, KeyError, TypeError, AttributeError) as error:
            name = str(visit.get("id", "?")) if isinstance(visit, dict) else "?"
            told = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
            bad.append(f"visit {number} ({name}): {told}")
    return found, bad


def rule_of(text: str) -> Rule:
    try:
        return ALIASES.get(text) or Rule(text)
    except ValueError:
        known = ", ".join(rule.value for rule in Rule)
        raise ArgumentTypeError(f"“{text}” is no rule; there are: {known}") from None


def discipline_of(text: str) -> str:
    if text.upper() not in DISCIPLINES:
        raise ArgumentTypeError(f"“{text}” is no discipline; there are: {', '.join(DISCIPLINES)}")
    return text.upper()


def day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is no date; write it as 2026-11-24") from None


def _entered(text: str) -> Minutes:
    code, equals, minutes = text.partition("=")
    first, plus, second = minutes.partition("+")
    if not equals or not _whole(first) or (plus and not _whole(second)):
        raise BadMinutes(f"“{text}” is not CODE=MIN or CODE=THERAPIST+ASSISTANT, in whole minutes")
    return Minutes(code, int(first), int(second) if plus else 0)


def _whole(text: str) -> bool:
    return text.removeprefix("-").isascii() and text.removeprefix("-").isdigit() and len(text) < 9


def count_visit(visit: dict[str, Any]) -> tuple[list[Minutes], str, Counted]:
    """Minutes, discipline and units of one visit of a file; raises ValueError or KeyError for what it lacks."""
    on = visit.get("date")
    rule = ALIASES.get(visit["rule"]) or Rule(visit["rule"])
    discipline = visit.get("discipline") or "OT"
    if discipline not in DISCIPLINES:
        raise ValueError(f"“{discipline}” is no discipline; there are: {', '.join(DISCIPLINES)}")
    entered = [_of_file(line) for line in visit["lines"]]
    counted = count(
        entered,
        rule,
        discipline=discipline,
        on=date.fromisoformat(on) if on else clock.now().date(),
        caps=Caps.of(visit.get("caps") or {}, discipline),
    )
    return entered, discipline, counted


def _of_file(line: dict[str, Any]) -> Minutes:
    minutes, assistant = line["minutes"], line.get("assistant_minutes") or 0
    if type(minutes) is not int or type(assistant) is not int:
        raise BadMinutes(f"{line['code']}: minutes are a whole number")
    return Minutes(line["code"], minutes, assistant)
