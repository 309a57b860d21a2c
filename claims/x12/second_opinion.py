"""What pyx12, a library of others, thinks of a finished 837P: a second opinion, never the first.

An error here means that our writer or our rules are wrong; it stops the submission and is an alarm for
us, not a message for the biller. pyx12 is kept at arm's length:

- It quotes offending values, which are client data, in its log and its errors: the log is silenced,
  only codes and names of its maps are passed on.
- It reads settings from the home directory: its plain `ParamsBase` does not.
- It raises on input it does not expect: everything is caught, and only the type is told.
- It parses its maps anew for every file (0.14 s): they are kept.
- It promises nothing about threads: one lock.
- It stops at a blank segment without a word: the segments it saw are counted.

Code lists that it carries but that change through the year are left to our own dated lists. Its error
codes differ between its versions: show them, decide nothing by them.
"""

import io
import json
import logging
import re
import threading
from collections.abc import Iterator
from typing import Any

import pyx12.map_if
import pyx12.params
import pyx12.x12n_document

OUR_LISTS = "remark_code,claim_status,claim_status_cat,entity_id"
TERMINATOR = 105  # its place in an ISA

_lock = threading.Lock()
_maps: dict[tuple[object, ...], Any] = {}
_load = pyx12.map_if.load_map_file


def check_837p(text: str) -> list[str]:
    """What pyx12 finds wrong with one interchange, without any of its data; empty when valid."""
    param = pyx12.params.ParamsBase()
    param.set("exclude_external_codes", OUR_LISTS)
    report = io.StringIO()
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1

    with _lock:
        _silence()
        try:
            valid = pyx12.x12n_document.x12n_document(
                param, io.StringIO(text), None, None, fd_json=report, callback=count
            )
            found = list(_words(json.loads(report.getvalue() or "{}")))
        except Exception as error:  # whatever it is, it is an opinion and must not stop the worker
            return [f"pyx12 broke off: {type(error).__name__}"]
    if not found and seen != text.count(text[TERMINATOR : TERMINATOR + 1] or "~"):
        found.append(f"pyx12 read {seen} segments and stopped")
    if not found and not valid:
        found.append("pyx12 refused the file without a reason")
    return found


def _words(node: dict[str, Any]) -> Iterator[str]:
    """The errors below `node` of the report: where, by segment and element, and a code."""
    where = _where(node)
    for error in node.get("errors", ()):
        yield f"{where}: code {error['err_cde']}"
    for element in node.get("elements", ()):
        place = "-".join(str(element[key]) for key in ("ele_pos", "subele_pos") if element[key])
        for error in element["errors"]:
            yield f"{where}, element {place} ({element['name']}): code {error['err_cde']}"
    for below in ("interchanges", "groups", "transactions", "segments"):
        for child in node.get(below, ()):
            yield from _words(child)


def _where(node: dict[str, Any]) -> str:
    if "seg_id" not in node:
        return "envelope"
    # A segment that the maps do not know is named by the data itself.
    tag = node["seg_id"] if re.fullmatch(r"[A-Z][A-Z0-9]{1,2}", str(node["seg_id"])) else "unknown"
    return f"segment {node['seg_count']} {tag} ({node['name']})"


def _kept(name: str, param: Any, map_path: str | None = None) -> Any:
    key = (name, map_path, param.get("exclude_external_codes"), param.get("charset"))
    if key not in _maps:
        _maps[key] = _load(name, param, map_path)
    return _maps[key]


def _silence() -> None:
    """Again before every check: a later logging configuration may have undone it."""
    log = logging.getLogger("pyx12")
    log.handlers[:] = [logging.NullHandler()]
    log.propagate = False
    log.setLevel(logging.CRITICAL + 1)


pyx12.map_if.load_map_file = _kept
