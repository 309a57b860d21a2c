"""Heart. Who stands on a claim as the rendering provider (837P loop 2310B), or why nobody may.

- A therapist renders what she gave, as long as the payer has enrolled her on that day.
- An assistant never renders: her supervisor does (Medicare does not enroll assistants, and pays the therapist's
  or the group's claim; Medicare Benefit Policy Manual ch. 15 §230).
- A student never renders. Her supervisor does where the payer allows it, else the claim is held.
- So it is with a therapist whom the payer has not enrolled.

Where a payer has no enrollment on file for anybody, nothing is known and nobody is held back for it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from practice.findings import Finding, Fix, Severity


class Level(StrEnum):
    THERAPIST = "therapist"
    ASSISTANT = "assistant"
    STUDENT = "student"


class Standing(StrEnum):
    ENROLLED = "enrolled"
    PENDING = "pending"
    NOT = "not"


@dataclass(frozen=True)
class Treating:
    """Who treated, and under whom."""

    id: int
    name: str
    level: Level
    supervisor: "Treating | None" = None


@dataclass(frozen=True)
class Enrolled:
    """How a clinician stands with the payer from `starts_on` to `ends_on`, both included."""

    clinician: int
    standing: Standing
    starts_on: date
    ends_on: date | None = None
    number: str = ""

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class PayerRule:
    """`known` are all enrollments on file with the payer, of whomever and whenever."""

    id: int
    name: str
    supervisor_renders: bool = False
    known: tuple[Enrolled, ...] = ()


@dataclass(frozen=True)
class Renders:
    """`number` is the payer's own number for her, "" where it gave none."""

    clinician: int
    number: str = ""


def who_renders(treated: Treating, payer: PayerRule, on: date) -> Renders | Finding:
    """The one who stands on the claim for what `treated` gave on a day, or the finding that holds it."""
    above = treated.supervisor
    if treated.level is Level.THERAPIST:
        if _may(treated, payer, on):
            return _renders(treated, payer, on)
        if payer.supervisor_renders and above and above.level is Level.THERAPIST and _may(above, payer, on):
            return _renders(above, payer, on)
        return _held(treated, payer, on, _remedy(treated, payer, on))
    if above is None or above.level is not Level.THERAPIST:
        return _finding(
            payer,
            f"{treated.name} is {_ARTICLE[treated.level]} without a supervisor who may bill; the claim is held.",
            "Enter her supervisor, a therapist, under Settings, Clinicians.",
        )
    if treated.level is Level.STUDENT and not payer.supervisor_renders:
        return _finding(
            payer,
            f"{treated.name} is a student, and {payer.name} does not take a student's work under her supervisor;"
            " the claim is held.",
            f"Ask {payer.name}. If it does, allow it under Settings, Enrollment; if not, bill the client or no one.",
        )
    if _may(above, payer, on):
        return _renders(above, payer, on)
    return _held(above, payer, on, f"{above.name} would stand on the claim for {treated.name}.")


_ARTICLE = {Level.ASSISTANT: "an assistant", Level.STUDENT: "a student"}


def standing_on(clinician: int, known: Collection[Enrolled], on: date) -> Enrolled | None:
    """How a clinician stands on a day; None where nothing is on file for it."""
    return next((row for row in known if row.clinician == clinician and row.holds_on(on)), None)


def _may(one: Treating, payer: PayerRule, on: date) -> bool:
    if not payer.known:
        return True
    row = standing_on(one.id, payer.known, on)
    return row is not None and row.standing is Standing.ENROLLED


def _renders(one: Treating, payer: PayerRule, on: date) -> Renders:
    row = standing_on(one.id, payer.known, on)
    return Renders(one.id, row.number if row else "")


def _held(one: Treating, payer: PayerRule, on: date, detail: str) -> Finding:
    row = standing_on(one.id, payer.known, on)
    when = f"{on:%b} {on.day}, {on.year}"
    pending = row is not None and row.standing is Standing.PENDING
    state = f"enrollment with {payer.name} is pending on {when}" if pending else f"not enrolled with {payer.name}"
    message = (
        f"{one.name}'s {state}; the claim is held."
        if pending
        else f"{one.name} is {state} on {when}; the claim is held."
    )
    remedy = "Enter the enrollment when it comes." if pending else "If she is, enter from when."
    return _finding(payer, message, f"{remedy} {detail}".strip())


def _remedy(treated: Treating, payer: PayerRule, on: date) -> str:
    """What a supervisor could do for a therapist who is not enrolled."""
    above = treated.supervisor
    if above is None or above.level is not Level.THERAPIST:
        return ""
    if payer.supervisor_renders:
        return f"Her supervisor {above.name} is not enrolled then either."
    return f"If {payer.name} takes her work under {above.name}, allow it under Settings, Enrollment."


def _finding(payer: PayerRule, message: str, detail: str) -> Finding:
    fix = Fix("enrollment", "Open enrollment", payer.id)
    return Finding("renders", Severity.CANNOT_GO, "clinician.enrollment", message, detail, fix)
