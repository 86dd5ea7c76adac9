"""Athena's statements that are no plain select, as values: what they say, and nothing done yet."""
