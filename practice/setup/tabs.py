"""The tabs above every settings page; those that another app fills are links by name."""

from typing import Any

from django.urls import reverse

from practice.permissions import Permission as P

TABS = (
    ("profile", "Practice", "setup:profile", P.MANAGE_PRACTICE),
    ("locations", "Locations", "setup:locations", P.MANAGE_PRACTICE),
    ("rooms", "Rooms", "sessions:rooms", P.MANAGE_PRACTICE),
    ("telehealth", "Telehealth", "sessions:meeting_links", P.MANAGE_PRACTICE),
    ("clinicians", "Clinicians", "setup:clinicians", P.MANAGE_PRACTICE),
    ("enrollments", "Enrollment", "enrollments:grid", P.EDIT_ENROLLMENTS),
    ("fees", "Fees", "billing:fees", P.SET_FEES),
    ("security", "Security", "security", P.SET_SECURITY),
)


def tabs(request: Any, current: str) -> list[dict[str, Any]]:
    """Those the person may open: [{label, url, count, current}]."""
    return [
        {"label": label, "url": reverse(view, args=[request.practice.slug]), "count": None, "current": key == current}
        for key, label, view, needs in TABS
        if request.member.may(needs)
    ]
