"""Heart. When a signed-in browser locks, when it ends, and what a PIN may be. Moments in, no clock.

Figures: 45 CFR 164.312(a)(2)(iii) and ONC 170.315(d)(5) ask for an automatic time-out and name no minutes.
"""

from datetime import datetime, timedelta
from ipaddress import ip_address
from itertools import pairwise

SHORTEST, USUAL, LONGEST = 5, 15, 60  # minutes a practice may choose
WHOLE_DAY = timedelta(hours=12)  # then the full sign-in is asked for, whatever was done meanwhile
WARN = 120  # seconds before the lock
PRECISE = timedelta(seconds=5)  # an action is written down when the last one is older
TRIES = 5
PIN_DIGITS = 6

BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def seconds_left(active_at: datetime, now: datetime, minutes: int) -> int:
    """Seconds until the lock; 0 when its time has come."""
    return max(0, int((active_at + timedelta(minutes=minutes) - now).total_seconds()))


def over(begun_at: datetime, now: datetime) -> bool:
    """Whether the twelve hours since the full sign-in are over."""
    return now - begun_at >= WHOLE_DAY


def minutes_problem(minutes: int) -> str:
    """Why a practice cannot lock after that long; empty when it can."""
    fits = SHORTEST <= minutes <= LONGEST
    return "" if fits else f"Choose between {SHORTEST} and {LONGEST} minutes."


def pin_problem(pin: str) -> str:
    """Why that is no PIN; empty when it is one."""
    if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        return f"Type {PIN_DIGITS} digits."
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        return "That one is tried first. Choose digits that are not in a row and not all the same."
    return ""


def device(agent: str) -> str:
    """“Firefox on Mac”, from what a browser says of itself. Shown to its owner only, and never trusted."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "A browser")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return f"{browser} on {system}" if system else browser


def address(text: str) -> str | None:
    """An IP address, or None for what is none (a socket on our own machine)."""
    try:
        return str(ip_address(text))
    except ValueError:
        return None
