"""The practice's logo: opened and drawn anew, so that nothing else rides in the file."""

import warnings
from base64 import b64encode
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from practice.findings import BadInput
from practice.setup.models import Logo

MOST_BYTES = 1_000_000
MOST_PIXELS = 20_000_000  # opened: a small file may unfold to gigabytes
BOX = (600, 200)
FORMATS = ("PNG", "JPEG", "WEBP")
WRONG = "This is no PNG, JPEG or WebP picture; save it as one of them"


def drawn(picture: bytes) -> tuple[bytes, int, int]:
    """A picture of at most 1 MB as PNG of at most 600 × 200, with its width and height. Raises BadInput."""
    if len(picture) > MOST_BYTES:
        raise BadInput(logo="The picture has more than 1 MB; save it smaller")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a bomb of pixels is a warning first
            with Image.open(BytesIO(picture), formats=FORMATS) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise BadInput(logo="The picture has more than 20 million points; save it smaller")
                upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except BadInput:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, Warning):
        raise BadInput(logo=WRONG) from None
    upright.thumbnail(BOX, Image.Resampling.LANCZOS)
    clean = Image.new("RGBA", upright.size, (0, 0, 0, 0))
    clean.alpha_composite(upright)
    out = BytesIO()
    clean.save(out, "PNG", optimize=True)
    return out.getvalue(), clean.width, clean.height


def shown() -> dict[str, Any] | None:
    """The logo as papers and pages embed it: {uri, width, height}; None where there is none."""
    logo = Logo.objects.first()
    if logo is None:
        return None
    uri = "data:image/png;base64," + b64encode(bytes(logo.png)).decode()
    return {"uri": uri, "width": logo.width, "height": logo.height}
