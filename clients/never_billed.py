"""Heart. Who may never be asked for money: a property of the coverage.

- Medicaid: what it pays is payment in full, but for the copay it sets itself (42 CFR 447.15, 447.52).
- Workers' compensation: the injured worker owes nothing for care of the injury (the states' acts).
- A Qualified Medicare Beneficiary: neither Medicare's deductible nor its coinsurance, whether or not Medicaid pays
  them (Social Security Act 1902(n)(3); 42 USC 1396a(n)(3)).
"""

COPAYS = frozenset({"copay", "expected copay"})
NOTHING: frozenset[str] = frozenset()
MEDICAID, WORKERS_COMP = "medicaid", "workers_comp"


def may_ask_for(plan_type: str, *, qmb: bool = False) -> frozenset[str] | None:
    """The reasons for which a person may come to owe of what this plan covers; None is any reason."""
    if qmb or plan_type == WORKERS_COMP:
        return NOTHING
    return COPAYS if plan_type == MEDICAID else None


def may_never_be_billed(plan_type: str, *, qmb: bool = False) -> bool:
    """Whether people owe nothing of what this plan covers, but for a copay it sets itself."""
    return may_ask_for(plan_type, qmb=qmb) is not None


def because(plan_type: str, *, qmb: bool = False) -> str:
    """The reason, as staff read it; empty when people may be billed."""
    if qmb:
        return "a Qualified Medicare Beneficiary never owes Medicare’s cost share"
    if plan_type == WORKERS_COMP:
        return "workers’ compensation pays alone; the injured worker owes nothing"
    return "Medicaid’s payment is payment in full, but for its own copay" if plan_type == MEDICAID else ""
