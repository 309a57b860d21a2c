"""What the pages of imports show: from rows to the context of a template."""

from typing import Any

from django.core.paginator import Paginator
from django.urls import reverse

from clients.imports import actions, days
from clients.imports.columns import FIELDS, OURS, folded, matched
from clients.imports.files import MOST_BYTES, MOST_ROWS
from clients.imports.known import written
from clients.imports.models import BUSY, ClientImport, ImportRow, ImportState, Outcome
from practice.models import Job
from practice.paging import page_context
from practice.templatetags.house import at_time, day, plural

PAGE = 50
FILES = 20
SHOWN = 60  # signs of a cell that stand beside what is wrong with it
MEND = ("Line", "What to mend")
BADGES = {
    ImportState.CHECKING: ("info", "arrow-path", "Being checked"),
    ImportState.UNREADABLE: ("bad", "x-circle", "Not read"),
    ImportState.CHECKED: ("warn", "hand-raised", "Waits for you"),
    ImportState.IMPORTING: ("info", "arrow-path", "Being put in"),
    ImportState.DONE: ("ok", "check-circle", "Done"),
}


def files(request: Any, form: Any) -> dict[str, Any]:
    """Context of clients/imports.html: a file to send, and those that were sent."""
    slug = request.practice.slug
    rows = ClientImport.objects.defer("body").select_related("by__user").order_by("-at", "-pk")
    page = Paginator(rows, FILES).get_page(request.GET.get("page"))
    return {
        "form": form,
        "clients_url": reverse("clients:list", args=[slug]),
        "columns_url": reverse("clients:import_columns", args=[slug]),
        "limits": f"CSV, at most {MOST_BYTES // 1_000_000} MB and {MOST_ROWS:,} rows",
        "files": [_file(row, request.practice) for row in page.object_list],
        "page": page_context(request, page),
    }


def _file(row: ClientImport, practice: Any) -> dict[str, Any]:
    return {
        "name": row.name,
        "url": reverse("clients:import", args=[practice.slug, row.pk]),
        "sent": f"{day(row.at)}, {at_time(row.at, practice.zone)}, by {row.by}",
        "state": _badge(row),
        "made": _made(row.made) if row.made else "",
    }


def _badge(row: ClientImport) -> dict[str, str]:
    kind, icon, text = BADGES[ImportState(row.state)]
    return {"kind": kind, "icon": icon, "word": text}


def _made(made: dict[str, int]) -> str:
    """“480 clients, 490 coverages”; empty for nothing."""
    nouns = (("clients", "client"), ("coverages", "coverage"), ("cases", "case"))
    return ", ".join(plural(made[name], noun) for name, noun in nouns if made.get(name))


def one(request: Any, source: ClientImport) -> dict[str, Any]:
    """Context of clients/import.html: what the trial found, how far it is, or what became of it."""
    slug, counts = request.practice.slug, actions.counts(source)
    bad = source.rows.filter(outcome=Outcome.BAD).order_by("line")
    page = Paginator(bad, PAGE).get_page(request.GET.get("page"))
    done = source.state == ImportState.DONE
    looked_at = source.state not in (*BUSY, ImportState.UNREADABLE)
    return {
        "name": source.name,
        "subtitle": _subtitle(source, counts),
        "crumbs": [
            {"label": "Clients", "url": reverse("clients:list", args=[slug])},
            {"label": "Import", "url": reverse("clients:imports", args=[slug])},
        ],
        "state": source.state,
        "why": source.why,
        "again_url": reverse("clients:imports", args=[slug]),
        "clients_url": reverse("clients:list", args=[slug]),
        "progress": progress(source, slug, counts),
        "metrics": _metrics(source, counts) if looked_at else [],
        "dates": _dates(source) if looked_at else None,
        "unused": ", ".join(name[:40] for name in source.unused[:12]),
        "start_url": reverse("clients:start_import", args=[slug, source.pk]),
        "start": f"Import {plural(counts['ready'], 'row')}" if counts["ready"] and not done else "",
        "done_text": (f"Put in: {_made(source.made)}." if any(source.made.values()) else "Nothing was new.") if done else "",
        "bad": [_bad(row, source) for row in page.object_list] if source.state not in BUSY else [],
        "bad_count": counts["bad"],
        "mend_url": reverse("clients:import_mend", args=[slug, source.pk]),
        "page": page_context(request, page),
    }  # fmt: skip


def _subtitle(source: ClientImport, counts: dict[str, int]) -> str:
    if source.state == ImportState.UNREADABLE:
        return "The file could not be read; nothing was put in."
    if source.state == ImportState.CHECKED:
        return "This was a trial: nothing is put in yet."
    if source.state == ImportState.DONE:
        return f"Put in {day(source.done_at)}. Rows that were there are unchanged."
    return "You can leave this page; the work goes on."


def _dates(source: ClientImport) -> dict[str, str] | None:
    """A callout where the file writes dates with the day first, or some so and some otherwise."""
    how = written(source, days.places(matched(source.heads)))
    if how.mixed:
        text = f"Line {how.month_line:,} has the month first, line {how.day_line:,} the day."
        more = "Dates that can be either are left to you. If one of the two lines is a slip, mend it and send the file again."
        return {"kind": "warn", "text": text, "detail": more}
    if how.day_first:
        text = f"Dates are read with the day before the month, as line {how.day_line:,} writes them."
        slip = "If that line is a slip, mend it and send the file again."
        return {"kind": "info", "text": text, "detail": slip if source.state == ImportState.CHECKED else ""}
    return None


def _metrics(source: ClientImport, counts: dict[str, int]) -> list[dict[str, str]]:
    done = source.state == ImportState.DONE
    bad = counts["bad"]
    return [
        {
            "label": "Rows put in" if done else "Rows to put in",
            "value": f"{counts['made' if done else 'ready']:,}",
            "note": _made(source.made if done else source.expected),
        },
        {"label": "Already there", "value": f"{counts['there']:,}", "note": "stay as they are"},
        {
            "label": "To mend",
            "value": f"{bad:,}",
            "note": "each is named below" if bad else "every row is in order",
            "tone": "bad" if bad else "ok",
        },
    ]


def progress(source: ClientImport, slug: str, counts: dict[str, int]) -> dict[str, Any] | None:
    """How far the work is; None when none goes on."""
    if source.state not in BUSY:
        return None
    url = reverse("clients:import_progress", args=[slug, source.pk])
    if source.state == ImportState.CHECKING:
        return {"text": "Checking each row", "url": url, "total": 0, "done": 0, "trouble": _trouble(source, "check")}
    total = Job.objects.filter(key=f"import:{source.pk}:run", practice=source.practice_id).values_list(
        "total", flat=True
    )
    all_rows = next(iter(total), 0)
    done = all_rows - counts["ready"]
    text = f"{done:,} of {plural(all_rows, 'row')} put in"
    return {"text": text, "url": url, "total": all_rows, "done": done, "trouble": _trouble(source, "run")}


def _trouble(source: ClientImport, what: str) -> str:
    """A job that failed is tried again by itself, and says so."""
    stopped = (
        Job.objects.filter(key=f"import:{source.pk}:{what}", practice=source.practice_id).exclude(error="").exists()
    )
    return "It stopped and is tried again by itself; no row is half put in." if stopped else ""


def _bad(row: ImportRow, source: ClientImport) -> dict[str, Any]:
    places = {head: place for place, head in enumerate(source.heads)}
    return {
        "line": f"{row.line:,}",
        "who": _who(row, source),
        "problems": [
            {
                "column": column or "Whole row",
                "text": text,
                "cell": row.cells[places[column]][:SHOWN]
                if places.get(column, len(row.cells)) < len(row.cells)
                else "",
            }
            for column, text in row.problems
        ],
    }


def _who(row: ImportRow, source: ClientImport) -> str:
    """The name in a row, as far as its cells can be told apart."""
    places = matched(source.heads).places
    names = [places[name] for name in ("first_name", "last_name", "full_name") if name in places]
    return " ".join(row.cells[place][:SHOWN].strip() for place in names if place < len(row.cells)).strip()


def to_mend(source: ClientImport) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the file of bad rows: mend the cells in it and send it; what it says beside them is left out.

    Every row has as many cells as the first line: what is missing is empty, what is too much stands in the last. A
    date that only the rest of the file explains is written so that it says the same without it.
    """
    dates = days.places(matched(source.heads)) if source.heads else []
    how = written(source, dates)
    kept = [place for place, head in enumerate(source.heads) if folded(head) not in OURS]
    wide = len(source.heads)
    rows = []
    for row in source.rows.filter(outcome=Outcome.BAD).order_by("line").iterator(chunk_size=2000):
        whole = [*row.cells[: wide - 1], ", ".join(row.cells[wide - 1 :])] if len(row.cells) > wide else row.cells
        whole = [days.spelled(cell, how) if place in dates else cell for place, cell in enumerate(whole)]
        cells = [whole[place] if place < len(whole) else "" for place in kept]
        said = "; ".join(f"{column}: {text}" if column else text for column, text in row.problems)
        rows.append([*cells, str(row.line), said])
    return [*(source.heads[place] for place in kept), *MEND], rows


def column_names() -> list[str]:
    """Our names of all columns, for a file to begin with."""
    return [field.label for field in FIELDS if field.name != "full_name"]
