"""Athena's statements other than a plain select, as values. Nothing is carried out here."""
