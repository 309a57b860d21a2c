"""The form of what a plan promised."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from clients.forms.base import Group, HouseForm, choice, day, discipline_boxes, dollars, text, whole_number
from clients.models import Benefit
from clients.verified_benefits import CopayPer, Kind, LimitYear, Network, VerifiedHow
from practice import clock
from practice.findings import BadInput

MONTHS = tuple(enumerate(
    "January February March April May June July August September October November December".split(), start=1
))  # fmt: skip
READS = tuple(
    field.name for field in Benefit._meta.concrete_fields
    if field.name not in ("id", "practice", "coverage", "verified_at", "verified_by", "verified_name", "verified_reference")
)  # fmt: skip


class BenefitForm(HouseForm):
    """Benefits of some disciplines, as they were verified. It opens filled with what was verified last."""

    groups = (
        Group("For", ("disciplines", "kind", "network", "starts_on", "ends_on")),
        Group("The client pays", ("copay", "copay_per", "coinsurance")),
        Group(
            "Deductible and most out of pocket, a year",
            (
                "deductible", "deductible_met", "family_deductible", "family_deductible_met",
                "out_of_pocket", "out_of_pocket_met", "family_out_of_pocket", "family_out_of_pocket_met",
            ),
            folded=True,
        ),
        Group(
            "Visits",
            ("visit_limit", "used_elsewhere", "limit_year", "plan_year_month", "authorization_from", "referral_from"),
            help="The disciplines ticked above share the limit.",
        ),
        Group("Verified", ("verified_how", "verified_on", "verified_name", "verified_reference")),
    )  # fmt: skip

    disciplines = discipline_boxes("Disciplines", required=True, help_text="Those that share a limit, together")
    kind = choice("Counts", Kind.choices, initial=Kind.ALL)
    network = choice("Network", Network.choices, initial=Network.UNKNOWN)
    starts_on = day("In force since")
    ends_on = day("Until", required=False)
    copay = dollars("Copay")
    copay_per = choice("Copay for", CopayPer.choices, initial=CopayPer.VISIT)
    coinsurance = forms.DecimalField(
        label="Coinsurance",
        required=False,
        max_digits=5,
        decimal_places=2,
        help_text="The client’s percent of the allowed amount",
    )
    deductible = dollars("Deductible")
    deductible_met = dollars("Met so far")
    family_deductible = dollars("Family deductible")
    family_deductible_met = dollars("Met so far, family")
    out_of_pocket = dollars("Out-of-pocket maximum")
    out_of_pocket_met = dollars("Paid so far")
    family_out_of_pocket = dollars("Family out-of-pocket maximum")
    family_out_of_pocket_met = dollars("Paid so far, family")
    visit_limit = whole_number("Visits a year", help_text="Empty: no limit")
    used_elsewhere = whole_number("Used at other clinics", initial=0)
    limit_year = choice("Counted by", LimitYear.choices, initial=LimitYear.CALENDAR)
    plan_year_month = forms.TypedChoiceField(label="The plan year begins in", choices=MONTHS, coerce=int, initial=1)
    authorization_from = whole_number("Authorization needed from visit", help_text="Empty: never; 1: always")
    referral_from = whole_number("Referral needed from visit", help_text="Empty: never; 1: always")
    verified_how = choice("How", VerifiedHow.choices)
    verified_on = day("On")
    verified_name = text("Who answered", 60, required=False)
    verified_reference = text("Reference", 60, required=False, help_text="Of the call or the answer")

    def __init__(self, *args: Any, last: Benefit | None, zone: str, **kwargs: Any) -> None:
        self.zone, today = zone, clock.today(zone)
        before = {name: getattr(last, name) for name in READS} if last else {"starts_on": today.replace(month=1, day=1)}
        super().__init__(*args, initial={**before, "verified_on": today}, **kwargs)

    def values(self) -> dict[str, Any]:
        data = super().values()
        on, now = data.pop("verified_on"), clock.now()
        if on > clock.today(self.zone):
            raise BadInput(verified_on="The day is in the future; enter when it was verified")
        if on != clock.today(self.zone):
            now = datetime.combine(on, time(12), tzinfo=ZoneInfo(self.zone))
        return data | {"verified_at": now, "used_elsewhere": data["used_elsewhere"] or 0}
