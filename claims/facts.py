"""From rows to the facts the scrubber reads: a constant number of queries, however many claims."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from billing.codesets.lookup import edits_for
from billing.counting import charged_units
from billing.modifiers import Marked
from claims import rendering
from claims.models import Claim, ClaimLine, Delivery
from claims.scrubber import ClaimFacts, LineFacts, PayerFacts
from clients import icd10
from clients.enrollments.lookup import rules_of
from clients.limits import Known, Planned, examine, needs_authorization
from clients.merged import charts_of
from clients.models import Coverage, Diagnosis, Payer, Relation
from practice.models import PracticeProfile, local_today
from sessions.evaluations import Answers
from sessions.levels import answers_of
from sessions.limits import known_of
from sessions.models import Evaluation, PlanOfCare, Session, SessionState
from sessions.writing.cosigning import cosigners_of


def with_everything(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Claims with the single rows that facts and the 837P need."""
    return claims.select_related(
        "client__merged_into",
        "coverage__subscriber",
        "coverage__payer",
        "payer",
        "case__referrer",
        "clinician__member__user",
        "location",
        "authorization",
        "replaces",
        "day__coverage__payer",
    )


def facts_of(claims: Sequence[Claim], marks: Mapping[int, Marked] | None = None) -> dict[int, ClaimFacts]:
    """Facts by claim id. `claims` come from `with_everything`; `marks` are the modifiers of their charges."""
    profile = PracticeProfile.objects.first()
    cases = {claim.case_id for claim in claims}
    rows = _Rows(claims, cases)
    today = local_today()
    return {claim.pk: _facts(claim, profile, rows, today, marks or {}) for claim in claims}


class _Rows:
    """The many rows behind some claims, fetched once and grouped."""

    def __init__(self, claims: Sequence[Claim], cases: Iterable[int]) -> None:
        needs = ("charge", *(f"charge__{need}" for need in rendering.NEEDS))
        self.lines = _group(ClaimLine.objects.filter(claim__in=claims).select_related(*needs), "claim_id")
        self.payer_rules = rules_of({claim.payer for claim in claims})
        self.diagnoses = _group(Diagnosis.objects.filter(case__in=cases), "case_id")
        self.looked_up = icd10.look_up_each(
            (diagnosis.code, claim.served_on) for claim in claims for diagnosis in self.diagnoses[claim.case_id]
        )
        self.plans = _group(PlanOfCare.objects.filter(case__in=cases), "case_id")
        clients, days = {c.client_id for c in claims}, {c.served_on for c in claims}
        self.known = known_of(clients, given=True, units=charged_units(charts_of(clients)))
        same_days = Session.objects.filter(client__in=clients, served_on__in=days).select_related("case")
        self.sessions: dict[tuple, list[Session]] = defaultdict(list)
        for session in same_days:
            self.sessions[session.client_id, session.served_on, session.case.discipline].append(session)
        self.cosigners = cosigners_of(same_days)
        self.evaluations = _group(Evaluation.objects.filter(session__in=same_days), "session_id")
        self.twins = _twins(clients, days)
        codes: dict[date, set[str]] = {day: set() for day in days}
        for claim in claims:
            codes[claim.served_on] |= {line.code for line in self.lines[claim.pk]}
        self.edits = edits_for(codes)


def _group(rows: QuerySet[Any], by: str) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, by)].append(row)
    return grouped


def _twins(clients: set[int], days: set[date]) -> dict[tuple, list[tuple[int, int]]]:
    """(claim number, number it replaces) of live claims by client, day and codes."""
    codes: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    homes = charts_of(clients)
    lines = ClaimLine.objects.filter(claim__client__in=homes, claim__served_on__in=days).exclude(
        claim__delivery__in=(Delivery.WITHDRAWN, Delivery.REJECTED)
    )
    for *claim, code in lines.values_list(
        "claim__number", "claim__replaces__number", "claim__client_id", "claim__coverage_id", "claim__served_on", "code"
    ):
        codes[tuple(claim)].append(code)
    twins: dict[tuple, list[tuple[int, int]]] = defaultdict(list)
    for (number, replaced, chart, coverage, day), found in codes.items():
        for client in homes[chart]:
            twins[client, coverage, day, tuple(sorted(found))].append((number, replaced or 0))
    return twins


def _facts(
    claim: Claim, profile: PracticeProfile | None, rows: _Rows, today: date, marks: Mapping[int, Marked]
) -> ClaimFacts:
    lines = rows.lines[claim.pk]
    sessions = [
        s
        for s in rows.sessions[claim.client_id, claim.served_on, claim.day.discipline]
        if s.state not in (SessionState.HELD, SessionState.CANCELLED, SessionState.MISSED)
    ]
    limits = _limits(claim, rows.known[claim.client_id])
    client, coverage = claim.client.survivor, claim.coverage
    return ClaimFacts(
        number=claim.number,
        frequency=claim.frequency,
        today=today,
        served_on=claim.served_on,
        total=claim.total,
        discipline=claim.day.discipline,
        coverage_id=coverage.pk,
        case_id=claim.case_id,
        member_id=coverage.member_id,
        coverage_starts_on=coverage.starts_on,
        coverage_ends_on=coverage.ends_on,
        client_address=(client.street, client.city, client.state, client.zip),
        subscriber_complete=_subscriber_complete(coverage),
        billing_npi=profile.npi if profile else "",
        billing_zip=profile.zip if profile else "",
        billing_street=profile.street if profile else "",
        tax_id=profile.tax_id if profile else "",
        rendering_npi=claim.clinician.npi,
        rendering_name=claim.clinician.name,
        not_rendered=rendering.held(claim, lines, rows.payer_rules[claim.payer_id]),
        diagnoses=tuple(d.code for d in rows.diagnoses[claim.case_id]),
        looked_up=tuple(rows.looked_up[d.code, claim.served_on] for d in rows.diagnoses[claim.case_id]),
        referrer_npi=claim.case.referrer.npi if claim.case.referrer else "",
        plan_ends_on=_plan_end(rows.plans[claim.case_id], claim.served_on),
        **limits,
        signed=bool(sessions) and all(s.state == SessionState.SIGNED for s in sessions),
        waits_for_cosigner=next((rows.cosigners[s.pk] for s in sessions if s.pk in rows.cosigners), ""),
        visit_minutes=sum(s.minutes_booked for s in sessions),
        lines=tuple(_line(line, marks) for line in lines),
        evaluations=tuple(_evaluations(sessions, rows)),
        twins=_other_twins(claim, lines, rows.twins),
        replaces=(claim.corrects.number, claim.corrects.payer_claim_number) if claim.corrects else None,
        edits=rows.edits[claim.served_on],
    )


def _evaluations(sessions: list[Session], rows: _Rows) -> Iterator[Answers]:
    """What was answered about the evaluations of a day, as signed."""
    for session in sessions:
        for row in rows.evaluations[session.pk]:
            answers = answers_of(row, session.case.discipline)
            if answers is not None and answers.any:
                yield answers


def _line(line: ClaimLine, marks: Mapping[int, Marked]) -> LineFacts:
    charge, marked = line.charge, marks.get(line.charge_id)
    return LineFacts(
        line.code,
        tuple(line.modifiers),
        line.units,
        line.amount,
        charge.minutes,
        charge.assisted,
        left_out=marked.left_out if marked else (),
        refused=marked.problems if marked else (),
    )


def _other_twins(claim: Claim, lines: list[ClaimLine], twins: dict[tuple, list[tuple[int, int]]]) -> tuple[int, ...]:
    key = (claim.client_id, claim.coverage_id, claim.served_on, tuple(sorted(line.code for line in lines)))
    replaced = claim.corrects.number if claim.corrects else None
    return tuple(
        number for number, replaces in twins[key] if number not in (claim.number, replaced) and replaces != claim.number
    )


def _subscriber_complete(coverage: Coverage) -> bool:
    if coverage.relation == Relation.SELF:
        return True
    return bool(coverage.subscriber and coverage.subscriber_birth_on and coverage.subscriber_sex)


def _plan_end(plans: list[PlanOfCare], day: date) -> date | None:
    return max((plan.ends_on for plan in plans if plan.starts_on <= day <= plan.ends_on), default=None)


def _limits(claim: Claim, known: Known) -> dict[str, Any]:
    """What the scrubber must know of order of payers, authorization and visit limits. Visits that were given count."""
    visit, coverage = claim.case.visit(claim.served_on), claim.coverage.facts
    if visit not in known.merged:
        known = known.along([Planned(visit)])
    first = known.first(visit)
    own = known.paid[visit].stands_as(coverage.id)
    leaves = known.leaves_of(claim.case_id, own)
    standing = known.allotment(claim.case_id, own).by_day.get(claim.served_on)
    needed = needs_authorization(known, coverage, known.place(visit))
    found = examine(known, [visit])[visit]
    said = needed and not standing  # by the rule about authorizations
    return {
        "payer": replace(payer_facts(claim.payer), needs_authorization=needed),
        "authorization": next((leave.number for leave in leaves if leave.id == standing), ""),
        "no_authorization": "" if standing else known.why_none(visit, own),
        "limits": tuple(finding for finding in found if finding.rule != "authorization" or not said),
        "pays_first": first.name if first and first.id != own else "",
    }


def payer_facts(payer: Payer) -> PayerFacts:
    """A payer's rules for the scrubber."""
    return PayerFacts(
        short_name=payer.short_name,
        plan_type=payer.plan_type,
        filing_days=payer.filing_days,
        member_id_pattern=payer.member_id_pattern,
        member_id_hint=payer.member_id_hint,
        needs_therapy_modifier=payer.needs_therapy_modifier,
        needs_assistant_modifier=payer.needs_assistant_modifier,
        needs_authorization=payer.needs_authorization,
        needs_referrer=payer.needs_referrer,
        needs_plan_of_care=payer.needs_plan_of_care,
        distinct_pairs=tuple((first, second) for first, second in payer.distinct_pairs),
    )
