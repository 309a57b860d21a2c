"""The invented practice: made by the real actions, deterministic from a seed, relative to today."""
