"""Heart. Text that is put into a note: below what is typed, never over it; and whether copied words still stand there."""

import re

SHORTCUT = re.compile(r"\.[a-z0-9]{1,19}")


def put_in(typed: str, added: str) -> str:
    """`added` in an empty part, or below what is typed; once, also where it stands there already."""
    added = added.strip("\n")
    if not added.strip() or stands(added, typed):
        return typed
    return f"{typed.rstrip()}\n{added}" if typed.strip() else added


def stands(words: str, text: str) -> bool:
    """Whether `words` stand in a text as they are, whatever the spaces and line ends between them."""
    return bool(words.strip()) and " ".join(words.split()) in " ".join(text.split())


def shortcut_problem(shortcut: str) -> str:
    """What is wrong with a shortcut, in a sentence; empty when nothing is."""
    if SHORTCUT.fullmatch(shortcut):
        return ""
    return "A shortcut is a dot, then 1 to 19 small letters or digits: .tol"
