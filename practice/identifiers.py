"""Heart. Numbers as people and files write them, and the check digits the field uses."""

import re

from stdnum import luhn

PO_BOX = re.compile(r"\bP\.?\s*O\.?\s*BOX\b|\bPOST OFFICE BOX\b", re.IGNORECASE)
NPI_PREFIX = "80840"  # the issuer number under which NPIs are card numbers (CMS NPI check-digit paper)


def npi_problem(npi: str) -> str:
    """What is wrong with a National Provider Identifier, in a sentence; empty when it is right."""
    if len(npi) != 10 or not npi.isascii() or not npi.isdigit():
        return "An NPI has 10 digits"
    if npi[0] not in "12":
        return "An NPI starts with 1 or 2"
    if not luhn.is_valid(NPI_PREFIX + npi):
        return f"NPI {npi} has a wrong digit; compare it with the registry"
    return ""


def tax_id_problem(number: str) -> str:
    """What is wrong with an employer identification number (EIN), in a sentence; empty when it is right."""
    if len(number) != 9 or not number.isascii() or not number.isdigit():
        return "An EIN has nine digits"
    return "" if number.strip("0") else "An EIN is not all zeros"


def is_po_box(street: str) -> bool:
    """Whether an address is a post-office box, which 837P refuses for the billing provider (2010AA)."""
    return bool(PO_BOX.search(street))


def zip_problem(number: str) -> str:
    """What is wrong with a ZIP, in a sentence; empty when it has five or nine digits."""
    right = len(number) in (5, 9) and number.isascii() and number.isdigit()
    return "" if right else "A ZIP has five digits, or nine with the four added"


def digits(text: str) -> str:
    """The digits of a number as people write it: “36-4810277”, “(630) 555-0142”. Other characters stay."""
    return re.sub(r"[\s().+-]", "", text)


def with_check_digit(number: int) -> str:
    """`number` with its Luhn digit behind it: our claim number as payers see it."""
    digits = str(number)
    return digits + luhn.calc_check_digit(digits)


def whole(text: str) -> int | None:
    """A whole number of at most 18 digits; None for anything else, such as "²" or what no column can hold."""
    return int(text) if len(text) <= 18 and text.isdecimal() else None
