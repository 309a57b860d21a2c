"""Where a press in the calendar leads."""

from dataclasses import dataclass, field

from django.urls import reverse

from sessions.calendar.forms import Window
from sessions.models import Session


@dataclass(frozen=True)
class Links:
    """Where a press on a visit leads: beside the calendar for who reads notes, else to its card."""

    slug: str
    window: Window
    reads: bool
    known: dict[str, str] = field(default_factory=dict)

    def to(self, view: str, session: Session) -> str:
        """A session's address of a view. Asked once of the list of addresses: a week may have thousands of visits."""
        if view not in self.known:
            self.known[view] = reverse(f"sessions:{view}", args=[self.slug, 0])
        before, _, after = self.known[view].rpartition("/0/")
        return f"{before}/{session.pk}/{after}"

    def url(self, session: Session) -> str:
        if self.reads:
            return self.window.query(open=session.pk)
        return self.to("booking", session)

    def panel(self, session: Session) -> str:
        """What is put beside the calendar, or ""."""
        return self.to("session", session) if self.reads else ""
