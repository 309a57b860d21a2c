"""From rows to the hearts: how the certification of plans stands and where report clocks are, for many cases at once,
in a constant number of statements.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q

from clients.documents.models import Document, Kind
from clients.merged import by_client, charts_of
from clients.models import Case, PlanType
from practice.models import local_today
from sessions import note_kinds
from sessions.models import Session, SessionState
from sessions.paying import Paying
from sessions.plans.certification import LASTS, ORDER_COUNTS_FROM, Facts, Standing, standing
from sessions.plans.models import CertificationEvent, Paper, PlanOfCare
from sessions.plans.report_clock import Count, Treated, count

# What a therapist writes about progress. An evaluation later in the episode counts too; on its first day the count
# begins anyway.
REPORTS = (note_kinds.Kind.PROGRESS, note_kinds.Kind.REEVALUATION, note_kinds.Kind.EVALUATION)


@dataclass(frozen=True)
class Course:
    """What is known of one case: its plans in the order they were set, treatment days, and what is planned."""

    case: Case
    plans: tuple[PlanOfCare, ...] = ()
    events: dict[int, list[CertificationEvent]] = field(default_factory=dict)
    treated: tuple[Treated, ...] = ()
    order_on: date | None = None
    needed: bool = False
    order_from: date | None = None

    @property
    def newest(self) -> PlanOfCare | None:
        return self.plans[-1] if self.plans else None

    def in_force(self, day: date) -> PlanOfCare | None:
        """The plan that holds on a day: of several the one that was set last, for it corrects the others."""
        held = [plan for plan in self.plans if plan.starts_on <= day <= plan.ends_on]
        return held[-1] if held else None

    def standing(self, plan: PlanOfCare, today: date) -> Standing:
        """How the certification of one of the plans stands."""
        return standing(self.facts(plan), today)

    def facts(self, plan: PlanOfCare) -> Facts:
        """What the heart asks of a plan."""
        return self._facts[plan.pk]

    @cached_property
    def _facts(self) -> dict[int, Facts]:
        """By plan. One that took the place of a plan which was never certified is the first still."""
        found: dict[int, Facts] = {}
        certified: Facts | None = None
        for place, plan in enumerate(self.plans):
            found[plan.pk] = facts = self._facts_of(place, certified)
            if standing(facts, plan.ends_on).certified:
                certified = facts
        return found

    def _facts_of(self, place: int, before: Facts | None) -> Facts:
        plan = self.plans[place]
        after = self.plans[place + 1] if place + 1 < len(self.plans) else None
        first = self._first_on(place, initial=before is None)
        on = self._dates(plan)
        return Facts(
            plan.starts_on,
            plan.ends_on,
            first_on=first,
            sent_on=on.get(Paper.SENT),
            returned_on=self._last(plan, Paper.RETURNED),
            verbal_on=on.get(Paper.VERBAL),
            signed_on=on.get(Paper.SIGNED),
            order_on=self.order_on,
            initial=before is None,
            before=before.until if before else None,
            order_from=self.order_from,
            needed=self.needed,
            followed_on=after.starts_on if after else None,
        )

    def _first_on(self, place: int, *, initial: bool) -> date | None:
        """The first treatment under a plan. Of the first plan it is the first of the case, for the evaluation counts;
        of one that corrects it too, but not of one that begins when that has ended, or after what a certification
        from then on could hold.
        """
        plan, days = self.plans[place], [day.on for day in self.treated]
        first = min(days, default=None)
        if initial and first and (not place or plan.starts_on <= min(self.plans[place - 1].ends_on, first + LASTS)):
            return first
        return min((day for day in days if day >= plan.starts_on), default=None)

    def _dates(self, plan: PlanOfCare) -> dict[str, date]:
        """By step the first day it was done."""
        found: dict[str, date] = {}
        for event in self.events.get(plan.pk, ()):
            found[event.kind] = min(found.get(event.kind, event.on), event.on)
        return found

    def _last(self, plan: PlanOfCare, kind: str) -> date | None:
        """The day of a step, where it is the last that was taken."""
        steps = self.events.get(plan.pk, ())
        return steps[-1].on if steps and steps[-1].kind == kind else None

    def count(self, on: date | None = None) -> Count:
        """The report clock, as it stands or as a visit of a day finds it."""
        return count(self.treated, on)


def courses(cases: Iterable[Case]) -> dict[int, Course]:
    """By case what is known of it. Cases come with nothing selected; their charts may be merged."""
    rows = {case.pk: case for case in cases}
    clients = {case.client_id for case in rows.values()}
    plans, events = _plans(rows), _events(rows)
    treated, orders = _treated(rows), _orders(clients)
    paying = Paying(clients) if rows else None
    found = {}
    for pk, case in rows.items():
        needed, order_from = _asked(case, paying) if paying else (False, None)
        found[pk] = Course(
            case=case,
            plans=tuple(plans[pk]),
            events=events,
            treated=tuple(treated[pk]),
            order_on=case.referral_on if case.client_id in orders else None,
            needed=needed,
            order_from=order_from,
        )
    return found


def course(case: Case) -> Course:
    return courses([case])[case.pk]


def _plans(cases: Collection[int]) -> dict[int, list[PlanOfCare]]:
    found: dict[int, list[PlanOfCare]] = defaultdict(list)
    for plan in PlanOfCare.objects.filter(case__in=cases).order_by("id"):
        found[plan.case_id].append(plan)
    return found


def _events(cases: Collection[int]) -> dict[int, list[CertificationEvent]]:
    """The steps that stand, by plan: neither those that were taken back nor what took them back."""
    found: dict[int, list[CertificationEvent]] = defaultdict(list)
    rows = CertificationEvent.objects.filter(plan__case__in=cases).order_by("id")
    for event in rows.exclude(kind=Paper.UNDONE).filter(undone_by=None):
        found[event.plan_id].append(event)
    return found


def _treated(cases: Collection[int]) -> dict[int, list[Treated]]:
    """Signed days by case, each once: a row a case, of thousands of visits. A report is one that a therapist signed, not
    an assistant or a student.
    """
    by_therapist = Q(notes__kind__in=REPORTS, clinician__assistant=False, clinician__student=False)
    rows = Session.objects.filter(case__in=cases, state=SessionState.SIGNED).order_by()
    days = rows.values_list("case").annotate(
        days=ArrayAgg("served_on", distinct=True),
        reports=ArrayAgg("served_on", distinct=True, filter=by_therapist, default=[]),
    )
    found: dict[int, list[Treated]] = defaultdict(list)
    for case, on, reported in days:
        found[case] = [Treated(day, day in reported) for day in sorted(on)]
    return found


def _orders(clients: Collection[int]) -> set[int]:
    """The charts in whose files an order or referral lies, on any of the person's charts."""
    homes = charts_of(clients)
    rows = Document.objects.filter(client__in=homes, kind=Kind.ORDER).kept()
    return {pk for pk, rows in by_client(rows, homes).items() if rows}


def _asked(case: Case, paying: Paying) -> tuple[bool, date | None]:
    """Whether a payer of the case asks for a plan of care today, and from when an order stands for the signature."""
    order = paying.of(case.client_id, case.visit(local_today())).order
    known = {row.pk: row.payer for row in paying.coverages[case.client_id]}
    asking = [known[one.id] for one in order if known[one.id].needs_plan_of_care]
    medicare = bool(asking) and all(payer.plan_type == PlanType.MEDICARE for payer in asking)
    return bool(asking), ORDER_COUNTS_FROM if medicare else None
