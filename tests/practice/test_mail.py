"""Letters: written with their fact, sent once, and never with a secret on paper."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.template import TemplateDoesNotExist

from practice import mail, work
from practice.mail_log import LoggedBackend
from practice.models import Job, JobState, Letter, OnUnknown
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as here:
        yield here


def send_all(here: world.World) -> None:
    work.drain(among=Job.objects.filter(practice=here.practice, kind=mail.SendLetter.name))


def test_a_letter_goes_out_once(here: world.World, mailoutbox: list[Any]) -> None:
    letter = mail.send("password_changed", to=here.bob.user)
    send_all(here)
    send_all(here)
    [sent] = mailoutbox
    assert (sent.to, sent.subject) == (["bob@alder.example"], "Your password was changed")
    assert sent.body.startswith("Bob Biller,\n\nthe password of your sign-in at Alder Therapy was changed")
    job = Job.objects.get(key=f"letter:{letter.pk}")
    assert (job.state, job.on_unknown) == (JobState.DONE, OnUnknown.ASK)


def test_no_fact_no_letter(here: world.World, mailoutbox: list[Any]) -> None:
    with transaction.atomic():
        mail.send("password_changed", to=here.bob.user)
        transaction.set_rollback(True)
    send_all(here)
    assert not mailoutbox and not Letter.objects.exists()


def test_a_kind_without_words_is_refused_at_once(here: world.World) -> None:
    with pytest.raises(TemplateDoesNotExist):
        mail.send("no_such_letter", to="x@mail.example")
    assert not Letter.objects.exists()


def test_a_secret_is_made_at_sending_and_kept_nowhere(
    here: world.World, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(mail.SECRETS, "password_changed", lambda letter: {"house": "https://secret.example"})
    letter = mail.send("password_changed", to=here.bob.user, about={"word": "x"})
    send_all(here)
    assert "https://secret.example/sign-in/reset/" in mailoutbox[0].body
    assert "secret" not in str(Letter.objects.filter(pk=letter.pk).values())


def test_a_secret_that_no_longer_holds_is_not_sent(
    here: world.World, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(letter: Letter) -> dict[str, str]:
        raise work.Refused

    monkeypatch.setitem(mail.SECRETS, "password_changed", gone)
    letter = mail.send("password_changed", to=here.bob.user)
    send_all(here)
    assert not mailoutbox and Job.objects.get(key=f"letter:{letter.pk}").state == JobState.FAILED


@pytest.mark.parametrize("name", ["a\nBcc: x@mail.example", "a\rb"])
def test_an_address_with_a_line_break_goes_nowhere(here: world.World, mailoutbox: list[Any], name: str) -> None:
    letter = mail.send("password_changed", to=f"{name}@mail.example")
    send_all(here)
    assert not mailoutbox and Job.objects.get(key=f"letter:{letter.pk}").state == JobState.DUE


def test_a_server_that_hangs_up_in_the_middle_waits_for_a_person(
    here: world.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang_up(self: Any, messages: Any) -> int:
        raise ConnectionResetError

    monkeypatch.setattr(EmailBackend, "send_messages", hang_up)
    letter = mail.send("password_changed", to=here.bob.user)
    send_all(here)
    assert Job.objects.get(key=f"letter:{letter.pk}").state == JobState.UNKNOWN


def test_a_letter_in_the_log_keeps_its_link_whole() -> None:
    out, link = StringIO(), f"http://localhost:8000/invitation/alder/{'a' * 64}/"
    LoggedBackend(stream=out).send_messages(
        [EmailMessage("Come in", f"It’s here: {link}", "a@b.example", ["c@d.example"])]
    )
    assert f"To: c@d.example\nSubject: Come in\n\nIt’s here: {link}\n" in out.getvalue()
