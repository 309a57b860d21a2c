"""pyx12 at arm's length: what it finds, told without data; whatever it does, told without a crash."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import pyx12.x12n_document

from claims.x12 import second_opinion
from claims.x12.claim_837p import write
from claims.x12.second_opinion import check_837p
from tests.claims.x12.submissions import FRED, childs, claim, submission

TEXT = write(submission(claim(referrer=FRED), childs()))
# Who it is about; none of it may be said.
DATA = ("NUNEZ", "JOSE", "1EG4TE5MK73", "19501303", "SMITH", "TOM", "QQ", "HC:97110")

BIRTH_DATE = "segment 18 DMG (Subscriber Demographic Information), element 2 (Subscriber Birth Date): code 8"


def test_a_valid_file() -> None:
    assert check_837p(TEXT) == []


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("*MB~", "*QQ~", "segment 14 SBR (Subscriber Information), element 9 (Claim Filing Indicator Code): code 7"),
        ("D8*19500203", "D8*19501303", BIRTH_DATE),
        ("NUNEZ", "NÚÑEZ", "segment 15 NM1 (Subscriber Name), element 3 (Subscriber Last Name): code 6"),
        (":GO:KX", ":G:KX", "segment 26 SV1 (Professional Service), element 1-3 (Procedure Modifier 1): code 4"),
        ("HL*2*1", "HL*5*1", "segment 13 HL (Subscriber Hierarchical Level): code HL1"),
        ("NM1*DN", "NM1*XX", "segment 22 NM1 (Health Care Diagnosis Code): code 1"),
        ("SE*", "SE*1", "envelope: code 4"),
        ("GE*1", "GE*2", "envelope: code 5"),
        ("005010X222A1", "005010X222", "pyx12 broke off: EngineError"),
        ("~HI*", "~~HI*", "envelope: code 023"),
        ("LX*1~", "JOSE NUNEZ*1~", "segment 25 unknown (Rendering Provider Specialty Information): code 1"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_without_data(
    old: str, new: str, word: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    assert old in TEXT
    with caplog.at_level(logging.DEBUG):
        found = check_837p(TEXT.replace(old, new))
    assert word in found
    assert not any(value in one for one in found for value in DATA)
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")


def test_segments_that_it_did_not_read_are_missed() -> None:
    assert check_837p(TEXT + "~") == [f"pyx12 read {TEXT.count('~')} segments and stopped"]


@pytest.mark.parametrize(
    "text", ["", "ISA", "no X12 at all", "\ufeff" + TEXT, TEXT[:-30], TEXT + "IEA*1*1~", TEXT[:105] + "\n"]
)
def test_whatever_it_is_given_it_never_raises_and_never_calls_it_valid(text: str) -> None:
    assert check_837p(text) != []


def test_it_never_raises_whatever_pyx12_does(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> bool:
        raise RuntimeError("NUNEZ JOSE")

    monkeypatch.setattr(pyx12.x12n_document, "x12n_document", broken)
    assert check_837p(TEXT) == ["pyx12 broke off: RuntimeError"]


def test_no_without_a_reason_is_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyx12.x12n_document, "x12n_document", lambda *_, **__: False)
    assert check_837p("") == ["pyx12 refused the file without a reason"]


def test_maps_are_kept_and_threads_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    check_837p(TEXT)
    monkeypatch.setattr(second_opinion, "_load", None)
    bad = TEXT.replace("*MB~", "*QQ~")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(check_837p, [TEXT, bad] * 10))
    assert [len(answer) for answer in answers] == [0, 1] * 10
    assert threading.active_count() < 20


def test_settings_in_the_home_directory_change_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".pyx12.conf.xml").write_text("<not xml")  # type: ignore[operator]
    assert check_837p(TEXT) == []
