"""Heart. What a file is called on the page and when it is saved: the person's name for it, made harmless."""

import re
import unicodedata

LONGEST = 100  # characters, with the ending
NAMELESS = "File"


def cleaned(name: str, endings: tuple[str, ...]) -> str:
    """`name` without folders, control and direction signs, and with one of `endings` (“.pdf”), else the first is added.

    Never empty and at most LONGEST characters. It is shown and offered as a name to save under; it never is a path.
    """
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(sign if unicodedata.category(sign)[0] not in "CZ" else " " for sign in last)
    shown = re.sub(r'[<>:"|?*]', " ", shown)
    shown = " ".join(shown.split()).strip(". ")
    ending = next((end for end in endings if shown.lower().endswith(end)), "")
    stem = shown[: len(shown) - len(ending)].strip(". ") or NAMELESS
    ending = ending or endings[0]
    return stem[: LONGEST - len(ending)].rstrip(". ") + ending


def sized(count: int) -> str:
    """820 bytes, 14 KB, 2.3 MB."""
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.0f} KB" if count < 999_500 else f"{count / 1_000_000:.1f} MB"
