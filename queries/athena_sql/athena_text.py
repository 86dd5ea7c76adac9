"""An Athena statement as it is sent: the user's own text with table and parameters put in place.

Pure. The text is changed by tokens and not written anew, so that the line in an error message is
the line in the user's file.
"""

from collections.abc import Mapping
from datetime import date

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.tokenizer_core import Token, TokenType

from athena_sql.answer import Value
from athena_sql.catalog import TableName
from athena_sql.errors import BadQuery
from athena_sql.statement import DIALECT, parse_statement


def to_athena(
    sql: str, aliases: Mapping[str, TableName], values: Mapping[str, Value]
) -> tuple[str, list[str]]:
    """Return the text with `?` for every `:name`, and the literal for each `?`, in order.

    Aliased tables get their real names, without the database, which the session sets. Athena
    takes parameters as SQL text: a string keeps its quotes, doubled inside.
    """
    tree = parse_statement(sql)
    steps = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    tokens = Dialect.get_or_raise(DIALECT).tokenize(sql)
    pieces: list[str] = []
    literals: list[str] = []
    end = 0
    for position, token in enumerate(tokens):
        before = tokens[position - 1] if position else None
        if is_parameter(before, token):
            literals.append(literal_of(token.text, values))
            pieces += [sql[end : token.start - 1], "?"]
        elif token.text.lower() in aliases.keys() - steps and is_name(before, token):
            pieces += [sql[end : token.start], aliases[token.text.lower()].name]
        else:
            continue
        end = token.end + 1
    return "".join([*pieces, sql[end:]]).strip().rstrip(";"), literals


def is_parameter(before: Token | None, token: Token) -> bool:
    """Whether a name stands directly after a colon."""
    return (
        before is not None
        and before.token_type == TokenType.COLON
        and before.end + 1 == token.start
        and token.text.isidentifier()
    )


def is_name(before: Token | None, token: Token) -> bool:
    """Whether a token names a table, rather than a part of another name or a string."""
    is_part = before is not None and before.token_type in (TokenType.DOT, TokenType.ALIAS)
    return token.token_type in (TokenType.VAR, TokenType.IDENTIFIER) and not is_part


def literal_of(name: str, values: Mapping[str, Value]) -> str:
    """Return a parameter's value as a SQL literal; raises BadQuery for one without a value."""
    if name not in values:
        raise BadQuery(f":{name} has no value", f"give it: --param {name}=...")
    match values[name]:
        case bool() | int() as value:
            return str(value).lower()
        case float() as value:
            return f"{value:e}" if value == value else "nan()"
        case date() as value:
            return f"DATE '{value.isoformat()}'"
        case value:
            text = str(value).replace("'", "''")
            return f"'{text}'"
