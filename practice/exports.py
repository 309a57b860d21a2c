"""The one writer of CSV files: RFC 4180, and no cell that a spreadsheet would take for a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from django.http import HttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # OWASP, "CSV Injection"
MOST = 10_000


def defused(value: Any) -> Any:
    """A cell as it may be written: text that begins like a formula gets an apostrophe in front, figures stay figures."""
    if not isinstance(value, str):
        return "" if value is None else value
    return f"'{value}" if value.startswith(FORMULA) else value


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Lines end with CRLF, a cell with a comma, quote or line break is quoted (RFC 4180)."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in (heads, *rows):
        writer.writerow([defused(cell) for cell in row])
    return out.getvalue()


def csv_file(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A download. `name` is ours, without a person's name; the byte order mark tells Excel that it is UTF-8."""
    body = ("\ufeff" + csv_text(heads, rows)).encode()
    disposition = f'attachment; filename="{name}.csv"'
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition})
