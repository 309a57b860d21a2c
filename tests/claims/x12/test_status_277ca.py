"""277CAs: a rejection at any level reaches every claim beneath it, and the counts say so."""

from decimal import Decimal as D

import pytest

from claims.x12 import status_277ca
from claims.x12.segments import BadFile, Reader
from claims.x12.status_277ca import ClaimsAnswer, ClaimStatus
from tests.claims.x12.files import wrap

HEAD = ("BHT*0085*08*ANSWER1*20260106*1200*TH", "HL*1**20*1", "NM1*PR*2*PAYER*****46*P", "TRN*1*X")
RECEIVER = ("HL*2*1*21*1", "NM1*41*2*RIVERSIDE*****46*SUB1", "TRN*2*000000017")
PROVIDER = ("HL*3*2*19*1", "NM1*85*2*RIVERSIDE*****XX*1245319599", "TRN*1*0")


def read(*body: str, version: str = "005010X214", kind: str = "277") -> list[ClaimsAnswer]:
    return status_277ca.read(Reader(wrap(*body, kind=kind, group="HN", version=version).encode()))


def answer(*body: str) -> ClaimsAnswer:
    [only] = read(*body)
    return only


def claim(number: int, control: str, *statuses: str) -> tuple[str, ...]:
    return (f"HL*{number}*3*PT", "NM1*QC*1*NUNEZ*JOSE****MI*1", f"TRN*2*{control}", *statuses, f"REF*1K*ICN{control}")


def seen(found: ClaimsAnswer) -> list[tuple[str, str, bool, str]]:
    return [(s.level, s.control, s.accepted, f"{s.category}:{s.code}") for s in found.statuses]


def test_claims_accepted_and_rejected() -> None:
    found = answer(
        *HEAD, *RECEIVER, "STC*A1:19:PR*20260106*WQ*500", "QTY*90*2", "AMT*YU*500", *PROVIDER, "STC*A1:19:PR**WQ*500",
        *claim(4, "C1", "STC*A2:20:PR*20260106*WQ*200", "DTP*472*D8*20260105"),
        *claim(5, "C2", "STC*A7:562:85*20260106*U*300********NPI NOT ON FILE"),
    )  # fmt: skip
    assert seen(found) == [
        ("receiver", "", True, "A1:19"),
        ("provider", "", True, "A1:19"),
        ("claim", "C1", True, "A2:20"),
        ("claim", "C2", False, "A7:562"),
    ]
    assert (found.batch, found.accepted_count, found.rejected_count) == ("000000017", 1, 1)
    assert found.statuses[3] == ClaimStatus(
        "claim", "C2", False, "A7", "562", "NPI NOT ON FILE", "ICNC2", D("300.00"), ("A7:562:85",)
    )


@pytest.mark.parametrize(
    ("status", "accepted"),
    [("A0:1**WQ", True), ("A1:1**WQ", True), ("A2:1**WQ", True), ("A5:1**WQ", True), ("A1:1**U", False)]
    + [(f"A{n}:1**WQ", False) for n in (3, 4, 6, 7, 8)]
    + [("A3:1", False), ("A2:1", True)],
)  # fmt: skip
def test_categories(status: str, accepted: bool) -> None:
    found = answer(*HEAD, *RECEIVER, *PROVIDER, *claim(4, "C1", f"STC*{status.replace('**', '*20260106*')}"))
    assert [one.accepted for one in found.statuses] == [accepted]
    assert (found.accepted_count, found.rejected_count) == (int(accepted), int(not accepted))


def test_the_first_rejection_decides_else_the_last_word() -> None:
    good, better, bad = "STC*A1:19*20260106*WQ*1", "STC*A2:20*20260106*WQ*2", "STC*A3:21*20260106*U*3"
    assert seen(answer(*HEAD, *RECEIVER, *claim(4, "C1", good, better))) == [("claim", "C1", True, "A2:20")]
    found = answer(*HEAD, *RECEIVER, *claim(4, "C1", good, bad, better))
    assert seen(found) == [("claim", "C1", False, "A3:21")]
    assert found.statuses[0].details == ("A1:19", "A3:21", "A2:20")
    second_in_one = "STC*A1:19*20260106*WQ*1******A8:562:85*A7:1"
    found = answer(*HEAD, *RECEIVER, *claim(4, "C1", second_in_one))
    assert (seen(found), found.statuses[0].details) == (
        [("claim", "C1", False, "A8:562")],
        ("A1:19", "A8:562:85", "A7:1"),
    )


def test_a_service_line_that_is_refused_refuses_its_claim() -> None:
    lines = ("SVC*HC:97110*100", "STC*A7:507*20260106*U", "REF*FJ*L1", "REF*1K*NOT THE CLAIM")
    found = answer(*HEAD, *RECEIVER, *PROVIDER, *claim(4, "C1", "STC*A1:19*20260106*WQ*100"), *lines)
    assert seen(found) == [("claim", "C1", False, "A7:507")]
    assert found.statuses[0].payer_claim_number == "ICNC1"
    found = answer(*HEAD, *RECEIVER, *claim(4, "C1", "STC*A2:20*20260106*WQ*1"), lines[0], "STC*A1:1*20260106*WQ")
    assert seen(found) == [("claim", "C1", True, "A2:20")]


def test_several_claims_of_one_client() -> None:
    more = ("TRN*2*C2", "STC*A3:21*20260106*U*5", "REF*1K*I2", "TRN*2*C3", "STC*A2:20*20260106*WQ*6")
    found = answer(*HEAD, *RECEIVER, *PROVIDER, *claim(4, "C1", "STC*A2:20*20260106*WQ*4"), *more)
    assert seen(found) == [
        ("claim", "C1", True, "A2:20"),
        ("claim", "C2", False, "A3:21"),
        ("claim", "C3", True, "A2:20"),
    ]
    assert [s.payer_claim_number for s in found.statuses] == ["ICNC1", "I2", ""]


def test_a_rejection_of_the_file_with_nothing_below() -> None:
    found = answer(*HEAD, *RECEIVER, "STC*A8:746:40*20260106*U*500", "QTY*AA*3", "AMT*YY*500")
    assert seen(found) == [("receiver", "", False, "A8:746")]
    assert (found.batch, found.accepted_count, found.rejected_count) == ("000000017", 0, 3)


def test_a_rejection_of_the_provider_with_nothing_below() -> None:
    found = answer(
        *HEAD, *RECEIVER, "STC*A1:19*20260106*WQ*500", *PROVIDER, "STC*A3:128:85*20260106*U*500", "QTY*QC*2", "QTY*QA*x"
    )
    assert seen(found) == [("receiver", "", True, "A1:19"), ("provider", "", False, "A3:128")]
    assert (found.accepted_count, found.rejected_count) == (0, 2)


def test_counts_of_receiver_and_provider_are_not_added() -> None:
    found = answer(*HEAD, *RECEIVER, "STC*A1:19*20260106*WQ", "QTY*90*5", "QTY*AA*2", *PROVIDER, "QTY*QA*5", "QTY*QC*2")
    assert (found.accepted_count, found.rejected_count) == (5, 2)


def test_a_rejection_above_covers_the_claims_that_are_named() -> None:
    bad, good = "STC*A3:128:85*20260106*U*500********NOT ENROLLED", "STC*A1:19*20260106*WQ*7"
    for levels in (
        (*RECEIVER, bad, *PROVIDER),
        (*RECEIVER, *PROVIDER, bad),
    ):
        found = answer(*HEAD, *levels, *claim(4, "C1", good), *claim(5, "C2"), *claim(6, "C3", "STC*A7:562**U*9"))
        assert seen(found)[1:] == [
            ("claim", "C1", False, "A3:128"),
            ("claim", "C2", False, "A3:128"),
            ("claim", "C3", False, "A7:562"),
        ]
        assert [(s.message, s.payer_claim_number, s.amount) for s in found.statuses[1:]] == [
            ("NOT ENROLLED", "ICNC1", D("7.00")),
            ("NOT ENROLLED", "ICNC2", None),
            ("", "ICNC3", D("9.00")),
        ]
        assert (found.accepted_count, found.rejected_count) == (0, 3)


def test_a_rejected_file_covers_its_accepted_providers() -> None:
    found = answer(
        *HEAD, *RECEIVER, "STC*A8:1**U", *PROVIDER, "STC*A1:19**WQ", "HL*4*2*19*1", "TRN*1*0", *claim(5, "C1")
    )
    assert seen(found) == [
        ("receiver", "", False, "A8:1"),
        ("provider", "", False, "A8:1"),
        ("claim", "C1", False, "A8:1"),
    ]


def test_the_next_provider_and_the_next_receiver_are_not_covered() -> None:
    bad, good = "STC*A3:128**U", "STC*A2:20**WQ"
    found = answer(
        *HEAD,
        *RECEIVER,
        *PROVIDER,
        bad,
        *PROVIDER,
        *claim(4, "C1", good),
        *RECEIVER,
        bad,
        *RECEIVER,
        *claim(5, "C2", good),
    )
    assert [s.accepted for s in found.statuses] == [False, True, False, True]


def test_a_claim_without_a_status_has_no_answer() -> None:
    assert answer(*HEAD, *RECEIVER, *PROVIDER, *claim(4, "C1")).statuses == ()


def test_the_batch_is_that_of_our_file_else_of_the_answer() -> None:
    assert answer(*HEAD, *RECEIVER).batch == "000000017"
    assert answer(*HEAD, RECEIVER[0]).batch == "ANSWER1"
    assert answer(*RECEIVER[:1]).batch == ""


@pytest.mark.parametrize(
    ("text", "amount"), [("5", D("5.00")), ("", None), ("X", None), ("1.234", None), ("NaN", None)]
)
def test_an_amount_that_cannot_be_read_is_none(text: str, amount: D | None) -> None:
    found = answer(*HEAD, *RECEIVER, *claim(4, "C1", f"STC*A2:20**WQ*{text}"))
    assert found.statuses[0].amount == amount


def test_status_responses_and_other_sets_are_passed_over() -> None:
    body = (*RECEIVER, *claim(4, "C1", "STC*F1:65**WQ"))
    assert read(*HEAD, *body, version="005010X212") == []
    assert read(HEAD[0].replace("0085", "0010"), *body, version="") == []
    assert read(*HEAD, *body, kind="276") == []
    assert len(read(*HEAD, *body, version="")) == 1


def test_half_an_answer_is_none() -> None:
    text = wrap(*HEAD, *RECEIVER, *claim(4, "C1", "STC*A2:20**WQ"), kind="277", version="005010X214")
    with pytest.raises(BadFile) as caught:
        status_277ca.read(Reader(text[: text.index("SE*")].encode()))
    assert caught.value.reason == "truncated"


def test_an_endless_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status_277ca, "STATUSES", 10)
    with pytest.raises(BadFile) as caught:
        read(*HEAD, *RECEIVER, *(segment for n in range(11) for segment in claim(n, f"C{n}", "STC*A2:20**WQ")))
    assert caught.value.reason == "too_many_answers"
    with pytest.raises(BadFile) as caught:
        read(*HEAD, *RECEIVER, *["STC*A2:20**WQ"] * 1_001)
    assert caught.value.reason == "too_many_answers"
