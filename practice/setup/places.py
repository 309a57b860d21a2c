"""Verbs about locations: where sessions take place, in which zone, as which place of service."""

from datetime import date
from zoneinfo import available_timezones

from django.db import transaction

from practice import audit
from practice.actions import add_location
from practice.findings import BadInput
from practice.identifiers import digits, npi_problem, zip_problem
from practice.models import Location, Membership

STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR"
    " PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI"
).split()
# CMS place-of-service codes that a therapy practice uses.
PLACES = {
    "11": "Office",
    "12": "Home",
    "03": "School",
    "02": "Telehealth, client not at home",
    "10": "Telehealth, client at home",
    "13": "Assisted living",
    "31": "Skilled nursing facility",
    "32": "Nursing facility",
    "49": "Independent clinic",
    "62": "Comprehensive outpatient rehabilitation",
    "99": "Other",
}
# Zones people in the United States live in; any other IANA name is taken too.
ZONES = {
    "America/New_York": "Eastern",
    "America/Chicago": "Central",
    "America/Denver": "Mountain",
    "America/Phoenix": "Mountain, Arizona",
    "America/Los_Angeles": "Pacific",
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
    "America/Puerto_Rico": "Atlantic, Puerto Rico",
    "Pacific/Guam": "Guam",
}
NEEDED = {"name": "a name", "street": "the street", "city": "the city"}


def zone_problem(zone: str) -> str:
    """What is wrong with the name of a time zone, in a sentence; empty when the IANA list has it."""
    return "" if zone in available_timezones() else "Choose a time zone of the list, such as America/Chicago"


@transaction.atomic
def save_location(*, by: Membership, location: Location | None = None, **fields: str) -> Location:
    """A new location, or another word on an old one. All fields but `closed_on`. Raises BadInput."""
    fields = {field: " ".join(text.split()) for field, text in fields.items()}
    fields |= {"zip": digits(fields["zip"]), "npi": digits(fields["npi"]), "state": fields["state"].upper()}
    if errors := _problems(fields):
        raise BadInput(errors)
    if location is None:
        return add_location(by=by, **fields)
    for field, text in fields.items():
        setattr(location, field, text)
    location.save(update_fields=[*fields])
    audit.record("change location", location)
    return location


def _problems(fields: dict[str, str]) -> dict[str, str]:
    found = {
        "zip": zip_problem(fields["zip"]),
        "state": "" if fields["state"] in STATES else "Choose the state",
        "zone": zone_problem(fields["zone"]),
        "place_of_service": "" if fields["place_of_service"] in PLACES else "Choose the place of service",
        "npi": npi_problem(fields["npi"]) if fields["npi"] else "",
        **{field: "" if fields[field] else f"Enter {word}" for field, word in NEEDED.items()},
    }
    return {field: text for field, text in found.items() if text}


@transaction.atomic
def close_location(*, by: Membership, location: Location, on: date | None) -> Location:
    """Nothing new is booked there from a day on; None opens it again. One stays open. Raises BadInput."""
    rows = {row.pk: row for row in Location.objects.select_for_update(of=("self",)).order_by("pk")}
    if on and not any(row.closed_on is None for pk, row in rows.items() if pk != location.pk):
        raise BadInput(closed_on="This is the only open location; add the new one first")
    location.closed_on = on
    location.save(update_fields=["closed_on"])
    audit.record("close location" if on else "open location", location, on=str(on or ""))
    return location
