"""The only place that reads the clock. `at(moment)` stands it still, for tests and for the invented history."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

YEARS = range(2000, 2100)  # of what people plan: a year outside is mistyped, and some cannot be counted with
_fixed: ContextVar[datetime | None] = ContextVar("fixed_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _fixed.get() or datetime.now(UTC)


def today(zone: str) -> date:
    """The local date in an IANA zone. A date of service and a posting date are local dates."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside the block the clock stands at `moment` (aware)."""
    if moment.tzinfo is None:
        raise ValueError("clock.at() needs an aware datetime")
    token = _fixed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
