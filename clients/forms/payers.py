"""The form of a payer: its rules in plain words, each in a small field."""

import re
from typing import Any

from clients import member_ids
from clients.forms.base import Group, HouseForm, choice, text, whole_number, yes
from clients.models import MODIFIER_GROUPS, Payer, PlanType, UnitRule
from practice.findings import BadInput

GROUPS = {
    "discipline": "Discipline: GO, GP, GN",
    "assistant": "Assistant: CO, CQ",
    "separate": "Given separately: 59, X…",
    "threshold": "Above the year’s threshold: KX",
    "telehealth": "By video or phone: 95, 93",
    "repeated": "Repeated: 76, 77",
    "notice": "Advance notice: GA, GX, GY, GZ",
}
PLAIN = ("name", "short_name", "payer_id", "plan_type", "unit_rule", "filing_days", "member_id_hint")
NEEDS = (
    "needs_authorization", "needs_referrer", "needs_plan_of_care", "needs_therapy_modifier", "needs_assistant_modifier",
    "needs_telehealth_modifier", "wants_client_paid",
)  # fmt: skip
ORDER = tuple(f"order_{name}" for name in MODIFIER_GROUPS)
CAP = re.compile(r"([0-9A-Z]{2,5})\s*(?:=|:|\s)\s*(\d{1,2})", re.ASCII)
PAIR = re.compile(r"([0-9A-Z]{5})[\s+/-]+([0-9A-Z]{5})", re.ASCII)


class PayerForm(HouseForm):
    reads = (*PLAIN, *NEEDS)
    groups = (
        Group("Who", ("name", "short_name", "payer_id", "plan_type", "filing_days")),
        Group("Member IDs", ("member_id_pattern", "member_id_hint")),
        Group("Units", ("unit_rule", "cap_discipline", "cap_day", "cap_codes")),
        Group("A claim needs", NEEDS),
        Group(
            "Order of modifiers",
            ORDER,
            folded=True,
            help="Number those that the payer wants first, from 1. Empty ones follow in the usual order.",
        ),
        Group("Paid together only when said separate", ("distinct_pairs",), folded=True),
    )

    name = text("Name", 60)
    short_name = text("Short name", 20, help_text="For lists")
    payer_id = text("Payer ID", 20, help_text="The number its clearinghouse knows it by")
    plan_type = choice("Kind of plan", PlanType.choices)
    filing_days = whole_number(
        "Days to file", required=True, most=3650, help_text="From the session until a claim comes too late"
    )
    member_id_pattern = text(
        "Looks like", 80, required=False, help_text="# a digit, @ a letter, * either: W######### is W and 9 digits"
    )
    member_id_hint = text("The same in words", 80, required=False, help_text="Said when an ID does not fit")
    unit_rule = choice("Counts units by", UnitRule.choices)
    cap_discipline = whole_number("Most units a discipline and day", most=99)
    cap_day = whole_number("Most units a day", most=99)
    cap_codes = text("Most units of a code a day", 200, required=False, wide=True, help_text="Such as 97035 2, 97016 1")
    needs_authorization = yes("An authorization")
    needs_referrer = yes("The referring practitioner")
    needs_plan_of_care = yes("A plan of care in force")
    needs_therapy_modifier = yes("GO, GP or GN on each line")
    needs_assistant_modifier = yes("CO or CQ for an assistant’s work")
    needs_telehealth_modifier = yes("95 or 93 for video or phone")
    wants_client_paid = yes("What the client paid: AMT F5, box 29")
    distinct_pairs = text(
        "Pairs of codes", 400, required=False, wide=True,
        help_text="The second carries 59 when both were given apart: 97530 97140, 97530 97150",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in GROUPS.items():
            self.fields[f"order_{name}"] = whole_number(label, most=len(GROUPS))

    def of(self, row: Payer) -> dict[str, Any]:
        caps, order = row.unit_caps, row.modifier_order
        codes = [f"{name} {most}" for name, most in sorted(caps.items()) if name not in ("discipline", "day")]
        return {
            **super().of(row),
            "member_id_pattern": member_ids.mask(row.member_id_pattern),
            "cap_discipline": caps.get("discipline"),
            "cap_day": caps.get("day"),
            "cap_codes": ", ".join(codes),
            "distinct_pairs": ", ".join(" ".join(pair) for pair in row.distinct_pairs),
            **{f"order_{name}": place for place, name in enumerate(order, start=1)},
        }

    def values(self) -> dict[str, Any]:
        """Raises BadInput where a small field cannot be read."""
        data = super().values()
        order = {name: data.pop(f"order_{name}") for name in MODIFIER_GROUPS}
        placed = {name: place for name, place in order.items() if place}
        if len(set(placed.values())) < len(placed):
            twice = next(name for name, place in placed.items() if list(placed.values()).count(place) > 1)
            raise BadInput({f"order_{twice}": "Two groups have this number; give each its own"})
        data["modifier_order"] = sorted(placed, key=placed.__getitem__)
        data["unit_caps"] = self._caps(data)
        data["distinct_pairs"] = [
            list(pair) for pair in _read(data["distinct_pairs"], PAIR, "distinct_pairs", "97530 97140")
        ]
        return data

    def _caps(self, data: dict[str, Any]) -> dict[str, int]:
        """The caps as they are kept."""
        typed = _read(data.pop("cap_codes"), CAP, "cap_codes", "97035 2")
        caps: dict[str, int] = {code: int(most) for code, most in typed}
        for name in ("discipline", "day"):
            if (most := data.pop(f"cap_{name}")) is not None:
                caps[name] = most
        return caps

    def refuse(self, refused: Any) -> None:
        if isinstance(refused, BadInput):
            moved = {"unit_caps": "cap_codes", "modifier_order": f"order_{MODIFIER_GROUPS[0]}"}
            refused = BadInput({moved.get(name, name): sentence for name, sentence in refused.errors.items()})
        super().refuse(refused)


def _read(typed: str, one: re.Pattern[str], field: str, example: str) -> list[tuple[str, ...]]:
    """What commas divide, each as `one`; BadInput names the first that is not."""
    found = []
    for part in filter(None, (part.strip() for part in re.split(r"[,;\n]", typed.upper()))):
        match = one.fullmatch(part)
        if match is None:
            raise BadInput({field: f"“{part[:20]}” cannot be read; write it as {example}, with commas between"})
        found.append(match.groups())
    return found
