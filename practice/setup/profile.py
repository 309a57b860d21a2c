"""Verbs about what the practice is called and what its papers say."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from practice import audit
from practice.actions import set_profile
from practice.findings import BadInput
from practice.identifiers import digits, is_po_box, npi_problem, tax_id_problem, zip_problem
from practice.models import Membership, Practice, PracticeProfile
from practice.setup.logo import drawn
from practice.setup.models import Logo
from practice.setup.places import STATES, zone_problem
from practice.taxonomies import taxonomy_problem

NUMBERS = ("npi", "tax_id", "zip", "phone")
NEEDED = {"legal_name": "the legal name", "street": "the street", "city": "the city"}


@transaction.atomic
def change_profile(*, by: Membership, name: str, zone: str, **fields: str) -> PracticeProfile:
    """What people call the practice, its time zone, and what claims and invoices say. Raises BadInput.

    Fields are those of PracticeProfile, all of them. A ZIP without its four added digits is taken; `warnings` says so.
    """
    fields = {field: " ".join(text.split()) for field, text in fields.items()}
    fields |= {field: digits(fields[field]) for field in NUMBERS}
    fields["taxonomy"], fields["state"] = fields["taxonomy"].upper(), fields["state"].upper()
    errors = _problems(fields)
    if not name.strip():
        errors["name"] = "Say what people call the practice"
    if problem := zone_problem(zone):
        errors["zone"] = problem
    if errors:
        raise BadInput(errors)
    practice = Practice.objects.select_for_update().get(pk=by.practice_id)
    if (practice.name, practice.zone) != (name.strip(), zone):
        before = {"name": practice.name, "zone": practice.zone}
        practice.name, practice.zone = name.strip(), zone
        practice.save(update_fields=["name", "zone"])
        audit.record("rename practice", practice, before=before)
    return set_profile(by=by, **fields)


def _problems(fields: dict[str, str]) -> dict[str, str]:
    found = {
        "npi": npi_problem(fields["npi"]),
        "tax_id": tax_id_problem(fields["tax_id"]),
        "taxonomy": taxonomy_problem(fields["taxonomy"]),
        "zip": zip_problem(fields["zip"]),
        "state": "" if fields["state"] in STATES else "Choose the state",
        "phone": "" if len(fields["phone"]) == 10 and fields["phone"].isdigit() else "A phone number has ten digits",
        "email": _email_problem(fields["email"]),
        **{field: "" if fields[field] else f"Enter {word}" for field, word in NEEDED.items()},
    }
    if is_po_box(fields["street"]):
        found["street"] = "Claims need a street here, not a PO box; payments may still go to the box"
    return {field: text for field, text in found.items() if text}


def _email_problem(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        return "Write the email as name@host"
    return ""


def warnings(profile: PracticeProfile | None) -> dict[str, str]:
    """What is taken and yet may be refused outside, by field."""
    if profile is None or len(profile.zip) == 9:
        return {}
    return {"zip": "Clearinghouses want the ZIP with its four added digits; claims are held back until they are here"}


@transaction.atomic
def set_logo(*, by: Membership, picture: bytes) -> Logo:
    """A picture as the practice's logo, drawn anew. Raises BadInput."""
    png, width, height = drawn(picture)
    logo, _ = Logo.objects.update_or_create(defaults={"png": png, "width": width, "height": height})
    audit.record("set logo", logo, width=width, height=height)
    return logo


@transaction.atomic
def remove_logo(*, by: Membership) -> None:
    """Papers carry the drawing of the house again."""
    logo = Logo.objects.first()
    if logo:
        audit.record("remove logo", logo)
        logo.delete()
