"""Verbs about enrollments: how a clinician stands with a payer. Claims that wait are checked again."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet

from clients.enrollments.models import Enrollment, EnrollmentState
from clients.models import Payer
from practice import audit, work
from practice.findings import BadInput
from practice.models import Clinician, Membership

LONGEST_NUMBER = 30


@transaction.atomic
def enter_enrollment(
    *,
    by: Membership,
    clinician: Clinician,
    payer: Payer,
    state: str,
    starts_on: date,
    ends_on: date | None = None,
    number: str = "",
) -> Enrollment:
    """A new period. One that is open at the end and starts before it ends the day before it. Raises BadInput."""
    _lock(clinician)
    _require_sense(state, starts_on, ends_on, number)
    others = _others(clinician, payer)
    before = others.filter(starts_on__lt=starts_on, ends_on=None).first()
    if before:
        before.ends_on = starts_on - timedelta(days=1)
        before.save(update_fields=["ends_on"])
        audit.record("end enrollment", before, ends_on=str(before.ends_on))
    _require_free(others, starts_on, ends_on)
    row = Enrollment.objects.create(
        clinician=clinician, payer=payer, state=state, starts_on=starts_on, ends_on=ends_on, number=number.strip()
    )
    return _told("enter enrollment", row)


@transaction.atomic
def change_enrollment(
    *,
    by: Membership,
    enrollment: Enrollment,
    state: str,
    starts_on: date,
    ends_on: date | None = None,
    number: str = "",
) -> Enrollment:
    """Correct a period. Raises BadInput."""
    _lock(enrollment.clinician)
    _require_sense(state, starts_on, ends_on, number)
    others = _others(enrollment.clinician, enrollment.payer)
    _require_free(others.exclude(pk=enrollment.pk), starts_on, ends_on)
    enrollment.state, enrollment.starts_on, enrollment.ends_on = state, starts_on, ends_on
    enrollment.number = number.strip()
    enrollment.save(update_fields=["state", "starts_on", "ends_on", "number"])
    return _told("change enrollment", enrollment)


@transaction.atomic
def remove_enrollment(*, by: Membership, enrollment: Enrollment) -> None:
    """Take back a period that was entered by mistake. What was sent stays as it was sent."""
    _told("remove enrollment", enrollment)
    enrollment.delete()


@transaction.atomic
def let_supervisors_render(*, by: Membership, payer: Payer, allowed: bool) -> Payer:
    """Whether a payer takes the work of a student, or of one not enrolled, under the supervisor's name."""
    payer.supervisor_renders = allowed
    payer.save(update_fields=["supervisor_renders"])
    audit.record("let supervisors render", payer, allowed=allowed)
    work.ring("claims.check_claims")
    return payer


def _lock(clinician: Clinician) -> None:
    """One at a time for each clinician, so that two periods cannot cross unseen."""
    Clinician.objects.select_for_update(of=("self",)).get(pk=clinician.pk)


def _others(clinician: Clinician, payer: Payer) -> QuerySet[Enrollment]:
    return Enrollment.objects.filter(clinician=clinician, payer=payer).order_by("starts_on")


def _require_sense(state: str, starts_on: date, ends_on: date | None, number: str) -> None:
    if state not in EnrollmentState.values:
        raise BadInput(state="Choose enrolled, pending or not enrolled")
    if ends_on and ends_on < starts_on:
        raise BadInput(ends_on="The last day is before the first")
    if len(number.strip()) > LONGEST_NUMBER or not number.isprintable() or not number.isascii():
        raise BadInput(number=f"The payer's number has at most {LONGEST_NUMBER} letters and digits")


def _require_free(others: QuerySet[Enrollment], starts_on: date, ends_on: date | None) -> None:
    for row in others:
        if (ends_on is None or row.starts_on <= ends_on) and (row.ends_on is None or starts_on <= row.ends_on):
            until = f"to {row.ends_on:%Y-%m-%d}" if row.ends_on else "on"
            word = EnrollmentState(row.state).label.lower()
            raise BadInput(
                starts_on=f"She is {word} there from {row.starts_on:%Y-%m-%d} {until}; change that period or these days"
            )


def _told(verb: str, row: Enrollment) -> Enrollment:
    days = f"{row.starts_on}/{row.ends_on or '..'}"
    audit.record(verb, row, state=str(row.state), clinician=row.clinician_id, payer=row.payer_id, days=days)
    work.ring("claims.check_claims")
    return row
