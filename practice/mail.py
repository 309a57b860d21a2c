"""Letters: the one way an e-mail leaves the house.

    mail.send("password_changed", to=user)                          a known person
    mail.send("invitation", to="new@mail.example", about={"role": "Billing", "invitation": 7})

`send` runs inside a practice: which one carries the letter. It writes a `Letter` row and puts a job
in the same transaction, so a letter goes out if and only if its fact was committed. The worker then renders
`templates/mail/<kind>.txt` (first line the subject, after an empty line the text) with

    about       the plain words given to `send`; JSON, no health data, no secret
    name        the person's name, empty when only an address is known
    practice    the name of the practice that carries the letter
    house       settings.PUBLIC_URL: a link never takes its host from a request

Secrets (links that open a door) are not stored: a kind that needs one registers how it is made at sending.

    @mail.secrets("invitation")
    def _(letter: Letter) -> dict[str, str]:
        return {"link": …}        # or raise work.Refused when it no longer holds

Sending twice would be read twice, so what is uncertain waits for a person (`OnUnknown.ASK`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.template import Context
from django.template.loader import get_template

from practice import work
from practice.models import Job, Letter, OnUnknown, User

SECRETS: dict[str, Callable[[Letter], dict[str, str]]] = {}


@dataclass(frozen=True)
class Written:
    """A letter as it goes out."""

    to: str
    subject: str
    text: str


def secrets(kind: str) -> Callable[[Callable[[Letter], dict[str, str]]], Callable[[Letter], dict[str, str]]]:
    """Register what is made only when a letter of `kind` is sent."""

    def decorate(make: Callable[[Letter], dict[str, str]]) -> Callable[[Letter], dict[str, str]]:
        SECRETS[kind] = make
        return make

    return decorate


def send(kind: str, *, to: User | str, about: dict[str, Any] | None = None) -> Letter:
    """Write a letter and have it sent, inside a practice. Raises TemplateDoesNotExist for an unknown kind."""
    get_template(f"mail/{kind}.txt")
    user, address = (to, to.email) if isinstance(to, User) else (None, to)
    letter = Letter.objects.create(kind=kind, to=address, user=user, about=about or {})
    work.put(SendLetter.name, key=f"letter:{letter.pk}", target=letter)
    return letter


def write(letter: Letter) -> Written:
    """The letter in words, secrets included. Nothing of it is kept."""
    words = {
        "about": letter.about,
        "name": letter.user.name if letter.user else "",
        "practice": letter.practice.name,
        "house": settings.PUBLIC_URL,
    }
    made = SECRETS[letter.kind](letter) if letter.kind in SECRETS else {}
    template: Any = get_template(f"mail/{letter.kind}.txt")
    rendered = template.template.render(Context({**words, **made}, autoescape=False))
    subject, _, text = rendered.strip().partition("\n")
    return Written(letter.to, subject.strip(), text.strip() + "\n")


@work.register
class SendLetter(work.Kind):
    name = "practice.letter"
    on_unknown = OnUnknown.ASK
    lease = 90

    def prepare(self, job: Job) -> Written:
        return write(Letter.objects.select_related("user", "practice").get(pk=job.target))

    def perform(self, plan: Written, committing: Callable[[], None]) -> None:
        post = mailers.default
        message = EmailMessage(plan.subject, plan.text, settings.DEFAULT_FROM_EMAIL, [plan.to])
        message.message()  # refuses line breaks in subject and address before anybody is called
        post.open()
        try:
            committing()
            post.send_messages([message])
        finally:
            post.close()

    def settle(self, job: Job, answer: Any) -> None:
        """That the job is done says it all."""
