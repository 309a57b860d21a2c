"""Verbs about clients, the people around them, and who pays."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from clients import diagnoses as icd10cm
from clients.icd10 import look_up
from clients.models import (
    Authorization,
    CareTeam,
    Case,
    Client,
    ClientContact,
    Contact,
    Coverage,
    Diagnosis,
    Payer,
    Referrer,
    Relation,
)
from practice import audit, clock, numbers, work
from practice.findings import BadInput
from practice.identifiers import npi_problem
from practice.models import Clinician, Membership

FIRST_CHART = 1001


@transaction.atomic
def add_contact(*, by: Membership, **fields: str) -> Contact:
    """A person who may be written to or owe."""
    contact = Contact.objects.create(**fields)
    audit.record("add contact", contact)
    return contact


@transaction.atomic
def add_client(*, by: Membership, birth_on: date, guarantor: Contact, zone: str, **fields: str) -> Client:
    """A client with the next chart number. `guarantor` owes her share."""
    if birth_on > clock.today(zone):
        raise BadInput(birth_on="The birthday is in the future; check the year")
    client = Client.objects.create(
        number=numbers.take("chart", first=FIRST_CHART)[0], birth_on=birth_on, guarantor=guarantor, **fields
    )
    audit.record("add client", client, client_id=client.pk)
    return client


@transaction.atomic
def link_contact(
    *, by: Membership, client: Client, contact: Contact, relation: str, guardian: bool = False
) -> ClientContact:
    """How a contact stands to a client."""
    link = ClientContact.objects.create(client=client, contact=contact, relation=relation, guardian=guardian)
    audit.record("link contact", link, client_id=client.pk)
    return link


@transaction.atomic
def assign(*, by: Membership, client: Client, clinician: Clinician) -> CareTeam:
    """Put a clinician on the client's care team, so that she may open the chart."""
    row, _ = CareTeam.objects.get_or_create(client=client, clinician=clinician)
    audit.record("assign", row, client_id=client.pk, clinician=clinician.pk)
    return row


@transaction.atomic
def add_payer(*, by: Membership, **fields: Any) -> Payer:
    """A plan that pays, with its rules."""
    payer = Payer.objects.create(**fields)
    audit.record("add payer", payer)
    return payer


@transaction.atomic
def add_referrer(*, by: Membership, npi: str, **fields: str) -> Referrer:
    """A practitioner who refers and certifies."""
    if problem := npi_problem(npi):
        raise BadInput(npi=problem)
    referrer = Referrer.objects.create(npi=npi, **fields)
    audit.record("add referrer", referrer)
    return referrer


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
def open_case(
    *,
    by: Membership,
    client: Client,
    discipline: str,
    complaint: str,
    opened_on: date,
    diagnoses: list[str],
    **fields: Any,
) -> Case:
    """An episode of care with its diagnoses in order, whole ICD-10-CM codes of the day it opens."""
    codes = [code.strip().upper() for code in diagnoses]
    if not 1 <= len(codes) <= 12:
        raise BadInput(diagnoses="A case needs 1 to 12 diagnoses")
    if wrong := _wrong_diagnoses(codes, opened_on):
        raise BadInput(diagnoses="; ".join(wrong))
    case = Case.objects.create(client=client, discipline=discipline, complaint=complaint, opened_on=opened_on, **fields)
    Diagnosis.objects.bulk_create(
        Diagnosis(case=case, position=position, code=code) for position, code in enumerate(codes, start=1)
    )
    audit.record("open case", case, client_id=client.pk)
    return case


def _wrong_diagnoses(codes: list[str], on: date) -> list[str]:
    """A sentence for each code that is none; where no release covers the day, only its form is looked at."""
    misshapen = [code for code in codes if not icd10cm.CODE.fullmatch(code)]
    if misshapen:
        return [f"{code[:12]} is not an ICD-10-CM code; write it as M54.50" for code in misshapen]
    found = look_up(codes, on)
    return [icd10cm.problem(found[code]) for code in codes if found[code].refused]


@transaction.atomic
def add_authorization(
    *, by: Membership, case: Case, coverage: Coverage, number: str, visits: int, starts_on: date, ends_on: date
) -> Authorization:
    """A payer's leave to treat. Past visits are allotted again, waiting claims checked again."""
    if visits < 1:
        raise BadInput(visits="An authorization allows at least one visit")
    if ends_on < starts_on:
        raise BadInput(ends_on="The last day is before the first")
    authorization = Authorization.objects.create(
        case=case, coverage=coverage, number=number.strip().upper(), visits=visits, starts_on=starts_on, ends_on=ends_on
    )
    audit.record("add authorization", authorization, client_id=case.client_id)
    work.ring("claims.check_claims")
    return authorization
