"""Verbs about payers: their rules are data, and every one is checked when it is written."""

import re
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from clients import member_ids
from clients.actions.changing import locked, write
from clients.models import MODIFIER_GROUPS, Payer, PlanType, UnitRule
from practice import audit, work
from practice.findings import BadInput
from practice.models import Discipline, Membership

CODE = re.compile(r"[0-9A-Z]{5}", re.ASCII)
LIMITS = ("discipline", "day", *Discipline.values)
NEEDED = {
    "name": "Enter the payer's name",
    "short_name": "Enter a short name for lists",
    "payer_id": "Enter the ID its clearinghouse knows it by",
}


@transaction.atomic
def add_payer(*, by: Membership, **fields: Any) -> Payer:
    """A plan that pays, with its rules."""
    payer = Payer(**_read(fields, Payer()))
    _once(payer.save, payer.payer_id)
    audit.record("add payer", payer)
    return payer


@transaction.atomic
def edit_payer(*, by: Membership, payer: Payer, seen: str = "", **fields: Any) -> Payer:
    """Change a payer's rules. What was charged stays; waiting claims are checked again by the new ones."""
    now = locked(payer, seen)
    values = _read(fields, now)
    before: dict[str, str] = {}
    _once(lambda: before.update(write(now, values)), values.get("payer_id", now.payer_id))
    if before:
        audit.record("edit payer", now, before=before)
        work.ring("claims.check_claims")
    return now


def _once(save: Any, payer_id: str) -> None:
    try:
        with transaction.atomic():
            save()
    except IntegrityError as error:
        if "one_payer_id" not in str(error):
            raise
        raise BadInput(payer_id=f"Another payer has the ID {payer_id}; change that one instead") from None


def _read(fields: Mapping[str, Any], row: Payer) -> dict[str, Any]:
    """The fields as they are kept; raises BadInput with all that is wrong. `row` says what is not given."""
    values = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    errors: dict[str, str] = {}
    if values.get("member_id_pattern"):
        try:
            values["member_id_pattern"] = member_ids.expression(values["member_id_pattern"])
        except ValueError as wrong:
            errors["member_id_pattern"] = str(wrong)
    said = {field.attname: field.value_from_object(row) for field in row._meta.concrete_fields} | values
    errors |= {name: words for name, words in NEEDED.items() if not said[name]}
    if said["plan_type"] not in PlanType.values:
        errors["plan_type"] = "Choose the kind of plan"
    if said["unit_rule"] not in UnitRule.values:
        errors["unit_rule"] = "Choose how the plan counts units"
    if not 1 <= (said["filing_days"] or 0) <= 3650:
        errors["filing_days"] = "Days until a claim comes too late: 1 to 3,650"
    errors |= _wrong_lists(said)
    if errors:
        raise BadInput(errors)
    return values


def _wrong_lists(said: Mapping[str, Any]) -> dict[str, str]:
    errors = {}
    order = said["modifier_order"]
    if len(set(order)) < len(order) or set(order) - set(MODIFIER_GROUPS):
        errors["modifier_order"] = f"Name each group once: {', '.join(MODIFIER_GROUPS)}"
    for name, most in said["unit_caps"].items():
        if name not in LIMITS and not CODE.fullmatch(name):
            errors["unit_caps"] = f"{name[:20]} is no service code; write five digits or letters and the most units"
        elif type(most) is not int or not 0 <= most <= 99:
            errors["unit_caps"] = f"The most units of {name} is a number from 0 to 99"
    for pair in said["distinct_pairs"]:
        if len(pair) != 2 or not all(CODE.fullmatch(code) for code in pair):
            errors["distinct_pairs"] = "A pair is two service codes, as 97530 97140"
    return errors
