"""Verbs about money. `post()` is the only writer of the ledger."""

from billing.actions.charging import post_charges, set_fee
from billing.actions.invoicing import make_invoices
from billing.actions.notices import prepare_notice, sign_notice, usual_fees, withdraw_notice
from billing.actions.paying import release_overpaid, take_payment
from billing.actions.posting import KeyReused, post, reverse

__all__ = [
    "KeyReused",
    "make_invoices",
    "post",
    "post_charges",
    "prepare_notice",
    "release_overpaid",
    "reverse",
    "set_fee",
    "sign_notice",
    "take_payment",
    "usual_fees",
    "withdraw_notice",
]
