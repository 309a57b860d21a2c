"""Runs the payer over every connection below a folder, until it is stopped.

    python -m claims.clearinghouse.sandbox ROOT [--every 1.0] [--pay-after-days 0|own] [--zone America/Chicago] [--once]

A connection is a folder with an `inbox`. One that contains a file named HOLD is left alone.
"""

import argparse
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from claims.clearinghouse.sandbox.folder import Busy, Connection


def main() -> int:
    """Poll until interrupted; once with --once."""
    options = _options()
    days = None if options.pay_after_days == "own" else int(options.pay_after_days)
    while True:
        for path in connections(options.root):
            _round(path, _today(options.zone), days)
        if options.once:
            return 0
        time.sleep(options.every)


def connections(root: Path) -> list[Path]:
    """Folders below `root` that are to be worked now."""
    if not root.is_dir():
        return []
    found = (path for path in root.iterdir() if (path / "inbox").is_dir() and not (path / "HOLD").exists())
    return sorted(found)


def _round(path: Path, today: date, days: int | None) -> None:
    """One connection, once. Nothing that goes wrong in it stops the others."""
    try:
        with Connection(path, wait=False) as payer:
            for name in payer.work(today, days):
                print(f"{path.name}: {name}", flush=True)
    except Busy:
        pass  # somebody else works it; next round
    except Exception as error:  # a full disk, a folder taken away: say so and go on
        print(f"{path.name}: {type(error).__name__}", file=sys.stderr, flush=True)


def _today(zone: str) -> date:
    """The payer's date. Its zone matters: a visit of this evening is not one of tomorrow."""
    try:
        return datetime.now(ZoneInfo(zone)).date()
    except ZoneInfoNotFoundError:
        return datetime.now(UTC).date()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("root", type=Path)
    parser.add_argument("--every", type=float, default=1.0, help="seconds between rounds")
    parser.add_argument("--pay-after-days", default="0", help="days until payment; “own”: as each payer does")
    parser.add_argument("--zone", default="America/Chicago", help="time zone whose date is today")
    parser.add_argument("--once", action="store_true", help="one round, then stop")
    options = parser.parse_args()
    if options.pay_after_days != "own" and not options.pay_after_days.isdigit():
        parser.error("--pay-after-days must be a number of days or “own”")
    return options


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(0)
