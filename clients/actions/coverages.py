"""Verbs about who pays: coverages, what was verified of them, authorizations."""

import re
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from clients import member_ids
from clients.actions.changing import locked, write
from clients.actions.people import add_contact
from clients.coverage import OWN_PLANS, THERAPY
from clients.crossing import Place, crossed, repeated
from clients.models import (
    Authorization,
    Benefit,
    Case,
    Client,
    Contact,
    Counts,
    Coverage,
    Payer,
    PlanType,
    Relation,
    Sex,
)
from practice import audit, clock, work
from practice.findings import BadInput, Conflict
from practice.models import Discipline, Membership, local_today
from practice.templatetags.house import day

MOST = Decimal("9999999.99")
TURNS = ("first", "second", "third", "fourth")
YEARLY = ("deductible", "out_of_pocket", "family_deductible", "family_out_of_pocket")


@transaction.atomic
def add_coverage(
    *,
    by: Membership,
    client: Client,
    payer: Payer,
    member_id: str,
    copay: Decimal | None = None,
    keep_odd_id: bool = False,
    new_subscriber: Mapping[str, str] | None = None,
    **fields: Any,
) -> Coverage:
    """A client's membership in a plan.

    `keep_odd_id` takes a member ID that does not fit the payer (cards come damaged); the scrubber finds it.
    `new_subscriber`: names of a subscriber who is no contact yet.
    """
    locked(client)  # two at once would not see each other
    row = Coverage(client=client, payer=payer, copay=copay, member_id=member_ids.clean(member_id), **fields)
    _check(row, keep_odd_id=keep_odd_id, new_subscriber=new_subscriber)
    row.subscriber = _subscriber(by, row, new_subscriber)
    row.save()
    audit.record("add coverage", row, client_id=client.pk)
    work.ring("claims.check_claims")
    return row


@transaction.atomic
def edit_coverage(
    *,
    by: Membership,
    coverage: Coverage,
    seen: str = "",
    keep_odd_id: bool = False,
    new_subscriber: Mapping[str, str] | None = None,
    **fields: Any,
) -> Coverage:
    """Change a coverage; claims that wait are checked again. What was billed to it stays as it was sent, so its payer
    is another's no more once something was: what is open would move without a posting.
    """
    Client.objects.select_for_update(of=("self",)).get(pk=coverage.client_id)
    now = locked(coverage, seen)
    if "member_id" in fields:
        fields["member_id"] = member_ids.clean(fields["member_id"])
    changed = Coverage(**{field.attname: field.value_from_object(now) for field in now._meta.concrete_fields})
    for name, value in fields.items():
        setattr(changed, name, value)
    if changed.payer_id != now.payer_id and _charged(now):
        raise BadInput(payer=f"Visits were charged to {now.payer.short_name} on this plan. End it and add the new one")
    same_id = (changed.member_id, changed.payer_id) == (now.member_id, now.payer_id)
    _check(changed, keep_odd_id=keep_odd_id or same_id, new_subscriber=new_subscriber)
    fields["subscriber"] = _subscriber(by, changed, new_subscriber)
    if before := write(now, fields):
        audit.record("edit coverage", now, client_id=now.client_id, before=before)
        work.ring("claims.check_claims")
    return now


def _charged(coverage: Coverage) -> bool:
    """Whether an app that builds on this one has something on a coverage: a day, an entry of the ledger, a claim."""
    for relation in Coverage._meta.related_objects:
        rows, upper = relation.related_model, relation.related_model._meta.app_label != "clients"
        if upper and rows._default_manager.filter(**{relation.field.name: coverage}).exists():
            return True
    return False


@transaction.atomic
def end_coverage(*, by: Membership, coverage: Coverage, ends_on: date) -> Coverage:
    """The last day on which a coverage holds. A later one than before is refused where another plan pays by then."""
    Client.objects.select_for_update(of=("self",)).get(pk=coverage.client_id)
    now = locked(coverage)
    if ends_on < now.starts_on:
        raise BadInput(ends_on=f"It began on {day(now.starts_on)}; the last day is that day or later")
    if now.ends_on and ends_on > now.ends_on:
        longer = copy(now)
        longer.ends_on = ends_on
        if problem := crossing_problem(longer, _others(longer)):
            raise BadInput(ends_on=next(iter(problem.values())))
    if before := write(now, {"ends_on": ends_on}):
        audit.record("end coverage", now, client_id=now.client_id, before=before)
        work.ring("claims.check_claims")
    return now


def _subscriber(by: Membership, row: Coverage, named: Mapping[str, str] | None) -> Contact | None:
    if row.relation == Relation.SELF:
        return None
    return add_contact(by=by, **named) if named else row.subscriber


def _check(row: Coverage, *, keep_odd_id: bool, new_subscriber: Mapping[str, str] | None) -> None:
    """Raises BadInput with everything that is wrong with a coverage."""
    errors = wrong_coverage(row, keep_odd_id=keep_odd_id, new_subscriber=new_subscriber)
    if errors := errors or crossing_problem(row, _others(row)):
        raise BadInput(errors)


def _same_card(row: Coverage) -> str:
    """What is wrong where it would be a card that is there already, its place in the order left aside."""
    return crossing_problem(row, _others(row)).get("member_id", "")


def _others(row: Coverage) -> dict[int, Coverage]:
    """The client's coverages that a new or changed one may cross, by id. Rows of one plan on merged charts stand
    side by side, as they did before the merge; a new one is refused for them: the plan is there already.
    """
    rows = Coverage.objects.filter(client__in=row.client.ids).select_related("payer", "case").order_by("pk")
    return {each.pk: each for each in rows if row.pk is None or not _twins(row, each)}


def _twins(one: Coverage, other: Coverage) -> bool:
    """Whether they are one plan on two charts."""
    return one.plan == other.plan and one.client_id != other.client_id


def wrong_coverage(row: Coverage, *, keep_odd_id: bool, new_subscriber: Mapping[str, str] | None) -> dict[str, str]:
    """What is wrong with a coverage by itself, by field. Reads its payer and its case, and asks no table."""
    errors: dict[str, str] = {}
    if not row.member_id:
        errors["member_id"] = "Enter the member ID as it stands on the card"
    elif not keep_odd_id and (problem := member_id_problem(row.member_id, row.payer)):
        errors["member_id"] = problem
    if row.relation not in Relation.values:
        errors["relation"] = "Choose how the client stands to the subscriber"
    elif row.relation != Relation.SELF and not row.subscriber_id and not new_subscriber:
        errors["subscriber"] = "Say who the subscriber is, or choose “self”"
    if row.subscriber_sex not in ("", *Sex.values):
        errors["subscriber_sex"] = "Write F, M or U, or leave it empty"
    if row.subscriber_birth_on and row.subscriber_birth_on > local_today():
        errors["subscriber_birth_on"] = "The subscriber's birthday is in the future; check the year"
    if row.case and row.case.client_id != row.client_id and row.case.client_id not in row.client.ids:
        errors["case"] = "Choose a case of this client"
    if unknown := [name for name in row.disciplines if name not in Discipline.values]:
        errors["disciplines"] = f"“{unknown[0][:20]}” is no discipline; write {', '.join(Discipline.values)}"
    return errors | _medicare_limits(row) | _figures(row)


def _medicare_limits(row: Coverage) -> dict[str, str]:
    """Medicare pays for all therapy of who has it; a limit on its row would make a visit self-pay that cannot be."""
    if row.payer_id is None or row.payer.plan_type != PlanType.MEDICARE:  # an import asks before the payer is known
        return {}
    errors = {}
    if row.visit_limit is not None:
        errors["visit_limit"] = "Medicare has no such end, and covered therapy cannot be self-pay; leave it empty"
    if row.case_id is not None:
        errors["case"] = "Medicare is for every case, and covered therapy cannot be self-pay; choose none"
    if row.disciplines and not set(row.disciplines) >= THERAPY:
        errors["disciplines"] = "Medicare is for OT, PT and speech alike; tick all three, or none"
    return errors


def _figures(row: Coverage) -> dict[str, str]:
    errors = {}
    if not 1 <= row.rank <= 99:
        errors["rank"] = "The order of payment is a number from 1; 1 pays first"
    if row.visit_limit is not None and not 0 < row.visit_limit < 10_000:
        errors["visit_limit"] = "A number of visits is at least 1; leave it empty when there is no such end"
    elif row.visit_limit is None and _kind(row) == PlanType.EMPLOYEE_ASSISTANCE:
        errors["visit_limit"] = "Enter how many visits the employee assistance pays for; the next plan pays after them"
    if row.copay is not None and not 0 < row.copay <= MOST:
        errors["copay"] = "A copay is more than $0.00; leave it empty when there is none"
    if row.ends_on and row.ends_on < row.starts_on:
        errors["ends_on"] = "The last day is before the first"
    return errors


def _kind(row: Coverage) -> str:
    """The plan type; empty for a row of a file whose payer is not known."""
    return row.payer.plan_type if row.payer_id else ""


def _place(row: Coverage, id: int) -> Place:
    kind, case = _kind(row), row.case
    return Place(
        id, row.rank, row.case_id, _treated(row), row.starts_on, row.ends_on, limited=row.visit_limit is not None,
        own=kind if kind in OWN_PLANS.values() else "", cause=case.cause if case else "",
        card=f"{row.payer_id} {row.member_id}",
    )  # fmt: skip


def _treated(row: Coverage) -> frozenset[str]:
    """The disciplines that a coverage serves: of one that is tied to a case, that of the case; empty is all."""
    named, treats = frozenset(row.disciplines), frozenset([row.case.discipline] if row.case else ())
    return named & treats or named or treats


def crossing_problem(row: Coverage, others: Mapping[int, Coverage]) -> dict[str, str]:
    """By field in a sentence, which of the client's `others` is the same card for the same visits, or else stands in
    the same place of payment; empty when none does.

    Their numbers are their ids, or any below 0 while they have none.
    """
    place, places = _place(row, row.pk or 0), [_place(each, id) for id, each in others.items()]
    if found := repeated(place, places):
        named, runs = _named(others[found.id])
        turn = TURNS[found.rank - 1] if found.rank <= len(TURNS) else f"as number {found.rank}"
        said = f"{named} stands on the chart already: it pays {turn} and {runs}. A card pays once; edit or end that one"
        return {"member_id": said}
    if found := crossed(place, places):
        named, runs = _named(others[found.id])
        return {"starts_on": f"Crosses {named}, which {runs}; end that first or choose another order"}
    return {}


def _named(row: Coverage) -> tuple[str, str]:
    """A coverage, and until when it is in force, in words."""
    runs = f"runs until {day(row.ends_on)}" if row.ends_on else "has no last day"
    return f"{row.payer.short_name} {row.member_id}", runs


@transaction.atomic
def correct_member_id(*, by: Membership, coverage: Coverage, member_id: str) -> Coverage:
    """Correct the ID on a coverage; claims that wait are checked again."""
    Client.objects.select_for_update(of=("self",)).get(pk=coverage.client_id)
    cleaned = member_ids.clean(member_id)
    changed = copy(coverage)
    changed.member_id = cleaned
    if problem := member_id_problem(cleaned, coverage.payer) or _same_card(changed):
        raise BadInput(member_id=problem)
    before, coverage.member_id = coverage.member_id, cleaned
    coverage.save(update_fields=["member_id"])
    audit.record("correct member ID", coverage, client_id=coverage.client_id, before=before)
    work.ring("claims.check_claims")
    return coverage


def member_id_problem(member_id: str, payer: Payer) -> str:
    """What is wrong with a member ID for this payer, in a sentence; empty when it fits."""
    return member_ids.problem(member_id, payer.short_name, payer.member_id_pattern, payer.member_id_hint)


@transaction.atomic
def record_benefit(*, by: Membership, coverage: Coverage, disciplines: list[str], **fields: Any) -> Benefit:
    """What the plan was verified to promise for some disciplines. A correction is a new row; the newest counts."""
    errors = {}
    if not disciplines or set(disciplines) - set(Discipline.values):
        errors["disciplines"] = "Choose the disciplines that this is about"
    starts_on, ends_on = fields.get("starts_on"), fields.get("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        errors["ends_on"] = "The last day is before the first"
    coinsurance = fields.get("coinsurance")
    if coinsurance is not None and not 0 <= coinsurance <= 100:
        errors["coinsurance"] = "Coinsurance is a percentage from 0 to 100"
    for name in ("copay", "visit_limit", "authorization_from", "referral_from"):
        if fields.get(name) is not None and fields[name] <= 0:
            errors[name] = "More than 0, or empty when there is none"
    for name in YEARLY:
        errors |= {each: "$0.00 or more" for each in (name, f"{name}_met") if (fields.get(each) or 0) < 0}
        met, most = fields.get(f"{name}_met"), fields.get(name)
        if met is not None and most is not None and met > most:
            errors[f"{name}_met"] = "More was met than there is to meet"
    if fields.get("verified_at") and fields["verified_at"] > clock.now():
        errors["verified_at"] = "That is in the future; enter when it was verified"
    if not 1 <= fields.get("plan_year_month", 1) <= 12:
        errors["plan_year_month"] = "A month is a number from 1 to 12"
    if errors:
        raise BadInput(errors)
    benefit = Benefit.objects.create(
        coverage=coverage, disciplines=disciplines, verified_by=by, **{"verified_at": clock.now()} | fields
    )
    audit.record("record benefit", benefit, client_id=coverage.client_id)
    return benefit


@transaction.atomic
def add_authorization(
    *,
    by: Membership,
    case: Case,
    coverage: Coverage,
    number: str,
    allowed: int,
    starts_on: date,
    ends_on: date,
    counts: str = Counts.VISITS,
    requested: int | None = None,
    codes: Sequence[str] = (),
) -> Authorization:
    """A payer's leave to treat, of some service codes or of all. Past visits are allotted again, waiting claims
    checked again. `requested`: what we asked for.
    """
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)  # two at once would not see each other
    row = Authorization(
        case=case, coverage=coverage, number=number.strip().upper(), allowed=allowed, starts_on=starts_on,
        ends_on=ends_on, counts=counts, requested=requested, codes=list(codes),
    )  # fmt: skip
    if errors := _wrong_authorization(row) or _entered_before(row):
        raise BadInput(errors)
    row.save()
    audit.record("add authorization", row, client_id=case.client_id)
    work.ring("claims.check_claims")
    return row


def _wrong_authorization(row: Authorization) -> dict[str, str]:
    errors = {}
    if row.allowed < 1:
        errors["allowed"] = "An authorization allows at least one visit or unit"
    if row.requested is not None and row.requested < 1:
        errors["requested"] = "At least 1, or empty when nobody knows"
    if row.ends_on < row.starts_on:
        errors["ends_on"] = "The last day is before the first"
    if not row.number:
        errors["number"] = "Enter the number the payer gave"
    if row.counts not in Counts.values:
        errors["counts"] = "An authorization counts visits or units"
    if wrong := [code for code in row.codes if not re.fullmatch(r"[0-9A-Z]{5}", code)]:
        errors["codes"] = f"{wrong[0][:12]} is not a service code; write five digits or letters, as 97530"
    if row.coverage.client_id != row.case.client_id and row.coverage.client_id not in row.case.client.ids:
        errors["coverage"] = "Choose a plan of this client"
    return errors


def _entered_before(row: Authorization) -> dict[str, str]:
    """The same number for the same days would allow twice what the payer did. One number may be given for several
    services, so much of each: these share no code.
    """
    near = Authorization.objects.filter(
        case=row.case, withdrawn_on=None, starts_on__lte=row.ends_on, ends_on__gte=row.starts_on
    )
    for other in near.select_related("coverage").order_by("id"):
        plan = other.coverage_id == row.coverage_id or _twins(other.coverage, row.coverage)
        apart = other.codes and row.codes and not set(other.codes) & set(row.codes)
        if plan and not apart and _bare(other.number) == _bare(row.number):
            dates = f"{day(other.starts_on)} to {day(other.ends_on)}"
            return {
                "number": f"{other.number} is entered already, {dates}; withdraw that one first, or change the days"
            }
    return {}


def _bare(number: str) -> str:
    return "".join(number.split()).upper()


@transaction.atomic
def withdraw_authorization(*, by: Membership, authorization: Authorization, reason: str) -> Authorization:
    """Let an authorization count no longer: a slip, or the payer took it back. It stays on the chart, struck."""
    if not reason.strip():
        raise BadInput(reason="Say why; the reason stays with the authorization")
    now = locked(authorization)
    if now.withdrawn_on:
        raise Conflict(f"It was withdrawn on {day(now.withdrawn_on)} already.")
    write(now, {"withdrawn_on": local_today()})
    audit.record("withdraw authorization", now, client_id=now.case.client_id, reason=reason.strip()[:200])
    work.ring("claims.check_claims")
    return now
