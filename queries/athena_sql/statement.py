"""One Athena statement as sqlglot's tree, for the lint rules and for changes of its text.

Pure. It accepts what reads (select, with, values, union) and refuses everything else.
"""

import re
from functools import lru_cache
from itertools import pairwise

import sqlglot
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import TokenType

from athena_sql.errors import BadQuery, BadSyntax

DIALECT = "athena"


def parse_statement(sql: str) -> exp.Query:
    """Return the tree of the only statement in a text; raises BadQuery with line and column.

    The tree is the caller's own: a command asks for that of the same text several times.
    """
    return parsed(sql).copy()


@lru_cache(maxsize=64)
def parsed(sql: str) -> exp.Query:
    """Return a tree that is not to be changed."""
    try:
        refuse_grouped_digits(sql)
        refuse_bare_names(sql)
        trees = [tree for tree in sqlglot.parse(sql, read=DIALECT) if tree is not None]
    except (ParseError, TokenError) as error:
        raise syntax_error(sql, error) from error
    trees = [tree for tree in trees if not isinstance(tree, exp.Semicolon)]
    if not trees:
        raise BadQuery("the query is empty", "write a select statement")
    if len(trees) > 1:
        raise BadQuery("Athena runs one statement at a time", "keep one and remove the others")
    tree = trees[0]
    if not isinstance(tree, exp.Query) or tree.find(exp.Into, exp.Lock):
        what = first_word(sql)
        raise BadQuery(f"not a question: it begins with {what}", "write a select statement")
    if any(not select.selects for select in tree.find_all(exp.Select)):
        raise BadSyntax("a select without columns", "name what to select")
    return tree


def refuse_grouped_digits(sql: str) -> None:
    """Raise BadQuery for a number such as 1_000, in which the parser would see 1, named _000."""
    if not re.search(r"\d_\d", sql):
        return
    tokens = Dialect.get_or_raise(DIALECT).tokenize(sql)
    for number, name in pairwise(tokens):
        is_joined = number.end + 1 == name.start and name.text.startswith("_")
        if number.token_type == TokenType.NUMBER and is_joined:
            raise BadQuery(
                f"line {number.line}: {number.text}{name.text}: digits in groups are not known",
                f"write {number.text}{name.text.replace('_', '')}",
            )


def refuse_bare_names(sql: str) -> None:
    """Raise BadQuery for a name with letters beyond ASCII outside quotes, as Athena does.

    Trino's grammar has only A to Z, digits and underscores in a bare name
    (https://trino.io/docs/current/language/reserved.html#language-identifiers).
    """
    if sql.isascii():
        return
    for token in Dialect.get_or_raise(DIALECT).tokenize(sql):
        if token.token_type == TokenType.VAR and not token.text.isascii():
            raise BadQuery(
                f"line {token.line}: Athena takes {token.text} for a name only in double quotes",
                f'write "{token.text}"',
            )


def first_word(sql: str) -> str:
    """Return the first word of a statement, after its comments."""
    return re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.DOTALL).split()[0].lower()


def syntax_error(sql: str, error: ParseError | TokenError) -> BadQuery:
    """Return why a text is not a statement: in Trino's words, if our reader of its grammar agrees.

    sqlglot's own words name its classes. They stand only for a text that Trino's grammar allows.
    """
    from athena_sql.syntax.queries import read_query  # only for a text that is refused

    try:
        read_query(sql)
    except BadQuery as refusal:
        return refusal
    details = getattr(error, "errors", None)
    if not details:
        return BadSyntax(str(error).splitlines()[0])
    first = details[0]
    return BadSyntax(f"line {first['line']}:{first['col']}: near '{first['highlight']}'")
