"""A practice and its claims for these tests: invented people, NPIs with right check digits."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from claims.x12.claim_837p import (
    Address,
    BillingProvider,
    ClaimOut,
    Facility,
    LineOut,
    Named,
    Person,
    Receiver,
    Rendering,
    Submission,
    Submitter,
    Subscriber,
)  # fmt: skip

HOME = Address("12 Main Street", "Springfield", "IL", "62701-1234")
JOSE = Subscriber("1EG4TE5MK73", "", 1, "MB", "Núñez", "José", date(1950, 2, 3), "M", HOME)
ANN = Subscriber("W-123 45", "G1", 2, "CI", "Smith", "Ann", None, "F", None)
TOM = Person("Smith", "Tom", date(2018, 5, 6), "", HOME)
DANA = Rendering("Doe", "Dana", "1234567893", "225X00000X")
FRED = Named("Ref", "Fred", "1497758544")
CLINIC = Facility("Riverside Clinic", "", Address("9 River Rd", "Peoria", "IL", "61602"))
BILLING = BillingProvider("Riverside Therapy LLC", "1245319599", "12-3456789", "261QR0400X", HOME, "217-555-0199")


def line(**fields: Any) -> LineOut:
    usual = LineOut("L1", "97110", ("GO", "KX"), Decimal("140.50"), 2, date(2026, 1, 5), (1, 2))
    return replace(usual, **fields)


def claim(**fields: Any) -> ClaimOut:
    """Medicare, the client herself, two lines. `total` follows the lines unless it is given."""
    lines = fields.setdefault(
        "lines",
        (line(), line(control="L2", code="97140", modifiers=("GO",), amount=Decimal(70), units=1, pointers=(1,))),
    )
    fields.setdefault("total", sum((one.amount for one in lines), Decimal("0.00")))
    usual: dict[str, Any] = {
        "control": "C1A", "place_of_service": "11", "frequency": "1", "subscriber": JOSE, "relation": "18", "payer_name": "Medicare",
        "payer_id": "00882", "diagnoses": ("M25.511", "R27.8"), "rendering": DANA,
    }  # fmt: skip
    return ClaimOut(**{**usual, **fields})


def childs(**fields: Any) -> ClaimOut:
    """The same for Tom, who is insured through Ann."""
    usual: dict[str, Any] = {
        "control": "C2A", "subscriber": ANN, "relation": "19", "patient": TOM, "payer_name": "Aetna", "payer_id": "60054",
        "diagnoses": ("F82",), "lines": (line(control="1", code="97530", modifiers=(), pointers=(1,)),),
    }  # fmt: skip
    return claim(**{**usual, **fields})


def submission(*claims: ClaimOut, **fields: Any) -> Submission:
    made_at = datetime(2026, 1, 7, 9, 5, tzinfo=UTC)
    usual = Submission(
        17, "T", made_at, Submitter("Riverside Therapy", "SUB1", "Pat Biller", "(217) 555-0100"),
        Receiver("Clearing House", "CLEAR"), BILLING, claims,
    )  # fmt: skip
    return replace(usual, **fields)
