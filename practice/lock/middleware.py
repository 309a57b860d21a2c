"""The idle lock, decided here and nowhere else: no header, parameter or script of a page has a say.

Stands after authentication and before the practice is entered, so a locked browser is told nothing of it.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve

from practice import clock
from practice.lock import actions, passkeys, rules
from practice.lock.device import device_of
from practice.lock.marks import OPEN_WHEN_LOCKED, is_polled
from practice.lock.models import SignIn

CLEAR = '"cache", "storage"'
# Refusals are no work: a page that tries again and again by itself must not keep itself open.
NO_WORK = {401, 403, 404, 405, 423, 429}


class LockMiddleware:
    """Ends a sign-in after twelve hours or when its person ended it; locks it after the practice's minutes.

    `request.sign_in` is set. What a person did is written after the answer, when no transaction is held.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            response = self.get_response(request)
            _begun(request)
            return response
        now, sign_in = clock.now(), actions.present(request)
        begun_at = actions.signed_in_at(request) or sign_in.begun_at
        if begun_at > sign_in.begun_at:  # the whole front door again, in the same session
            actions.begin_again(sign_in, begun_at)
        if sign_in.ended_at or rules.over(begun_at, now):
            return self._ended(request, sign_in)
        request.sign_in, request.human = sign_in, False
        request.seconds_left = rules.seconds_left(sign_in.active_at, now, sign_in.minutes)
        request.locked = sign_in.locked_at is not None or request.seconds_left == 0
        if request.locked:
            actions.lock(sign_in, now)
            if not _opens_when_locked(request):
                return locked_answer(request)
        response = self.get_response(request)
        return self._after(request, response, now)

    def process_view(self, request: Any, view: Callable, args: Any, kwargs: Any) -> None:
        """Reached only when the form's token was right."""
        request.human = not is_polled(view)

    def _ended(self, request: Any, sign_in: SignIn) -> HttpResponseBase:
        actions.end(_row(sign_in))
        logout(request)
        response = self.get_response(request)
        response.headers["Clear-Site-Data"] = CLEAR
        return response

    def _after(self, request: Any, response: HttpResponseBase, now: Any) -> HttpResponseBase:
        sign_in = request.sign_in
        key = request.session.session_key
        if key is None or actions.hashed(key) != sign_in.key_hash:  # signed out, or the session has a new key
            actions.end(_row(sign_in))
            _begun(request)
        elif request.human and not request.locked and response.status_code < 500:
            if response.status_code not in NO_WORK:
                actions.touch(sign_in, now)
        if not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = CLEAR
        return response


def _begun(request: Any) -> None:
    """Who signed in with this request is listed from it on: ending all of hers misses none that never came back."""
    if request.user.is_authenticated:
        if request.session.session_key is None:  # a session for somebody else, not yet written
            request.session.save()
        actions.present(request)


def _row(sign_in: SignIn) -> Any:
    return SignIn.objects.filter(pk=sign_in.pk)


def _opens_when_locked(request: Any) -> bool:
    try:
        return resolve(request.path_info).url_name in OPEN_WHEN_LOCKED
    except Resolver404:
        return False


def locked_answer(request: Any) -> HttpResponse:
    """423 and nothing else: words for programs, silence for a fragment (its page locks itself), a page for people."""
    if request.path_info.startswith("/api/"):
        return JsonResponse(
            {"detail": "Locked after a time without use. Open it at /lock/, then ask again."}, status=423
        )
    if request.headers.get("HX-Request"):
        return HttpResponse(status=423)
    return lock_page(request, request.get_full_path() if request.method in ("GET", "HEAD") else "/", status=423)


def lock_page(request: Any, back: str, *, status: int, errors: dict[str, str] | None = None) -> HttpResponse:
    """The lock as a page of its own, with the way back."""
    context = {
        "back": back,
        "errors": {field: [sentence] for field, sentence in (errors or {}).items()},
        "email": request.user.email,
        "pin": actions.pin_row(request, device_of(request)) is not None,
        "passkey": passkeys.opens(request),
    }
    return render(request, "practice/lock.html", context, status=status)
