"""Rooms of a location, which hold one appointment at a time."""
