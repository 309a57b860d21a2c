"""Celery's doors to what clients leave behind."""

from celery import shared_task

from clients.documents import actions as documents
from clients.imports import kinds  # noqa: F401  every process knows every kind of work
from practice.models import Practice
from practice.tenancy import tenant


@shared_task
def sweep_documents() -> int:
    """Nightly: bytes that no row speaks of are deleted after a week."""
    swept = 0
    for practice in Practice.objects.filter(active=True):
        with tenant(practice):
            swept += documents.sweep_orphans()
    return swept
