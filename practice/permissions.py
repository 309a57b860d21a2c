"""Who may do what. A permission is a verb; a role is a readable set of verbs; a view declares one."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission


class Permission(StrEnum):
    SEE_OWN_DAY = "see own day"
    BOOK_SESSION = "book session"
    WRITE_NOTE = "write note"
    READ_NOTE = "read note"
    SIGN_NOTE = "sign note"
    SEE_CLIENTS = "see clients"
    SEE_EVERY_CLIENT = "see every client"
    EDIT_COVERAGE = "edit coverage"
    MERGE_CLIENTS = "merge clients"
    SEE_CLAIMS = "see claims"
    SUBMIT_CLAIMS = "submit claims"
    SEE_REMITTANCES = "see remittances"
    SEE_INVOICES = "see invoices"
    MAKE_INVOICES = "make invoices"
    TAKE_PAYMENT = "take payment"
    SEE_RECEIVABLES = "see receivables"
    KEEP_NOTICES = "keep advance notices"
    FIND = "find"
    SEE_PROGRESS = "see progress"
    LOAD_CODE_LISTS = "load code lists"


P = Permission
# Whoever sits with the client before a service may hand her the notice.
_EVERYBODY = {P.FIND, P.SEE_CLIENTS, P.SEE_PROGRESS, P.KEEP_NOTICES}

# A person's permissions are the union of her roles'.
ROLES: dict[str, set[Permission]] = {
    "owner": set(Permission),
    "therapist": _EVERYBODY | {P.SEE_OWN_DAY, P.BOOK_SESSION, P.WRITE_NOTE, P.READ_NOTE, P.SIGN_NOTE},
    "biller": _EVERYBODY
    | {
        P.SEE_EVERY_CLIENT,
        P.EDIT_COVERAGE,
        P.MERGE_CLIENTS,
        P.SEE_CLAIMS,
        P.SUBMIT_CLAIMS,
        P.SEE_REMITTANCES,
        P.SEE_INVOICES,
        P.MAKE_INVOICES,
        P.TAKE_PAYMENT,
        P.SEE_RECEIVABLES,
    },
    "scheduler": _EVERYBODY | {P.SEE_EVERY_CLIENT, P.BOOK_SESSION, P.TAKE_PAYMENT},
}


def allows(permission: Permission) -> Callable:
    """Declare the permission a practice view needs. Without it the house does not start."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            if not request.member.may(permission):
                raise PermissionDenied(f"Your role may not {permission}. Ask an owner of the practice if you need it.")
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


class DeclaredPermission(BasePermission):
    """API views carry `permission`, or `permissions` by HTTP method; one without is refused."""

    def has_permission(self, request: Any, view: Any) -> bool:
        needed = declared(type(view), request.method)
        return needed is not None and request._request.member.may(needed)


def declared(view: Any, method: str = "GET") -> Permission | None:
    """The permission a view function or API class declares for a method. HEAD is GET without the body."""
    by_method = getattr(view, "permissions", None)
    return by_method.get("GET" if method == "HEAD" else method) if by_method else getattr(view, "permission", None)
