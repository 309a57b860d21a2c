"""PDF from our own templates: no network, no files, nothing but what is passed in."""

import logging
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template.loader import render_to_string
from PIL import ImageFile

MISSING = (
    "PDFs need the Pango library. On Debian: apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0"
)
# Otherwise it warns, sixteen lines a letter, of each rule in our styles that is for screens only.
logging.getLogger("weasyprint").setLevel(logging.ERROR)
STYLES = ("css/tokens.css", "css/paper.css", "css/letters.css", "css/notice.css", "css/print.css", "css/note-paper.css")
OPTIONS = {"pdf_variant": "pdf/ua-1"}


class NoPango(RuntimeError):
    """The machine cannot draw PDFs; the message is the one line that mends it."""


def render(template: str, context: dict[str, Any]) -> bytes:
    """A tagged PDF of a template."""
    return render_many(template, [context])


def render_many(template: str, contexts: Sequence[dict[str, Any]]) -> bytes:
    """A tagged PDF of a template with one after the other of several contexts, each on pages of its own."""
    try:
        # Imported where it is used: it needs Pango, the rest of the house does not.
        from weasyprint import HTML  # noqa: PLC0415
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    except OSError:
        raise NoPango(MISSING) from None
    # WeasyPrint has Pillow take half a picture for a whole one, in the whole process; an upload must be whole.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    told, fonts = [render_to_string(template, context) for context in contexts], FontConfiguration()
    papers = [
        HTML(string=text, url_fetcher=_fetcher()).render(stylesheets=_styles(), font_config=fonts, **OPTIONS)
        for text in told
    ]
    first, pages = papers[0], [page for paper in papers for page in paper.pages]
    return first.copy(pages).write_pdf(**OPTIONS)


def _fetcher() -> Any:
    """It opens what is written into the paper itself, and nothing else."""
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    return URLFetcher(allowed_protocols=["data"])


@cache
def _styles() -> list[Any]:
    """Our style sheets, read once a process: a third of a short letter's time would go into reading them."""
    from weasyprint import CSS  # noqa: PLC0415

    return [CSS(string=_style(name), url_fetcher=_fetcher()) for name in STYLES]


def download(template: str, context: dict[str, Any], name: str) -> HttpResponse:
    """The PDF as a file of that name; without Pango 503 with the one line that mends it."""
    try:
        body = render(template, context)
    except NoPango as missing:
        return HttpResponse(str(missing), status=503, content_type="text/plain; charset=utf-8")
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type="application/pdf", headers=told)


def _style(name: str) -> str:
    path = finders.find(name)
    return Path(path).read_text(encoding="utf-8") if path else ""
