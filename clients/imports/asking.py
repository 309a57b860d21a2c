"""What a row asks for, as rows that are not saved yet, checked by the sentences of the verbs that people use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from clients import diagnoses, member_ids
from clients.actions.cases import misshapen, read_case, wrong_number
from clients.actions.changing import read_person
from clients.actions.coverages import wrong_coverage
from clients.actions.people import read_client
from clients.imports.cells import Row
from clients.imports.columns import BY_NAME, Part, folded
from clients.imports.days import FIX
from clients.imports.known import Known
from clients.imports.sameness import PERSON
from clients.models import Case, Client, Coverage, Referrer, Relation
from practice.findings import BadInput
from practice.identifiers import digits, npi_problem
from practice.models import Clinician

LONGEST_ID = 30
CASE = tuple(name for name, about in BY_NAME.items() if about.part == Part.CASE)
GUARANTOR = tuple(name for name, about in BY_NAME.items() if about.part == Part.GUARANTOR)
PLAN = tuple(name for name, about in BY_NAME.items() if about.part == Part.PLAN)


@dataclass
class Asked:
    """What a row would make. `wrong` by field, with the fix; of what is wrong the rest may be missing."""

    person: dict[str, Any] = field(default_factory=dict)
    guarantor: dict[str, str] | None = None
    relation: str = "self"
    clinician: Clinician | None = None
    coverage: Coverage | None = None
    subscriber: dict[str, str] | None = None
    case: Case | None = None
    codes: tuple[str, ...] = ()
    referrer: Referrer | None = None
    wrong: dict[str, str] = field(default_factory=dict)

    def check(self, verb: Callable[[], Any], names: Mapping[str, str] | None = None) -> Any:
        """Run a check of a verb; what it finds goes to our fields, `names` by those of the verb."""
        try:
            return verb()
        except BadInput as bad:
            self.wrong |= {(names or {}).get(name, name): text for name, text in bad.errors.items()}
            return None

    @property
    def client(self) -> Client:
        """The client, for whom there is no chart yet."""
        return Client(**self.person)


def asked(row: Row, known: Known) -> Asked:
    """What a row asks for, and all that is wrong with it by itself. What stands wrong in a cell goes before."""
    found, values = Asked(), row.values
    _person(found, values, known)
    _guarantor(found, values)
    if "clinician" in values:
        found.clinician = known.clinicians.get(folded(values["clinician"]))
        if found.clinician is None:
            found.wrong["clinician"] = (
                "Nobody of that name treats here; write first and last name, the e-mail or the NPI"
            )
    if any(name in values for name in PLAN):
        _plan(found, values, known)
    if any(name in values for name in CASE):
        _case(found, values, known)
    found.wrong |= row.wrong
    if "full_name" in row.wrong:  # it says all there is to say of the names
        found.wrong = {name: text for name, text in found.wrong.items() if name not in ("first_name", "last_name")}
    return found


def _person(found: Asked, values: Mapping[str, Any], known: Known) -> None:
    given = {name: values.get(name, "") for name in PERSON if name != "birth_on" or name in values}
    person = found.check(lambda: read_client(given, known.today)) or given
    if "sex" not in values:
        found.wrong["sex"] = "Write F, M or U (not known)"
    if "birth_on" not in values:
        found.wrong["birth_on"] = f"Enter the birthday; {FIX}"
    zip_code = values.get("zip", "")
    if "zip" in found.wrong and zip_code.isdecimal() and len(zip_code) in (3, 4):
        found.wrong["zip"] = (
            f"{zip_code} has lost the zero before it in a spreadsheet; write 5 digits, as {zip_code:0>5}"
        )
    found.person = person | {"birth_on": values.get("birth_on")}


def _guarantor(found: Asked, values: Mapping[str, Any]) -> None:
    if not any(name in values for name in GUARANTOR):
        return
    names = {
        "first_name": "guarantor_first",
        "last_name": "guarantor_last",
        "phone": "guarantor_phone",
        "email": "guarantor_email",
    }
    given = {name: values.get(ours, "") for name, ours in names.items()}
    address = {name: found.person.get(name, "") for name in ("street", "city", "state", "zip")}
    found.guarantor = {**address, **(found.check(lambda: read_person(given), names) or {})}
    found.relation = values.get("guarantor_relation", "")
    if not found.relation:
        found.wrong["guarantor_relation"] = "Say how the guarantor stands to the client: mother, spouse, friend …"


def _plan(found: Asked, values: Mapping[str, Any], known: Known) -> None:
    payer = known.payers.get(folded(values.get("payer", "")))
    if "payer" not in values:
        found.wrong["payer"] = "Name the payer of this plan, or leave its other columns empty"
    elif payer is None:
        found.wrong["payer"] = (
            f"There is no payer “{values['payer'][:30]}”, or there are two; write its name or ID as under Payers"
        )
    if "starts_on" not in values:
        found.wrong["starts_on"] = "Enter the first day of the plan"
    kept = {
        name: values[name]
        for name in ("rank", "ends_on", "group_number", "copay", "visit_limit", "subscriber_sex", "subscriber_birth_on")
        if name in values
    }
    starts_on = values.get("starts_on") or values.get("ends_on") or known.today
    row = Coverage(
        payer=payer, member_id=member_ids.clean(values.get("member_id", "")), starts_on=starts_on,
        relation=values.get("relation", Relation.SELF), **kept,
    )  # fmt: skip
    found.subscriber = _subscriber(found, values, row.relation)
    wrong = wrong_coverage(row, keep_odd_id=payer is None, new_subscriber=found.subscriber)
    if "subscriber" in wrong:
        wrong["subscriber_last"] = "Say who the subscriber is, or write “self” as the relation"
        del wrong["subscriber"]
    if len(row.member_id) > LONGEST_ID:
        wrong["member_id"] = f"This has {len(row.member_id)} characters; a member ID has {LONGEST_ID} at most"
    found.coverage = row
    found.wrong = wrong | found.wrong


def _subscriber(found: Asked, values: Mapping[str, Any], relation: str) -> dict[str, str] | None:
    """The person whose plan it is, where that is not the client."""
    names = {"first_name": "subscriber_first", "last_name": "subscriber_last"}
    given = {name: values.get(ours, "") for name, ours in names.items()}
    if not any(given.values()):
        return None
    other = any(folded(given[name]) != folded(found.person.get(name, "")) for name in given)
    if relation == Relation.SELF:
        if other:
            found.wrong["relation"] = "The subscriber has another name than the client; write spouse, child or other"
        return None
    return found.check(lambda: read_person(given), names) or given


def _case(found: Asked, values: Mapping[str, Any], known: Known) -> None:
    given = {
        "discipline": values.get("discipline", ""),
        "complaint": values.get("complaint", ""),
        "onset_on": values.get("onset_on"),
    }
    opened_on = values.get("opened_on", known.today)
    found.check(lambda: read_case(given, Case()))
    found.case = Case(opened_on=opened_on, **given)
    found.codes = values.get("diagnoses", ())
    codes = list(found.codes)
    answers = [known.codes[code, opened_on] for code in codes]
    problems = [diagnoses.problem(answer) for answer in answers if answer.wrong]
    if problem := wrong_number(codes) or "; ".join(misshapen(codes)) or "; ".join(problems):
        found.wrong["diagnoses"] = problem
    _referrer(found, values, known)


def _referrer(found: Asked, values: Mapping[str, Any], known: Known) -> None:
    """By NPI from the directory, else a new one by the names beside it."""
    names = {"first_name": "referrer_first", "last_name": "referrer_last"}
    given = {name: values.get(ours, "") for name, ours in names.items()}
    npi = digits(values.get("referrer_npi", ""))
    if not npi:
        if any(given.values()):
            found.wrong["referrer_npi"] = "Enter the NPI of the referrer; claims name her by it"
        return
    if problem := npi_problem(npi):
        found.wrong["referrer_npi"] = problem
    elif npi in known.referrers:
        found.referrer = known.referrers[npi]
    elif not all(given.values()):
        found.wrong["referrer_npi"] = "This NPI is not among your referrers; write first and last name beside it"
    else:
        found.referrer = known.referrers[npi] = Referrer(npi=npi, **given)
