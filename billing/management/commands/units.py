import json
from argparse import ArgumentTypeError
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.modifiers import ASSISTANT
from billing.units import BadMinutes, Caps, CodeUnits, Counted, Minutes, Rule, count
from practice import clock

ALIASES = {"ama": Rule.MIDPOINT}
MOST_BYTES = 512 * 1024 * 1024


class Command(BaseCommand):
    help = "Count units: `units cms 97110=33 97140=7`, or the visits of a JSON file with --file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("rule", nargs="?", type=rule_of, help=", ".join(rule.value for rule in Rule) + ", ama")
        parser.add_argument("lines", nargs="*", metavar="CODE=MIN", help="CODE=MIN, or CODE=THERAPIST+ASSISTANT")
        parser.add_argument("--discipline", default="OT")
        parser.add_argument("--date", type=day_of, help="the day of the service; today where it is not given")
        parser.add_argument("--file", type=Path, help="a JSON list of visits; prints {id: lines}")
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
            self.stdout.write(json.dumps(whole(counted, options["discipline"]), indent=2))
            return
        for line in lines_of(counted, options["discipline"]):
            self.stdout.write(f"{' '.join((line['code'], *line['modifiers'])):<12} {line['units']}")
        for reason in counted.reasons:
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
        found = {}
        for number, visit in enumerate(visits, start=1):
            try:
                discipline, counted = count_visit(visit)
            except (BadMinutes, ValueError, KeyError, TypeError, AttributeError) as error:
                name = visit.get("id", "?") if isinstance(visit, dict) else "?"
                told = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
                raise CommandError(f"visit {number} ({name}): {told}") from None
            found[str(visit["id"])] = whole(counted, discipline) if fuller else lines_of(counted, discipline)
        self.stdout.write(json.dumps(found))


def rule_of(text: str) -> Rule:
    try:
        return ALIASES.get(text) or Rule(text)
    except ValueError:
        known = ", ".join(rule.value for rule in Rule)
        raise ArgumentTypeError(f"“{text}” is no rule; there are: {known}") from None


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


def count_visit(visit: dict[str, Any]) -> tuple[str, Counted]:
    """The discipline and the units of one visit of a file; raises ValueError or KeyError for what it lacks."""
    on = visit.get("date")
    rule = ALIASES.get(visit["rule"]) or Rule(visit["rule"])
    discipline = visit.get("discipline") or "OT"
    counted = count(
        [_of_file(line) for line in visit["lines"]],
        rule,
        discipline=discipline,
        on=date.fromisoformat(on) if on else clock.now().date(),
        caps=Caps.of(visit.get("caps") or {}),
    )
    return discipline, counted


def _of_file(line: dict[str, Any]) -> Minutes:
    minutes, assistant = line["minutes"], line.get("assistant_minutes") or 0
    if type(minutes) is not int or type(assistant) is not int:
        raise BadMinutes(f"{line['code']}: minutes are a whole number")
    return Minutes(line["code"], minutes, assistant)


def lines_of(counted: Counted, discipline: str, lines: tuple[CodeUnits, ...] | None = None) -> list[dict[str, Any]]:
    """Billable lines: a code's clean units before those with the assistant's modifier."""
    found = []
    for line in counted.lines if lines is None else lines:
        for units, modifiers in ((line.units - line.assisted, []), (line.assisted, [ASSISTANT.get(discipline, "")])):
            if units:
                found.append({"code": line.code, "units": _number(units * counted.size), "modifiers": modifiers})
    return found


def _number(units: Decimal) -> int | float:
    return int(units) if units == int(units) else float(units)


def whole(counted: Counted, discipline: str) -> dict[str, Any]:
    """The whole answer."""
    return {
        "rule": counted.rule.value,
        "total": _number(counted.total * counted.size),
        "lines": lines_of(counted, discipline),
        "alternatives": [lines_of(counted, discipline, lines) for lines in counted.equal],
        "timed_minutes": counted.timed_minutes,
        "next_at": counted.next_at,
        "next_code": counted.next_code,
        "reasons": list(counted.reasons),
    }
