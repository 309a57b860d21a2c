"""Billing's doors to the work list."""

import logging

from celery import shared_task

from billing import actions, books
from billing.invoicing import kinds  # noqa: F401  every process knows every kind of work
from practice import work
from practice.models import Practice
from practice.tenancy import tenant

log = logging.getLogger(__name__)


@work.bell("billing.post_charges")
def post_charges() -> bool:
    """Charge what was signed."""
    return actions.post_charges()


@work.bell("billing.move_merged")
def move_merged() -> bool:
    """Move what is open of merged charts."""
    return actions.move_merged()


@shared_task
def verify_all_books() -> int:
    """Nightly: the number of things wrong in all practices, each logged without names or amounts of people."""
    wrong = 0
    for practice in Practice.objects.filter(active=True):
        with tenant(practice):
            found = len(books.wrong())
        if found:
            log.critical("books of practice %s do not verify: %s things", practice.pk, found)
        wrong += found
    return wrong
