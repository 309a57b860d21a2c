"""What a person is told in one line instead of a traceback."""

import errno


class Trouble(Exception):
    """Something outside the code is in the way; the message says what, and what mends it."""


def in_one_line(error: OSError) -> str:
    """An operating system error as a sentence."""
    where = f": {error.filename}" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full{where}."
    return f"{error.strerror or error}{where}."
