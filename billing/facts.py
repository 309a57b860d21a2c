"""Facts by year that billing looks up: thresholds of Medicare's therapy benefit."""

from decimal import Decimal

# KX modifier thresholds by calendar year, for OT and for PT with SLP alike (CMS, yearly physician fee
# schedule rule). A year that is not here has no known threshold.
KX_THRESHOLDS = {
    2024: Decimal("2330.00"),
    2025: Decimal("2410.00"),
    2026: Decimal("2480.00"),
}

# Disciplines that share one bucket.
KX_BUCKETS = {"OT": ("OT",), "PT": ("PT", "SLP"), "SLP": ("PT", "SLP")}
