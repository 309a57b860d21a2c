"""Verbs about clinicians: who treats, as what, under whom, with which license."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from practice import audit
from practice.findings import BadInput
from practice.identifiers import digits, npi_problem
from practice.models import Clinician, Discipline, Membership
from practice.setup.places import STATES
from practice.taxonomies import taxonomy_problem, usual

LEVELS = {"therapist": "Therapist", "assistant": "Assistant", "student": "Student"}


@transaction.atomic
def save_clinician(
    *,
    by: Membership,
    member: Membership,
    clinician: Clinician | None = None,
    discipline: str,
    level: str,
    credentials: str,
    npi: str = "",
    taxonomy: str = "",
    supervisor: Clinician | None = None,
    licence_number: str = "",
    licence_state: str = "",
    licence_until: date | None = None,
) -> Clinician:
    """A member who treats, new or changed. An empty taxonomy is the usual one. Raises BadInput."""
    rows = _locked()
    if discipline not in Discipline.values or level not in LEVELS:
        raise BadInput(discipline="Choose a discipline and a level")
    fields: dict[str, Any] = {
        "discipline": discipline,
        "assistant": level == "assistant",
        "student": level == "student",
        "credentials": " ".join(credentials.split()),
        "npi": digits(npi),
        "taxonomy": (taxonomy.strip() or usual(discipline, level, credentials)).upper(),
        "supervisor": rows.get(supervisor.pk) if supervisor else None,
        "licence_number": licence_number.strip(),
        "licence_state": licence_state.strip().upper(),
        "licence_until": licence_until,
    }
    mine = clinician.pk if clinician else None
    errors = _problems(fields, level) | _supervision(fields, level, mine, rows)
    if mine is None and any(row.member_id == member.pk for row in rows.values()):
        errors["member"] = f"{member.user.name} treats here already; change her row"
    if errors:
        raise BadInput(errors)
    made = clinician or Clinician(member=member)
    for field, value in fields.items():
        setattr(made, field, value)
    made.save()
    audit.record("change clinician" if clinician else "add clinician", made, level=level, discipline=discipline)
    return made


def _locked() -> dict[int, Clinician]:
    """All clinicians: of two changes at once the second sees the first's, so that no circle closes unseen."""
    return {row.pk: row for row in Clinician.objects.select_for_update(of=("self",)).order_by("pk")}


def _problems(fields: Mapping[str, Any], level: str) -> dict[str, str]:
    state = fields["licence_state"]
    found = {
        "credentials": "" if fields["credentials"] else "Enter the credentials as they stand behind her name: OTR/L",
        "npi": npi_problem(fields["npi"]) if fields["npi"] or level == "therapist" else "",
        "taxonomy": taxonomy_problem(fields["taxonomy"], fields["discipline"], level),
        "licence_state": "" if not state or state in STATES else "Choose the state of the license",
    }
    if fields["licence_number"] and not state:
        found["licence_state"] = "Choose the state that gave the license"
    return {field: text for field, text in found.items() if text}


def _supervision(
    fields: Mapping[str, Any], level: str, mine: int | None, rows: Mapping[int, Clinician]
) -> dict[str, str]:
    """A supervisor is a therapist of the same discipline, and not below herself. One error at most."""
    above, discipline = fields["supervisor"], fields["discipline"]
    below = [row for row in rows.values() if mine and row.supervisor_id == mine]
    if below and (level != "therapist" or any(row.discipline != discipline for row in below)):
        names = ", ".join(row.name for row in below)
        field = "level" if level != "therapist" else "discipline"
        return {field: f"She supervises {names}; give them another supervisor first"}
    if above is None:
        kind = {"assistant": "An assistant works", "student": "A student works"}.get(level)
        return {"supervisor": f"{kind} under a supervisor; choose her"} if kind else {}
    if above.pk == mine:
        return {"supervisor": "Nobody supervises herself"}
    if above.level != "therapist" or above.discipline != discipline:
        return {"supervisor": f"{above.name} is no therapist of this discipline; choose one who is"}
    seen = above
    while seen.supervisor_id:
        if seen.supervisor_id == mine:
            return {"supervisor": f"{above.name} works under her already; one of the two leads"}
        seen = rows[seen.supervisor_id]
    return {}
