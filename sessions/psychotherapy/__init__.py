"""Psychotherapy notes: kept apart from the record, for their author alone (45 CFR 164.501)."""
