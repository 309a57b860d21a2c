"""Files of clients for tests: good rows by the thousand, and a bad one of each kind."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

HEADS = (
    "Patient ID", "First Name", "Last Name", "DOB", "Sex", "Address", "City", "State", "Zip", "Phone", "Email",
    "Insurance", "Policy Number", "Priority", "Effective Date", "Term Date", "Relationship to Subscriber",
    "Subscriber First Name", "Subscriber Last Name", "Subscriber DOB", "Copay", "Discipline", "Treated for",
    "Diagnoses", "Referring NPI", "Referring First Name", "Referring Last Name", "Guarantor First Name",
    "Guarantor Last Name", "Guarantor Relationship",
)  # fmt: skip
GOOD = {
    "Sex": "F", "Address": "77 Larkin Ave", "City": "Aurora", "State": "IL", "Zip": "60506", "Phone": "(630) 555-0142",
    "Insurance": "Aetna", "Priority": "Primary", "Effective Date": "01/01/2026", "Relationship to Subscriber": "Self",
    "Copay": "$30.00",
}  # fmt: skip

# kind → (the cells that are wrong, the column that is named, words of the sentence)
BAD: dict[str, tuple[dict[str, str], str, str]] = {
    "no first name": ({"First Name": ""}, "First Name", "Enter the first name"),
    "no last name": ({"Last Name": " "}, "Last Name", "Enter the last name"),
    "no birthday": ({"DOB": ""}, "DOB", "Enter the birthday"),
    "born in the future": ({"DOB": "02/03/2055"}, "DOB", "The birthday is in the future"),
    "too old": ({"DOB": "02/03/1855"}, "DOB", "Nobody is that old"),
    "no such day": ({"DOB": "02/30/1955"}, "DOB", "is no day of the calendar"),
    "short year": ({"DOB": "2/3/55"}, "DOB", "write the year with four digits"),
    "no date": ({"DOB": "soon"}, "DOB", "is no date"),
    "no sex": ({"Sex": ""}, "Sex", "Write F, M or U"),
    "unknown sex": ({"Sex": "femail"}, "Sex", "write F, M or U"),
    "state": ({"State": "Illinoise"}, "State", "ILLINOISE is no state"),
    "ZIP": ({"Zip": "6050"}, "Zip", "write 5 digits, as 06050"),
    "phone": ({"Phone": "555-0142"}, "Phone", "10 digits"),
    "e-mail": ({"Email": "walter at mail"}, "Email", "Write an e-mail address"),
    "too long": ({"City": "A" * 31}, "City", "31 characters; City takes 30"),
    "sign": ({"City": "Au\x07rora"}, "City", "cannot be printed"),
    "unknown payer": ({"Insurance": "Blue Shield of Mars"}, "Insurance", "There is no payer “Blue Shield of Mars”"),
    "no payer": ({"Insurance": ""}, "Insurance", "Name the payer"),
    "no member ID": ({"Policy Number": ""}, "Policy Number", "Enter the member ID"),
    "member ID of another payer": ({"Policy Number": "W 12-3"}, "Policy Number", "Aetna IDs have W and 9 digits; this has 4"),
    "signs in the member ID": ({"Policy Number": "W12345678#"}, "Policy Number", "letters and digits only"),
    "no first day": ({"Effective Date": ""}, "Effective Date", "Enter the first day of the plan"),
    "ends before it starts": ({"Term Date": "12/31/2025"}, "Term Date", "The last day is before the first"),
    "order": ({"Priority": "best"}, "Priority", "write 1 for the plan that pays first"),
    "relation": ({"Relationship to Subscriber": "neighbor"}, "Relationship to Subscriber", "write self, spouse, child or other"),
    "no subscriber": ({"Relationship to Subscriber": "child"}, "Subscriber Last Name", "Say who the subscriber is"),
    "half a subscriber": (
        {"Relationship to Subscriber": "spouse", "Subscriber First Name": "Ann"}, "Subscriber Last Name", "Enter the last name",
    ),
    "another subscriber": ({"Subscriber First Name": "Ann", "Subscriber Last Name": "Roe"}, "Relationship to Subscriber", "another name"),
    "subscriber in the future": ({"Subscriber DOB": "02/03/2055"}, "Subscriber DOB", "birthday is in the future"),
    "copay": ({"Copay": "free"}, "Copay", "is no amount in dollars"),
    "copay with a decimal comma": ({"Copay": "25,50"}, "Copay", "is no amount in dollars; write it as 30.00"),
    "NPI": ({"Discipline": "OT", "Treated for": "Stroke", "Diagnoses": "R27.8", "Referring NPI": "1770000011"}, "Referring NPI", "wrong digit"),
    "unknown referrer": ({"Discipline": "OT", "Treated for": "Stroke", "Diagnoses": "R27.8", "Referring NPI": "1770000010"}, "Referring NPI", "not among your referrers"),
    "not billable": ({"Discipline": "OT", "Treated for": "Back", "Diagnoses": "M54.5"}, "Diagnoses", "M54.5 is not a whole ICD-10-CM code; use M54.50"),
    "no such code": ({"Discipline": "OT", "Treated for": "Back", "Diagnoses": "M5Q.99"}, "Diagnoses", "is not an ICD-10-CM code of that day"),
    "no discipline": ({"Treated for": "Back", "Diagnoses": "M54.50"}, "Discipline", "Choose the discipline"),
    "no complaint": ({"Discipline": "OT", "Diagnoses": "M54.50"}, "Treated for", "Say in a few words"),
    "half a guarantor": ({"Guarantor First Name": "Ann", "Guarantor Relationship": "mother"}, "Guarantor Last Name", "Enter the last name"),
    "no relation": ({"Guarantor First Name": "Ann", "Guarantor Last Name": "Roe"}, "Guarantor Relationship", "Say how the guarantor"),
}  # fmt: skip


def good(number: int, **cells: str) -> dict[str, str]:
    """A row that is in order; the number makes it a person of its own."""
    return GOOD | {
        "Patient ID": f"P{number}", "First Name": f"June{number}", "Last Name": f"Ortiz{number % 97}",
        "DOB": f"{number % 12 + 1:02}/{number % 28 + 1:02}/{1940 + number % 70}",
        "Policy Number": f"W {number:09}",
    } | cells  # fmt: skip


def bad(number: int, kind: str) -> dict[str, str]:
    return good(number) | BAD[kind][0]


def written(rows: Iterable[dict[str, str]], heads: Sequence[str] = HEADS, **options: Any) -> str:
    """The file of some rows."""
    out = StringIO()
    writer = csv.DictWriter(out, heads, restval="", **options)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
