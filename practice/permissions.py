"""Who may do what. A permission is a verb; a role is a readable set of verbs; a view declares one."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission


class Permission(StrEnum):
    SEE_OWN_DAY = "see own day"
    SEE_CALENDAR = "see the calendar"
    BOOK_SESSION = "book session"
    DOUBLE_BOOK = "book two at once"
    WRITE_NOTE = "write note"
    READ_NOTE = "read note"
    SIGN_NOTE = "sign note"
    SEE_CLIENTS = "see clients"
    SEE_EVERY_CLIENT = "see every client"
    ADD_CLIENTS = "add clients"
    EDIT_CLIENTS = "edit clients"
    IMPORT_CLIENTS = "import clients"
    EDIT_COVERAGE = "edit coverage"
    RECORD_BENEFITS = "record benefits"
    SET_DIAGNOSES = "set diagnoses"
    EDIT_PAYERS = "edit payers"
    MERGE_CLIENTS = "merge clients"
    SEE_CLAIMS = "see claims"
    SUBMIT_CLAIMS = "submit claims"
    SEE_REMITTANCES = "see remittances"
    SEE_INVOICES = "see invoices"
    MAKE_INVOICES = "make invoices"
    TAKE_PAYMENT = "take payment"
    GIVE_BACK = "give money back"
    WRITE_OFF = "write off"
    APPROVE_WRITE_OFFS = "approve write-offs"
    GRANT_DISCOUNTS = "grant discounts"
    MOVE_COVERAGE = "move charges to another payer"
    CHARGE_FEES = "charge fees"
    GIVE_ESTIMATES = "give estimates"
    SET_FEES = "set fees"
    SEE_RECEIVABLES = "see receivables"
    KEEP_NOTICES = "keep advance notices"
    FIND = "find"
    SEE_PROGRESS = "see progress"
    LOAD_CODE_LISTS = "load code lists"
    KEEP_DOCUMENTS = "keep documents"
    SET_SECURITY = "set security"
    SEE_AUDIT = "see the audit"
    BREAK_GLASS = "open a chart in an emergency"
    MANAGE_TEAM = "manage the team"
    MANAGE_PRACTICE = "change the practice's settings"
    EDIT_ENROLLMENTS = "edit enrollments"


P = Permission
# Whoever sits with the client before a service may hand her the notice, and take a picture of her card.
_EVERYBODY = {P.FIND, P.SEE_CLIENTS, P.ADD_CLIENTS, P.SEE_PROGRESS, P.KEEP_NOTICES, P.KEEP_DOCUMENTS}

# A person's permissions are the union of her roles'.
ROLES: dict[str, set[Permission]] = {
    "owner": set(Permission),
    "therapist": _EVERYBODY
    | {
        P.SEE_OWN_DAY,
        P.SEE_CALENDAR,
        P.BOOK_SESSION,
        P.WRITE_NOTE,
        P.READ_NOTE,
        P.SIGN_NOTE,
        P.SET_DIAGNOSES,
        P.BREAK_GLASS,
    },
    "biller": _EVERYBODY
    | {
        P.SEE_EVERY_CLIENT,
        P.EDIT_CLIENTS,
        P.IMPORT_CLIENTS,
        P.EDIT_COVERAGE,
        P.RECORD_BENEFITS,
        P.SET_DIAGNOSES,
        P.EDIT_PAYERS,
        P.MERGE_CLIENTS,
        P.SEE_CLAIMS,
        P.SUBMIT_CLAIMS,
        P.SEE_REMITTANCES,
        P.SEE_INVOICES,
        P.MAKE_INVOICES,
        P.TAKE_PAYMENT,
        P.GIVE_BACK,
        P.WRITE_OFF,
        P.GRANT_DISCOUNTS,
        P.MOVE_COVERAGE,
        P.CHARGE_FEES,
        P.GIVE_ESTIMATES,
        P.SET_FEES,
        P.SEE_RECEIVABLES,
        P.EDIT_ENROLLMENTS,
    },
    "scheduler": _EVERYBODY
    | {
        P.SEE_EVERY_CLIENT,
        P.EDIT_CLIENTS,
        P.EDIT_COVERAGE,
        P.SET_DIAGNOSES,
        P.SEE_CALENDAR,
        P.BOOK_SESSION,
        P.DOUBLE_BOOK,
        P.TAKE_PAYMENT,
        P.CHARGE_FEES,
        P.GIVE_ESTIMATES,
    },
}

# What a role means, in the words of who gives it. Roles stack: a therapist who also bills has both.
MEANS = {
    "owner": "Everything, with the team and the settings",
    "therapist": "Own day and caseload: sessions, notes, signing",
    "biller": "Every client's coverage, claims, payments and invoices; no notes",
    "scheduler": "Every client's calendar and payments at the desk; no notes",
}


NOBODY = ""  # what a page shows that holds no client's data


def allows(permission: Permission, *, shows: str | None = None, listing: str | None = None) -> Callable:
    """Declare the permission a practice view needs. Without it the house does not start.

    A view that can be read also says what it shows: a section of one client's data, which it tells `audit.seen()`;
    a list of many; or `shows=NOBODY`.
    """

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            if not request.member.may(permission):
                raise PermissionDenied(f"Your role may not {permission}. Ask an owner of the practice if you need it.")
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.shows, guarded.listing = shows, listing  # type: ignore[attr-defined]
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
