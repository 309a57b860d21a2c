"""What every test stands on.

A test logs in to PostgreSQL as the app's role, bound by the wall like the real thing. Marked
`django_db` it is rolled back; one that commits (`django_db(transaction=True)`, `transactional_db`)
gets a fresh clone of the migrated template. Only our own machine can be reached.
"""

import ctypes
import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from django import test as django_test
from django.conf import settings as house_settings
from django.db import connections
from xdist.scheduler import LoadFileScheduling

from practice import clock
from tests import databases

hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
# Each run draws other examples; with the same ones each time what is covered can be counted.
hypothesis.settings.register_profile("same", hypothesis.settings.get_profile("house"), derandomize=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))
_run = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Who hands out work to xdist's workers starts the server for them; a run alone starts it when asked."""
    if getattr(config.option, "numprocesses", None):
        databases.start_server(_run)


class OneStack(LoadFileScheduling):
    """Files as they are, and the journeys as one: one stack for all, and while they wait the others' tests run."""

    def _split_scope(self, nodeid: str) -> str:
        return "journeys" if nodeid.startswith("tests/journeys/") else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)  # who runs one heart's tests leaves xdist out
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """In the long run the journeys are the most of it: there each worker has some, and a stack."""
    return OneStack(config, log) if "not long" in config.option.markexpr else LoadFileScheduling(config, log)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported and collected stays to the end: the garbage collector need not look through it each time."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    _run.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Below the journeys stands what each job of the budget table took."""
    reports = [report for each in terminalreporter.stats.values() for report in each]
    rows = [row for report in reports for name, row in getattr(report, "user_properties", ()) if name == "spent"]
    if rows:
        terminalreporter.section("what a job takes")
        for row in dict.fromkeys(rows):
            terminalreporter.write_line(row)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("pdf") and not _pango():
        pytest.skip("no Pango: apt-get install libpango-1.0-0 libpangoft2-1.0-0")


def _pango() -> bool:
    try:
        ctypes.CDLL("libpangoft2-1.0.so.0")
    except OSError:
        return False
    return True


@pytest.fixture(scope="session")
def house_databases() -> databases.Databases:
    """The run's server, from which databases can be cloned."""
    databases.start_server(_run)
    return databases.Databases()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: Any,
    house_databases: databases.Databases,
) -> Iterator[None]:
    """pytest-django's way in. Flushing would need the right to truncate: committed tests get a clone instead."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with django_db_blocker.unblock():
        rolled_back = house_databases.clone(worker)
        databases.use(house_databases.url(rolled_back))

    def take_clone(cls: Any) -> None:
        databases.use(house_databases.url(house_databases.clone(f"{worker}_commits")))

    def give_back(self: Any) -> None:
        databases.use(house_databases.url(rolled_back))
        house_databases.drop(f"{house_databases.run}_{worker}_commits")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(django_test.TransactionTestCase, "_fixture_setup", classmethod(take_clone))
        patch.setattr(django_test.TransactionTestCase, "_fixture_teardown", give_back)
        yield
    with django_db_blocker.unblock():
        connections.close_all()
        house_databases.drop(rolled_back)


@pytest.fixture(scope="session", autouse=True)
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files for the outside world go to a folder of the run."""
    folder = tmp_path_factory.mktemp("data")
    house_settings.DATA_DIR, house_settings.EXCHANGE_DIR = folder, folder / "exchange"
    return folder


@pytest.fixture(scope="session", autouse=True)
def signed_in_for_good() -> Iterator[None]:
    """`force_login` stands for both steps of a sign-in, in every test client. The door itself is tested without it."""
    sign_in = django_test.Client.force_login

    def force_login(self: django_test.Client, user: Any, backend: str | None = None) -> None:
        sign_in(self, user, backend)
        session = self.session
        session["signed_in_at"] = session["second_factor_at"] = int(clock.now().timestamp())
        session.save()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(django_test.Client, "force_login", force_login)
        yield


@pytest.fixture
def web() -> django_test.Client:
    """Django's test client: a browser without a window."""
    return django_test.Client()


@pytest.fixture
def client() -> None:
    """A client is a person we treat."""
    pytest.fail("The browser without a window is the fixture `web`; a client comes from a factory.")


@pytest.fixture
def owner(house_databases: databases.Databases) -> Iterator[psycopg.Connection]:
    """A second connection to the test's database, as its owner. It sees only what was committed."""
    name = connections.settings["default"]["NAME"]
    with psycopg.connect(house_databases.url(name, owner=True), autocommit=True) as connection:
        yield connection
