"""Put judged rows in: a few statements for all of them, each row whole, with the audit rows of the single verbs."""

import json
from collections import Counter

from django.db import connection

from clients.actions.people import FIRST_CHART
from clients.imports.asking import Asked
from clients.imports.judging import Person, Verdict
from clients.imports.models import ImportRow
from clients.models import CareTeam, Case, Client, ClientContact, Contact, Coverage, Diagnosis, Referrer
from practice import audit, numbers, work
from practice.tenancy import current_practice_id

TELL = """
UPDATE clients_importrow AS row
SET outcome = said.outcome, fingerprint = said.fingerprint, reference = said.reference, problems = said.problems,
    client_id = said.client_id
FROM jsonb_to_recordset(%s::jsonb)
    AS said (id bigint, outcome text, fingerprint text, reference text, problems jsonb, client_id bigint)
WHERE row.practice_id = %s AND row.id = said.id
"""


def put_in(verdicts: list[Verdict]) -> Counter[str]:
    """Make what the rows ask for; how many of what were made. Inside the practice and the member who asked for it."""
    asking = [(each.person, each.asked) for each in verdicts if each.person and each.asked]
    first: dict[int, tuple[Person, Asked]] = {}  # a new client may stand in several rows
    for person, wanted in asking:
        if person.client.pk is None:
            first.setdefault(id(person), (person, wanted))
    made: Counter[str] = Counter(clients=len(first))
    _clients(list(first.values()))
    made["coverages"] = _coverages([(person, each, each.coverage) for person, each in asking if each.coverage])
    made["cases"] = _cases([(person, each, each.case) for person, each in asking if each.case])
    work.ring("claims.check_claims")
    return made


def _clients(new: list[tuple[Person, Asked]]) -> None:
    """The clients with their guarantors, on the caseload of who treats them."""
    if not new:
        return
    contacts = Contact.objects.bulk_create(
        Contact(**(wanted.guarantor or {k: v for k, v in wanted.person.items() if k not in ("birth_on", "sex")}))
        for _, wanted in new
    )
    charts = numbers.take("chart", len(new), first=FIRST_CHART)
    for (person, _), contact, number in zip(new, contacts, charts, strict=True):
        person.client.guarantor, person.client.number = contact, number
    clients = Client.objects.bulk_create(person.client for person, _ in new)
    links = ClientContact.objects.bulk_create(
        ClientContact(client=client, contact=contact, relation=wanted.relation)
        for client, contact, (_, wanted) in zip(clients, contacts, new, strict=True)
    )
    team = CareTeam.objects.bulk_create(
        CareTeam(client=person.client, clinician=wanted.clinician) for person, wanted in new if wanted.clinician
    )
    audit.record_many("add contact", contacts)
    audit.record_many("add client", clients, about="pk")
    audit.record_many("link contact", links)
    audit.record_many("assign", team)


def _coverages(asking: list[tuple[Person, Asked, Coverage]]) -> int:
    others = [(coverage, wanted.subscriber) for _, wanted, coverage in asking if wanted.subscriber]
    people = Contact.objects.bulk_create(Contact(**names) for _, names in others)
    for (coverage, _), contact in zip(others, people, strict=True):
        coverage.subscriber = contact
    for person, _, coverage in asking:
        coverage.client = person.client
    rows = Coverage.objects.bulk_create(coverage for _, _, coverage in asking)
    audit.record_many("add contact", people)
    audit.record_many("add coverage", rows)
    return len(rows)


def _cases(asking: list[tuple[Person, Asked, Case]]) -> int:
    named = [wanted.referrer for _, wanted, _ in asking if wanted.referrer]
    new = {referrer.npi: referrer for referrer in named if referrer.pk is None}
    audit.record_many("add referrer", Referrer.objects.bulk_create(new.values()))
    for person, wanted, case in asking:
        case.client, case.referrer = person.client, wanted.referrer
    cases = Case.objects.bulk_create(case for _, _, case in asking)
    Diagnosis.objects.bulk_create(
        Diagnosis(case=case, position=position, code=code)
        for case, (_, wanted, _) in zip(cases, asking, strict=True)
        for position, code in enumerate(wanted.codes, start=1)
    )
    audit.record_many("open case", cases)
    return len(cases)


def tell(rows: list[ImportRow]) -> None:
    """Write what became of rows. One plain statement: bulk_update takes as long as all the rest of a batch."""
    said = [
        {
            "id": row.pk, "outcome": row.outcome, "fingerprint": row.fingerprint, "reference": row.reference,
            "problems": row.problems, "client_id": row.client_id,
        }
        for row in rows
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(TELL, [json.dumps(said), current_practice_id()])
