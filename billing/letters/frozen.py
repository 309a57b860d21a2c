"""What letters freeze of who sends them and to whom."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from clients.models import Contact
from practice.letterhead import letterhead
from practice.models import PracticeProfile


def sender() -> dict[str, Any]:
    """The letterhead without its picture, and the group's NPI: {name, street, city_line, phone, email, tax_id, npi}."""
    head = {name: text for name, text in letterhead().items() if name != "logo"}
    npi = PracticeProfile.objects.values_list("npi", flat=True).first()
    return {**head, "npi": npi or ""}


def town(person: Any) -> str:
    """City, state and ZIP of whoever has an address; empty without one."""
    return f"{person.city}, {person.state} {person.zip[:5]}" if person.street else ""


def receiver(contact: Contact) -> dict[str, str]:
    return {"name": str(contact), "street": contact.street, "town": town(contact)}


def kept(told: dict[str, Any]) -> dict[str, Any]:
    """What a paper says as it is kept: days in ISO, dollars as text and never as numbers with a binary fraction."""
    return json.loads(json.dumps(told, cls=DjangoJSONEncoder))
