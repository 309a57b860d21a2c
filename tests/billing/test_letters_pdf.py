"""A PDF asks for nothing outside: whatever points at a server or a file brings nothing in. And letters read back."""

import io
import threading
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal as D
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django import test
from django.urls import reverse

from billing import actions as billing
from billing.letters import actions as letters
from billing.models import Charge
from practice import pdf
from practice.actions import set_profile
from tests import world

pytestmark = pytest.mark.pdf

SECRET = "the canary in the cellar"


class Canary:
    """A server that notes what it is asked for, and a file that should never be read."""

    def __init__(self, folder: Path) -> None:
        self.asked: list[str] = []
        canary = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                canary.asked.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(SECRET.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.file = folder / "secret.txt"
        self.file.write_text(SECRET)
        self.svg = folder / "secret.svg"
        self.svg.write_text(f'<svg xmlns="http://www.w3.org/2000/svg"><text id="a" y="9">{SECRET}</text></svg>')
        self.style = folder / "secret.css"
        self.style.write_text(f'body::before {{ content: "{SECRET}" }}')

    def traps(self) -> list[str]:
        """Everything in HTML, CSS and SVG that makes a renderer fetch, each at the server and at files."""
        found = []
        http = f"http://127.0.0.1:{self.server.server_port}"
        for n, (page, svg, css) in enumerate(
            ((http, f"{http}/a.svg", f"{http}/a.css"), (self.file.as_uri(), self.svg.as_uri(), self.style.as_uri()))
        ):
            found += [
                f'<img src="{svg}" alt="">',
                f'<img srcset="{svg} 1x" alt="">',
                f'<picture><source srcset="{svg}"><img src="{page}/p" alt=""></picture>',
                f'<link rel="stylesheet" href="{css}">',
                f'<link rel="attachment" href="{page}">',
                f"<style>@import url({css}); @import '{css}';</style>",
                f"<style>@font-face {{ font-family: x{n}; src: url({page}/f) }} p {{ font-family: x{n} }}</style>",
                f'<p style="background: url({svg}); list-style-image: url({svg}); content: url({svg})">x</p>',
                f"<style>p::after {{ content: url({svg}) }} @page {{ background: url({svg}) }}</style>",
                f'<object data="{svg}" type="image/svg+xml"></object><object data="{page}"></object>',
                f'<embed src="{svg}"><iframe src="{page}"></iframe><video src="{page}" poster="{svg}"></video>',
                f'<svg width="9" height="9"><image href="{svg}" width="9" height="9"/><use href="{svg}#a"/></svg>',
                f'<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="{svg}"/><use xlink:href="{svg}#a"/></svg>',
                f'<svg><style>@import url({css});</style><rect fill="url({svg}#a)" width="9" height="9"/></svg>',
                f'<base href="{page}/"><img src="relative.png" alt="">',
            ]
        return [*found, f'<img src="{self.file}" alt="">', '<link rel="stylesheet" href="/etc/passwd">']


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    made = Canary(tmp_path)
    yield made
    made.server.shutdown()
    made.server.server_close()


def read(body: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)


def silent(canary: Canary, body: bytes) -> str:
    """The text of a PDF for which nothing was asked, and which carries nothing of a file."""
    reader = pypdf.PdfReader(io.BytesIO(body))
    text = read(body)
    assert canary.asked == []
    assert SECRET not in text.replace("\n", " ") and not list(reader.attachments)
    assert SECRET.encode() not in body and "root:" not in text
    return text


def test_html_full_of_traps_brings_nothing_in(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given to the renderer itself, as if a template let somebody's HTML through."""
    whole = f"<html lang='en'><title>x</title><body><p>Begin</p>{''.join(canary.traps())}<p>End</p>"
    monkeypatch.setattr(pdf, "render_to_string", lambda template, context: whole)
    text = silent(canary, pdf.render("any.html", {}))
    assert "Begin" in text and "End" in text


def test_the_traps_would_be_sprung_without_our_fetcher(canary: Canary) -> None:
    """So that the test above is worth something: the renderer as it comes asks for most of them."""
    weasyprint = pytest.importorskip("weasyprint")
    whole = f"<html><body>{''.join(canary.traps())}"
    body = weasyprint.HTML(string=whole).write_pdf()
    assert len(set(canary.asked)) >= 3
    assert SECRET in read(body).replace("\n", " ") or pypdf.PdfReader(io.BytesIO(body)).attachments


@pytest.mark.django_db
def test_words_of_people_full_of_traps_stay_words(canary: Canary, web: test.Client) -> None:
    """In the practice's name, a person's, a complaint, a reason: on every letter."""
    http = f"http://127.0.0.1:{canary.server.server_port}"
    bait = f"<img src={http}/n>"
    with world.practice() as here:
        set_profile(
            by=here.olivia, legal_name=f"<link href={http}>"[:60], npi=world.NPIS[0], tax_id="364810277",
            taxonomy="193200000X", street=f"<img src='{canary.file.name}'>"[:55], city="Aurora", state="IL",
            zip="605064117", phone="6305550100", email="billing@alder.example",
        )  # fmt: skip
        case = here.client(first=bait, last="<object data='/etc/passwd'>"[:60])
        here.signed(case, ("97110", 15), ("97140", 15))
        here.answer_bells()
        estimate = here.estimate(case, frequency=f"{bait} weekly")
        person = case.client.guarantor_id
        [invoice] = billing.make_invoices(by=here.bob, contacts=[person])
        charges = list(Charge.objects.values_list("pk", flat=True))
        bill = letters.make_superbill(by=here.bob, client=case.client, charges=charges, key="k")
        [statement] = letters.make_statements(by=here.bob, contacts=[person], key="k")
        letters.void_invoice(by=here.bob, invoice=invoice, reason=f"{bait} @import url({http})", key="k")
        letters.void_superbill(by=here.bob, superbill=bill, reason=bait)
        web.force_login(here.bob.user)
        for name, found in (
            ("invoice_pdf", invoice), ("statement_pdf", statement), ("superbill_pdf", bill), ("estimate_pdf", estimate),
        ):  # fmt: skip
            answer = web.get(reverse(f"billing:{name}", args=[here.slug, found.pk]))
            assert answer.status_code == 200, name
            text = silent(canary, answer.content).replace("\n", "").replace(" ", "")
            assert bait.replace(" ", "") in text, name


@pytest.mark.django_db
def test_letters_can_be_read_back(web: test.Client) -> None:
    """Figures and words of each; PDF/UA; nothing of anybody else."""
    with world.practice() as here:
        case = here.client(first="Selma")
        other = here.client(first="Rosa", last="Quintero")
        estimate = here.estimate(case, ("97110", 2, 12), starts_on=world.TODAY + timedelta(days=7))
        for each in (case, other):
            here.signed(each, ("97110", 33))
        here.answer_bells()
        person = case.client.guarantor
        billing.take_payment(
            by=here.sam, contact=person, amount=D("16.01"), method="check", received_on=world.TODAY, key="k"
        )
        charge = Charge.objects.get(client=case.client_id)
        bill = letters.make_superbill(by=here.bob, client=case.client, charges=[charge.pk], key="k")
        [statement] = letters.make_statements(by=here.bob, contacts=[person.pk], key="k")
        web.force_login(here.bob.user)
        for name, found, words in (
            ("statement_pdf", statement, ("$99.99", "$16.01", "$116.00", "Self-pay", "July 6, 2026", "36-4810277")),
            (
                "superbill_pdf",
                bill,
                (
                    "I69.354",
                    "GO",
                    "AB",
                    "$116.00",
                    "$16.01",
                    "February 3, 1955",
                    world.NPIS[1],
                    world.NPIS[0],
                    "Alan Whitcomb",
                    "Signature",
                ),
            ),
            (
                "estimate_pdf",
                estimate,
                ("$1,392.00", "$58.00", "1-800-985-3059", "once a week".capitalize(), "I69.354", world.NPIS[1]),
            ),
        ):
            answer = web.get(reverse(f"billing:{name}", args=[here.slug, found.pk]))
            assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
            reader = pypdf.PdfReader(io.BytesIO(answer.content))
            text = read(answer.content)
            for word in words:
                assert word in text, (name, word, text)
            assert "Quintero" not in text and "Slept well" not in text
            root = reader.root_object
            assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en"
            assert "/OpenAction" not in root and "/AcroForm" not in root and not reader.attachments
        assert "I69.354" not in read(web.get(reverse("billing:statement_pdf", args=[here.slug, statement.pk])).content)
