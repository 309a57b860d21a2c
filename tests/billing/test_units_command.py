"""`units`: one count from the command line, or many from a file; what is wrong is named and nothing printed."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command


def told(*words: str, **options: Any) -> str:
    out = StringIO()
    call_command("units", *words, stdout=out, **options)
    return out.getvalue()


def from_file(tmp_path: Path, visits: object, *words: str) -> Any:
    path = tmp_path / "visits.json"
    path.write_text(visits if isinstance(visits, str) else json.dumps(visits))
    return json.loads(told("--file", str(path), *words))


def test_a_count_with_its_reasons() -> None:
    lines = told("cms", "97110=33", "97140=7").splitlines()
    assert [line.split() for line in lines[:2]] == [["97110", "2"], ["97140", "1"]]
    assert lines[2] == "33 + 7 = 40 timed minutes. 38–52 minutes is 3 units."


def test_two_lines_of_one_code() -> None:
    assert [line.split() for line in told("cms", "97530=10+13").splitlines()[:2]] == [
        ["97530", "1"],
        ["97530", "CO", "1"],
    ]
    assert "97110 CQ" in told("cms", "97110=0+15", "--discipline", "PT")


def test_ama_is_the_midpoint_and_tenths_are_decimal() -> None:
    answer = json.loads(told("ama", "97110=24", "97140=23", "--json"))
    assert (answer["rule"], answer["total"]) == ("midpoint", 4)
    assert json.loads(told("tenths", "97530=32", "--json"))["lines"] == [
        {"code": "97530", "units": 0.5, "modifiers": []}
    ]


def test_a_tie_lists_what_is_equal() -> None:
    answer = json.loads(told("cms", "97112=20", "97110=20", "--json"))
    assert [(line["code"], line["units"]) for line in answer["alternatives"][0]] == [("97112", 1), ("97110", 2)]


def test_visits_of_a_file(tmp_path: Path) -> None:
    visits = [
        {"id": "a", "rule": "cms", "lines": [{"code": "97110", "minutes": 33}, {"code": "97140", "minutes": 7}]},
        {"id": 2, "rule": "nearest-quarter", "caps": {"discipline": 4}, "lines": [{"code": "97530", "minutes": 90}]},
        {
            "id": "c",
            "rule": "ama",
            "discipline": "PT",
            "date": "2024-03-01",
            "lines": [{"code": "97550", "minutes": 0, "assistant_minutes": 45}, {"code": "97140", "minutes": 5}],
        },
    ]
    assert from_file(tmp_path, visits) == {
        "a": [
            {"code": "97110", "units": 2, "modifiers": []},
            {"code": "97140", "units": 1, "modifiers": []},
        ],
        "2": [{"code": "97530", "units": 4, "modifiers": []}],
        "c": [
            {"code": "97550", "units": 1, "modifiers": ["CQ"]},
            {"code": "97551", "units": 1, "modifiers": ["CQ"]},
        ],
    }
    assert from_file(tmp_path, visits, "--json")["a"]["next_at"] == 53


LINE = {"code": "97110", "minutes": 15}


@pytest.mark.parametrize(
    ("visits", "why"),
    [
        ("[", "cannot be read"),
        ({"id": 1}, "no list"),
        ([3], r"visit 1 \(\?\)"),
        ([{"id": "v", "rule": "cms"}], r"visit 1 \(v\): lines is missing"),
        ([{"rule": "cms", "lines": [LINE]}], r"visit 1 \(\?\): id is missing"),
        ([{"id": "v", "rule": "cms", "lines": [LINE]}] * 2, r"visit 2 \(v\): another visit has this id"),
        ([{"id": "v", "rule": "cms", "lines": [{"code": "97110"}]}], "minutes is missing"),
        ([{"id": "v", "rule": "ours", "lines": [LINE]}], "ours"),
        ([{"id": "v", "rule": "cms", "lines": [LINE | {"minutes": "15"}]}], "97110: minutes are a whole number"),
        ([{"id": "v", "rule": "cms", "lines": [LINE | {"minutes": True}]}], "whole number"),
        ([{"id": "v", "rule": "cms", "lines": [LINE | {"minutes": -3}]}], "0 to 1,440"),
        ([{"id": "v", "rule": "cms", "date": "2023-02-30", "lines": [LINE]}], r"visit 1 \(v\)"),
        ([{"id": "v", "rule": "cms", "lines": [LINE]}, {"id": "w", "rule": "cms", "lines": [{"code": "0", "minutes": 1}]}], r"visit 2 \(w\): 0 is not"),
    ],
)  # fmt: skip
def test_a_bad_file_is_named_by_its_visit(tmp_path: Path, visits: object, why: str) -> None:
    with pytest.raises(CommandError, match=why):
        from_file(tmp_path, visits)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((), "Say a rule"),
        (("cms",), "Say a rule"),
        (("ours", "97110=15"), "is no rule"),
        (("cms", "97110"), "is not CODE=MIN"),
        (("cms", "97110=x"), "is not CODE=MIN"),
        (("cms", "97110=5+"), "is not CODE=MIN"),
        (("cms", "97110=-5"), "0 to 1,440"),
        (("cms", "97130=15"), "97130 is an add-on"),
        (("cms", "97110=15", "--date", "soon"), "is no date"),
        (("--file", "/nowhere/at/all.json"), "cannot be read"),
    ],
)
def test_bad_words_are_told(words: tuple[str, ...], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        told(*words)


def test_one_bad_visit_does_not_keep_the_others(tmp_path: Path) -> None:
    path = tmp_path / "visits.json"
    good = [{"id": name, "rule": "cms", "lines": [LINE]} for name in "ab"]
    bad = [{"id": f"bad{n}", "rule": "cms", "lines": [{"code": "97633", "minutes": 5}]} for n in range(25)]
    path.write_text(json.dumps([good[0], *bad, good[1]]))
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("units", "--file", str(path), stdout=out)
    assert set(json.loads(out.getvalue())) == {"a", "b"}
    lines = str(refused.value).splitlines()
    assert lines[0] == "visit 2 (bad0): 97633 is not a service code this practice knows"
    assert (len(lines), lines[-1]) == (21, "… and 5 more")
