"""Verbs about cases: why a client is treated, who sent her, with which diagnoses."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from clients import diagnoses as icd10cm
from clients.actions.changing import locked, read_person, write
from clients.icd10 import look_up
from clients.models import Case, Cause, Client, Diagnosis, Referrer
from practice import audit, work
from practice.findings import BadInput
from practice.identifiers import npi_problem
from practice.locks import one_at_a_time
from practice.models import Discipline, Membership, local_today
from practice.templatetags.house import day

MOST_DIAGNOSES = 12
ANOTHER = "close this case and open another"


@transaction.atomic
def add_referrer(*, by: Membership, npi: str, **fields: str) -> Referrer:
    """A practitioner who refers and certifies."""
    referrer = Referrer.objects.create(**_referrer({"npi": npi, **fields}, Referrer()))
    audit.record("add referrer", referrer)
    return referrer


@transaction.atomic
def edit_referrer(*, by: Membership, referrer: Referrer, seen: str = "", **fields: Any) -> Referrer:
    """Change a practitioner of the directory; not `active` leaves the lists, and stays on the cases."""
    now = locked(referrer, seen)
    values = _referrer(fields, now)
    if before := write(now, values):
        audit.record("edit referrer", now, before=before)
        work.ring("claims.check_claims")
    return now


def _referrer(fields: Mapping[str, Any], row: Referrer) -> dict[str, Any]:
    """The fields as they are kept; every one that is wrong is named. `row` says what is not given."""
    errors: dict[str, str] = {}
    values = dict(fields)
    if "npi" in values:
        values["npi"] = "".join(values["npi"].split())
        if problem := npi_problem(values["npi"]):
            errors["npi"] = problem
    active = values.get("active", row.active)
    if active and (other := _same_npi(values.get("npi", row.npi), row.pk)):
        errors.setdefault("npi", f"{other} with this NPI is on the list; choose that one")
    try:
        values = read_person(values)
    except BadInput as bad:
        errors |= bad.errors
    if errors:
        raise BadInput(errors)
    return values


def _same_npi(npi: str, pk: int | None) -> Referrer | None:
    """Who else of those in the lists has this number; whoever else adds it meanwhile waits."""
    one_at_a_time(f"referrer {npi}")
    return Referrer.objects.filter(npi=npi, active=True).exclude(pk=pk or 0).first()


@transaction.atomic
def open_case(
    *,
    by: Membership,
    client: Client,
    discipline: str,
    complaint: str,
    opened_on: date,
    diagnoses: list[str],
    first_visit_on: date | None = None,
    keep_codes: bool = False,
    **fields: Any,
) -> Case:
    """An episode of care with its diagnoses in order, whole ICD-10-CM codes of its first visit, else of the day it
    opens. Those that are only doubtful, for the list of the day is not at hand, `keep_codes` keeps as they are.
    """
    values = {"discipline": discipline, "complaint": complaint, "opened_on": opened_on, **fields}
    errors: dict[str, str] = {}
    codes: list[str] = []
    try:
        values = read_case(values, Case())
    except BadInput as bad:
        errors |= bad.errors
    try:
        codes = _codes(diagnoses, first_visit_on or opened_on, keep=keep_codes)
    except BadInput as bad:
        errors |= bad.errors
    if errors:
        raise BadInput(errors)
    locked(client)
    case = Case.objects.create(client=client, **values)
    _put(case, codes)
    audit.record("open case", case, client_id=client.pk)
    return case


@transaction.atomic
def edit_case(*, by: Membership, case: Case, seen: str = "", **fields: Any) -> Case:
    """Change what a case says of cause, accident, onset and referral; waiting claims are checked again."""
    now = locked(case, seen)
    if fields.pop("discipline", now.discipline) != now.discipline:
        raise BadInput(discipline=f"What was done was counted and charged as {now.get_discipline_display()}; {ANOTHER}")
    values = read_case(fields, now)
    if before := write(now, values):
        audit.record("edit case", now, client_id=now.client_id, before=before)
        work.ring("claims.check_claims")
    return now


@transaction.atomic
def set_diagnoses(
    *, by: Membership, case: Case, diagnoses: list[str], keep_codes: bool = False, seen: str = ""
) -> Case:
    """The diagnoses of a case in order. A new one is a whole code of today, or of the day the case opens if later;
    `keep_codes` as in `open_case`.
    """
    now = locked(case, seen, extra=codes_of)
    before = codes_of(now)
    codes = _codes(diagnoses, max(now.opened_on, local_today()), before=before, keep=keep_codes)
    if codes != before:
        now.diagnoses.all().delete()
        _put(now, codes)
        audit.record("set diagnoses", now, client_id=now.client_id, before=before, after=codes)
        work.ring("claims.check_claims")
    return now


def codes_of(case: Case) -> list[str]:
    """The diagnoses of a case in order, as they stand in the database."""
    return list(case.diagnoses.order_by("position").values_list("code", flat=True))


@transaction.atomic
def close_case(*, by: Membership, case: Case, closed_on: date) -> Case:
    """The last day of an episode of care: nothing more is booked for it."""
    now = locked(case)
    if closed_on < now.opened_on:
        raise BadInput(closed_on=f"The case opened on {day(now.opened_on)}; it closes that day or later")
    if before := write(now, {"closed_on": closed_on}):
        audit.record("close case", now, client_id=now.client_id, before=before)
    return now


@transaction.atomic
def reopen_case(*, by: Membership, case: Case) -> Case:
    """The episode goes on."""
    now = locked(case)
    if before := write(now, {"closed_on": None}):
        audit.record("reopen case", now, client_id=now.client_id, before=before)
    return now


def read_case(fields: Mapping[str, Any], row: Case) -> dict[str, Any]:
    """The fields as they are kept; raises BadInput with all that is wrong. `row` says what is not given."""
    errors: dict[str, str] = {}
    values = dict(fields)
    try:
        values = read_person(values)
    except BadInput as bad:
        errors |= bad.errors
    said = {field.attname: field.value_from_object(row) for field in row._meta.concrete_fields} | values
    if said["discipline"] not in Discipline.values:
        errors["discipline"] = "Choose the discipline that treats"
    if not said["complaint"]:
        errors["complaint"] = "Say in a few words what the client is treated for"
    errors |= _wrong_cause(said) | _wrong_dates(said)
    if errors:
        raise BadInput(errors)
    return values


def _wrong_cause(said: Mapping[str, Any]) -> dict[str, str]:
    """A claim says of an injury at work and of an auto accident when, and of the latter in which state, it was."""
    cause, errors = said["cause"], {}
    if cause not in Cause.values:
        errors["cause"] = "Choose a cause"
    if cause in (Cause.WORK, Cause.AUTO) and not said["accident_on"]:
        errors["accident_on"] = "Enter the day of the accident; the payer asks for it"
    if cause == Cause.AUTO and not said["accident_state"]:
        errors["accident_state"] = "Enter the state of the auto accident; the claim names it"
    return errors


def _wrong_dates(said: Mapping[str, Any]) -> dict[str, str]:
    errors, today = {}, local_today()
    if said["closed_on"] and said["opened_on"] > said["closed_on"]:
        errors["opened_on"] = f"The case closed on {day(said['closed_on'])}; it opens that day or earlier"
    for name, words in (("accident_on", "The accident"), ("onset_on", "The onset"), ("referral_on", "The referral")):
        if said[name] and said[name] > today:
            errors[name] = f"{words} is in the future; check the date"
    first, last = said["referral_on"], said["referral_ends_on"]
    if last and not first:
        errors["referral_on"] = "Enter the first day of the referral too"
    elif first and last and last < first:
        errors["referral_ends_on"] = "The referral ends before it begins"
    return errors


def _codes(given: list[str], on: date, *, before: Sequence[str] = (), keep: bool) -> list[str]:
    """Codes as they are kept, without empty places. Those that were there `before` are not asked again."""
    codes = [code.strip().upper() for code in given if code.strip()]
    if problem := wrong_number(codes):
        raise BadInput(diagnoses=problem)
    asked = [code for code in codes if code not in before]
    if wrong := misshapen(asked):
        raise BadInput(diagnoses="; ".join(wrong))
    _hold_against_the_list(asked, on, keep)
    return codes


def wrong_number(codes: list[str]) -> str:
    """Too few, too many or one twice, in a sentence; empty when it is neither."""
    if not 1 <= len(codes) <= MOST_DIAGNOSES:
        return f"A case needs 1 to {MOST_DIAGNOSES} diagnoses"
    twice = [code for code in codes if codes.count(code) > 1]
    return f"{twice[0][:12]} stands there twice" if twice else ""


def _hold_against_the_list(codes: list[str], on: date, keep: bool) -> None:
    """Raises BadInput with a sentence for each code that is none. What the list of another day says may be overruled."""
    wrong = [found for found in look_up(codes, on).values() if found.wrong]
    said = "; ".join(icd10cm.problem(found) for found in wrong)
    if any(found.refused for found in wrong):
        raise BadInput(diagnoses=said)
    if wrong and not keep:
        raise BadInput(
            diagnoses=said,
            keep_codes=f"The list of {day(on)} is not loaded here, so this may be wrong. Keep the codes only where you"
            " know them from a list of that day",
        )


def misshapen(codes: list[str]) -> list[str]:
    """A sentence for each that does not even look like a code."""
    wrong = [code for code in codes if not icd10cm.CODE.fullmatch(code)]
    return [f"{code[:12]} is not an ICD-10-CM code; write it as M54.50" for code in wrong]


def _put(case: Case, codes: list[str]) -> None:
    Diagnosis.objects.bulk_create(
        Diagnosis(case=case, position=position, code=code) for position, code in enumerate(codes, start=1)
    )
