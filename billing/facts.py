"""Facts by year that billing looks up: thresholds of Medicare's therapy benefit."""

from decimal import Decimal

# KX modifier thresholds by calendar year, for OT and for PT with SLP alike (CMS, yearly physician fee
# schedule rule). A year that is not here has no known threshold. They start a practice off: thresholds that
# were imported go before them (billing.codesets.lookup.threshold).
KX_THRESHOLDS = {
    2018: Decimal("2010.00"),
    2019: Decimal("2040.00"),
    2020: Decimal("2080.00"),
    2021: Decimal("2110.00"),
    2022: Decimal("2150.00"),
    2023: Decimal("2230.00"),
    2024: Decimal("2330.00"),
    2025: Decimal("2410.00"),
    2026: Decimal("2480.00"),
}

# Disciplines that share one bucket.
KX_BUCKETS = {"OT": ("OT",), "PT": ("PT", "SLP"), "SLP": ("PT", "SLP")}
