"""Verbs about claims: made from charges, checked, sent, answered, paid."""

from claims.actions.answering import quarantine, read_answers, set_aside, store_inbound
from claims.actions.making import check_claims, check_waiting, make_again, make_claims
from claims.actions.posting import post_remittance
from claims.actions.submitting import (
    STOPS,
    add_partner,
    confirm_delivery,
    delivered,
    delivery_job,
    deny_delivery,
    hold,
    stop_sending,
    submit,
    take_back,
    write_interchange,
)

__all__ = [
    "STOPS",
    "add_partner",
    "check_claims",
    "check_waiting",
    "confirm_delivery",
    "delivered",
    "delivery_job",
    "deny_delivery",
    "hold",
    "make_again",
    "make_claims",
    "post_remittance",
    "quarantine",
    "read_answers",
    "set_aside",
    "stop_sending",
    "store_inbound",
    "submit",
    "take_back",
    "write_interchange",
]
