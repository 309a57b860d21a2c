"""The release that comes with the product: ICD-10-CM of April 1, 2026, from the package simple-icd-10-cm.

Its two data files are read and its module is not imported: that takes 2.9 s and 182 MB in each process, the
list of codes 0.03 s and 11 MB, the descriptions 0.4 s and another 11 MB (measured). Each is read when first asked for.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

LABEL, STARTS_ON, ENDS_ON = "FY2026 April", date(2026, 4, 1), date(2026, 9, 30)
LIST, TABULAR = "code-list-April-2026.txt", "icd10c-tabular-April-1-2026.xml"


def known(code: str) -> bool:
    """Whether a code without its dot is in the release, header or leaf."""
    at = bisect_right(codes(), code)
    return at > 0 and codes()[at - 1] == code


def leaves(code: str, most: int) -> list[str]:
    """The first leaves below a code; none when it is one itself."""
    return list(islice((below for below in _below(code) if next(_below(below), None) is None), most))


def _below(code: str) -> Iterator[str]:
    known_codes, at = codes(), bisect_right(codes(), code)
    while at < len(known_codes) and known_codes[at].startswith(code):
        yield known_codes[at]
        at += 1


@cache
def codes() -> list[str]:
    """Every code, without dots, in byte order. The file also names chapters and blocks, which are no codes."""
    words = set((_folder() / LIST).read_text(encoding="utf-8").split())
    return sorted(word for word in words if len(word) >= 3 and "-" not in word)


type Line = tuple[str, bool, str]  # code without its dot, whether it is a leaf, description


def starting(code: str, most: int) -> list[Line]:
    """The first codes that begin so, headers and leaves."""
    at = bisect_left(codes(), code)
    found = [each for each in codes()[at : at + most] if each.startswith(code)]
    return [(each, next(_below(each), None) is None, label(each)) for each in found]


def with_words(words: list[str], most: int) -> list[Line]:
    """Codes whose description has, for each word, one that begins so. Leaves first, short descriptions first.

    A code with a seventh character is found by the description of the code before it, which is then a header.
    """
    vocabulary, lines = _index()
    found: set[str] | None = None
    for word in words:
        at, hits = bisect_left(vocabulary, word), set[str]()
        while at < len(vocabulary) and vocabulary[at].startswith(word):
            hits.update(lines[vocabulary[at]])
            at += 1
        found = hits if found is None else found & hits
    texts, _ = _tabular()
    rows = [(code, next(_below(code), None) is None, texts[code]) for code in found or () if known(code)]
    return sorted(rows, key=lambda row: (not row[1], len(row[2]), row[0]))[:most]


@cache
def _index() -> tuple[list[str], dict[str, list[str]]]:
    """(every word of the descriptions in order, by word the codes that have it). Made when first asked for."""
    lines: dict[str, list[str]] = {}
    for code, text in _tabular()[0].items():
        for word in set(re.findall(r"[^\W_]+", text.lower())):
            lines.setdefault(word, []).append(code)
    return sorted(lines), lines


def label(code: str) -> str:
    """The description of a known code. Those of a seventh character are put together as the tabular list says."""
    texts, ends = _tabular()
    if code in texts:
        return texts[code]
    base = code[:6].rstrip("X") if len(code) == 7 else code
    end = next((ends[base[:n]] for n in range(len(base), 2, -1) if base[:n] in ends), {}).get(code[6:], "")
    return ", ".join(part for part in (texts.get(base, ""), end) if part)


@cache
def _tabular() -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """(descriptions by code, by code what each seventh character below it means)."""
    texts: dict[str, str] = {}
    ends: dict[str, dict[str, str]] = {}
    depth = 0
    for event, element in ElementTree.iterparse(_folder() / TABULAR, events=("start", "end")):
        if element.tag != "diag":
            continue
        depth += 1 if event == "start" else -1
        if event == "end":
            code = (element.findtext("name") or "").replace(".", "")
            texts[code] = element.findtext("desc") or ""
            extensions = {e.get("char", ""): e.text or "" for e in element.iterfind("sevenChrDef/extension")}
            if extensions:
                ends[code] = extensions
            if depth == 0:
                element.clear()
    return texts, ends


def _folder() -> Path:
    spec = find_spec("simple_icd_10_cm")  # finds the package without running it
    assert spec is not None and spec.origin is not None, "simple-icd-10-cm is not installed"
    return Path(spec.origin).parent / "data"
