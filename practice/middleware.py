"""Every practice page runs inside its practice, in one transaction."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from practice import audit, second_factor
from practice.models import Membership
from practice.tenancy import tenant

PREFIXES = ("/p/", "/api/v1/p/")
SET_UP, RESET = "/sign-in/set-up/", "/sign-in/reset/"
OPEN_DOORS = {"/sign-in/", "/sign-in/code/", "/sign-out/", "/health/"}


class PrivateMiddleware:
    """Nothing of ours is kept by browsers or proxies: pages hold health data."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Vary"] = "HX-Request, Cookie"
        return response


class SecondFactorMiddleware:
    """Nobody goes past the front door on a password alone, whichever door she came to.

    Who has a second factor is asked for it; who has none can reach the pages that set one up, and nothing else.
    A fragment gets 401, the API 401 with a sentence.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        path = request.path_info
        if path in OPEN_DOORS or path.startswith(RESET):
            return self.get_response(request)
        if not request.user.is_authenticated or "second_factor_at" in request.session:
            return self.get_response(request)
        asked_for = second_factor.has_one(request.user)
        if path.startswith(SET_UP) and not asked_for:
            return self.get_response(request)
        if path.startswith("/api/"):
            words = "Sign in with your second factor." if asked_for else "Set up a second factor at /sign-in/set-up/."
            return JsonResponse({"detail": words}, status=401)
        if request.htmx:
            return HttpResponse(status=401)
        if request.method in ("GET", "HEAD") and not path.startswith(SET_UP):
            request.session["after_sign_in"] = request.get_full_path()
        return redirect("second_step" if asked_for else "set_up")


class TenantMiddleware:
    """Finds the practice in the address, the person's membership in it, and enters `tenant()`.

    `request.practice` and `request.member` are set. Who is not a member is told 404: that a practice
    exists is nobody else's business. A view that raises rolls everything back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        slug = _slug(request.path_info)
        if slug is None:
            return self.get_response(request)
        if not request.user.is_authenticated:
            return _sign_in(request)
        member = (
            Membership.objects.select_related("practice", "user")
            .filter(practice__slug=slug, practice__active=True, user=request.user, active=True)
            .first()
        )
        if member is None:
            raise Http404
        request.practice, request.member = member.practice, member
        reading = request.method in ("GET", "HEAD")
        with tenant(member.practice, member, reading=reading), audit.watched() as looked:
            response = self.get_response(request)
            _keep_look(request, response, looked)
            if response.streaming:
                raise RuntimeError("a streaming response would outlive its practice")
            if getattr(request, "raised", False) or response.status_code >= 500:
                transaction.set_rollback(True)
        if response.status_code in (403, 404):
            _keep_refusal(request, response.status_code)
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> None:
        request.view = getattr(view, "cls", view)

    def process_exception(self, request: Any, exception: Exception) -> None:
        request.raised = True


def _keep_look(request: Any, response: HttpResponseBase, looked: list[str]) -> None:
    """A list leaves its row here; a page of one client's data must have left it itself."""
    view = getattr(request, "view", None)
    if request.method not in ("GET", "HEAD") or response.status_code != 200 or getattr(request, "raised", False):
        return
    if section := getattr(view, "listing", None):
        audit.listed(section, request.GET)
    if getattr(view, "shows", None) and not looked:
        raise RuntimeError(f"{request.resolver_match.route} shows a client's data and told nobody; call audit.seen()")


def _keep_refusal(request: Any, status: int) -> None:
    """In a transaction of its own: that of the request is rolled back, and nothing of it stays."""
    found = request.resolver_match
    with tenant(request.practice, request.member):
        audit.refused(status, found.route if found else "no such address", found.kwargs.get("pk") if found else None)


def _slug(path: str) -> str | None:
    for prefix in PREFIXES:
        if path.startswith(prefix):
            return path.removeprefix(prefix).split("/", 1)[0]
    return None


def _sign_in(request: Any) -> HttpResponse:
    """Never a sign-in form swapped into a cell: a fragment gets 401 and the page asks over itself; the API gets words."""
    if request.path_info.startswith("/api/"):
        return JsonResponse({"detail": "Sign in first."}, status=401)
    if request.htmx:
        return HttpResponse(status=401)
    return redirect_to_login(request.get_full_path())
