"""Heart. Therapy thresholds from a CSV of one's own: CMS prints them in its yearly rule and publishes no file."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation

from billing.codesets.formats import text_lines
from billing.codesets.rows import BadFile, ThresholdRow

BUCKETS = ("OT", "PT+SLP")


def threshold_rows(name: str, lines: Iterable[bytes]) -> Iterator[ThresholdRow]:
    """Rows of a CSV of one's own: year,bucket,amount,review."""
    rows = 0
    for number, text in enumerate(text_lines(name, lines, "Save it as CSV."), start=1):
        fields = [field.strip().strip('"') for field in text.split(",")]
        if number == 1:
            if [field.lower() for field in fields] != ["year", "bucket", "amount", "review"]:
                raise BadFile(name, "does not begin with “year,bucket,amount,review”", "Write that line first.", 1)
        elif any(fields):
            rows += 1
            yield _threshold(name, number, fields)
    if not rows:
        raise BadFile(name, "has a header and no rows", "Add a row like 2026,OT,2480,3000.")


def _threshold(name: str, number: int, fields: list[str]) -> ThresholdRow:
    fix = "Write a row like 2026,OT,2480,3000."
    if len(fields) != 4:
        raise BadFile(name, f"a row has {len(fields)} of 4 columns", fix, number)
    year, bucket, *amounts = fields
    if not re.fullmatch(r"20\d\d", year, re.ASCII):
        raise BadFile(name, f"“{year[:20]}” is no year", fix, number)
    if bucket not in BUCKETS:
        raise BadFile(name, f"bucket “{bucket[:20]}” is none of {', '.join(BUCKETS)}", fix, number)
    amount, review = (_dollars(name, number, text, fix) for text in amounts)
    return ThresholdRow(number, int(year), bucket, amount, review)


def _dollars(name: str, number: int, text: str, fix: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise BadFile(name, f"“{text[:20]}” is no amount", fix, number) from None
    if not amount.is_finite() or not 0 < amount < 1_000_000 or amount != round(amount, 2):
        raise BadFile(name, f"“{text[:20]}” is no amount in dollars and cents", fix, number)
    return round(amount, 2)
