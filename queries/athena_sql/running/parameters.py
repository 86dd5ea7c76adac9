"""The `?` of a statement, each replaced by the SQL text that stands for it. Pure."""

from collections.abc import Sequence

from sqlglot.dialects.dialect import Dialect
from sqlglot.tokenizer_core import TokenType

from athena_sql.errors import BadQuery
from athena_sql.statement import DIALECT


def fill_parameters(sql: str, values: Sequence[str]) -> str:
    """Return the text with the values in place of its `?`, in order.

    `select ? where x = ?` with `1` and `'a'` becomes `select 1 where x = 'a'`. Raises BadQuery
    where their counts differ.
    """
    if not values and "?" not in sql:
        return sql
    tokens = Dialect.get_or_raise(DIALECT).tokenize(sql)
    places = [token for token in tokens if token.token_type == TokenType.PLACEHOLDER]
    if len(places) != len(values):
        raise BadQuery(
            f"Incorrect number of parameters: expected {len(places)} but found {len(values)}", ""
        )
    pieces, end = [], 0
    for token, value in zip(places, values, strict=True):
        pieces += [sql[end : token.start], value]
        end = token.end + 1
    return "".join([*pieces, sql[end:]])
