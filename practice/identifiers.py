"""Heart. Numbers as people and files write them, and the check digits the field uses."""

from stdnum import luhn

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


def with_check_digit(number: int) -> str:
    """`number` with its Luhn digit behind it: our claim number as payers see it."""
    digits = str(number)
    return digits + luhn.calc_check_digit(digits)


def whole(text: str) -> int | None:
    """A whole number of at most 18 digits; None for anything else, such as "²" or what no column can hold."""
    return int(text) if len(text) <= 18 and text.isdecimal() else None
