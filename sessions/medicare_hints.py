"""What a booking is told of Medicare: therapists cannot opt out of it, so covered therapy is never self-pay, and where
Medicare is expected not to pay an advance notice is given first.

Social Security Act §1802(b)(5)(B) (who may opt out; physical, occupational and speech therapists may not); Medicare
Claims Processing Manual ch. 30 §50 (the notice).
"""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from clients.coverage import THERAPY
from clients.models import Case, Cause, Coverage, PlanType
from practice.permissions import Permission

ELDERLY = 65  # years; from then on people have Medicare, as a rule


def with_plans(cases: QuerySet[Case], on: date) -> QuerySet[Case]:
    """Cases with their client and what is on file for her on a day: `has_medicare`, `has_plan`. One query."""
    hers = Q(client=OuterRef("client")) | Q(client__merged_into=OuterRef("client"))
    plans = Coverage.objects.filter(hers, Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on)
    medicare = plans.filter(payer__plan_type=PlanType.MEDICARE)
    return cases.select_related("client").annotate(has_medicare=Exists(medicare), has_plan=Exists(plans))


def hint(case: Any, on: date, request: Any) -> dict[str, Any] | None:
    """What stands above a booking (components/callout.html); None where Medicare plays no part. `case`: `with_plans`."""
    if case.discipline not in THERAPY or case.cause == Cause.WORK:
        return None
    args, may = [request.practice.slug, case.client_id], request.member.may
    if case.has_medicare:
        url = reverse("billing:new_notice", args=args)
        return {
            "kind": "info",
            "text": "Medicare: covered therapy cannot be self-pay.",
            "detail": "Where it is expected not to pay, let the client choose on an advance notice before the visit.",
            "link": {"label": "Advance notice", "url": url} if may(Permission.KEEP_NOTICES) else None,
        }
    if case.has_plan or case.client.age_on(on) < ELDERLY:
        return None
    url = reverse("clients:add_coverage", args=args)
    return {
        "kind": "warn",
        "text": "No plan is on file, and she is 65 or older.",
        "detail": "Therapists cannot opt out of Medicare: if she has it, enter it before the visit. It cannot be self-pay.",
        "link": {"label": "Add coverage", "url": url} if may(Permission.EDIT_COVERAGE) else None,
    }
