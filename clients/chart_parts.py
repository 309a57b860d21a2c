"""The parts of a chart: a coverage, a case, a person, a verified benefit, from rows to what templates show."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from clients.coverage import in_force
from clients.models import (
    Authorization,
    Benefit,
    CareTeam,
    Case,
    Cause,
    Client,
    ClientContact,
    Coverage,
    Relation,
    Sight,
)
from clients.shares import Rule, Share
from practice import money
from practice.models import Discipline
from practice.permissions import Permission as P
from practice.templatetags.house import day

ORDER = {1: "Pays first", 2: "Pays second", 3: "Pays third", 4: "Pays fourth"}
IN_FORCE = {"word": "In force", "kind": "ok", "icon": "check-circle"}
ENDED = {"word": "Not in force", "kind": "mute", "icon": "minus-circle"}


def coverage(row: Coverage, today: date, slug: str, url: Any, may: Any) -> dict[str, Any]:
    own, edit = row.relation == Relation.SELF, may(P.EDIT_COVERAGE)
    links = [
        {"label": "Edit", "url": url("edit_coverage", row.pk)} if edit else None,
        {"label": "Benefits", "url": url("benefits", row.pk)} if may(P.RECORD_BENEFITS) else None,
        {"label": "End", "url": url("end_coverage", row.pk)} if edit and row.ends_on is None else None,
    ]
    return {
        "payer": row.payer.name,
        "member_id": row.member_id,
        "group": row.group_number,
        "order": ORDER.get(row.rank, f"Pays as number {row.rank}"),
        "only": _only(row),
        "since": row.starts_on,
        "until": row.ends_on,
        "copay": row.copay,
        "subscriber": "" if own else f"{row.subscriber} ({row.get_relation_display()})",
        "state": IN_FORCE if in_force(row.facts, today) else ENDED,
        "card_url": reverse("clients:card", args=[slug, row.pk]),
        "links": [{**link, "about": row.payer.short_name} for link in links if link],
    }


def _only(coverage: Coverage) -> str:
    """What a coverage serves alone, in words; empty for everything."""
    parts = [
        coverage.case.complaint if coverage.case else "",
        ", ".join(coverage.disciplines),
        f"{coverage.visit_limit} visits" if coverage.visit_limit else "",
    ]
    return "; ".join(part for part in parts if part)


def case(row: Case, called: dict[str, str], url: Any, may: Any) -> dict[str, Any]:
    closed, edit = row.closed_on is not None, may(P.EDIT_CLIENTS)
    links = [
        {"label": "Edit", "url": url("edit_case", row.pk)} if edit else None,
        {"label": "Diagnoses", "url": url("set_diagnoses", row.pk)} if may(P.SET_DIAGNOSES) else None,
        {"label": "Add authorization", "url": url("authorization", row.pk)} if may(P.EDIT_COVERAGE) else None,
        {"label": "Open again" if closed else "Close", "url": url("reopen_case" if closed else "close_case", row.pk)}
        if edit
        else None,
    ]
    return {
        "complaint": row.complaint,
        "discipline": Discipline(row.discipline).label,
        "diagnoses": [{"code": each.code, "label": called.get(each.code, "")} for each in row.diagnoses.all()],
        "opened_on": row.opened_on,
        "closed_on": row.closed_on,
        "cause": _cause(row),
        "referrer": str(row.referrer) if row.referrer else "",
        "referral": row.referral_ends_on,
        "habilitative": row.habilitative,
        "authorizations": [
            _authorization(each, url if may(P.EDIT_COVERAGE) else None)
            for each in sorted(row.authorizations.all(), key=lambda a: (a.ends_on, a.pk), reverse=True)
        ],
        "state": {"word": "Closed", "kind": "mute", "icon": "archive-box"} if closed else None,
        "links": [{**link, "about": row.complaint} for link in links if link],
    }


def _cause(case: Case) -> str:
    """Injury at work, Nov 3. Empty for an illness."""
    if case.cause == Cause.ILLNESS:
        return ""
    parts = [case.get_cause_display(), day(case.accident_on), case.accident_state]
    told = ", ".join(part for part in parts if part)
    return f"{told}. Claim {case.claim_number}" if case.claim_number else told


def _authorization(row: Authorization, url: Any) -> dict[str, Any]:
    codes = f" of {', '.join(row.codes)}" if row.codes else ""
    return {
        "number": row.number,
        "text": f"{row.allowed} {row.get_counts_display().lower()}{codes}",
        "dates": f"{day(row.starts_on)} to {day(row.ends_on)}",
        "withdrawn_on": row.withdrawn_on,
        "withdraw_url": url("withdraw_authorization", row.pk) if url and not row.withdrawn_on else "",
    }


def contact(link: ClientContact, client: Client, sharing: Share | None, today: date, url: Any) -> dict[str, Any]:
    """`sharing`: the rule between two guarantors that holds now or begins next."""
    notes = [
        "guardian" if link.guardian else "",
        "pays the client’s share"
        if link.contact_id == client.guarantor_id and (sharing is None or sharing.starts_on > today)
        else "",
        _part_of(link.contact_id, sharing, today),
        "call in an emergency" if link.emergency else "",
    ]
    sees = [Sight(word).label.lower() for word in link.sees]
    return {
        "name": str(link.contact),
        "relation": "; ".join(part for part in (link.relation, *notes) if part),
        "sees": f"May see {', '.join(sees)}" if sees else "",
        "phone": link.contact.phone,
        "email": link.contact.email,
        "edit_url": url("edit_person", link.pk) if url else "",
        "end_url": url("end_person", link.pk) if url and link.contact_id != client.guarantor_id else "",
    }


def _part_of(contact: int, sharing: Share | None, today: date) -> str:
    """What of the client's share a person pays, where it is split."""
    if sharing is None or contact not in (sharing.first, sharing.other):
        return ""
    first = {
        Rule.PERCENT: f"{sharing.percent.normalize():f}% of the client’s share",
        Rule.AMOUNT: f"the client’s share of each visit up to {money.show(sharing.amount)}",
        Rule.SERVICE: f"the client’s share of {', '.join(sorted(sharing.codes))}",
    }[sharing.rule]
    since = f" from {day(sharing.starts_on)}" if sharing.starts_on > today else ""
    return f"pays {first}{since}" if contact == sharing.first else f"pays the rest of the client’s share{since}"


def clinician(row: CareTeam, url: Any) -> dict[str, Any]:
    """Somebody of the care team; who works here no more stays on it until she is taken off."""
    works = row.clinician.member.active
    return {
        "name": str(row.clinician),
        "note": "" if works else "Does not work here any more",
        "end_url": url("unassign", row.pk) if url else "",
    }


def benefits(coverages: list[Coverage], request: Any) -> list[dict[str, Any]]:
    """The newest benefits of each coverage, for the billing tab."""
    rows = Benefit.objects.filter(coverage__in=coverages).select_related("verified_by__user").order_by("-verified_at")
    newest: dict[tuple, Benefit] = {}
    for each in rows:
        newest.setdefault((each.coverage_id, each.kind, *sorted(each.disciplines)), each)
    by_id = {coverage.pk: coverage for coverage in coverages}
    return [
        {**benefit(each, request.practice.zone), "payer": by_id[each.coverage_id].payer.name}
        for each in newest.values()
    ]


def benefit(row: Benefit, zone: str) -> dict[str, str]:
    """A verified promise: whose, what, and who said so."""
    when = day(row.verified_at.astimezone(ZoneInfo(zone)).date())
    said = ", ".join(part for part in (row.verified_name, row.verified_reference) if part)
    return {
        "title": f"{', '.join(row.disciplines)}, {row.get_network_display().lower()}",
        "text": _promises(row),
        "end": f"{row.get_verified_how_display()}, {when}, by {row.verified_by.user.name}{f' ({said})' if said else ''}",
    }


def _promises(row: Benefit) -> str:
    year = "calendar year" if row.limit_year == "calendar" else "plan year"
    parts = [
        f"Copay {money.show(row.copay)} {row.get_copay_per_display()}" if row.copay else "",
        f"coinsurance {row.coinsurance.normalize():f}%" if row.coinsurance is not None else "",
        _met("deductible", row.deductible, row.deductible_met),
        _met("out of pocket at most", row.out_of_pocket, row.out_of_pocket_met),
        f"{row.visit_limit} visits a {year}, {row.used_elsewhere} used elsewhere"
        if row.visit_limit
        else "no visit limit",
        f"authorization from visit {row.authorization_from}" if row.authorization_from else "",
        f"referral from visit {row.referral_from}" if row.referral_from else "",
    ]
    told = "; ".join(part for part in parts if part)
    return told[:1].upper() + told[1:]


def _met(words: str, most: Any, met: Any) -> str:
    if most is None:
        return ""
    return f"{words} {money.show(most)}" + (f", {money.show(met)} met" if met is not None else "")
