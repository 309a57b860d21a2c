"""Odd things at the sandbox payer's doors that a well-made file never has."""

from dataclasses import replace
from pathlib import Path

import pytest

from claims.clearinghouse.sandbox import billed, edits, paying, reading, remit
from claims.clearinghouse.sandbox.loops import Loop, tree
from tests.claims.sandbox_files import C, file837
from tests.claims.sandbox_house import House


def test_a_folder_in_the_inbox_is_no_file(tmp_path: Path) -> None:
    house = House(tmp_path / "payer")
    (house.path / "inbox" / "folder.837").mkdir(parents=True)
    assert house.work() == [] and house.outbox() == []


def test_nothing_is_no_interchange() -> None:
    assert list(reading._interchanges(iter(()))) == []  # type: ignore[arg-type]


def test_two_interchanges_in_one_file_are_two() -> None:
    found = reading.read(file837(C(), control=1) + file837(C(), control=2))
    assert [interchange.control for interchange in found] == ["000000001", "000000002"]


def test_a_set_without_its_end_still_has_a_shape() -> None:
    root = tree([["ST", "837", "0001"], ["BHT", "0019"]])
    assert [placed.segment[0] for placed in root.segments + root.misplaced] == ["ST", "BHT"]


def test_a_claim_without_a_clinician_of_its_own(tmp_path: Path) -> None:
    house = House(tmp_path / "payer")
    [paid] = house.work(file837(C(rendering="")))
    assert "82" not in paid.claim("26001").names


def test_a_payee_without_tax_number_is_told_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The front door asks for one; the writer of payments does not count on that."""
    seen: list[remit.Payment] = []

    def watched(payment: remit.Payment) -> list[str]:
        seen.append(payment)
        return remit.remittance(payment)

    monkeypatch.setattr(paying, "remittance", watched)
    House(tmp_path / "payer").work(file837(C()))
    [payment] = seen
    nameless = replace(payment, payee=replace(payment.payee, tax_id=""))
    left_out = set(remit.remittance(payment)) - set(remit.remittance(nameless))
    assert [segment.split("*")[:2] for segment in left_out] == [["REF", "TJ"]]


@pytest.mark.parametrize("npi", ["", "177000001", "17700000100", "177000001²", "9770000010"])
def test_what_is_no_npi_at_all(npi: str) -> None:
    assert not edits.npi_is_right(npi)


def test_other_health_care_codes_are_no_diagnoses() -> None:
    root = tree([["ST", "837", "0001"], ["HI", "ABK:M6281", "BG:09", "ABF", "BF:R278"]])
    claim = Loop("2300", [placed for placed in root.segments + root.misplaced if placed.segment[0] == "HI"])
    assert list(billed._diagnoses(claim, ":")) == ["M6281", "R278"]
