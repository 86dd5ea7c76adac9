"""The properties of a statement, `'a' = 'b'` and `format = 'PARQUET'`, as dictionaries. Pure."""

import re

from athena_sql.ddl.words import split_list
from athena_sql.errors import BadQuery


def read_pairs(text: str) -> dict[str, str]:
    """Return `'a'='b', c='d'` as a dictionary; quotes are removed, keys keep their case."""
    pairs = (part.partition("=") for part in split_list(text))
    return {unquoted(key): unquoted(value) for key, _, value in pairs}


def read_properties(text: str) -> dict[str, str | list[str]]:
    """Return `format = 'PARQUET', partitioned_by = ARRAY['dt']` with keys in lower case."""
    found: dict[str, str | list[str]] = {}
    for part in split_list(text):
        key, sign, value = part.partition("=")
        if not sign:
            raise BadQuery(f"line 1:1: '{part}' is not a property", "")
        array = re.match(r"(?is)\s*array\s*\[(.*)\]\s*\Z", value)
        items = [unquoted(item) for item in split_list(array[1])] if array else unquoted(value)
        found[unquoted(key).lower()] = items
    return found


def unquoted(text: str) -> str:
    """Return a text without its quotes, the doubled ones inside single."""
    text = text.strip()
    if len(text) > 1 and text[0] in "'\"`" and text[-1] == text[0]:
        return text[1:-1].replace(text[0] * 2, text[0])
    return text
