"""The sandbox payer killed between any two steps, fed anything, and asked twice: each answer once, in balance."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.clearinghouse.sandbox import PAYERS, Connection, Outcome, folder
from claims.clearinghouse.sandbox.memory import Memory
from tests.claims.sandbox_files import (
    AETNA,
    BLUE,
    MEDICAID,
    MEDICARE,
    MEMBERS,
    UNITED,
    C,
    L,
    check_envelope,
    cut,
    file837,
    read_835,
    statuses,
)  # fmt: skip

DAY = date(2026, 5, 5)
ROOT = Path(__file__).parents[2]


# --- killed between any two steps --------------------------------------------------------------


class Killed(BaseException):
    """The process is gone."""


class Steps:
    """The steps that last: each file write, rename and commit. Dies right after one of them.

    Between two of them nothing lasts, so dying before a step is dying after the one before it; only a
    write can also be torn, which leaves half a file.
    """

    def __init__(self, patch: pytest.MonkeyPatch, die_at: int = -1, *, torn: bool = False) -> None:
        self.taken: list[str] = []
        self.die_at, self.torn = die_at, torn
        patch.setattr(folder, "write", self._step("write", folder.write))
        patch.setattr(folder, "rename", self._step("rename", folder.rename))
        patch.setattr(Memory, "commit", self._step("commit", Memory.commit))

    def _step(self, name: str, real: Callable[..., None]) -> Callable[..., None]:
        def step(*arguments: Any) -> None:
            dies = len(self.taken) == self.die_at
            self.taken.append(name)
            if dies and self.torn:
                path, body = arguments
                path.write_bytes(body[: len(body) // 2])
            else:
                real(*arguments)
            if dies:
                raise Killed

        return step


def story(path: Path) -> dict[str, bytes]:
    """Six days of a connection whose owner takes every answer away at once; what she got.

    A day that dies is worked again, as a new process would.
    """
    taken: dict[str, bytes] = {}
    lines = (L(), L("97110", "60", "1"))
    first = file837(C("1", AETNA, lines), C("2", MEDICARE), C("3", BLUE, member="1"), C("4", BLUE, authorization="A"))
    arrivals = {
        0: {"f1": first, "f0": b"no claim", "f3": file837(C("9"))[:500]},
        1: {"f1": file837(C("5"), control=2), "f4": file837(C("1", AETNA, lines), control=3), "again": first},
        3: {"f5": file837(C("6", AETNA, frequency="7", replaces="261250000001"), control=4)},
    }
    wanted = Outcome(reverse_after=1, correction=Outcome(underpay="7"))
    _until_done(path, lambda payer: payer.plant(control="2", outcome=wanted))
    for day in (0, 1, 2, 3, 5):
        for name, body in arrivals.get(day, {}).items():
            (path / "inbox" / f"{name}.837").write_bytes(body)
        today, days = DAY + timedelta(days=day), {AETNA: 2, MEDICARE: 0, BLUE: 2}
        _until_done(path, lambda payer: payer.work(today, days), lambda: _take_away(path, taken))  # noqa: B023
    left = {f"{p.parent.name}/{p.name}": p.read_bytes() for p in path.glob("*/*") if p.parent.name != "outbox"}
    return taken | left


def _until_done(path: Path, work: Callable[[Connection], Any], between: Callable[[], None] = lambda: None) -> None:
    done = False
    while not done:
        try:
            with Connection(path) as payer:
                work(payer)
            done = True
        except Killed:
            pass
        between()


def _take_away(path: Path, taken: dict[str, bytes]) -> None:
    for answer in sorted((path / "outbox").iterdir()):
        assert answer.name not in taken, "told twice"
        taken[answer.name] = answer.read_bytes()
        answer.unlink()


def test_killed_between_any_two_steps_it_tells_everything_once(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        steps = Steps(patch)
        expected = story(tmp_path / "whole")
    assert {"f1-999.edi", "f1-277CA.edi", "f1.2-999.edi", "archive/f1.2.837", "refused/f0.reason.txt"} <= set(expected)
    told = [read_835(name, body) for name, body in expected.items() if name.endswith(".835")]
    assert sorted((c.number, c.status) for r in told for c in r.claims) == [
        ("1", "1"), ("1", "22"), ("1", "4"), ("2", "1"), ("2", "1"), ("2", "22"), ("4", "1"), ("6", "1"),
    ]  # fmt: skip
    deaths = [(n, False) for n in range(len(steps.taken))]
    deaths += [(n, True) for n, name in enumerate(steps.taken) if name == "write"]
    for die_at, torn in deaths:
        with pytest.MonkeyPatch.context() as patch:
            Steps(patch, die_at, torn=torn)
            path = tmp_path / f"{die_at}{torn}"
            assert story(path) == expected, (die_at, steps.taken[die_at], torn)
        shutil.rmtree(path)


def test_kill_9_of_the_program(tmp_path: Path) -> None:
    inbox = tmp_path / "one/inbox"
    inbox.mkdir(parents=True)
    numbers = {str(n) for n in range(40)}
    for n in numbers:
        (inbox / f"f{n}.837").write_bytes(file837(C(n, AETNA, (L(on=f"202604{int(n) % 30 + 1:02d}"),)), control=int(n)))
    dice = random.Random(7)
    command = [sys.executable, "-m", "claims.clearinghouse.sandbox", str(tmp_path), "--every", "0"]
    for _ in range(4):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
            time.sleep(0.1 + dice.random() / 3)
            os.kill(process.pid, signal.SIGKILL)
    subprocess.run([*command, "--once"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    outbox = {path.name: path.read_bytes() for path in (tmp_path / "one/outbox").iterdir()}
    paid = [c.number for name, body in outbox.items() if name.endswith(".835") for c in read_835(name, body).claims]
    assert sorted(paid) == sorted(numbers)
    assert {name for name in outbox if not name.endswith(".835")} == {
        f"f{n}-{kind}.edi" for n in numbers for kind in ("999", "277CA")
    }
    assert not any(inbox.iterdir()) and len(list((tmp_path / "one/archive").iterdir())) == 40


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    assert story(tmp_path / "a") == story(tmp_path / "b")


def test_our_own_trouble_is_not_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Connection(tmp_path) as payer:
        (tmp_path / "inbox/f1.837").write_bytes(file837(C()))
        monkeypatch.setattr(Memory, "queue", lambda *a, **k: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            payer.work(DAY, 0)
        monkeypatch.undo()
        assert len(payer.work(DAY, 0)) == 3


def test_a_file_nobody_thought_of_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Connection(tmp_path) as payer:
        (tmp_path / "inbox/f1.837").write_bytes(file837(C()))
        monkeypatch.setattr(Memory, "queue", lambda *a, **k: (_ for _ in ()).throw(KeyError("JANE DOE")))
        assert payer.work(DAY, 0) == ["f1.reason.txt"]
    assert (tmp_path / "refused/f1.reason.txt").read_text() == "unreadable: KeyError\n"


def test_a_file_that_comes_while_another_of_its_name_is_read_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = tmp_path / "inbox"
    real = Connection._answer

    def slowly(self: Connection, *arguments: Any) -> None:
        real(self, *arguments)
        (inbox / "new.tmp").write_bytes(file837(C("2"), control=2))
        (inbox / "new.tmp").replace(inbox / "f1.837")

    with Connection(tmp_path) as payer:
        (inbox / "f1.837").write_bytes(file837(C()))
        monkeypatch.setattr(Connection, "_answer", slowly)
        payer.work(DAY)
        monkeypatch.undo()
        assert [p.name for p in inbox.iterdir()] == ["f1.837"]
        assert payer.work(DAY) == ["f1.2-999.edi"]


# --- anything at all ---------------------------------------------------------------------------

CODES = ("97530", "97110", "97140", "97165", "92507", "90837", "97010", "99999")
MODIFIERS = ("", "GO", "GP", "GN", "GO CO", "CO", "GP CQ", "GO 59 KX")

line_text = st.builds(
    L,
    code=st.sampled_from(CODES),
    charge=st.decimals(0, 900, places=2).map(str),
    units=st.integers(0, 12).map(str),
    modifiers=st.sampled_from(MODIFIERS),
    on=st.dates(date(2025, 1, 1), date(2026, 5, 7)).map(lambda day: f"{day:%Y%m%d}"),
    control=st.sampled_from(["", None]),
)
claim_text = st.builds(
    C,
    number=st.integers(1, 12).map(str),
    payer=st.sampled_from([*MEMBERS, "99999"]),
    lines=st.lists(line_text, min_size=1, max_size=4).map(tuple),
    member=st.sampled_from([None, None, None, "12"]),
    child=st.sampled_from(["", "", "TIM"]),
    frequency=st.sampled_from("1178"),
    replaces=st.integers(1, 9).map(lambda n: f"26125{n:07d}"),
    authorization=st.sampled_from(["", "A1"]),
    diagnoses=st.sampled_from(["HI*ABK:M6281~", "HI*ABK:M6281~", ""]),
)
outcome = st.builds(
    Outcome,
    deny=st.sampled_from([None, None, ("CO", "197"), ("PR", "204")]),
    lines=st.sampled_from([{}, {}, {1: (("CO", "45", "12.34"), ("PR", "1", "5"))}]),
    underpay=st.decimals(0, 50, places=2),
    split=st.booleans(),
    omit_control=st.booleans(),
    provider=st.sampled_from([(), (("WO", "1", "30"),), (("L6", "2", "-1.25"), ("WO", "3", "400"))]),
    reverse_after=st.sampled_from([None, None, 0, 1]),
    correction=st.sampled_from([None, Outcome(), Outcome(deny=("CO", "16"), remarks=("M51",))]),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    files=st.lists(st.lists(claim_text, min_size=1, max_size=5), min_size=1, max_size=3),
    planted=st.dictionaries(st.integers(1, 12).map(str), outcome, max_size=4),
    days=st.sampled_from([0, 1, {AETNA: 0, UNITED: 2, MEDICAID: 1}]),
)
def test_whatever_comes_is_answered_and_balances(files: list[list[C]], planted: dict[str, Outcome], days: Any) -> None:
    with tempfile.TemporaryDirectory() as folder_name, Connection(Path(folder_name)) as payer:
        path = Path(folder_name)
        for number, wanted in planted.items():
            payer.plant(control=number, outcome=wanted)
        for n, claims in enumerate(files, 1):
            (path / f"inbox/f{n}.837").write_bytes(file837(*claims, control=n))
            payer.work(DAY, days)
        payer.work(DAY + timedelta(days=60))
        _everything_is_told(path, files)


def _everything_is_told(path: Path, files: list[list[C]]) -> None:
    """Each claim is taken or refused; each that is taken is decided, but a void only takes back."""
    told = {p.name: p.read_bytes() for p in (path / "outbox").iterdir()}
    waiting: set[str] = set()
    for n, claims in enumerate(files, 1):
        check_envelope(told[f"f{n}-999.edi"])
        assert ["AK9", "A", "1", "1", "1"] in cut(told[f"f{n}-999.edi"])
        answered = statuses(told[f"f{n}-277CA.edi"])
        assert list(dict.fromkeys(claim.number for claim in claims)) == list(answered)
        waiting |= _taken(told[f"f{n}-277CA.edi"], claims)
    remittances = [read_835(name, body) for name, body in told.items() if name.endswith(".835")]
    decided = {c.payer_number[:12] for r in remittances for c in r.claims if c.status != "22"}
    assert waiting <= decided
    _accounts_close(remittances)


def _taken(body: bytes, claims: list[C]) -> set[str]:
    """The payer's numbers of the claims it took that were no voids. They are answered in the order sent."""
    numbers: list[str] = []
    for s in cut(body):
        if s[0] == "HL" and s[3] == "PT":
            numbers.append("")
        if s[0] == "REF" and s[1] == "1K":
            numbers[-1] = s[2]
    return {number for number, claim in zip(numbers, claims, strict=True) if number and claim.frequency != "8"}


def _accounts_close(remittances: list[Any]) -> None:
    """Over all payments of a payer: money sent = what stands decided − provider adjustments but FB."""
    for payer in PAYERS:
        mine = [r for r in remittances if r.name.startswith(f"{payer}-")]
        sent = sum((r.total for r in mine), Decimal(0))
        decided = sum((c.paid for r in mine for c in r.claims), Decimal(0))
        forward = sum((amount for r in mine for code, amount in r.plb if code == "FB"), Decimal(0))
        other = sum((amount for r in mine for code, amount in r.plb if code != "FB"), Decimal(0))
        assert sent == decided - other - forward and forward <= 0


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), changes=st.integers(1, 4))
def test_a_damaged_file_never_stops_it(seed: int, changes: int) -> None:
    dice = random.Random(seed)
    body = bytearray(file837(C("1", AETNA, (L(), L("97110"))), C("2", UNITED, child="TIM"), C("3")))
    for _ in range(changes):
        at, length = dice.randrange(len(body)), dice.randrange(12)
        body[at : at + length] = dice.choice([b"", b"~", b"*", b"\xff", b"9", b"SE*1*0001~", body[:120]])
    with tempfile.TemporaryDirectory() as folder_name, Connection(Path(folder_name)) as payer:
        path = Path(folder_name)
        (path / "inbox/f1.837").write_bytes(body)
        written = payer.work(DAY, 0)
        assert written and not any((path / "inbox").iterdir())
        if written == ["f1.reason.txt"]:
            assert not (path / "refused/f1.reason.txt").read_text().startswith("unreadable")
        for name in written:
            if name.endswith(".835"):
                read_835(name, (path / "outbox" / name).read_bytes())
            elif name.endswith(".edi"):
                check_envelope((path / "outbox" / name).read_bytes())
