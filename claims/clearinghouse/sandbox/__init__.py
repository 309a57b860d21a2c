"""A payer simulator: reads our 837P from its text, and answers 999, 277CA and 835 by rules of its own.

It stands outside the product: it shares nothing with the claim side but the segment reader, knows no
Django, and works in folders. `python -m claims.clearinghouse.sandbox ROOT` runs it; a test opens a
`Connection` and works it by hand on any day.

Reading order: `folder` (a round, step by step) → `arriving` → `front_door`, `edits` → `paying` →
`adjudicate` → `remit`; `plans` and `fees` are the payers.
"""

from claims.clearinghouse.sandbox.folder import Busy, Connection
from claims.clearinghouse.sandbox.outcomes import Outcome
from claims.clearinghouse.sandbox.plans import PAYERS, Plan

__all__ = ["PAYERS", "Busy", "Connection", "Outcome", "Plan"]
