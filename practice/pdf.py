"""PDF from our own templates: no network, no files, nothing but what is passed in."""

import logging
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template.loader import render_to_string

MISSING = (
    "PDFs need the Pango library. On Debian: apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0"
)
# Otherwise it warns, sixteen lines a letter, of each rule in our styles that is for screens only.
logging.getLogger("weasyprint").setLevel(logging.ERROR)
STYLES = ("css/tokens.css", "css/paper.css", "css/notice.css", "css/print.css", "css/note-paper.css")


class NoPango(RuntimeError):
    """The machine cannot draw PDFs; the message is the one line that mends it."""


def render(template: str, context: dict[str, Any]) -> bytes:
    """A tagged PDF of a template."""
    try:
        # Imported where it is used: it needs Pango, the rest of the house does not.
        from weasyprint import CSS, HTML  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except OSError:
        raise NoPango(MISSING) from None
    fetcher = URLFetcher(allowed_protocols=["data"])
    styles = [CSS(string=_style(name), url_fetcher=fetcher) for name in STYLES]
    html = HTML(string=render_to_string(template, context), url_fetcher=fetcher)
    return html.write_pdf(stylesheets=styles, pdf_variant="pdf/ua-1")


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
