"""Identifiers and texts as DuckDB's SQL spells them. Pure."""


def quote(name: str) -> str:
    """Return an identifier in quotes: `a"b` becomes `"a""b"`."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return a text literal: `it's` becomes `'it''s'`."""
    return "'" + value.replace("'", "''") + "'"
