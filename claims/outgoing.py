"""From rows to the 837P's dataclasses."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from billing.payments.client_paid import client_paid
from claims.facts import with_everything
from claims.models import Claim, ClaimLine, Interchange
from claims.x12.claim_837p import (
    Address,
    BillingProvider,
    ClaimOut,
    Facility,
    LineOut,
    Named,
    Person,
    Receiver,
    Rendering,
    Submission,
    Submitter,
    Subscriber,
)
from clients.enrollments.lookup import rules_of
from clients.models import Client, Contact, Diagnosis, PlanType, Relation
from clients.rendering import PayerRule, standing_on
from practice.findings import BadInput
from practice.models import Location, Practice, PracticeProfile
from practice.money import ZERO
from practice.tenancy import current_practice_id

# SBR09, the kind of plan (X12 1032).
FILING_CODES = {
    PlanType.MEDICARE: "MB",
    PlanType.MEDICAID: "MC",
    PlanType.BLUE_CROSS: "BL",
    PlanType.COMMERCIAL: "CI",
    PlanType.TRICARE: "CH",
    PlanType.WORKERS_COMP: "WC",
    PlanType.AUTO: "AM",
    PlanType.EMPLOYEE_ASSISTANCE: "CI",
}


def submission_of(interchange: Interchange) -> Submission:
    """Everything an outgoing file says. Seven queries, however many claims; three more where a payer asks what the client paid."""
    practice = Practice.objects.get(pk=current_practice_id())
    profile = PracticeProfile.objects.first()
    if profile is None:
        raise BadInput(profile="The practice's NPI, tax ID and address are not on file")
    claims = list(with_everything(Claim.objects.filter(interchange=interchange)).order_by("number"))
    lines: dict[int, list[ClaimLine]] = defaultdict(list)
    for line in ClaimLine.objects.filter(claim__in=claims):
        lines[line.claim_id].append(line)
    diagnoses: dict[int, list[str]] = defaultdict(list)
    for diagnosis in Diagnosis.objects.filter(case__in={claim.case_id for claim in claims}):
        diagnoses[diagnosis.case_id].append(diagnosis.code)
    rules = rules_of({claim.payer for claim in claims})
    paid = _client_paid(claims, lines)
    partner = interchange.partner
    return Submission(
        control_number=interchange.control_number or 0,
        usage=partner.usage,
        made_at=interchange.made_at.astimezone(ZoneInfo(practice.zone)),
        submitter=Submitter(profile.legal_name, partner.submitter_id, "Billing", profile.phone),
        receiver=Receiver(partner.name, partner.receiver_id),
        billing=BillingProvider(
            profile.legal_name, profile.npi, profile.tax_id, profile.taxonomy, _address(profile), profile.phone
        ),
        claims=tuple(
            replace(
                _claim(claim, lines[claim.pk], diagnoses[claim.case_id], profile, rules[claim.payer_id]),
                client_paid=paid[claim.pk],
            )
            for claim in claims
        ),
    )


def _client_paid(claims: list[Claim], lines: dict[int, list[ClaimLine]]) -> dict[int, Decimal]:
    """What clients paid of each claim whose payer asks for it; nothing of the others."""
    asking = [claim for claim in claims if claim.payer.wants_client_paid]
    paid = client_paid([line.charge_id for claim in asking for line in lines[claim.pk]])
    told = {claim.pk: sum((paid[line.charge_id] for line in lines[claim.pk]), ZERO) for claim in asking}
    return {claim.pk: min(told.get(claim.pk, ZERO), claim.total) for claim in claims}


def _address(place: PracticeProfile | Location | Client | Contact) -> Address:
    return Address(place.street, place.city, place.state, place.zip)


def _claim(
    claim: Claim, lines: list[ClaimLine], diagnoses: list[str], profile: PracticeProfile, rule: PayerRule
) -> ClaimOut:
    case, clinician = claim.case, claim.clinician
    person, enrolled = clinician.member.user, standing_on(clinician.pk, rule.known, claim.served_on)
    return ClaimOut(
        control=claim.control,
        total=claim.total,
        place_of_service=claim.place,
        frequency=claim.frequency,
        original_reference=claim.corrects.payer_claim_number if claim.corrects else "",
        subscriber=_subscriber(claim),
        relation=claim.coverage.relation,
        patient=None if claim.coverage.relation == Relation.SELF else _person(claim.client.survivor),
        payer_name=claim.payer.name,
        payer_id=claim.payer.payer_id,
        diagnoses=tuple(diagnoses),
        authorization=claim.authorization.number if claim.authorization else "",
        onset_on=case.onset_on,
        referrer=Named(case.referrer.last_name, case.referrer.first_name, case.referrer.npi) if case.referrer else None,
        rendering=Rendering(
            person.last_name, person.first_name, clinician.npi, clinician.taxonomy, enrolled.number if enrolled else ""
        ),
        facility=_facility(claim.location, profile),
        lines=tuple(
            LineOut(
                control=line.control,
                code=line.code,
                modifiers=tuple(line.modifiers),
                amount=line.amount,
                units=line.units,
                served_on=claim.served_on,
                pointers=tuple(range(1, min(len(diagnoses), 4) + 1)),
            )
            for line in lines
        ),
    )


def _subscriber(claim: Claim) -> Subscriber:
    coverage, client = claim.coverage, claim.client.survivor
    holder = client if coverage.relation == Relation.SELF else coverage.subscriber
    assert holder is not None
    own = coverage.relation == Relation.SELF
    return Subscriber(
        member_id=coverage.member_id,
        group_number=coverage.group_number,
        rank=1,  # of this day: claims go to the payer that is asked first
        filing_code=FILING_CODES[PlanType(claim.payer.plan_type)],
        last_name=holder.last_name,
        first_name=holder.first_name,
        birth_on=client.birth_on if own else coverage.subscriber_birth_on,
        sex=client.sex if own else coverage.subscriber_sex,
        address=_address(holder) if holder.street else None,
    )


def _person(client: Client) -> Person:
    return Person(client.last_name, client.first_name, client.birth_on, client.sex, _address(client))


def _facility(location: Location, profile: PracticeProfile) -> Facility | None:
    """The place of service, when it is not the billing address."""
    if (location.street, location.zip) == (profile.street, profile.zip):
        return None
    return Facility(location.name, location.npi, _address(location))
