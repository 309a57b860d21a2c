"""A whole Caseload for journeys and fault tests: real processes, on a cloned database of their own."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from practice.embedded import places, stack
from tests.databases import Databases

UNDO_SECONDS = "3"
NOT_OURS = ("PORT", "PUBLIC_URL", "REDIS_URL")


@contextmanager
def whole_stack(databases: Databases, part: str, *, demo: bool = True, **more: str) -> Iterator[stack.Stack]:
    """Web, worker, beat and sandbox on a clone of the template. `more` goes into their environment.

    `part` names the clone; two stacks at a time need two names.
    """
    name = databases.clone(part)
    env = {key: value for key, value in os.environ.items() if key not in NOT_OURS}
    env |= {
        "DATABASE_URL": databases.url(name),
        "DATABASE_OWNER_URL": databases.url(name, owner=True),
        "DJANGO_SETTINGS_MODULE": "practice.settings",
        "SEND_UNDO_SECONDS": UNDO_SECONDS,
        **more,
    }
    data_dir = Path(tempfile.mkdtemp(prefix="caseload-stack-"))
    try:
        with stack.running(data_dir, env=env, demo=demo) as whole:
            yield whole
    finally:
        places.remove(data_dir)
        databases.drop(name)
