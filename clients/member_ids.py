"""Heart. How a payer's member IDs look: a mask people can write, the expression that is kept, and what is wrong.

A mask has one sign for each place: # a digit, @ a letter, * either; a capital letter or a digit stands for itself.
"W#########" is kept as "W[0-9]{9}". What a mask cannot say may be written as an expression of letters, digits and
sets with a number of times behind them: "[1-9][A-Z][A-Z0-9]{9}". Nothing else is taken, so that no expression can
keep the machine busy.
"""

import re

CLASSES = {"#": "[0-9]", "@": "[A-Z]", "*": "[A-Z0-9]"}
SIGNS = {words: sign for sign, words in CLASSES.items()}
PART = r"(?:[A-Z0-9]|\[[A-Z0-9]+(?:-[A-Z0-9]+)*\])(?:\{\d{1,2}\}|\?)?"
EXPRESSION = re.compile(f"(?:{PART}){{1,40}}", re.ASCII)
ONE = re.compile(r"([A-Z0-9]|\[0-9\]|\[A-Z\]|\[A-Z0-9\])(?:\{(\d{1,2})\})?", re.ASCII)
MASK = re.compile(r"[A-Z0-9#@*]{1,30}", re.ASCII)
LONGEST = 80


def clean(typed: str) -> str:
    """An ID as it is kept: spaces and dashes are how cards print it."""
    return re.sub(r"[\s-]", "", typed).upper()


def problem(member_id: str, payer: str, pattern: str, hint: str) -> str:
    """What is wrong with a cleaned ID for a payer, in a sentence; empty when it fits."""
    if not member_id.isalnum() or not member_id.isascii():
        return "A member ID has letters and digits only"
    if pattern and not re.fullmatch(pattern, member_id):
        shape = hint or mask(pattern)
        return f"{payer} IDs have {shape}; this has {len(member_id)} characters"
    return ""


def expression(typed: str) -> str:
    """What is kept of a mask or an expression; empty for nothing. Raises ValueError with a sentence."""
    text = re.sub(r"\s", "", typed)
    if not text:
        return ""
    found = "".join(_run(*run) for run in _runs(text)) if MASK.fullmatch(text) else text
    if len(found) > LONGEST or not EXPRESSION.fullmatch(found) or not _compiles(found):
        raise ValueError("Write # for a digit, @ for a letter, * for either; W######### is W and 9 digits")
    return found


def _compiles(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:  # a set from Z to A
        return False
    return True


def _runs(text: str) -> list[tuple[str, int]]:
    return [(match[1], len(match[0])) for match in re.finditer(r"(.)\1*", text)]


def _run(sign: str, times: int) -> str:
    one = CLASSES.get(sign, sign)
    return one if times == 1 else f"{one}{{{times}}}" if sign in CLASSES else one * times


def mask(pattern: str) -> str:
    """An expression as people write it; one that no mask can say stays as it is."""
    found, at = "", 0
    while at < len(pattern):
        part = ONE.match(pattern, at)
        if part is None or pattern[part.end() : part.end() + 1] == "?":
            return pattern
        found += SIGNS.get(part[1], part[1]) * int(part[2] or 1)
        at = part.end()
    return found
