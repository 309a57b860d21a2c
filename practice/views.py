"""Doors that stand outside any practice: health, home; and the progress strip."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django.views.defaults import page_not_found

from practice.lock.marks import polled
from practice.models import Membership
from practice.navigation import first_page, progress_of
from practice.permissions import NOBODY, Permission, allows


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """200 when the database answers: what a load balancer asks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@polled
@require_safe
@allows(Permission.SEE_PROGRESS, shows=NOBODY)
def progress(request: Any, slug: str) -> HttpResponse:
    """The strip alone, polled; empty when the work is done."""
    return render(request, "components/progress.html", {"progress": progress_of(request.practice)})


@require_safe
def home(request: Any) -> HttpResponse:
    """The person's first page; who works in several practices chooses one."""
    members = list(
        Membership.objects.select_related("practice").filter(user=request.user, active=True, practice__active=True)
    )
    if len(members) == 1:
        return redirect(first_page(members[0]), members[0].practice.slug)
    choices = [(member.practice, first_page(member)) for member in members]
    return render(request, "practice/choose.html", {"choices": choices})


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: a page for people, a sentence for programs."""
    if request.path_info.startswith("/api/"):
        return JsonResponse({"detail": "Not found."}, status=404)
    return page_not_found(request, exception)
