"""Verbs about money. `post()` is the only writer of the ledger."""

from billing.actions.charging import post_charges, set_fee
from billing.actions.choosing import choose_units
from billing.actions.invoicing import make_invoices
from billing.actions.paying import release_overpaid, take_payment
from billing.actions.posting import KeyReused, post, reverse

__all__ = [
    "KeyReused",
    "choose_units",
    "make_invoices",
    "post",
    "post_charges",
    "release_overpaid",
    "reverse",
    "set_fee",
    "take_payment",
]
