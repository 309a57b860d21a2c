"""Celery's doors to the work list."""

from celery import shared_task

from practice import actions, work
from practice import mail as mail  # every process knows how letters go out
from practice.models import Practice
from practice.team import invitations as invitations  # and what stands in them
from practice.tenancy import tenant


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
    for practice in Practice.objects.filter(active=True):
        with tenant(practice):
            forgotten += actions.forget_answers()
    return forgotten
