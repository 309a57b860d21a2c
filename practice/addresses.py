"""Heart. Telephone numbers, ZIP codes and states as people write them, and as claims carry them.

Each function takes what was typed and gives what is kept, empty for nothing; it raises ValueError with a sentence.
"""

import re

# USPS Publication 28, appendix B: the states, D.C., the territories and the armed forces.
STATES = frozenset(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR"
    " PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI AA AE AP".split()
)


def phone(typed: str) -> str:
    """Ten digits: "(630) 555-0142" and "+1 630 555 0142" are "6305550142"."""
    digits = re.sub(r"[\s().+-]", "", typed)
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    if digits and not _digits(digits, 10):
        raise ValueError("A phone number has 10 digits, the area code first")
    return digits


def zip_code(typed: str) -> str:
    """Five digits or nine: "60506-0001" is "605060001"."""
    digits = re.sub(r"[\s-]", "", typed)
    if digits and not _digits(digits, 5, 9):
        raise ValueError("A ZIP code has 5 digits, or 9 with the added four")
    return digits


def state(typed: str) -> str:
    """The two letters of a state: "il" is "IL"."""
    letters = typed.strip().upper()
    if letters and letters not in STATES:
        raise ValueError(f"{letters[:20]} is no state; write its two letters, such as IL")
    return letters


def _digits(text: str, *lengths: int) -> bool:
    return len(text) in lengths and text.isascii() and text.isdigit()
