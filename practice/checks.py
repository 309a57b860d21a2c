"""System checks: the house does not start with a view that names no permission."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from practice.permissions import declared

# Reachable without a practice, each with its own guard.
OPEN = {"sign_in", "sign_out", "home", "health", "schema", "invitation"}


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
