"""System checks: the house does not start with a view that names no permission, or not what it shows."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import Error, register
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from practice.permissions import declared

# Reachable without a practice, each with its own guard.
OPEN = {"sign_in", "second_step", "sign_out", "home", "health", "schema"}
OPEN |= {"reset", "reset_link", "reset_password"}
OPEN |= {"set_up", "set_up_app", "set_up_passkey", "recovery_codes"}
OPEN |= {"my_sign_in", "remove_factor", "new_recovery_codes", "change_password"}
# A person's own: what she is shown is found by her, never by a number alone.
OPEN |= {
    "lock",
    "lock_passkey",
    "lock_state",
    "lock_stay",
    "pin",
    "pin_remove",
    "sign_ins",
    "sign_in_end",
    "sign_ins_end_others",
}
OPEN |= {"invitation", "feed"}


def practice_views() -> Iterator[tuple[str, Any]]:
    """(address pattern, view) of every URL of the house, openly reachable ones left out."""
    yield from _walk(get_resolver().url_patterns, "")


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, address)
        elif pattern.name not in OPEN:
            yield address, pattern.callback


def methods(view: Any) -> list[str]:
    """The HTTP methods a DRF view answers; function views are one permission for all."""
    actions = getattr(view, "actions", None)
    if actions:
        return [method.upper() for method in actions]
    cls = getattr(view, "cls", None)
    return [m.upper() for m in ("get", "post", "put", "patch", "delete") if hasattr(cls, m)] if cls else ["GET"]


@register("permissions")
def every_view_declares_a_permission(app_configs: Any, **kwargs: Any) -> list[Error]:
    return [
        Error(f"{address} declares no permission for {method}", hint="Use @allows(Permission.…).", id="practice.E001")
        for address, view in practice_views()
        for method in methods(view)
        if declared(getattr(view, "cls", view), method) is None
    ]


def readable(view: Any) -> bool:
    """Whether a view answers GET. A function view is asked with a method nobody has: `require_…` answers for it."""
    if hasattr(view, "cls"):
        return "GET" in methods(view)
    try:
        answer = view(RequestFactory().generic("PURGE", "/"))
    except AttributeError:  # it says no methods and so answers to all; there is nobody to ask for a permission
        return True
    return "GET" in answer.headers.get("Allow", "GET")


@register("permissions")
def every_page_says_what_it_shows(app_configs: Any, **kwargs: Any) -> list[Error]:
    return [
        Error(
            f"{address} does not say what it shows",
            hint='Say shows="chart" and call audit.seen(), listing="claims", or shows=NOBODY where no client is in it.',
            id="practice.E002",
        )
        for address, view in practice_views()
        if readable(view) and _says_nothing(getattr(view, "cls", view))
    ]


def _says_nothing(view: Any) -> bool:
    return getattr(view, "shows", None) is None and getattr(view, "listing", None) is None
