"""Doors of the claim side."""
