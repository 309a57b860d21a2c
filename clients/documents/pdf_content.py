"""Heart. Is a PDF a PDF and nothing else? What may act by itself in it is named, and the file refused.

It is looked through, not understood: a hidden action may pass, and so the file is only ever served as an
attachment in a sandbox. Names are found in plain and in object streams (ISO 32000-2, 7.3.5 and 7.5.7).
"""

import re
import zipfile
import zlib
from io import BytesIO

ACTS = {
    "JavaScript": "a script",
    "Launch": "a command that starts programs",
    "EmbeddedFile": "another file inside",
    "EmbeddedFiles": "another file inside",
    "RichMedia": "moving media",
    "XFA": "a form with scripts",
    "Encrypt": "a password",
}
WITHOUT = "Print it to a new PDF, and send that"
OTHER_LANGUAGE = re.compile(rb"<\s*(?:!doctype|html|script|svg|body|iframe|\?php)", re.IGNORECASE)
OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm")
MOST_OPENED = 64_000_000  # bytes of all object streams together
HEAD = 1024  # bytes at the beginning in which another language would stand
DICTIONARY = 2048  # bytes before a stream in which its dictionary stands


def _name(word: str) -> str:
    """A PDF name, each sign of which may be written #hh."""
    return "".join(f"(?:{sign}|#{ord(sign):02x}|#{ord(sign):02X})" for sign in word)


# A short name would be found by chance inside packed bytes: it counts only with what follows names in dictionaries.
LONG = [word for word in ACTS if len(word) > 3]
ACTING = re.compile(f"/(?:({'|'.join(map(_name, LONG))})(?![A-Za-z0-9])|{_name('XFA')}\\s*[\\[\\d])".encode())


def trouble(body: bytes) -> str:
    """Why a PDF is not taken, in a sentence; empty when it is. `body` starts with %PDF-."""
    end = body.rfind(b"%%EOF")
    if not re.match(rb"%PDF-[12]\.\d", body) or end < 0:
        return "The PDF is damaged or cut off. Send it again"
    if body[end + 5 :].strip(b"\0 \t\r\n\f") or zipfile.is_zipfile(BytesIO(body)):
        return f"The PDF carries something else at its end. {WITHOUT}"
    if OTHER_LANGUAGE.search(body[:HEAD]):
        return f"The PDF carries a web page at its beginning. {WITHOUT}"
    if found := _acting(body):
        return f"The PDF has {found}. {WITHOUT}"
    return _packed_trouble(body)


def _acting(text: bytes) -> str:
    found = ACTING.search(text)
    if found is None:
        return ""
    word = re.sub(rb"#([0-9A-Fa-f]{2})", lambda escape: bytes([int(escape[1], 16)]), found[1] or b"XFA").decode()
    return ACTS[word]


def _packed_trouble(body: bytes) -> str:
    """The same of what object streams hold; one that cannot be opened, or not within bounds, is refused."""
    left = MOST_OPENED
    for mark in OBJECT_STREAM.finditer(body):
        start = re.compile(rb"stream\r?\n").search(body, mark.end(), mark.end() + DICTIONARY)
        if start is None:
            return f"The PDF cannot be looked through. {WITHOUT}"
        try:
            opened = zlib.decompressobj().decompress(body[start.end() :], left + 1)
        except zlib.error:
            opened = body[start.end() : body.find(b"endstream", start.end())]
            if b"/Filter" in body[max(0, mark.start() - DICTIONARY) : start.start()].rpartition(b"obj")[2]:
                return f"The PDF cannot be looked through. {WITHOUT}"
        left -= len(opened)
        if left < 0:
            return f"The PDF is packed too tightly to be looked through. {WITHOUT}"
        if found := _acting(opened):
            return f"The PDF has {found}. {WITHOUT}"
    return ""
