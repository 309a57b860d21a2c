"""Files of a chart: what is taken, what is kept of it, who gets it back, and what happens when something breaks."""

import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client as Web
from django.test import override_settings
from PIL import Image

from clients.documents import actions, titles
from clients.documents.content import ContentType, Fit, Unfit, judged, preview
from clients.documents.models import Document, DocumentEvent
from clients.documents.store import store
from clients.tasks import sweep_documents
from practice import clock, pdf
from practice.findings import BadInput
from practice.models import AuditEvent
from tests import world
from tests.world import PDF, picture

HTML = b"<html><script>alert(1)</script></html>"


# --- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("order.pdf", "order.pdf"),
        ("Order 2.PDF", "Order 2.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\boot.ini", "boot.ini.pdf"),
        ("a\0b\nc.pdf", "a b c.pdf"),
        ("bill\u202efdp.exe", "bill fdp.exe.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("...", "File.pdf"),
        ("", "File.pdf"),
        ('<img src="x">.pdf', "img src= x.pdf"),
        ("Befund für Zoë.pdf", "Befund für Zoë.pdf"),
    ],
)
def test_a_name_is_shown_and_never_a_path(name: str, shown: str) -> None:
    assert titles.cleaned(name, (".pdf",)) == shown


def test_sizes_in_words() -> None:
    assert [titles.sized(count) for count in (820, 14_300, 2_340_000)] == ["820 bytes", "14 KB", "2.3 MB"]


# --- pictures are drawn anew -----------------------------------------------------------------


def bytes_of(image: Image.Image, form: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, format=form, **options)
    return out.getvalue()


@pytest.mark.parametrize(("ending", "kind"), [("png", "PNG"), ("jpg", "JPEG"), ("tif", "TIFF")])
def test_what_rides_behind_a_picture_stays_behind(ending: str, kind: str) -> None:
    fit = judged(picture(f"card.{ending}").read() + HTML)
    assert fit.content_type == ContentType[kind]
    assert b"<script" not in fit.body
    assert Image.open(BytesIO(fit.body)).size == (85, 54)


def test_where_a_picture_was_taken_is_dropped_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "CameraOfDana"  # turned by 90 degrees
    body = picture("card.jpg", exif=exif, comment=b"secret words").read()
    assert b"CameraOfDana" in body and b"secret words" in body
    fit = judged(body)
    assert b"CameraOfDana" not in fit.body and b"secret words" not in fit.body
    assert Image.open(BytesIO(fit.body)).size == (54, 85)
    assert judged(fit.body).content_type == ContentType.JPEG


def test_other_colours_and_many_pages() -> None:
    cmyk = judged(bytes_of(Image.new("CMYK", (9, 9)), "JPEG"))
    assert Image.open(BytesIO(cmyk.body)).mode == "RGB"
    pages = [Image.new("1", (20, 30)) for _ in range(51)]
    fax = bytes_of(pages[0], "TIFF", save_all=True, append_images=pages[1:50])
    assert Image.open(BytesIO(judged(fax).body)).n_frames == 50  # type: ignore[attr-defined]
    with pytest.raises(Unfit, match="more than 50 pages"):
        judged(bytes_of(pages[0], "TIFF", save_all=True, append_images=pages[1:]))


def test_pages_that_are_large_together_are_not_all_opened() -> None:
    """A small file: blank pages deflate to nothing, and are decoded to 4 bytes a point."""
    pages = [Image.new("RGB", (5_000, 4_000))] * 3
    large = bytes_of(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="tiff_adobe_deflate")
    assert len(large) < 1_000_000
    with pytest.raises(Unfit, match="too large together. Send the fax in parts, or as PDF"):
        judged(large)
    fax = [Image.new("1", (1_728, 2_200))] * 50
    assert judged(bytes_of(fax[0], "TIFF", save_all=True, append_images=fax[1:], compression="group4"))


def png_of(width: int, height: int) -> bytes:
    """A PNG that says how large it is, and holds nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [7_100, 12_000, 60_000])
def test_a_bomb_is_not_opened(side: int) -> None:
    with pytest.raises(Unfit, match="more than 50 million points"):
        judged(png_of(side, side))


def test_a_preview_is_small() -> None:
    seen = Image.open(BytesIO(preview(picture(size=(2000, 1000)).read(), ContentType.PNG)))
    assert (seen.format, seen.size, seen.mode) == ("PNG", (480, 240), "RGB")
    clear = bytes_of(Image.new("RGBA", (40, 40)), "PNG")
    assert Image.open(BytesIO(preview(clear, ContentType.PNG))).mode == "RGBA"


# --- what is not taken -----------------------------------------------------------------------


def zip_after(body: bytes, comment: bytes = b"") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("evil.sh", "rm -rf /")
        archive.comment = comment
    return body + out.getvalue()


def object_stream(content: bytes, filter: bytes = b"/Filter /FlateDecode") -> bytes:
    return b"%PDF-1.7\n1 0 obj <</Type/ObjStm " + filter + b">>\nstream\r\n" + content + b"\nendstream endobj\n%%EOF"


REFUSED = {
    "empty": (b"", "The file is empty"),
    "a program": (b"MZ\x90\0" + bytes(200), "Send a PDF, JPEG, PNG or TIFF"),
    "a page": (HTML, "Send a PDF, JPEG, PNG or TIFF"),
    "a drawing": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "Send a PDF"),
    "GIF and page": (b"GIF89a" + HTML, "This is a file of type gif. Send a PDF"),
    "zip": (zip_after(b""), "Send a PDF"),
    "unknown": (b"\x01\x02\x03hello", "Send a PDF"),
    "an iPhone's picture": (b"\0\0\0\x18ftypheic" + bytes(40), "Send it as JPEG"),
    "half a picture": (picture("card.jpg", size=(600, 400)).read()[:1500], "damaged or cut off"),
    "the start of a picture": (b"\x89PNG\r\n\x1a\n", "damaged or cut off"),
    "a PDF cut off": (PDF[:-7], "damaged or cut off"),
    "no PDF": (b"%PDF-hello %%EOF", "damaged or cut off"),
    "PDF and zip": (zip_after(PDF), "something else at its end"),
    "zip that ends as a PDF": (zip_after(PDF, b"%%EOF"), "something else at its end"),
    "PDF and page": (PDF + HTML, "something else at its end"),
    "a page in a PDF": (b"%PDF-1.7\n<HTML><script>\n%%EOF", "a web page at its beginning"),
    "a script": (PDF.replace(b"/Catalog", b"/Catalog /S /JavaScript /JS (x)"), "has a script. Print it"),
    "a hidden script": (PDF.replace(b"/Catalog", b"/Catalog /S /J#61vaScr#69pt"), "has a script"),
    "a command": (PDF.replace(b"/Catalog", b"/Catalog /S /Launch"), "a command that starts programs"),
    "a file in a file": (PDF.replace(b"/Catalog", b"/Catalog /EmbeddedFiles 3 0 R"), "another file inside"),
    "a form": (PDF.replace(b"/Catalog", b"/Catalog /XFA [1 2]"), "a form with scripts"),
    "a password": (PDF.replace(b"/Catalog", b"/Catalog /Encrypt 3 0 R"), "a password"),
    "a packed script": (object_stream(zlib.compress(b"1 0 <</S/JavaScript>>")), "has a script"),
    "a script in a plain stream": (object_stream(b"1 0 <</S/Jav#61Script>>", b""), "has a script"),
    "packed otherwise": (object_stream(b"4142>", b"/Filter /ASCIIHexDecode"), "cannot be looked through"),
    "a stream that never starts": (b"%PDF-1.7\n1 0 obj <</Type /ObjStm>> endobj\n%%EOF", "cannot be looked through"),
    "a packed bomb": (object_stream(zlib.compress(bytes(65_000_000), 1)), "packed too tightly"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_words(name: str) -> None:
    body, words = REFUSED[name]
    with pytest.raises(Unfit, match=words):
        judged(body)


@pytest.mark.pdf
def test_half_a_picture_is_refused_after_a_pdf_was_drawn_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "render_to_string", lambda template, context: "<p>Drawn</p>")
    assert pdf.render("any", {}).startswith(b"%PDF")
    body, words = REFUSED["half a picture"]
    with pytest.raises(Unfit, match=words):
        judged(body)


def test_plain_pdfs_are_kept_as_they_are() -> None:
    for body in (
        PDF,
        PDF + b"\r\n\0",
        object_stream(zlib.compress(b"1 0 <</Type/Page>>")),
        object_stream(b"plain", b""),
    ):
        assert judged(body) == Fit(ContentType.PDF, body)


# --- in the chart ----------------------------------------------------------------------------


@pytest.fixture
def here() -> Iterator[world.World]:
    with world.practice() as practice:
        yield practice


def as_(member: Any) -> Web:
    web = Web()
    web.force_login(member.user)
    return web


def lying() -> set[Path]:
    return {path for path in (settings.DATA_DIR / "documents").glob("**/*") if path.is_file()}


@pytest.mark.django_db
def test_a_file_is_put_in_listed_served_and_taken_out(here: world.World) -> None:
    client, web = here.client().client, as_(here.sam)
    chart = f"/p/{here.slug}/clients/{client.pk}/"
    sent = {"kind": "order", "file": [SimpleUploadedFile("../../Order “7”.PDF", PDF), picture("scan.jpg")]}
    assert web.post(chart + "files/add/", sent).headers["Location"] == chart + "files/"
    scan, order = Document.objects.order_by("-pk")
    listed = web.get(chart + "files/", headers={"HX-Request": "true"}).text
    assert "Order “7”.pdf" in listed and "scan.jpg" in listed and "Order or referral" in listed
    assert (order.size, order.sha256, order.uploaded_by) == (len(PDF), sha256(PDF).hexdigest(), here.sam)
    served = web.get(f"/p/{here.slug}/clients/documents/{order.pk}/")
    assert served.content == PDF and served["Content-Type"] == order.content_type == "application/pdf"
    assert served["Content-Disposition"].startswith("attachment; filename*=utf-8''Order%20")
    assert served["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert (served["X-Content-Type-Options"], served["Cache-Control"]) == ("nosniff", "no-store")
    assert web.get(f"/p/{here.slug}/clients/documents/{order.pk}/preview/").status_code == 404
    assert AuditEvent.objects.get(verb="export document", client_id=client.pk).target_id == order.pk
    gone = web.post(f"/p/{here.slug}/clients/documents/{order.pk}/remove/", follow=True).text
    assert "Order “7”.pdf is removed." in gone and "Undo" in gone
    assert web.get(f"/p/{here.slug}/clients/documents/{order.pk}/").status_code == 404
    back = web.post(f"/p/{here.slug}/clients/documents/{order.pk}/restore/", follow=True).text
    assert "Order “7”.pdf" in back and "is removed" not in back
    assert [event.kind for event in DocumentEvent.objects.order_by("pk")] == ["removed", "restored"]


@pytest.mark.django_db
def test_the_bytes_lie_under_a_name_of_ours_for_us_alone(here: world.World) -> None:
    before = lying()
    document = here.filed(here.client().client, name="../../evil.pdf")
    (path,) = lying() - before
    practice = here.practice.pk
    assert path.relative_to(settings.DATA_DIR).parts == (
        "documents", str(practice), document.key.hex[:2], document.key.hex,
    )  # fmt: skip
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    web = as_(here.sam)
    for address in (f"/static/documents/{practice}/{document.key.hex}", f"/static/../documents/{document.key.hex}"):
        assert web.get(address).status_code == 404


@pytest.mark.django_db
def test_one_bad_file_stops_all_and_leaves_nothing(here: world.World) -> None:
    client, before = here.client().client, lying()
    good, bad = SimpleUploadedFile("good.pdf", PDF), SimpleUploadedFile("letter.pdf", b"MZ" + bytes(90))
    address = f"/p/{here.slug}/clients/{client.pk}/files/add/"
    answer = as_(here.sam).post(address, {"kind": "order", "file": [good, bad, SimpleUploadedFile("e.png", b"")]})
    assert answer.status_code == 422
    assert "“letter.pdf”: This is" in answer.text and "“e.png”: The file is empty" in answer.text
    assert not Document.objects.exists() and lying() == before
    for sent, words in (
        ({"kind": "order"}, "Choose a file"),
        ({"kind": "card_front", "file": picture()}, "not one of the available choices"),
        ({"kind": "order", "file": [picture(f"{n}.png") for n in range(11)]}, "at most 10 files"),
    ):
        answer = as_(here.sam).post(address, sent)
        assert answer.status_code == 422 and words in answer.text
    with pytest.raises(BadInput, match="A card is put on its coverage"):
        here.filed(client, kind="card_back")
    with pytest.raises(BadInput, match="at most 10 files"):
        actions.add_documents(by=here.sam, client=client, kind="order", files=[picture() for _ in range(11)])
    assert not Document.objects.exists() and lying() == before


@pytest.mark.django_db
def test_the_same_file_again_is_the_one_that_is_there(here: world.World) -> None:
    client = here.client().client
    first = here.filed(client)
    assert here.filed(client, name="again.pdf") == first
    actions.remove(by=here.sam, document=first)
    assert here.filed(client) != first


@pytest.mark.django_db
def test_a_card_is_seen_beside_its_coverage_and_replaced(here: world.World) -> None:
    client = here.client(payer=here.aetna).client
    coverage, web = client.coverages.get(), as_(here.sam)
    address = f"/p/{here.slug}/clients/coverages/{coverage.pk}/card/"
    assert "Add the front of the Aetna card" in web.get(address).text
    web.post(address + "add/", {"side": "card_front", "file": picture("a.png")})
    web.post(address + "add/", {"side": "card_front", "file": picture("b.jpg")})
    assert [row.title for row in client.documents.kept()] == ["b.jpg"]
    shown = web.get(address).text
    assert "Replace the front of the Aetna card" in shown and "Add the back of the Aetna card" in shown
    kept = client.documents.kept().get()
    small = web.get(f"/p/{here.slug}/clients/documents/{kept.pk}/preview/")
    assert (small["Content-Type"], small["Content-Security-Policy"]) == ("image/png", "sandbox; default-src 'none'")
    assert AuditEvent.objects.filter(verb="view document", target_id=kept.pk).count() == 1
    for sent, words in (
        ({"side": "card_back", "file": SimpleUploadedFile("c.pdf", PDF)}, "A card is a picture"),
        ({"side": "card_back", "file": [picture("a.png"), picture("b.png")]}, "one picture for each side"),
        ({"side": "card_back"}, "Choose a file"),
    ):
        answer = web.post(address + "add/", sent)
        assert answer.status_code == 422 and words in answer.text
    assert web.post(address + "add/", {"side": "consent", "file": picture()}).status_code == 422
    with pytest.raises(BadInput, match="front or back"):
        actions.put_card(by=here.sam, coverage=coverage, kind="consent", files=[picture()])
    assert client.documents.count() == 2


@pytest.mark.django_db
def test_a_flipped_byte_and_lost_bytes_are_refused_and_kept_in_the_audit(here: world.World) -> None:
    before, client = lying(), here.client().client
    document = here.filed(client)
    scan = here.filed(client, body=picture().read())
    path, seen = sorted(lying() - before, key=lambda path: path.stat().st_size)
    for each in (path, seen):
        body = bytearray(each.read_bytes())
        body[10] ^= 1
        each.write_bytes(body)
    web = as_(here.sam)
    for address in (f"clients/documents/{document.pk}/", f"clients/documents/{scan.pk}/preview/"):
        answer = web.get(f"/p/{here.slug}/{address}")
        assert answer.status_code == 409 and "not as it was stored" in answer.text and b"%PDF" not in answer.content
    path.unlink()
    answer = web.get(f"/api/v1/p/{here.slug}/documents/{document.pk}/content/")
    assert answer.status_code == 409 and "not as it was stored" in answer.json()["detail"]
    assert AuditEvent.objects.filter(verb="find document damaged", client_id=client.pk).count() == 3
    assert not AuditEvent.objects.filter(verb__in=["export document", "view document"]).exists()


@pytest.mark.django_db
def test_a_crash_between_bytes_and_row_leaves_no_row_and_the_bytes_are_swept(
    here: world.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, before = here.client().client, lying()
    with pytest.raises(BadInput, match="Choose"), transaction.atomic():
        here.filed(client)
        raise BadInput(x="Choose: what comes after is rolled back")
    assert not Document.objects.exists()
    (orphan,) = lying() - before
    kept = here.filed(client, name="kept.pdf")
    part = orphan.with_suffix(".part")
    part.write_bytes(b"half")
    for path in lying() - before:
        os.utime(path, (0, clock.now().timestamp() - timedelta(days=6).total_seconds()))
    assert sweep_documents() == 0 and orphan.exists()
    for path in lying() - before:
        os.utime(path, (0, clock.now().timestamp() - timedelta(days=8).total_seconds()))
    assert sweep_documents() == 1
    assert not orphan.exists() and not part.exists()
    assert actions.read(kept, verb="export document") == PDF
    monkeypatch.setattr(Document.objects, "create", lambda **_: 1 / 0)
    before = lying()
    with pytest.raises(ZeroDivisionError):
        here.filed(client, name="other.pdf", kind="report")
    assert lying() == before


def test_a_key_is_written_once(tmp_path: Path) -> None:
    with override_settings(DATA_DIR=tmp_path):
        key = uuid4()
        store().save(7, key, b"one")
        assert store().read(7, key) == b"one"
        store().delete(7, key)
        store().delete(7, key)
        with pytest.raises(FileNotFoundError):
            store().read(7, key)


# --- what is too large -----------------------------------------------------------------------


class Endless:
    """A body of a form whose file never ends; counts what was taken of it."""

    def __init__(self, head: bytes, size: int) -> None:
        self.head, self.left, self.taken = head, size, 0

    def read(self, size: int = -1) -> bytes:
        piece = self.head or bytes(min(self.left, 65_536 if size < 0 else size))
        self.head = b""
        self.left -= len(piece)
        self.taken += len(piece)
        return piece

    readline = read


FORM = (
    b'--XX\r\nContent-Disposition: form-data; name="kind"\r\n\r\norder\r\n'
    b'--XX\r\nContent-Disposition: form-data; name="file"; filename="big.pdf"\r\n'
    b"Content-Type: application/pdf\r\n\r\n"
)


def too_much(web: Web, address: str, size: int, **more: Any) -> tuple[Any, int]:
    body = Endless(FORM, size)
    answer = web.generic(
        "POST", address,
        **{"CONTENT_TYPE": "multipart/form-data; boundary=XX", "wsgi.input": body, "CONTENT_LENGTH": str(size), **more},
    )  # fmt: skip
    return answer, body.taken


@pytest.mark.django_db
@pytest.mark.parametrize(("size", "words"), [(10**9, "more than 10 files of 20 MB"), (10**8, "larger than 20 MB")])
def test_a_gigabyte_is_refused_at_the_field_and_not_read(here: world.World, size: int, words: str) -> None:
    client, before = here.client().client, lying()
    address = f"/p/{here.slug}/clients/{client.pk}/files/add/"
    temporary = set(Path(tempfile.gettempdir()).glob("*.upload*"))
    answer, taken = too_much(as_(here.sam), address, size)
    assert answer.status_code == 422 and words in answer.text
    assert 'value="order" selected' in answer.text
    assert taken < (200_000 if size == 10**9 else 20_200_000)
    answer, taken = too_much(
        as_(here.sam), f"/api/v1/p/{here.slug}/clients/{client.pk}/documents/", size, HTTP_IDEMPOTENCY_KEY="a new one"
    )
    assert answer.status_code == 400 and words in answer.json()["file"][0]
    assert not Document.objects.exists() and lying() == before
    assert set(Path(tempfile.gettempdir()).glob("*.upload*")) == temporary


@pytest.mark.django_db
def test_a_length_that_lies_takes_nothing_in(here: world.World) -> None:
    client = here.client().client
    address = f"/p/{here.slug}/clients/{client.pk}/files/add/"
    for said in ("0", "", "300"):  # none, none (chunked), less than comes
        answer, taken = too_much(as_(here.sam), address, 5_000_000, CONTENT_LENGTH=said)
        assert answer.status_code == 422, said
        assert taken < 1_000
    assert not Document.objects.exists()


@pytest.mark.django_db
def test_the_limit_is_a_setting(here: world.World) -> None:
    client = here.client().client
    with override_settings(UPLOAD_BYTES=1_000_000):
        with pytest.raises(BadInput, match="larger than 1 MB"):
            here.filed(client, body=bytes(1_000_001))


# --- the API ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_api_does_what_the_pages_do(here: world.World) -> None:
    client, web = here.client(payer=here.aetna).client, as_(here.bob)
    base = f"/api/v1/p/{here.slug}/"
    address, keyed = f"{base}clients/{client.pk}/documents/", {"Idempotency-Key": "once and only once"}

    def sent(name: str = "order.pdf", **more: Any) -> dict[str, Any]:
        return {"kind": "order", "file": SimpleUploadedFile(name, PDF), **more}

    made = web.post(address, sent(), headers=keyed)
    assert made.status_code == 201, made.text
    assert (made.json()["title"], made.json()["size"]) == ("order.pdf", len(PDF))
    assert web.post(address, sent(), headers=keyed).headers["Idempotent-Replay"] == "true"
    assert web.post(address, sent("other.pdf"), headers=keyed).status_code == 400
    at = f"{base}documents/{made.json()['id']}/"
    assert web.get(at).json() == made.json()
    assert web.get(at + "content/").content == PDF
    coverage = client.coverages.get().pk
    for key, body, words in (
        ("wrong kind", sent(coverage=coverage), {"coverage": ["Only a card is put on a coverage"]}),
        ("no coverage", sent(kind="card_back"), {"kind": ["A card is put on its coverage"]}),
        ("no such field", sent(path="/etc/passwd"), {"path": ["There is no such field."]}),
    ):
        answer = web.post(address, body, headers={"Idempotency-Key": key})
        assert (answer.status_code, answer.json()) == (400, words)
    card = {"kind": "card_back", "coverage": coverage, "file": picture()}
    assert web.post(address, card, headers={"Idempotency-Key": "the card"}).json()["coverage"] == coverage
    assert web.get(address).json()["count"] == 2
    assert web.delete(at, headers={"Idempotency-Key": "the order"}).status_code == 200
    assert web.get(address).json()["count"] == 1 and web.get(at).status_code == 404
