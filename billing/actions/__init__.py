"""Verbs about money. `post()` is the only writer of the ledger."""

from billing.actions.charging import post_charges
from billing.actions.choosing import choose_units
from billing.actions.fees import import_fees, set_fee, set_rate
from billing.actions.holding import apply_held, hold_people
from billing.actions.invoicing import make_invoices
from billing.actions.merging import move_merged, unmerge
from billing.actions.moving import move_coverage
from billing.actions.notices import prepare_notice, sign_notice, usual_fees, withdraw_notice
from billing.actions.paying import ForVisit, release_overpaid, take_payment
from billing.actions.posting import KeyReused, post, reverse
from billing.actions.therapy_year import record_outside_therapy

__all__ = [
    "ForVisit",
    "KeyReused",
    "apply_held",
    "choose_units",
    "hold_people",
    "import_fees",
    "make_invoices",
    "move_coverage",
    "move_merged",
    "post",
    "post_charges",
    "prepare_notice",
    "record_outside_therapy",
    "release_overpaid",
    "reverse",
    "set_fee",
    "set_rate",
    "sign_notice",
    "take_payment",
    "unmerge",
    "usual_fees",
    "withdraw_notice",
]
