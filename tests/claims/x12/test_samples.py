"""Files written by others. What is expected was worked out by hand from each file's text.

They are read from `../shared/edi/samples` (its INDEX.md says whose they are) and are no part of the
product; these tests are skipped where the folder is absent.
"""

from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from claims.x12 import ack_999, status_277ca
from claims.x12.payment_835 import PREDETERMINATION
from claims.x12.remittance_835 import Payment, imbalances, read
from claims.x12.segments import BadFile, Reader
from tests.claims.x12.files import SAMPLES

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="no sample files here")
EVERY_FILE = sorted(path for path in SAMPLES.glob("*/*") if path.is_file())

E = "irobayna__stupidedi/"
S = "jdavisp3__TigerShark/"
K = "keironstoddart__edi-835-parser/"
M = "moov-io__x12/"
# file: for each ST (BPR02, Σ CLP04, Σ PLB, claims, lines, Σ CAS without predeterminations, difference or "")
# The difference is BPR02 − (Σ CLP04 − Σ PLB), or, marked "claim", CLP04 − (CLP03 − Σ CAS).
REMITTANCES = {
    E + "X221_HP835_Health_Care_Claim_Payment_Advice__case__1.edi": [
        ("150000", "149998.73", "-1.27", 2, 0, "76368.24", "")
    ],
    E + "X221_HP835_Health_Care_Claim_Payment_Advice__case__2.edi": [("945", "945", "0", 2, 2, "1055", "")],
    E + "X221_HP835_Health_Care_Claim_Payment_Advice__case__3a.edi": [
        ("1222", "1222", "-2.54", 2, 2, "9853.14", "−$2.54")
    ],
    E + "dollars-and-data-sent-separate.edi": [("945", "945", "0", 2, 2, "1055", "")],
    E + "dollars-and-data-sent-together.edi": [("150000", "149998.73", "-1.27", 2, 0, "76368.24", "")],
    E + "era-sample.edi": [("132", "132", "0", 1, 5, "94", "")],
    E + "multiple-claims-single-check.edi": [("810.80", "810.80", "0", 9, 33, "2008.20", "")],
    E + "secondary-payment-with-higher-fee-schedule.edi": [("34", "34", "0", 1, 1, "507", "")],
    E + "secondary-payments.edi": [("1222", "1222", "0", 2, 2, "9853.14", "")],
    E + "tertiary-payments.edi": [("187.50", "187.50", "0", 1, 1, "1579", "")],
    E + "X091A1_HP835_Health_Care_Claim_Payment_Advice__case__1.edi": [("20.61", "20.61", "0", 1, 0, "157.39", "")],
    S + "5010-835-example-1.txt": [("1790", "1790", "0", 3, 9, "5790", "")],
    S + "5010-835-example-2.txt": [("100", "100", "0", 2, 6, "2190.16", "")],
    S + "5010-835-example-3.txt": [("57.44", "57.44", "0", 2, 2, "1130.56", "")],
    S + "835-example.txt": [("12345.67", "12200.67", "-361.19", 2, 2, "11275.91", "−$216.19")],
    S + "835-example-2.txt": [
        ("12345.67", "200.02", "0", 1, 1, "0", "$12,145.65"),
        ("12000.65", "12000.65", "0", 1, 1, "11275.91", ""),
    ],
    K + "blue_cross_nc_sample.txt": [("1922.86", "1922.86", "0", 1, 3, "177.14", "")],
    K + "emedny_sample.txt": [("45.75", "45.75", "0", 3, 10, "56.75", "")],
    K + "united_healthcare_legacy_sample.txt": [("349.99", "349.99", "0", 2, 5, "807.53", "")],
    M + "sample1.txt": [
        ("-6173.50", "0", "6173.50", 1, 1, "385.20", "claim −$0.01"),
        ("-6173.40", "0", "6173.40", 1, 1, "385.20", ""),
    ],
    M + "sample2.txt": [("4000", "4000", "0", 1, 1, "1201.68", "claim $1,002.00")],
}
UNREADABLE = S + "sample_835.txt"  # "DTEST" where money belongs


def payments(name: str) -> list[Payment]:
    with (SAMPLES / name).open("rb") as stream:
        return list(read(Reader(stream)))


@pytest.mark.parametrize("name", REMITTANCES)
def test_remittance(name: str) -> None:
    found = payments(name)
    assert [totals(one) for one in found] == [
        (D(amount), D(paid), D(provider), claims, lines, D(adjusted))
        for amount, paid, provider, claims, lines, adjusted, _ in REMITTANCES[name]
    ]
    for one, (*_, difference) in zip(found, REMITTANCES[name], strict=True):
        sentences = imbalances(one)
        assert len(sentences) == bool(difference)
        for sentence in sentences:
            assert sentence.startswith("Claim " if "claim" in difference else "Payment ")
            assert sentence.endswith(f"the difference is {difference.removeprefix('claim ')}.")


def totals(payment: Payment) -> tuple[D, D, D, int, int, D]:
    posted = [claim for claim in payment.claims if claim.status != PREDETERMINATION]
    lines = [line for claim in payment.claims for line in claim.lines]
    adjusted = [a.amount for c in posted for a in (*c.adjustments, *(b for line in c.lines for b in line.adjustments))]
    return (
        payment.amount,
        sum((claim.paid for claim in payment.claims), D(0)),
        sum((adjustment.amount for adjustment in payment.provider_adjustments), D(0)),
        len(payment.claims),
        len(lines),
        sum(adjusted, D(0)),
    )


def test_no_remittance_is_forgotten() -> None:
    with_835 = {f"{path.parent.name}/{path.name}" for path in EVERY_FILE if has_835(path.read_bytes())}
    assert with_835 == {*REMITTANCES, UNREADABLE}


def has_835(data: bytes) -> bool:
    return any(b"ST" + sep + b"835" in data for sep in (b"*", b"|", b"+"))


def test_a_remittance_without_money_is_refused_by_name() -> None:
    with pytest.raises(BadFile) as caught:
        payments(UNREADABLE)
    assert caught.value.reason == "amount"


def test_details_of_remittances() -> None:
    first, second = payments(M + "sample1.txt")
    assert (first.trace, first.method, first.handling) == (second.trace, "NON", "H")  # told apart by content only
    assert first.fingerprint != second.fingerprint
    assert [(c.status, c.corrected_member_id) for c in first.claims] == [("4", "123456789")]
    [blue] = payments(K + "blue_cross_nc_sample.txt")
    assert [(line.code, line.original_code) for line in blue.claims[0].lines] == [
        ("59430", "59410"),
        ("59440", "59410"),
        ("59426", ""),
    ]
    [dental] = payments(S + "5010-835-example-1.txt")
    assert [claim.status for claim in dental.claims] == ["25", "1", "1"]
    assert dental.claims[0].lines[2].remarks == ("N30",)
    [uhc] = payments(K + "united_healthcare_legacy_sample.txt")
    assert [line.control for line in uhc.claims[0].lines] == ["800941258001", "800941258002"]
    assert uhc.payer_id == "87726"


# file: for each group (AK102, AK901, for each set (AK202, IK501, errors))
ACKNOWLEDGEMENTS: dict[str, list[Any]] = {
    "imsweb__x12-parser/x12_999_accepted.txt": [(17456, "A", [("0001", "A", [])])],
    "imsweb__x12-parser/x12_999_rejected.txt": [(28, "R", [("0028", "R", [("NM", 17, "1", "", "", "")])])],
    E + "response-to-functional-group-containing-3-837s.edi": [
        (
            17456,
            "P",
            [
                ("0001", "A", []),
                ("0002", "R", [("CLM", 22, "8", "2", "1", "123456789")]),
                ("0003", "R", [("REF", 57, "3", "", "", "987654321")]),
            ],
        )
    ],
    "xlate__staedi/simple999.edi": [
        (
            17456,
            "P",
            [
                ("0001", "A", []),
                ("0002", "R", [("CLM", 22, "8", "2", "1", "123456789")]),
                ("0003", "R", [("REF", 57, "3", "", "", "987654321")]),
            ],
        )
    ],
    "xlate__staedi/invalid999.edi": [
        (
            17456,
            "P",
            [
                ("0001", "Q", []),  # the IK5 before the AK1 and the second one say nothing
                ("0002", "R", [("CLM", 22, "8", "2", "1", "123456789")]),
                ("0003", "R", [("REF", 57, "3", "", "", "987654321")]),
            ],
        )
    ],
    E + "response-to-functional-group-containing-837s.edi": [
        (17456, "P", [("0001", "A", []), ("0002", "R", [("CLM", 22, "8", "1", "1", "")])])
    ],
    E + "FA997__pass__1.edi": [(160, "A", [("0160", "A", [])])],
    "xlate__staedi/empty997.edi": [],
    "xlate__staedi/extraDelimiter997.edi": [
        (1, "R", [("0021", "R", [("NM1", None, "AK304-R1^AK304-R2^AK304-R3", "8", "7", "")])])
    ],
    "xlate__staedi/invalid997.edi": [(1, "R", [("0021", "R", [("NM1", 8, "8", "8", "7", "")])])],
    "xlate__staedi/invalid997_min.edi": [(1, "R", [])],
    "xlate__staedi/simple997.edi": [(1, "R", [("0021", "R", [("NM1", 8, "8", "8", "7", "")])])],
    "xlate__staedi/simple997-multiple-interchanges.edi": [(1, "R", [("0021", "R", [("NM1", 8, "8", "8", "7", "")])])]
    * 3,
}


@pytest.mark.parametrize("name", ACKNOWLEDGEMENTS)
def test_acknowledgement(name: str) -> None:
    answers = ack_999.read(Reader((SAMPLES / name).read_bytes()))
    assert [
        (
            answer.group_control,
            answer.code,
            [
                (
                    one.set_control,
                    one.code,
                    [(e.tag, e.position, e.code, e.element, e.element_code, e.claim_control) for e in one.errors],
                )
                for one in answer.sets
            ],
        )
        for answer in answers
    ] == ACKNOWLEDGEMENTS[name]
    assert [answer.accepted for answer in answers] == [code == "A" for _, code, _ in ACKNOWLEDGEMENTS[name]]
    assert [one.accepted for answer in answers for one in answer.sets] == [
        code == "A" for *_, sets in ACKNOWLEDGEMENTS[name] for _, code, _ in sets
    ]


@pytest.mark.parametrize(
    ("name", "batch", "counts", "claim"),
    [
        ("accepted", "000000674", (1, 0), ("5781", True, "A2", "20", "1107000000014420", D("125.00"))),
        ("rejected", "11200001", (0, 1), ("3920394930203", False, "A7", "562", "1107000000001120", D("199.14"))),
    ],
)
def test_claim_acknowledgement(name: str, batch: str, counts: tuple[int, int], claim: tuple[object, ...]) -> None:
    path = SAMPLES / f"imsweb__x12-parser/x12_277CA_{name}.txt"
    [answer] = status_277ca.read(Reader(path.read_bytes()))
    assert (answer.batch, (answer.accepted_count, answer.rejected_count)) == (batch, counts)
    receiver, found = answer.statuses
    assert (receiver.level, receiver.accepted, receiver.category) == ("receiver", True, "A1")
    assert found.level == "claim"
    assert claim == (
        found.control,
        found.accepted,
        found.category,
        found.code,
        found.payer_claim_number,
        found.amount,
    )


@pytest.mark.parametrize("path", EVERY_FILE, ids=[f"{path.parent.name[:4]}:{path.name}" for path in EVERY_FILE])
def test_every_file_is_read_by_every_reader_without_a_crash(path: Path) -> None:
    data = path.read_bytes()
    for read_one in (lambda reader: list(read(reader)), ack_999.read, status_277ca.read):
        try:
            read_one(Reader(data))
        except BadFile as bad:
            assert bad.reason == "amount"


def test_status_responses_are_no_acknowledgements() -> None:
    for name in ("claim-response.edi", "provider-response.edi", "info-receiver-response.edi"):
        assert status_277ca.read(Reader((SAMPLES / E / name).read_bytes())) == []
