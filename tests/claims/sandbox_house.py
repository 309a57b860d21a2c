"""A connection of the sandbox payer under test, with short ways to send and to look."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from claims.clearinghouse.sandbox import Connection, Outcome
from tests.claims.sandbox_files import MEMBERS, Remittance, check_envelope, cut, read_835

DAY = date(2026, 5, 5)


class House:
    """A connection under test, with short ways to send and to look."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.payer = Connection(path)

    def send(self, body: bytes, name: str = "f1") -> None:
        (self.path / "inbox").mkdir(parents=True, exist_ok=True)
        (self.path / "inbox" / f"{name}.837").write_bytes(body)

    def work(self, body: bytes | None = None, name: str = "f1", *, on: date = DAY, days: Any = 0) -> list[Remittance]:
        """Send, work a round, and return the 835s of that round."""
        if body is not None:
            self.send(body, name)
        with self.payer:
            written = self.payer.work(on, days)
        return [read_835(n, self.answer(n)) for n in written if n.endswith(".835")]

    def answer(self, name: str) -> bytes:
        return (self.path / "outbox" / name).read_bytes()

    def outbox(self) -> list[str]:
        return sorted(path.name for path in (self.path / "outbox").iterdir())

    def met(self, payer: str, amount: str, year: int = 2026) -> None:
        """JANE has used up this much of her deductible."""
        with self.payer as at_work:
            at_work.met(payer=payer, member_id=MEMBERS[payer], first_name="Jane", year=year, amount=amount)

    def plant(self, control: str, **outcome: Any) -> None:
        with self.payer as at_work:
            at_work.plant(control=control, outcome=Outcome(**outcome))


def d(**cas: str) -> dict[str, Decimal]:
    """Adjustments: d(CO_45="72") is {"CO-45": Decimal("72")}."""
    return {key.replace("_", "-"): Decimal(amount) for key, amount in cas.items()}


def ak(house: House, name: str = "f1-999.edi") -> list[list[str]]:
    """The AK, IK, CTX and TA1 segments of a 999."""
    check_envelope(house.answer(name))
    return [s for s in cut(house.answer(name)) if s[0][:2] in ("AK", "IK") or s[0] in ("CTX", "TA1")]
