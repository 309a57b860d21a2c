"""Giving up what somebody owes: by hand, with another person's approval above a limit, and small balances by rule."""
