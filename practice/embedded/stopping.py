"""Being told to stop by a signal, without the places where Python cannot bear to be interrupted.

A handler that raises loses its exception when the signal falls into a fork hook or a finaliser: Python
prints it and goes on. So the handler only makes a note, and `rest` raises where we wait anyway.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_EVERY = 0.05  # seconds

_told: list[int] = []


def rest(seconds: float) -> None:
    """Sleep; KeyboardInterrupt, once, as soon as a signal has told us to stop.

    Not for `finally`: what unwinds is not disturbed again, and takes seconds at most.
    """
    ends = time.monotonic() + seconds
    while True:
        if _told:
            _told.clear()
            _heed_no_more()
            raise KeyboardInterrupt
        left = ends - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(left, LOOK_EVERY))


def _heed_no_more() -> None:
    for each in STOPS:
        signal.signal(each, signal.SIG_IGN)


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Within, the first of STOPS ends us at the next `rest`."""

    def note(number: int, frame: FrameType | None) -> None:
        _told.append(number)

    # Under nohup a closed terminal is no reason to stop.
    heard = [each for each in STOPS if each != signal.SIGHUP or signal.getsignal(each) != signal.SIG_IGN]
    before = {each: signal.signal(each, note) for each in heard}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        _told.clear()
