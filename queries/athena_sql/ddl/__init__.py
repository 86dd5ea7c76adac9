"""Athena's statements other than a plain select, as values: what they say; nothing is done yet."""
