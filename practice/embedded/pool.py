"""Included by our Celery worker: its pool dies with it, in the middle of a task if need be.

A killed worker's busy child would otherwise finish its task, which may take minutes. What it leaves
undone is leased, and the next worker takes it up.
"""

import signal
from typing import Any

from celery.signals import worker_process_init

from practice.embedded.children import die_with_parent


@worker_process_init.connect
def on_start(**kwargs: Any) -> None:
    die_with_parent(signal.SIGKILL)
