"""The door an invitation opens, outside any practice: it makes the account and the membership, and leads to sign-in."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from practice import form_pages
from practice.models import Practice, Role
from practice.team import invitations
from practice.team.forms import WelcomeForm
from practice.team.models import Invitation
from practice.team.pages import moment
from practice.tenancy import tenant


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invitation(request: Any, slug: str, token: str) -> HttpResponse:
    """What the letter's link shows: practice and role, and the one thing to do next.

    200 open or accepted, 404 unknown, 410 taken back or too old, 422 something typed is wrong.
    """
    practice = get_object_or_404(Practice, slug=slug, active=True)
    with tenant(practice):
        found = invitations.find(token)
        response = _answer(request, practice, found) if found else _page(request, {"state": "unknown"}, 404)
    response["Referrer-Policy"] = (
        "strict-origin"  # the address is the key; "no-referrer" would hide the form's origin too
    )
    patch_cache_control(response, no_store=True)
    return response


def _answer(request: Any, practice: Practice, found: Invitation) -> HttpResponse:
    context = {
        "practice": practice,
        "roles": [Role(role).label for role in found.roles],
        "email": found.email,
        "host": found.by.user.name,
        "until": moment(found.expires_at, practice.zone),
        "here": request.path,
        "sign_in_url": f"{reverse('sign_in')}?next={request.path}",
    }
    if found.accepted_at:
        return _page(request, context | {"state": "accepted", "sign_in_url": reverse("home")}, 200)
    if found.taken_back_at or found.over:
        return _page(request, context | {"state": "over" if found.over else "taken back"}, 410)
    if not invitations.has_account(found):
        return _welcome(request, found, context)
    return _accept(request, found, context)


def _welcome(request: Any, found: Invitation, context: dict[str, Any]) -> HttpResponse:
    """Somebody new: name and password. Then she signs in like everybody."""
    form = WelcomeForm(form_pages.typed(request))
    if request.method == "POST" and form_pages.done(
        form, lambda typed: invitations.accept_new(invitation=found, **typed)
    ):
        return redirect(request.path)
    return form_pages.answer(request, "practice/invitation.html", form, context | {"state": "new"})


def _accept(request: Any, found: Invitation, context: dict[str, Any]) -> HttpResponse:
    """Somebody with an account: she says yes while signed in as the one the letter is for."""
    user = request.user
    if not user.is_authenticated:
        return _page(request, context | {"state": "sign in"}, 200)
    if user.email.lower() != found.email:
        return _page(request, context | {"state": "somebody else", "who": user.email}, 200)
    if request.method == "POST":
        try:
            invitations.accept(invitation=found, user=user)
        except invitations.Conflict as conflict:
            return _page(request, context | {"state": "yes", "error": str(conflict)}, 409)
        return redirect("home")
    return _page(request, context | {"state": "yes"}, 200)


def _page(request: Any, context: dict[str, Any], status: int) -> HttpResponse:
    return render(request, "practice/invitation.html", context, status=status)
