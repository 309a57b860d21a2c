"""Doors of the lock: its page, how long there is left, staying, the PIN, and where a person is signed in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from practice import actions as house
from practice import second_factor
from practice.findings import BadInput
from practice.lock import actions, passkeys
from practice.lock.device import device_of, new_device, remember
from practice.lock.forms import PinForm, SecurityForm
from practice.lock.marks import polled
from practice.lock.middleware import lock_page
from practice.paging import page_context
from practice.permissions import NOBODY, Permission, allows
from practice.setup.tabs import tabs
from practice.templatetags.house import plural

PAGE = 20


@polled
@login_not_required
@require_safe
def lock_state(request: Any) -> JsonResponse:
    """How long until the lock, asked by pages; asking moves nothing. `token` is the newest for the page's forms."""
    if not request.user.is_authenticated:
        return JsonResponse({"detail": "Sign in first."}, status=401)
    return JsonResponse(
        {
            "locked": request.locked,
            "seconds": request.seconds_left,
            "user": request.user.pk,
            "pin": request.locked and actions.pin_row(request, device_of(request)) is not None,
            "passkey": request.locked and passkeys.opens(request),
            "token": get_token(request),
        }
    )


@require_safe
def lock_passkey(request: Any) -> JsonResponse:
    """What a passkey is asked to open the lock. Its challenge stands in the session until it is answered."""
    if not request.locked or not passkeys.opens(request):
        return JsonResponse({"detail": "No passkey is asked for here."}, status=404)
    return JsonResponse(second_factor.passkey_question(request.user))


@require_POST
def stay(request: Any) -> JsonResponse:
    """The person says she is there."""
    return JsonResponse({"locked": False, "seconds": request.sign_in.minutes * 60})


@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: Any) -> HttpResponse:
    """The lock. A page posts from its dialog and is answered in words for it; without a script it is a page."""
    back = request.POST.get("next") or request.GET.get("next") or "/"
    back = back if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "/"
    if request.method != "POST":
        return lock_page(request, back, status=200) if request.locked else redirect(back)
    errors = _open(request) if request.locked else {}
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"errors": errors, "token": get_token(request)}, status=422 if errors else 200)
    return lock_page(request, back, status=422, errors=errors) if errors else redirect(back)


def _open(request: Any) -> dict[str, str]:
    try:
        if request.POST.get("credential"):
            passkeys.open_with_passkey(request, request.POST["credential"])
        elif request.POST.get("pin"):
            actions.open_with_pin(request, device_of(request), request.POST["pin"])
        else:
            actions.open_with_password(request, request.POST.get("password", ""))
    except BadInput as wrong:
        return wrong.errors
    return {}


@require_http_methods(["GET", "HEAD", "POST"])
def pin(request: Any) -> HttpResponse:
    """Set the PIN of this device, with the password."""
    form = PinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        device = device_of(request) or new_device()
        try:
            actions.set_pin(request, device=device, **form.cleaned_data)
        except BadInput as wrong:
            for field, problem in wrong.errors.items():
                form.add_error(field, problem)
        else:
            messages.success(request, "PIN set. It opens the lock on this device.")
            response = redirect("pin")
            remember(response, device)
            return response
    context = {"form": form, "has_pin": actions.has_pin(request.user, device_of(request))}
    return render(request, "practice/pin.html", context, status=422 if form.errors else 200)


@require_POST
def pin_remove(request: Any) -> HttpResponse:
    """This device asks for the password again."""
    actions.remove_pin(user=request.user, device=device_of(request))
    messages.success(request, "PIN removed. This device asks for your password.")
    return redirect("pin")


@require_safe
def sign_ins(request: Any) -> HttpResponse:
    """Where the person is signed in."""
    page = Paginator(actions.open_sign_ins(request.user), PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": page.object_list,
        "here": request.sign_in.pk,
        "others": page.paginator.count > 1,
        "page": page_context(request, page),
        "zone": actions.zone_of(request.user),
    }
    return render(request, "practice/sign_ins.html", context)


@require_POST
def sign_in_end(request: Any, pk: int) -> HttpResponse:
    """End one of her own; another person's is not there."""
    row = get_object_or_404(actions.open_sign_ins(request.user), pk=pk)
    actions.end(actions.open_sign_ins(request.user).filter(pk=row.pk))
    messages.success(request, f"Signed out: {row.device}.")
    return redirect("sign_ins")


@require_POST
def sign_ins_end_others(request: Any) -> HttpResponse:
    """End all but this one."""
    ended = actions.end(actions.open_sign_ins(request.user).exclude(pk=request.sign_in.pk))
    messages.success(request, f"Signed out in {plural(ended, 'other place')}.")
    return redirect("sign_ins")


@require_http_methods(["GET", "HEAD", "POST"])
@allows(Permission.SET_SECURITY, shows=NOBODY)
def security(request: Any, slug: str) -> HttpResponse:
    """The owner's choice of minutes."""
    form = SecurityForm(
        request.POST if request.method == "POST" else None, initial={"minutes": request.practice.idle_minutes}
    )
    if request.method == "POST" and form.is_valid():
        try:
            house.set_idle_minutes(by=request.member, minutes=form.cleaned_data["minutes"])
        except BadInput as wrong:
            form.add_error("minutes", wrong.errors["minutes"])
        else:
            messages.success(request, "Saved. It holds from everybody's next click.")
            return redirect(reverse("security", args=[slug]))
    context = {"form": form, "tabs": tabs(request, "security")}
    return render(request, "practice/security.html", context, status=422 if form.errors else 200)
