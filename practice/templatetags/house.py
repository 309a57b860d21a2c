"""How figures, dates and times are written, everywhere the same (DESIGN: words)."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.forms import BaseForm
from django.utils.safestring import SafeString
from heroicons.templatetags.heroicons import heroicon_micro

from practice import clock, money

register = template.Library()


@register.filter
def dollars(amount: Decimal | str | None) -> str:
    """$1,184.00, in tables. What is written already stays as it is."""
    if amount is None or isinstance(amount, str):
        return amount or ""
    return money.show(amount)


@register.filter
def dollars_round(amount: Decimal | None) -> str:
    """$75,300, in summaries."""
    return "" if amount is None else money.show(amount.quantize(Decimal(1)))[:-3]


@register.filter
def day(value: date | str | None) -> str:
    """Nov 23, with the year when it is not this one. What is written already stays as it is."""
    if value is None or isinstance(value, str):
        return value or ""
    written = f"{value:%b} {value.day}"
    return written if value.year == clock.now().year else f"{written}, {value.year}"


@register.filter
def long_day(value: date | None) -> str:
    """November 23, 2026."""
    return "" if value is None else f"{value:%B} {value.day}, {value.year}"


@register.filter
def at_time(value: datetime | None, zone: str) -> str:
    """9:52 AM in an IANA zone."""
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(zone))
    return f"{local.hour % 12 or 12}:{local.minute:02d} {'AM' if local.hour < 12 else 'PM'}"


@register.filter
@cache
def icon(name: str) -> SafeString:
    """A small icon of Heroicons in rows, of which a page may have thousands: its tag draws each anew."""
    return SafeString(heroicon_micro(name))


@register.filter
def plural(number: int, word: str) -> str:
    """3 claims, 1 claim: `{{ n|plural:"claim" }}`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


@register.filter
def full_day(value: date | None) -> str:
    """Monday, November 23, 2026."""
    return "" if value is None else f"{value:%A}, {long_day(value)}"


@register.filter
def phone(digits: str) -> str:
    """(847) 555-0142 for ten digits; anything else as it is."""
    ten = len(digits) == 10 and digits.isdigit()
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if ten else digits


@register.filter
def initials(name: str) -> str:
    """DW, for Dana Whitfield."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def dates_of(form: BaseForm) -> str:
    """The button of a filter's dates: “Nov 3 – Nov 20”, “From Nov 3”, “All dates”."""
    first, last = (_typed_date(form, name) for name in ("start", "end"))
    if first and last:
        return f"{day(first)} – {day(last)}"
    if first or last:
        return f"From {day(first)}" if first else f"Until {day(last)}"
    return "All dates"


def _typed_date(form: BaseForm, name: str) -> date | None:
    value = form[name].value()
    try:
        return value if isinstance(value, date) else date.fromisoformat(value or "")
    except ValueError:
        return None


BAR = 4  # places in the bottom bar of phones, before “More”
KEYS = {
    "Today": "t",
    "Calendar": "k",
    "Claims": "c",
    "Remittances": "r",
    "Invoices": "i",
    "Receivables": "v",
    "Write-offs": "w",
    "Clients": "l",
    "Team": "m",
    "Settings": "s",
}


@register.filter
def in_bar(navigation: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items that stand in the bottom bar: the first, and always the current one."""
    shown = list(navigation[:BAR])
    beyond = next((item for item in navigation[BAR:] if item["current"]), None)
    return [*shown[:-1], beyond] if beyond else shown


@register.filter
def beyond_bar(navigation: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items that stand under “More”."""
    shown = in_bar(navigation)
    return [item for item in navigation if item not in shown]


@register.filter
def go_key(item: dict[str, Any]) -> str:
    """The key after `g` that opens an item of the navigation."""
    return KEYS.get(item["label"], "")


@register.filter
def middle(segment: dict[str, Any]) -> float:
    """Where the words in a bar's segment stand: its middle."""
    return segment["x"] + segment["width"] / 2


@register.filter
def after(row: dict[str, Any]) -> float:
    """Where a bar's total stands: behind its last segment."""
    last = row["segments"][-1]
    return last["x"] + last["width"] + 10


@register.filter
def before(row: dict[str, Any]) -> float:
    """Where a bar's name ends: in front of its first segment."""
    return row["segments"][0]["x"] - 12


@register.simple_tag
def light(*name: str | int) -> str:
    """The light palette's hex for a chart attribute: `{% light "age" 3 "edge" %}`. Read from tokens.css."""
    return _palette()["-".join(str(part) for part in name)]


@cache
def _palette() -> dict[str, str]:
    text = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", text.split("@media")[0]))


@register.filter
def kind(word: str) -> str:
    """The kind of a callout from Django's message levels: success is ok, error is bad."""
    return {"success": "ok", "error": "bad", "warning": "warn", "debug": "mute"}.get(word, word or "info")
