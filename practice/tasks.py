"""Celery's doors to the work list."""

from celery import shared_task

from practice import work


@shared_task
def drain() -> int:
    """Do what is due. Rung after a commit and by beat; a lost or doubled message changes nothing."""
    return work.drain()


@shared_task
def ring_all() -> None:
    """Ring every bell of every practice, in case a ring was lost."""
    work.ring_everywhere()
