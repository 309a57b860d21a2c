"""The ground under the other tests: who they are to PostgreSQL, and what one leaves to the next."""

import socket
import threading

import psycopg
import pytest
from django.db import connection
from django.test import Client
from pytest_socket import SocketConnectBlockedError

from practice.models import Practice


def ask(question: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize("again", [1, 2])
def test_what_is_rolled_back_is_not_there_for_the_next(again: int) -> None:
    assert ask("SELECT current_user") == "caseload_app"
    assert not Practice.objects.exists()
    Practice.objects.create(slug="house", name="House")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", [1, 2])
def test_what_is_committed_is_not_there_for_the_next(again: int, owner: psycopg.Connection) -> None:
    assert ask("SELECT current_user") == "caseload_app"
    assert not Practice.objects.exists()
    Practice.objects.create(slug="house", name="House")
    assert owner.execute("SELECT current_user, count(*) FROM practice_practice").fetchone() == ("caseload_owner", 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("again", [1, 2])
def test_a_thread_may_leave_its_connection_open(again: int) -> None:
    thread = threading.Thread(target=Practice.objects.count)
    thread.start()
    thread.join()


@pytest.mark.django_db
def test_the_browser_without_a_window(web: Client) -> None:
    assert web.get("/health/", headers={"host": "localhost"}).content == b"ok"


def test_no_other_machine_can_be_reached() -> None:
    with pytest.warns(UserWarning, match="192.0.2.1"), pytest.raises(SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
