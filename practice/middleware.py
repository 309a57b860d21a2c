"""Every practice page runs inside its practice, in one transaction."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from practice.models import Membership
from practice.tenancy import tenant

PREFIXES = ("/p/", "/api/v1/p/")


class PrivateMiddleware:
    """Nothing of ours is kept by browsers or proxies: pages hold health data."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Vary"] = "HX-Request, Cookie"
        return response


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
        with tenant(member.practice, member):
            response = self.get_response(request)
            if response.streaming:
                raise RuntimeError("a streaming response would outlive its practice")
            if getattr(request, "raised", False) or response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: Any, exception: Exception) -> None:
        request.raised = True


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
