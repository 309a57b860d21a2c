"""Where no mail server is set, letters go into the log: as people read them, so a link is not cut by the encoding."""

from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.console import EmailBackend


class LoggedBackend(EmailBackend):
    """Django's own for a console, without the wrapping of mail."""

    def write_message(self, message: EmailMessage) -> Any:
        heads = f"To: {', '.join(message.to)}\nSubject: {message.subject}\n\n"
        self.stream.write(f"{heads}{message.body}\n{'-' * 79}\n")
