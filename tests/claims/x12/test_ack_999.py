"""999s: who is accepted, what is wrong where, and nothing of the claims' data kept."""

import pytest

from claims.x12 import ack_999
from claims.x12.ack_999 import FileAnswer, SegmentError, SetAnswer
from claims.x12.segments import BadFile, Reader
from tests.claims.x12.files import wrap


def read(*body: str, kind: str = "999") -> list[FileAnswer]:
    return ack_999.read(Reader(wrap(*body, kind=kind, group="FA", version="005010X231A1").encode()))


def error(**fields: object) -> SegmentError:
    blank: dict[str, object] = {
        "tag": "CLM",
        "position": 22,
        "loop": "2300",
        "code": "8",
        "element": "",
        "element_code": "",
        "claim_control": "",
    }
    return SegmentError(**{**blank, **fields})  # type: ignore[arg-type]


def test_accepted() -> None:
    assert read("AK1*HC*17*005010X222A1", "AK2*837*000000017*005010X222A1", "IK5*A", "AK9*A*1*1*1") == [
        FileAnswer(17, True, "A", (SetAnswer("000000017", True, "A", ()),))
    ]


@pytest.mark.parametrize(("code", "accepted"), [(c, c in "AE") for c in "AEPRMWX"] + [("", False)])
def test_codes(code: str, accepted: bool) -> None:
    [answer] = read("AK1*HC*17", "AK2*837*0001", f"IK5*{code}", f"AK9*{code}*1*1*0")
    assert (answer.accepted, answer.code) == (accepted, code)
    assert (answer.sets[0].accepted, answer.sets[0].code) == (accepted, code)


def test_a_segment_that_no_999_has_is_passed_over() -> None:
    [answer] = read("AK1*HC*17", "AK2*837*0001", "ZZZ*1", "IK5*A", "AK9*A*1*1*1")
    assert answer.sets == (SetAnswer("0001", True, "A", ()),)


def test_errors_of_segments_and_elements() -> None:
    [answer] = read(
        "AK1*HC*17",
        "AK2*837*0001",
        "IK3*CLM*22*2300*8",
        "CTX*SITUATIONAL TRIGGER*CLM*22",
        "CTX*CLM01:C1A",
        "IK4*5:3*1325*7*SECRET",
        "CTX*SITUATIONAL TRIGGER*CLM*22**5:3",
        "IK4*2*782*1*SECRET",
        "IK3*N3*30**3",
        "IK3*NM1*X1*2010BA*1",
        "CTX*CLM01: C2A ",
        "IK5*R*5*I6",
        "AK9*R*1*1*0*1**3",
    )
    assert answer == FileAnswer(
        17,
        False,
        "R",
        (
            SetAnswer(
                "0001",
                False,
                "R",
                (
                    error(element="5:3", element_code="7", claim_control="C1A"),
                    error(element="2", element_code="1", claim_control="C1A"),
                    error(tag="N3", position=30, loop="", code="3"),
                    error(tag="NM1", position=None, loop="2010BA", code="1", claim_control="C2A"),
                ),
                ("5", "I6"),
            ),
        ),
        ("1", "3"),
    )
    assert "SECRET" not in repr(answer)


def test_part_of_a_group_and_several_groups() -> None:
    body = ("AK2*837*0001", "IK5*A", "AK2*837*0002", "IK5*R*5", "AK9*P*2*2*1")
    answers = read("AK1*HC*17", *body, "AK1*HC*18", *body[:2], "AK9*E*1*1*1", "AK1*HC*X", "AK9*A*0*0*0")
    assert [(a.group_control, a.accepted, [s.accepted for s in a.sets]) for a in answers] == [
        (17, False, [True, False]),
        (18, True, [True]),
        (None, True, []),
    ]


def test_an_answer_left_open_accepts_nothing() -> None:
    [answer] = read("AK1*HC*17", "AK2*837*0001", "IK3*CLM*22**8")
    assert (answer.code, answer.accepted, answer.sets[0].accepted) == ("", False, False)
    assert answer.sets[0].errors == (error(loop=""),)


def test_what_stands_nowhere_says_nothing() -> None:
    assert read("IK5*A", "AK9*A*1*1*1") == []
    [answer] = read(
        "AK1*HC*17", "IK3*CLM*1**8", "AK2*837*0001", "CTX*CLM01:C", "IK5*A", "IK5*R", "IK3*CLM*2**8", "AK9*A", "AK9*R"
    )
    assert answer == FileAnswer(17, True, "A", (SetAnswer("0001", True, "A", ()),))


def test_other_sets_are_passed_over() -> None:
    assert read("AK1*HC*17", "AK9*A*1*1*1", kind="835") == []
    assert (
        len(read("AK1*HC*17", "AK2*837*0001", "AK3*NM1*8**8", "AK4*8*66*7*MI", "AK5*R*5", "AK9*R*1*1*0", kind="997"))
        == 1
    )


def test_half_an_answer_is_none() -> None:
    text = wrap("AK1*HC*17", "AK2*837*0001", "IK5*A", "AK9*A*1*1*1", kind="999")
    with pytest.raises(BadFile) as caught:
        ack_999.read(Reader(text[: text.index("AK9")].encode()))
    assert caught.value.reason == "truncated"


def test_an_endless_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ack_999, "SEGMENTS", 100)
    with pytest.raises(BadFile) as caught:
        read("AK1*HC*17", *["AK2*837*0001", "IK5*A"] * 60)
    assert caught.value.reason == "too_many_answers"
