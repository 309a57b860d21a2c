"""What a page asks by itself is marked on the view, never by the request: a client cannot choose to stay alive."""

from collections.abc import Callable
from typing import Any

# While it is locked a browser reaches these by name: the lock itself, and the ways out.
OPEN_WHEN_LOCKED = {
    "lock",
    "lock_passkey",
    "lock_state",
    "sign_out",
    "sign_in",
    "health",
    "account_logout",
    "account_login",
}


def polled[View: Callable[..., Any]](view: View) -> View:
    """Mark a view that pages ask by themselves, on a timer or beside another page: it is no sign of a person."""
    view.polled = True  # type: ignore[attr-defined]
    return view


def is_polled(view: Any) -> bool:
    return getattr(view, "polled", False)
