"""Verbs about clients, the people around them, and who pays."""

from clients.actions.cases import add_referrer, open_case
from clients.actions.coverages import (
    add_authorization,
    add_coverage,
    add_payer,
    correct_member_id,
    member_id_problem,
    record_benefit,
)
from clients.actions.merging import last_merge, merge_clients, unmerge_client
from clients.actions.people import FIRST_CHART, add_client, add_contact, assign, link_contact

__all__ = [
    "FIRST_CHART",
    "add_authorization",
    "add_client",
    "add_contact",
    "add_coverage",
    "add_payer",
    "add_referrer",
    "assign",
    "correct_member_id",
    "last_merge",
    "link_contact",
    "member_id_problem",
    "merge_clients",
    "open_case",
    "record_benefit",
    "unmerge_client",
]
