"""The invoice as a file: accessible, complete, about one person only; and what is told where it cannot be drawn."""

import builtins
import io
import os
import subprocess
import sys
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django import test
from django.urls import reverse

from billing.actions import make_invoices, take_payment
from billing.models import Invoice
from practice import pdf
from tests import world

PROJECT = Path(__file__).parents[2]


def invoices(here: world.World) -> tuple[Invoice, Invoice]:
    """Walter's, of two services, one payment made; and Rosa's."""
    walter, rosa = here.client(), here.client(first="Rosa", last="Quintero")
    here.signed(walter, ("97110", 33), ("97140", 22))
    here.signed(rosa, ("97530", 38))
    here.answer_bells()
    people = [walter.client.guarantor_id, rosa.client.guarantor_id]
    made = {invoice.contact_id: invoice for invoice in make_invoices(by=here.bob, contacts=people)}
    take_payment(
        by=here.sam, contact=walter.client.guarantor, amount=D("16.01"), method="check", received_on=world.TODAY, key="k"
    )  # fmt: skip
    return made[people[0]], made[people[1]]


def fetch(web: test.Client, here: world.World, invoice: Invoice) -> Any:
    web.force_login(here.bob.user)
    return web.get(reverse("billing:invoice_pdf", args=[here.slug, invoice.pk]))


@pytest.mark.pdf
@pytest.mark.django_db
def test_an_invoice_can_be_read_back(web: test.Client) -> None:
    with world.practice() as here:
        mine, other = invoices(here)
        answer = fetch(web, here, mine)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        assert answer["Content-Disposition"] == f'attachment; filename="invoice-{mine.number}.pdf"'
        text = read(answer.content)
    for figure in ("$116.00", "$176.00", "$159.99", "−$16.01", "June 15, 2026", "97110", "97140"):
        assert figure in text, figure
    for words in ("Walter Nakamura", "77 Larkin Ave", "Alder Therapy LLC", "36-4810277", f"Invoice {mine.number}"):
        assert words in text, words
    for secret in ("Rosa", "Quintero", "$198.00", f"{other.number}", "I69.354", "Stroke", "Slept well", "1955"):
        assert secret not in text, secret


def read(body: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)


@pytest.mark.pdf
@pytest.mark.django_db
def test_a_screen_reader_can_read_it(web: test.Client) -> None:
    """PDF/UA: tagged, titled, in a language; and nothing in it acts or fetches."""
    with world.practice() as here:
        mine, _ = invoices(here)
        reader = pypdf.PdfReader(io.BytesIO(fetch(web, here, mine).content))
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == (f"Invoice {mine.number}", "Alder Therapy LLC")
    assert "/Table" in roles(root["/StructTreeRoot"]) and "/TH" in roles(root["/StructTreeRoot"])
    assert "/OpenAction" not in root and "/AcroForm" not in root and not reader.attachments
    assert not [note for page in reader.pages for note in page.get("/Annots", []) if "/A" in note.get_object()]


def roles(node: Any) -> set[str]:
    """Every role in the tree of tags."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if not isinstance(node, dict):
        return set()
    children = node.get("/K", [])
    children = children if isinstance(children, list) else [children]
    return {node.get("/S", "")}.union(*(roles(child) for child in children))


@pytest.mark.pdf
@pytest.mark.django_db
def test_words_of_people_are_words(web: test.Client) -> None:
    """A name with signs of HTML in it is shown as it is, and fetches nothing."""
    with world.practice() as here:
        case = here.client(first="<img src='file:///etc/passwd'>", last="O’Brien & Söhne")
        here.signed(case, ("97110", 15))
        here.answer_bells()
        [invoice] = make_invoices(by=here.bob, contacts=[case.client.guarantor_id])
        text = read(fetch(web, here, invoice).content).replace("\n", "")
    assert "O’Brien & Söhne" in text and "file:///etc/passwd" in text.replace(" ", "") and "root:" not in text


def without_pango(name: str, *args: Any, **kwargs: Any) -> Any:
    if name.split(".")[0] == "weasyprint":
        raise OSError("cannot load library 'libpango-1.0-0'")
    return imports(name, *args, **kwargs)


imports = builtins.__import__


@pytest.mark.django_db
def test_without_pango_the_page_says_what_mends_it(web: test.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.practice() as here:
        mine, _ = invoices(here)
        monkeypatch.setattr(builtins, "__import__", without_pango)
        answer = fetch(web, here, mine)
        monkeypatch.undo()
        page = web.get(reverse("billing:invoice", args=[here.slug, mine.pk]))
    assert (answer.status_code, answer["Content-Type"]) == (503, "text/plain; charset=utf-8")
    assert answer.content.decode() == pdf.MISSING
    assert "\n" not in pdf.MISSING and "apt-get install" in pdf.MISSING
    assert page.status_code == 200  # the letter itself is on the page


PROGRAM = """
import sys
class NoPango:
    def find_spec(self, name, path=None, target=None):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
sys.meta_path.insert(0, NoPango())
import django
django.setup()
from billing import views
from practice import pdf
try:
    pdf.render("billing/invoice_pdf.html", {})
except pdf.NoPango as missing:
    print(missing)
"""


def test_the_house_starts_without_pango() -> None:
    """In a process of its own: everything is imported, only the PDF is refused."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=PROJECT, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, pdf.MISSING + "\n"), done.stderr


@pytest.mark.django_db
def test_nobody_elses_invoice_is_drawn(web: test.Client) -> None:
    with world.practice("alder") as here:
        mine, _ = invoices(here)
    with world.practice("birch") as there:
        web.force_login(there.bob.user)
        for slug, expected in (("birch", 404), ("alder", 404)):
            assert web.get(reverse("billing:invoice_pdf", args=[slug, mine.pk])).status_code == expected
