"""Rows of the payers' and referrers' lists."""

from typing import Any

from django.urls import reverse

from clients.models import Payer, Referrer
from practice.templatetags.house import phone, plural

PAYER_HEADS = ("Payer", "Kind", "Counts units by", "Its claims need", "To file")
REFERRER_HEADS = ("Referrer", "NPI", "Phone", "Fax", "State")
NEEDS = (
    ("needs_authorization", "authorization"),
    ("needs_referrer", "referrer"),
    ("needs_plan_of_care", "plan of care"),
    ("needs_therapy_modifier", "GO, GP, GN"),
    ("needs_assistant_modifier", "CO, CQ"),
    ("needs_telehealth_modifier", "95, 93"),
    ("wants_client_paid", "what the client paid"),
)


def payer(row: Payer, slug: str) -> dict[str, Any]:
    needs = ", ".join(words for name, words in NEEDS if getattr(row, name))
    return {
        "url": reverse("clients:edit_payer", args=[slug, row.pk]),
        "name": row.name,
        "after": row.payer_id,
        "cells": _cells(
            PAYER_HEADS,
            row.get_plan_type_display(),
            row.get_unit_rule_display(),
            needs[:1].upper() + needs[1:] or "Nothing more",
            plural(row.filing_days, "day"),
        ),
    }


def referrer(row: Referrer, slug: str) -> dict[str, Any]:
    """Without a slug it is no link."""
    return {
        "url": reverse("clients:edit_referrer", args=[slug, row.pk]) if slug else "",
        "name": f"{row.last_name}, {row.first_name}",
        "after": "",
        "cells": _cells(
            REFERRER_HEADS, row.npi, phone(row.phone), phone(row.fax), "In the lists" if row.active else "Left out"
        ),
    }


def _cells(heads: tuple[str, ...], *texts: str) -> list[dict[str, str]]:
    """The cells after the first, each with the head it stands under: on phones the row is a card."""
    return [{"label": head, "text": text} for head, text in zip(heads[1:], texts, strict=True)]
