"""Order files in CMS's layout. The codes and words are public or invented."""

import zipfile
from pathlib import Path

LINES = (
    ("G20", 0, "Parkinson's disease", "Parkinson's disease"),
    ("G20A", 0, "Parkinson's disease w/o dyskinesia", "Parkinson's disease without dyskinesia"),
    ("G20A1", 1, "Parkinson's w/o dyskinesia, w/o fluctuations", "Parkinson's disease, the first of the leaves"),
    ("G20A2", 1, "Parkinson's w/o dyskinesia, with fluctuations", "Parkinson's disease, the second of the leaves"),
    ("G20C", 1, "Parkinsonism, unspecified", "Parkinsonism, unspecified"),
    ("M545", 0, "Low back pain", "Low back pain"),
    ("M5450", 1, "Low back pain, unspecified", "Low back pain, unspecified"),
    ("M5451", 1, "Vertebrogenic low back pain", "Vertebrogenic low back pain"),
    ("M5459", 1, "Other low back pain", "Other low back pain"),
    ("QA00101", 1, "An invented short text", "An invented long text, longer than the short one"),
    ("U071", 1, "Last of the file, after Z", "Last of the file, after Z"),
)


def text(lines: tuple = LINES, end: str = "\n") -> bytes:
    """The file as bytes."""
    rows = (
        f"{number:05} {code:<7} {billable} {short:<60} {long}{end}"
        for number, (code, billable, short, long) in enumerate(lines, start=1)
    )
    return "".join(rows).encode()


def write(folder: Path, lines: tuple = LINES, name: str = "icd10cm_order_2027.txt") -> Path:
    path = folder / name
    path.write_bytes(text(lines))
    return path


def pack(folder: Path, *names: str, body: bytes | None = None) -> Path:
    """A zip with files of these names, each an order file."""
    path = folder / "code-descriptions.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            packed.writestr(name, text() if body is None else body)
    return path
