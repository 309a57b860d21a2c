"""Doors to clients, by noun."""
