"""Functions of JSON texts; the path must be a literal, because DuckDB writes it otherwise.

Pure.
"""

from collections.abc import Sequence

from athena_sql.functions.arguments import expect, is_text, known_text, result_text
from athena_sql.patterns import json_path
from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import VARCHAR
from athena_sql.values.casts import coerce
from athena_sql.values.value import Value, bad_query, escape, expand, not_answered, text_literal


def json_extract_scalar(name: str, given: Sequence[Value], place: Place) -> Value:
    """`trino_json_scalar(x, '$."a"')`."""
    expected = "json_extract_scalar(json, jsonpath), json_extract_scalar(varchar(x), jsonpath)"
    expect(name, given, place, expected, is_text, is_text)
    path = known_text(given[1], place, "a JSON path")
    told = json_path.duckdb_path(path)
    if told is None:
        raise bad_query(place, f"Invalid JSON path: '{path}'")
    if json_path.is_uncertain(path):
        raise not_answered(
            place, f"the path {path} has a name of digits or quotes", "rename the key"
        )
    text = coerce(given[0], VARCHAR).sql
    return Value(
        result_text(given[0]),
        expand(f"trino_json_scalar({{0}}, {escape(text_literal(told))})", text),
    )
