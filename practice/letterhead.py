"""What stands at the head of every paper: whose it is, and how to reach them."""

from typing import Any

from practice.models import PracticeProfile
from practice.setup import logo
from practice.templatetags.house import phone


def letterhead() -> dict[str, Any]:
    """{name, street, city_line, phone, email, tax_id, logo (None or {uri, width, height})}; {name: ""} before the
    practice has said who it is."""
    profile = PracticeProfile.objects.first()
    if profile is None:
        return {"name": ""}
    return {
        "name": profile.legal_name,
        "street": profile.street,
        "city_line": f"{profile.city}, {profile.state} {profile.zip[:5]}",
        "phone": phone(profile.phone),
        "email": profile.email,
        "tax_id": f"{profile.tax_id[:2]}-{profile.tax_id[2:]}",
        "logo": logo.shown(),
    }
