"""What a page asks while the workers are at something it waits for."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render


def work_progress(request: Any, progress: Mapping[str, Any] | None) -> HttpResponse:
    """How far the work is; None: it is done, and the page is read anew."""
    if progress is None and request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "components/work_progress.html", {"progress": progress})
