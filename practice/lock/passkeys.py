"""The lock opened by a passkey, in one step, where a second factor was shown in this session within twelve hours."""

from typing import Any

from practice import clock, second_factor
from practice.findings import BadInput
from practice.lock import actions, rules

LONGEST = 20_000  # characters of an answer of a browser


def opens(request: Any) -> bool:
    """Whether a passkey may open this session; else the password must."""
    shown = actions.second_factor_at(request)
    return shown is not None and not rules.over(shown, clock.now()) and second_factor.passkeys(request.user)


def open_with_passkey(request: Any, credential: str) -> None:
    """`credential` is the browser's answer to the question, JSON. A wrong one costs nothing: it cannot be guessed."""
    if not opens(request):
        raise BadInput(passkey="No passkey opens this. Use your password.")
    if not second_factor.accept_passkey(request.user, credential[:LONGEST]):
        raise BadInput(passkey="That passkey did not fit. Try again, or use your password.")
    actions.unlock(request)
