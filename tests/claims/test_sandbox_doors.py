"""The sandbox payer's doors: what a 999 and a 277CA say of which 837P, and how it runs as a program."""

import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from claims.clearinghouse.sandbox import Busy, Connection
from tests.claims.sandbox_files import AETNA, C, L, check_envelope, cut, envelope, file837, group, statuses, transaction
from tests.claims.sandbox_house import House, ak

SAMPLES = Path(__file__).parents[3] / "shared/edi/samples"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "one")


# --- the doors ---------------------------------------------------------------------------------


def test_a_good_file_is_accepted(house: House) -> None:
    house.work(file837(C(), C("26002", AETNA)), days=None)
    assert ak(house) == [
        ["AK1", "HC", "1", "005010X222A1"],
        ["AK2", "837", "0001", "005010X222A1"],
        ["IK5", "A"],
        ["AK9", "A", "1", "1", "1"],
    ]
    assert statuses(house.answer("f1-277CA.edi")) == {"26001": ["A2:20"], "26002": ["A2:20"]}
    assert cut(house.answer("f1-999.edi"))[0][6:9:2] == ["SANDBOX        ", "CLINIC01       "]
    assert house.outbox() == ["f1-277CA.edi", "f1-999.edi"]
    assert (house.path / "archive/f1.837").exists() and not any((house.path / "inbox").iterdir())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("NM1*85*2*OAK CLINIC*****XX*1234567893~", "", ["IK3*N3*8*2000A*2", "IK3*NM1*6*2010AA*I7"]),
        ("SBR*P*18*******CI~", "", ["IK3*SBR*12*2000B*3"]),
        ("HL*2*1*22*0~", "HL*3*1*22*0~", ["IK3*HL*12*2000B*8", "IK4*1*628*7*3"]),
        ("HL*2*1*22*0~", "HL*2*7*22*0~", ["IK3*HL*12*2000B*8", "IK4*2*734*7*7"]),
        ("HL*2*1*22*0~", "HL*2*1*22*1~", ["IK4*4*736*7*1"]),
        ("CLM*26001*198.00*", "CLM*26001*1,198.00*", ["IK3*CLM*19*2300*8", "CTX*CLM01:26001", "IK4*2*782*6*1,198.00"]),
        ("11:B:1*", "11:B:9*", ["IK4*5:3*1325*7"]),
        ("DTP*472*D8*20260504~", "DTP*472*D8*20260231~", ["IK3*DTP*25*2400*8", "IK4*3*1251*8*20260231"]),
        ("DTP*472*", "DTP*304*", ["IK3*DTP*23*2400*3"]),
        ("LX*1~", "LX*2~", ["IK4*1*554*7*2"]),
        ("LX*1~", "LX*1~ZZZ*1~", ["IK3*ZZZ*24*2400*1"]),
        ("DMG*D8*19800101*F~", "", ["IK3*DMG*14*2010BA*3"]),
        ("*18*******CI~", "********CI~", ["IK3*HL*12*2000C*I7"]),
        ("LX*1~SV1*HC:97530:GO*198.00*UN*3***1~DTP*472*D8*20260504~REF*6R*26001L1~", "", ["IK3*LX*19*2400*I7"]),
        ("SV1*HC:97530:GO*", "SV1*HC*", ["IK4*1:2*234*1"]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_place(house: House, old: str, new: str, expected: list[str]) -> None:
    text = transaction((C(),)).replace(old, new, 1)
    head, _, _ = text.rpartition("SE*")
    house.work(envelope(group(f"{head}SE*{head.count('~') + 1}*0001~")))
    told = ["*".join(s) for s in ak(house)]
    assert [line for line in expected if line not in told] == []
    assert told[-2:] == ["IK5*R*5", "AK9*R*1*1*0"]
    assert house.outbox() == ["f1-999.edi"]


def test_counts_and_control_numbers_are_checked(house: House) -> None:
    good = transaction((C(),))
    for n, (body, code) in enumerate(
        [
            (envelope(group(good.replace("SE*27*", "SE*26*"))), "IK5*R*4"),
            (envelope(group(good.replace("*0001~", "*0002~").replace("ST*837*0002", "ST*837*0001"))), "IK5*R*3"),
            (envelope(group(good.replace("837*0001*005010X222A1", "837*0001*005010X222"))), "IK5*R*I6"),
            (envelope(group(good[: good.index("SE*")])), "IK5*R*2"),
            (envelope(group(good + good, count=2)), "IK5*R*23"),
            (envelope(group(good, count=2)), "AK9*R*2*1*0*5"),
            (envelope(group(good).replace("GE*1*1~", "GE*1*9~")), "AK9*R*1*1*0*4"),
            (envelope(group(good).replace("GE*1*1~", "")), "AK9*R*1*1*0*3"),
            (envelope(group(good).replace("GS*HC", "GS*HP")), "AK9*R*1*1*0*1"),
            (envelope(group(good).replace("X*005010X222A1", "X*004010X098A1")), "AK9*R*1*1*0*2"),
            (envelope(group(good.replace("ST*837*", "ST*835*"))), "IK5*R*1"),
            (envelope(group(good), count=2), "TA1*000000001*260505*0600*R*021"),
            (envelope(group(good)).replace(b"*00501*", b"*00401*"), "TA1*000000001*260505*0600*R*017"),
            (envelope(group(good)).replace(b"IEA*1*000000001~", b""), "TA1*000000001*260505*0600*R*023"),
            (envelope(group(good)).replace(b"IEA*1*000000001~", b"IEA*1*000000002~"), "TA1*000000001*260505*0600*R*001"),
        ]
    ):  # fmt: skip
        here = House(house.path / str(n))
        here.work(body)
        assert code in ["*".join(s) for s in ak(here)], n
        assert here.outbox() == ["f1-999.edi"]


def test_a_bad_set_does_not_take_the_good_one_along(house: House) -> None:
    bad = transaction((C("1"),)).replace("SE*27*", "SE*1*")
    house.work(envelope(group(bad + transaction((C("2"),), control="0002"), count=2)))
    assert ["*".join(s) for s in ak(house)][-1] == "AK9*P*2*2*1"
    assert statuses(house.answer("f1-277CA.edi")) == {"2": ["A2:20"]}


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        (C(payer="99999"), ["A3:116:PR"]),
        (C(member="1EG4TE5MK7"), ["A7:164:IL"]),
        (C(member=""), ["A7:164:IL"]),
        (C(rendering="1558598796"), ["A7:562:82"]),
        (C(diagnoses=""), ["A7:255"]),
        (C(lines=(L(on="20260506"),)), ["A7:187"]),
        (C(total="197.00"), ["A7:400"]),
        (C(lines=(L(units="0"),)), ["A7:476"]),
        (C(frequency="7", replaces="X"), ["A7:535"]),
        (C(payer=AETNA, frequency="7", replaces="X"), ["A7:464"]),
        (C(payer=AETNA, frequency="8"), ["A7:464"]),
        (C(member="1", diagnoses=""), ["A7:164:IL", "A7:255"]),
    ],
)
def test_claims_are_refused_at_the_second_door(house: House, claim: C, told: list[str]) -> None:
    remittances = house.work(file837(claim, C("26002", AETNA)))
    assert statuses(house.answer("f1-277CA.edi")) == {"26001": told, "26002": ["A2:20"]}
    assert [c.number for r in remittances for c in r.claims] == ["26002"]


def test_a_wrong_billing_npi_is_refused_and_a_refused_number_may_come_again(house: House) -> None:
    house.work(file837(C(), npi="1234567890"))
    assert statuses(house.answer("f1-277CA.edi")) == {"26001": ["A7:562:85"]}
    (remittance,) = house.work(file837(C(), control=2), "f2")
    assert remittance.claim("26001").status == "1"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"hello", "not_x12"),
        ("ISA".encode("utf-16"), "utf16"),
        (envelope(""), "nothing_to_answer"),
        (group(transaction((C(),))).encode(), "no_isa"),
        (file837(C())[:700], "truncated"),
    ],
)
def test_what_cannot_be_answered_is_set_aside_with_a_reason(house: House, body: bytes, reason: str) -> None:
    house.work(body)
    assert (house.path / "refused/f1.837").read_bytes() == body
    assert (house.path / "refused/f1.reason.txt").read_text().startswith(reason)
    assert house.outbox() == [] and not any((house.path / "inbox").iterdir())


# --- as a program ------------------------------------------------------------------------------


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "claims.clearinghouse.sandbox", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=Path(__file__).parents[2])


def test_it_runs_over_all_connections_but_those_on_hold(tmp_path: Path) -> None:
    houses = [House(tmp_path / name) for name in ("a", "b", "c")]
    for house in houses:
        house.send(file837(C(lines=(L(on="20250505"),), payer=AETNA)))
    (tmp_path / "b/HOLD").touch()
    (tmp_path / "not a connection").mkdir()
    with houses[2].payer:  # somebody works it
        done = run(str(tmp_path), "--once")
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.splitlines()[:2] == ["a: f1-999.edi", "a: f1-277CA.edi"]
    assert len(houses[0].outbox()) == 3
    assert not (tmp_path / "b/outbox").exists() and houses[2].outbox() == []
    assert run(str(tmp_path), "--once", "--pay-after-days", "own").stdout.startswith("c: f1-999.edi")
    assert run(str(tmp_path / "nowhere"), "--once").returncode == 0
    assert run(str(tmp_path), "--pay-after-days", "soon").returncode == 2


def test_it_shares_only_the_segment_reader_and_starts_at_once() -> None:
    code = "import claims.clearinghouse.sandbox, sys; print(*sys.modules)"
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2]
    )
    assert time.perf_counter() - started < 2  # 0.1 s on an idle machine
    loaded = set(done.stdout.split())
    assert loaded.isdisjoint({"django", "celery", "practice", "billing", "sessions", "clients", "pyx12"})
    ours = {name for name in loaded if name.startswith("claims.") and "sandbox" not in name}
    assert ours == {"claims.clearinghouse", "claims.x12", "claims.x12.segments", "claims.x12.separators"}


def test_one_process_at_a_time(house: House) -> None:
    with house.payer, pytest.raises(Busy), Connection(house.path, wait=False):
        pass
    with pytest.raises(RuntimeError):
        _ = Connection(house.path).memory


# --- files written by others -------------------------------------------------------------------


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples are not here")
def test_the_samples_are_answered_or_set_aside(tmp_path: Path) -> None:
    files = [path for path in sorted(SAMPLES.rglob("*")) if path.is_file() and path.suffix != ".md"]
    verdicts = {}
    for n, path in enumerate(files):
        house = House(tmp_path / str(n))
        house.work(path.read_bytes(), on=date(2026, 5, 5))
        if (house.path / "refused/f1.837").exists():
            reason = (house.path / "refused/f1.reason.txt").read_text()
            assert not reason.startswith("unreadable"), (path.name, reason)
        else:
            verdicts[path.name] = [s[1] for s in ak(house) if s[0] == "AK9"]
        for name in house.outbox():
            check_envelope(house.answer(name))
            if name.endswith("277CA.edi"):
                statuses(house.answer(name))
    assert verdicts["commercial-health-insurance.edi"] == ["A"]
    assert verdicts["chiropractic.edi"] == ["A"]
    assert verdicts["x12_complex.txt"] == ["R"]
