"""Doors to how a person signs in: apps, passkeys, recovery codes, password. Always her own, in no practice.

The set-up pages serve who has no second factor yet, right after her password, and who adds one more; the second
gives her password again, as every change here asks for it.
"""

from base64 import b64encode
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from practice import door, second_factor
from practice.second_factor import decrypt, encrypt
from practice.sign_in import set_password
from practice.sign_in_forms import AppForm, ChangePasswordForm, ConfirmForm, PasskeyForm
from practice.sign_in_tables import Step

NO_FIRST_CODE = "This code does not fit. Check that the app shows this account, wait for its next code and try again."
NO_NEW_PASSKEY = "That did not work. Try again, or use another device."


@require_safe
def set_up(request: Any) -> HttpResponse:
    """Choose between an authenticator app and a passkey."""
    return render(request, "practice/set_up.html", {"first": not second_factor.has_one(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def set_up_app(request: Any) -> HttpResponse:
    """Show a new app's key, take its first code. In place of the app before, if she had one."""
    user, first = request.user, not second_factor.has_one(request.user)
    secret = _offered(request)
    form, confirm = AppForm(door.posted(request)), _confirm(request, first)
    if request.method == "POST" and _valid(form, confirm) and _password_fits(request, confirm):
        if second_factor.add_app(user, secret, form.cleaned_data["code"], first=first):
            del request.session["new_app"]
            return _added(request, first, Step.CODE, "An authenticator app was added.")
        form.add_error("code", NO_FIRST_CODE)
    address = second_factor.Adapter().build_totp_url(user, secret)
    picture = b64encode(second_factor.Adapter().build_totp_svg(address).encode()).decode()
    spaced = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
    shown = {"form": form, "confirm": confirm, "first": first, "picture": picture, "key": spaced}
    return render(request, "practice/set_up_app.html", shown)


def _offered(request: Any) -> str:
    """The same key until it is taken, also when the page is opened again; encrypted, as sessions are stored."""
    if "new_app" not in request.session:
        request.session["new_app"] = encrypt(second_factor.new_secret())
    return decrypt(request.session["new_app"])


@require_http_methods(["GET", "HEAD", "POST"])
def set_up_passkey(request: Any) -> HttpResponse:
    """Add a passkey: the browser asks the device, and sends what it answers."""
    user, first = request.user, not second_factor.has_one(request.user)
    form, confirm = PasskeyForm(door.posted(request)), _confirm(request, first)
    if request.method == "POST" and _valid(form, confirm) and _password_fits(request, confirm):
        data = form.cleaned_data
        if second_factor.add_passkey(user, data["name"], data["credential"], first=first):
            return _added(request, first, Step.PASSKEY, "A passkey was added.")
        form.add_error(None, NO_NEW_PASSKEY)
    shown = {"form": form, "confirm": confirm, "first": first, "question": second_factor.new_passkey_question(user)}
    return render(request, "practice/set_up_passkey.html", shown)


def _added(request: Any, first: bool, step: Step, what: str) -> HttpResponse:
    """With her first factor she is in, and gets recovery codes to keep."""
    door.tell(request.user, "second_factor_changed", what=what)
    if not first:
        messages.success(request, what)
        return redirect("my_sign_in")
    second_factor.make_recovery_codes(request.user)
    door.come_in(request, request.user)
    door.write(door.caller(request, request.user.email), step, door.Outcome.SIGNED_IN, request.user)
    return redirect("recovery_codes")


@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: Any) -> HttpResponse:
    """Her new codes, until she says that she has kept them; never again after."""
    if request.method == "POST":
        second_factor.recovery_codes_kept(request.user)
        return redirect(door.safe_next(request, request.session.pop("after_sign_in", "")) or "home")
    codes = second_factor.recovery_codes_to_show(request.user)
    return render(request, "practice/recovery_codes.html", {"codes": [f"{code[:4]} {code[4:]}" for code in codes]})


@require_safe
def my_sign_in(request: Any) -> HttpResponse:
    """What she has, and what she can change."""
    factors = second_factor.those_of(request.user)
    left = second_factor.recovery_codes_left(request.user)
    return render(request, "practice/my_sign_in.html", {"factors": factors, "left": left, "only": len(factors) == 1})


@require_http_methods(["GET", "HEAD", "POST"])
def remove_factor(request: Any, pk: int) -> HttpResponse:
    """Take an app or a passkey away; the last one stays."""
    found = next((row for row in second_factor.those_of(request.user) if row.pk == pk), None)
    if found is None:
        raise Http404
    form = ConfirmForm(door.posted(request))
    if request.method == "POST" and form.is_valid() and _password_fits(request, form):
        try:
            second_factor.remove(request.user, pk)
        except second_factor.LastOne:
            messages.error(request, "This is your last one. Add another before you remove it.")
            return redirect("my_sign_in")
        what = f"{_named(found)} was removed."
        door.tell(request.user, "second_factor_changed", what=what)
        messages.success(request, what)
        return redirect("my_sign_in")
    title = f"Remove {_named(found)}"
    return render(request, "practice/confirm.html", {"form": form, "title": title, "submit": "Remove"})


def _named(row: Any) -> str:
    return "An authenticator app" if row.type == second_factor.Kind.TOTP else f"The passkey “{row.data['name']}”"


@require_http_methods(["GET", "HEAD", "POST"])
def new_recovery_codes(request: Any) -> HttpResponse:
    """New codes in place of the old ones."""
    form = ConfirmForm(door.posted(request))
    if request.method == "POST" and form.is_valid() and _password_fits(request, form):
        second_factor.make_recovery_codes(request.user)
        door.tell(request.user, "second_factor_changed", what="New recovery codes were made.")
        request.session["after_sign_in"] = "/my-sign-in/"
        return redirect("recovery_codes")
    shown = {"form": form, "title": "New recovery codes", "submit": "Make new codes"}
    return render(request, "practice/confirm.html", {**shown, "lead": "The old ones stop working."})


@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: Any) -> HttpResponse:
    """A new password; this browser stays signed in, all others are out."""
    form = ChangePasswordForm(request.user, door.posted(request))
    if request.method == "POST" and form.is_valid() and _password_fits(request, form):
        set_password(request, request.user, form.cleaned_data["new_password"])
        update_session_auth_hash(request, request.user)
        messages.success(request, "Your password is changed, and all other sign-ins are ended.")
        return redirect("my_sign_in")
    shown = {"form": form, "title": "Change password", "submit": "Change password"}
    return render(request, "practice/confirm.html", {**shown, "lead": "All your other sign-ins end."})


# --- her password again ------------------------------------------------------------------------


def _confirm(request: Any, first: bool) -> ConfirmForm | None:
    """Who has just given her password is not asked again."""
    return None if first else ConfirmForm(door.posted(request))


def _valid(*forms: Any) -> bool:
    """All are looked at, so that each says what is wrong with it."""
    looked_at = [form.is_valid() for form in forms if form is not None]
    return all(looked_at)


def _password_fits(request: Any, form: Any) -> bool:
    """With the sentence at its field where it does not."""
    if form is None:
        return True
    if problem := door.password_problem(request, form.cleaned_data["password"]):
        form.add_error("password", problem)
    return not problem
