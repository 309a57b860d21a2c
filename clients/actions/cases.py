"""Verbs about cases: why a client is treated, who sent her, with which diagnoses."""

from datetime import date
from typing import Any

from django.db import transaction

from clients import diagnoses as icd10cm
from clients.icd10 import look_up
from clients.models import Case, Client, Diagnosis, Referrer
from practice import audit
from practice.findings import BadInput
from practice.identifiers import npi_problem
from practice.models import Membership


@transaction.atomic
def add_referrer(*, by: Membership, npi: str, **fields: str) -> Referrer:
    """A practitioner who refers and certifies."""
    if problem := npi_problem(npi):
        raise BadInput(npi=problem)
    referrer = Referrer.objects.create(npi=npi, **fields)
    audit.record("add referrer", referrer)
    return referrer


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
