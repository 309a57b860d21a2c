"""Doors of calendar feeds: the file for who has the secret, and the page on which a clinician makes and revokes it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from practice import audit, clock, door
from practice.findings import BadInput
from practice.link_doors import DoorKind, digest, find_door
from practice.models import Clinician
from practice.permissions import NOBODY, Permission, allows
from practice.sign_in_tables import Outcome, Step
from practice.tenancy import tenant
from sessions.feeds import actions
from sessions.feeds.calendar_file import calendar_file, entries_of
from sessions.models import FeedWords
from sessions.pages import moment

KIND = "text/calendar; charset=utf-8"


@login_not_required
@require_safe
def feed(request: Any, secret: str) -> HttpResponse:
    """The file. 404 for a secret that opens nothing, 429 after too many of them."""
    who = door.caller(request, digest(secret))
    until = door.closed_until(who, feeds=True)
    if until:
        seconds = max(1, int((until - clock.now()).total_seconds()))
        return HttpResponse(status=429, headers={"Retry-After": str(seconds)})
    found = find_door(DoorKind.FEED, secret)
    body = None
    if found:
        with tenant(found.practice, reading=True):
            body = _body(found.target)
    if body is None:
        door.write(who, Step.FEED, Outcome.FAILED)
        return HttpResponse(status=404)
    return HttpResponse(body, content_type=KIND, headers={"Content-Disposition": 'inline; filename="calendar.ics"'})


def _body(clinician: int) -> bytes | None:
    whose = Clinician.objects.filter(pk=clinician, member__active=True).select_related("member").first()
    if whose is None:
        return None
    audit.once("read calendar feed", whose, [None], within=audit.SAME_LOOK)
    return calendar_file(entries_of(whose, actions.words()))


@require_safe
@allows(Permission.SEE_CALENDAR, shows=NOBODY)
def my_feed(request: Any, slug: str) -> HttpResponse:
    """Whether she has one; for who changes settings what feeds say."""
    return render(request, "sessions/feed.html", _context(request))


def _context(request: Any, secret: str = "") -> dict[str, Any]:
    slug, clinician = request.practice.slug, actions.clinician_of(request.member)
    made = actions.feed_of(clinician) if clinician else None
    words = actions.words()
    return {
        "treats": clinician is not None,
        "made_at": moment(made.made_at, request.practice.zone) if made else "",
        "address": request.build_absolute_uri(reverse("feed", args=[secret])) if secret else "",
        "says": words.label,
        "words": [{"value": each.value, "label": each.label, "chosen": each == words} for each in FeedWords],
        "sets": request.member.may(Permission.MANAGE_PRACTICE),
        "make_url": reverse("sessions:make_feed", args=[slug]),
        "revoke_url": reverse("sessions:revoke_feed", args=[slug]),
        "words_url": reverse("sessions:feed_words", args=[slug]),
        "back_url": reverse("sessions:calendar", args=[slug]),
    }


def _own(request: Any) -> Clinician:
    clinician = actions.clinician_of(request.member)
    if clinician is None:
        raise Http404
    return clinician


@require_POST
@allows(Permission.SEE_CALENDAR)
def make_feed(request: Any, slug: str) -> HttpResponse:
    """A new secret. The page that answers is the only one that ever shows it."""
    secret = actions.make_feed(by=request.member, clinician=_own(request))
    return render(request, "sessions/feed.html", _context(request, secret))


@require_POST
@allows(Permission.SEE_CALENDAR)
def revoke_feed(request: Any, slug: str) -> HttpResponse:
    """Nobody reads it any more."""
    if actions.revoke_feed(by=request.member, clinician=_own(request)):
        messages.success(request, "The address does not open any more.")
    return redirect("sessions:my_feed", slug)


@require_POST
@allows(Permission.MANAGE_PRACTICE)
def feed_words(request: Any, slug: str) -> HttpResponse:
    """What the feeds of the practice say of clients."""
    try:
        actions.set_words(by=request.member, words=request.POST.get("words", ""))
    except BadInput as bad:
        messages.error(request, bad.errors["words"])
    else:
        messages.success(request, "Feeds say that from now on.")
    return redirect("sessions:my_feed", slug)
