"""Doors of the sign-in itself: password, second step, and a forgotten password. Logic is in `door.py`."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.views.decorators.http import require_http_methods, require_safe

from practice import clock, door, mail, second_factor, work
from practice.models import Letter, User
from practice.sign_in_forms import CodeForm, NewPasswordForm, PasswordForm, ResetForm
from practice.sign_in_tables import Outcome, SignInAttempt, Step

NO_MATCH = "The email and password do not match. Check both and try again."
NO_CODE = "This code does not fit, or it was used before. Wait for the next one and try again."
NO_PASSKEY = "That passkey did not fit. Try again, or use a code."


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: Any) -> HttpResponse:
    """The first step: email and password."""
    following = door.safe_next(request, request.POST.get("next") or request.GET.get("next") or "")
    form = PasswordForm(door.posted(request))
    shown: dict[str, Any] = {"form": form, "next": following}
    if request.method != "POST" or not form.is_valid():
        return render(request, "practice/sign_in.html", shown)
    try:
        user = door.check_password(request, form.cleaned_data["username"], form.cleaned_data["password"])
    except door.TooMany as closed:
        return render(request, "practice/sign_in.html", {**shown, "error": closed.words}, status=429)
    if user is None:
        return render(request, "practice/sign_in.html", {**shown, "error": NO_MATCH})
    coming = door.stand_half_way(request, user)
    if following:
        request.session["after_sign_in"] = following
    return redirect(coming)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: Any) -> HttpResponse:
    """The code of an app, a recovery code, or a passkey."""
    user = door.half_way(request)
    if user is None:
        return redirect("home" if request.user.is_authenticated else "sign_in")
    if not second_factor.has_one(user):
        return redirect("set_up" if request.user.is_authenticated else "sign_in")
    error, form = "", CodeForm(door.posted(request))
    try:
        if request.POST.get("credential"):
            form = CodeForm()
            if door.check_passkey(request, user, request.POST["credential"][:20_000]):
                return go_on(request)
            error = NO_PASSKEY
        elif request.method == "POST" and form.is_valid():
            if door.check_code(request, user, form.cleaned_data["code"]):
                return go_on(request)
            error = NO_CODE
    except door.TooMany as closed:
        return _ask_second(request, user, form, closed.words, status=429)
    return _ask_second(request, user, form, error)


def _ask_second(request: Any, user: User, form: CodeForm, error: str, status: int = 200) -> HttpResponse:
    question = second_factor.passkey_question(user) if second_factor.passkeys(user) else None
    shown = {"form": form, "error": error, "question": question, "email": user.email}
    return render(request, "practice/second_step.html", shown, status=status)


def go_on(request: Any) -> HttpResponse:
    """Where she wanted to go before she was asked, else her first page."""
    return redirect(door.safe_next(request, request.session.pop("after_sign_in", "")) or "home")


# --- a forgotten password --------------------------------------------------------------------


class Links(PasswordResetTokenGenerator):
    """Links to a new password: an hour, and only until the password or the last sign-in changes."""

    key_salt = "practice.sign_in.Links"

    def _now(self) -> Any:
        return clock.now().replace(tzinfo=None)


links = Links()


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: Any) -> HttpResponse:
    """Ask for a letter. The answer is the same whether anybody has the address."""
    form = ResetForm(door.posted(request))
    if request.method != "POST" or not form.is_valid():
        return render(request, "practice/reset.html", {"form": form})
    email = form.cleaned_data["email"]
    who = door.caller(request, email)
    since = clock.now() - door.WINDOW
    asked = SignInAttempt.objects.filter(step=Step.RESET, outcome=Outcome.ASKED, at__gt=since)
    by_network = who.ip is not None and asked.filter(ip=who.ip).count() >= door.PER_NETWORK
    enough = by_network or asked.filter(account=who.account).count() >= door.LETTERS
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    door.write(who, Step.RESET, Outcome.REFUSED if enough else Outcome.ASKED, user)
    if user is not None and not enough:
        door.tell(user, "reset_password")
    return render(request, "practice/reset.html", {"form": form, "asked": True})


@mail.secrets("reset_password")
def _link(letter: Letter) -> dict[str, str]:
    user = letter.user
    if user is None or not user.is_active:
        raise work.Refused
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return {"link": settings.PUBLIC_URL + reverse("reset_link", args=[uid, links.make_token(user)])}


@login_not_required
@require_safe
def reset_link(request: Any, uid: str, token: str) -> HttpResponse:
    """The link of the letter. It goes out of the address bar at once, so that no page it leads to is told it."""
    request.session["reset"] = {"uid": uid, "token": token}
    return redirect("reset_password")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def reset_password(request: Any) -> HttpResponse:
    """A new password, with a link that still holds. It signs nobody in: the second factor is asked as ever."""
    held = request.session.get("reset") or {}
    user = _of_link(held.get("uid", ""))
    if user is None or not links.check_token(user, held.get("token")):
        return render(request, "practice/reset_over.html", status=410)
    form = NewPasswordForm(user, door.posted(request))
    if request.method != "POST" or not form.is_valid():
        return render(request, "practice/reset_password.html", {"form": form, "email": user.email})
    set_password(request, user, form.cleaned_data["new_password"])
    request.session.flush()
    messages.success(request, "Your password is changed. Sign in with the new one.")
    return redirect("sign_in")


def set_password(request: Any, user: User, password: str) -> None:
    """Her new password; all her open sign-ins end, and she is told."""
    user.set_password(password)
    user.save(update_fields=["password"])
    door.write(door.caller(request, user.email), Step.RESET, Outcome.PASSED, user)
    door.tell(user, "password_changed")


def _of_link(uid: str) -> User | None:
    try:
        pk = int(urlsafe_base64_decode(uid))
        return User.objects.filter(pk=pk, is_active=True).first() if 0 < pk < 2**63 else None
    except ValueError:
        return None
