"""Heart. What an upload is, told from its bytes, and what of it is kept. Its name and the browser's word are not asked.

Pictures are drawn anew, so that nothing else rides in them; a PDF is looked through and kept as it is.
"""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

import puremagic
from PIL import Image, ImageOps, ImageSequence

from clients.documents import pdf_content

MOST_PIXELS = 50_000_000  # of one page: Letter at 600 dots an inch has 34 million
MOST_PAGES = 50  # of a TIFF: a long fax
MOST_DECODED = 4 * MOST_PIXELS  # bytes of all its pages, which Pillow holds at once: 50 of a fax in black and white
PREVIEW = (480, 480)
KEPT_INFO = ("dpi", "transparency")
BROKEN = (OSError, ValueError, SyntaxError, EOFError, OverflowError, KeyError, TypeError, AttributeError)


class ContentType(StrEnum):
    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    TIFF = "image/tiff"


ENDINGS = {
    ContentType.PDF: (".pdf",),
    ContentType.JPEG: (".jpg", ".jpeg"),
    ContentType.PNG: (".png",),
    ContentType.TIFF: (".tif", ".tiff"),
}
STARTS = {
    b"%PDF-": ContentType.PDF,
    b"\xff\xd8\xff": ContentType.JPEG,
    b"\x89PNG\r\n\x1a\n": ContentType.PNG,
    b"II*\0": ContentType.TIFF,
    b"MM\0*": ContentType.TIFF,
}
TAKEN = "Send a PDF, JPEG, PNG or TIFF"
PHONE = (
    "This is a HEIC picture, which few programs read. Send it as JPEG (on an iPhone: Camera, Formats, Most Compatible)"
)


class Unfit(ValueError):
    """The file is not taken; the sentence says why, and what to send instead."""


@dataclass(frozen=True)
class Fit:
    """What is kept: its type, and its bytes (a picture's are new)."""

    content_type: ContentType
    body: bytes


def judged(body: bytes) -> Fit:
    """What to keep of an upload; raises Unfit."""
    if not body:
        raise Unfit("The file is empty")
    kind = next((kind for start, kind in STARTS.items() if body.startswith(start)), None)
    if kind is None:
        raise Unfit(_refused(body))
    if kind is ContentType.PDF:
        if trouble := pdf_content.trouble(body):
            raise Unfit(trouble)
        return Fit(kind, body)
    return Fit(kind, _on_picture(body, kind, DRAWN[kind]))


def preview(body: bytes, kind: ContentType) -> bytes:
    """A small PNG of a stored picture's first page."""

    def small(picture: Image.Image) -> bytes:
        picture.draft("RGB", PREVIEW)
        picture.thumbnail(PREVIEW)
        mode = "RGBA" if "transparency" in picture.info or "A" in picture.mode else "RGB"
        return _bytes(picture.convert(mode), format="PNG")

    return _on_picture(body, kind, small)


def _refused(body: bytes) -> str:
    if body[4:8] == b"ftyp" and body[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1"):
        return PHONE
    try:
        named = puremagic.from_string(body[:65_536]).lstrip(".")
    except (puremagic.PureError, ValueError):
        named = ""
    return f"This is {f'a file of type {named[:12]}' if named else 'no kind of file that is taken'}. {TAKEN}"


def _on_picture(body: bytes, kind: ContentType, draw: Callable[[Image.Image], bytes]) -> bytes:
    """Open as `kind` only, bounded before a pixel is read, and give what `draw` makes of it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Pillow warns of is refused below
            with Image.open(BytesIO(body), formats=[kind.rsplit("/", 1)[1].upper()]) as picture:
                _bounded(picture)
                return draw(picture)
    except Image.DecompressionBombError as bomb:
        raise Unfit(_too_large()) from bomb
    except Unfit:
        raise
    except BROKEN as broken:
        raise Unfit("The picture is damaged or cut off. Take or scan it again") from broken


def _bounded(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise Unfit(_too_large())


def _too_large() -> str:
    return f"The picture has more than {MOST_PIXELS // 1_000_000} million points. Send it smaller"


def _jpeg(picture: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(picture)
    return _bytes(_bare(upright if upright.mode in ("L", "RGB") else upright.convert("RGB")), format="JPEG", quality=92)


def _png(picture: Image.Image) -> bytes:
    return _bytes(_bare(ImageOps.exif_transpose(picture)), format="PNG")


def _tiff(picture: Image.Image) -> bytes:
    def pages() -> Iterator[Image.Image]:
        decoded = 0
        for number, page in enumerate(ImageSequence.Iterator(picture), start=1):
            if number > MOST_PAGES:
                raise Unfit(f"The fax has more than {MOST_PAGES} pages. Send it in parts, or as PDF")
            _bounded(page)
            decoded += page.width * page.height * (1 if page.mode in ("1", "L", "P") else 4)
            if decoded > MOST_DECODED:
                raise Unfit("The pages are too large together. Send the fax in parts, or as PDF")
            yield _bare(ImageOps.exif_transpose(page))

    first, *rest = pages()
    return _bytes(first, format="TIFF", compression="tiff_adobe_deflate", save_all=True, append_images=rest)


DRAWN = {ContentType.JPEG: _jpeg, ContentType.PNG: _png, ContentType.TIFF: _tiff}


def _bare(picture: Image.Image) -> Image.Image:
    """The points alone: where and when it was taken, by whom, and what else rode along stays behind."""
    bare = picture.copy()
    bare.info = {name: picture.info[name] for name in KEPT_INFO if name in picture.info}
    return bare


def _bytes(picture: Image.Image, **options: object) -> bytes:
    out = BytesIO()
    picture.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()
