"""Celery's doors to the work list."""

import logging

from celery import shared_task

from practice import actions, audit, audit_seals, work
from practice import mail as mail  # every process knows how letters go out
from practice.lock.actions import forget_sign_ins
from practice.models import Practice
from practice.team import invitations as invitations  # and what stands in them
from practice.tenancy import tenant

log = logging.getLogger("caseload.audit")


@shared_task
def drain() -> int:
    """Do what is due. Rung after a commit and by beat; a lost or doubled message changes nothing."""
    return work.drain()


@shared_task
def ring_all() -> None:
    """Ring every bell of every practice, in case a ring was lost."""
    work.ring_everywhere()


@shared_task
def forget_answers() -> int:
    """Nightly: what the API answered stays a day for who asks again, and no longer; notes are among it."""
    forgotten = 0
    forget_sign_ins()
    for practice in Practice.objects.filter(active=True):
        with tenant(practice):
            forgotten += actions.forget_answers()
    return forgotten


@shared_task
def seal_audit() -> int:
    """Every few minutes: what is new in the audit cannot be changed unnoticed from now on."""
    return audit_seals.seal_all()


@shared_task
def verify_audit() -> int:
    """Nightly: compare the audit with its seals. The head goes to the log, where who rewrites all seals cannot reach."""
    wrong = 0
    for practice in Practice.objects.filter(active=True):
        with tenant(practice):
            found = audit_seals.verify()
            audit.record("verify audit", practice, rows=found.rows, seals=found.seals, wrong=found.wrong[:3])
        log.info("audit of practice %s: %s rows, head %s", practice.pk, found.rows, found.head)
        if found.wrong:
            log.critical("audit of practice %s does not verify: %s", practice.pk, found.wrong[0])
        wrong += len(found.wrong)
    return wrong
