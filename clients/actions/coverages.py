"""Verbs about who pays: payers, coverages, what was verified, authorizations."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from clients.models import Authorization, Benefit, Case, Client, Coverage, Payer, Relation
from practice import audit, work
from practice.findings import BadInput
from practice.models import Membership


@transaction.atomic
def add_payer(*, by: Membership, **fields: Any) -> Payer:
    """A plan that pays, with its rules."""
    payer = Payer.objects.create(**fields)
    audit.record("add payer", payer)
    return payer


@transaction.atomic
def add_coverage(
    *, by: Membership, client: Client, payer: Payer, member_id: str, copay: Decimal | None = None, **fields: Any
) -> Coverage:
    """A client's membership in a plan. A wrong member ID is kept and found by the scrubber: cards come damaged."""
    if fields.get("relation", Relation.SELF) != Relation.SELF and not fields.get("subscriber"):
        raise BadInput(subscriber="Say who the subscriber is, or choose “self”")
    coverage = Coverage.objects.create(
        client=client, payer=payer, member_id=member_id.strip().upper(), copay=copay, **fields
    )
    audit.record("add coverage", coverage, client_id=client.pk)
    return coverage


@transaction.atomic
def correct_member_id(*, by: Membership, coverage: Coverage, member_id: str) -> Coverage:
    """Correct the ID on a coverage; claims that wait are checked again."""
    cleaned = re.sub(r"[\s-]", "", member_id).upper()
    problem = member_id_problem(cleaned, coverage.payer)
    if problem:
        raise BadInput(member_id=problem)
    before, coverage.member_id = coverage.member_id, cleaned
    coverage.save(update_fields=["member_id"])
    audit.record("correct member ID", coverage, client_id=coverage.client_id, before=before)
    work.ring("claims.check_claims")
    return coverage


def member_id_problem(member_id: str, payer: Payer) -> str:
    """What is wrong with a member ID for this payer, in a sentence; empty when it fits."""
    if not member_id.isalnum() or not member_id.isascii():
        return "A member ID has letters and digits only"
    if payer.member_id_pattern and not re.fullmatch(payer.member_id_pattern, member_id):
        return f"{payer.short_name} IDs have {payer.member_id_hint}; this has {len(member_id)} characters"
    return ""


@transaction.atomic
def record_benefit(*, by: Membership, coverage: Coverage, disciplines: list[str], **fields: Any) -> Benefit:
    """What the plan was verified to promise for some disciplines. A correction is a new row; the newest counts."""
    benefit = Benefit.objects.create(coverage=coverage, disciplines=disciplines, verified_by=by, **fields)
    audit.record("record benefit", benefit, client_id=coverage.client_id)
    return benefit


@transaction.atomic
def add_authorization(
    *, by: Membership, case: Case, coverage: Coverage, number: str, allowed: int, starts_on: date, ends_on: date
) -> Authorization:
    """A payer's leave to treat. Past visits are allotted again, waiting claims checked again."""
    if allowed < 1:
        raise BadInput(allowed="An authorization allows at least one visit")
    if ends_on < starts_on:
        raise BadInput(ends_on="The last day is before the first")
    authorization = Authorization.objects.create(
        case=case,
        coverage=coverage,
        number=number.strip().upper(),
        allowed=allowed,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    audit.record("add authorization", authorization, client_id=case.client_id)
    work.ring("claims.check_claims")
    return authorization
