"""A statement as tokens, each with its line and column, as Trino's lexer splits it.

Pure. Source: Trino's grammar, `SqlBase.g4` of core/trino-grammar.
"""

import re
import sys
from dataclasses import dataclass
from enum import StrEnum

from athena_sql.errors import BadQuery, BadSyntax


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column in the statement's text, both from 1."""

    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"line {self.line}:{self.column}"


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    QUOTED = "quoted name"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DOUBLE = "double"
    PARAMETER = "parameter"
    SYMBOL = "symbol"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `text` of a text or a quoted name is without its quotes."""

    kind: Kind
    text: str
    place: Place

    @property
    def word(self) -> str:
        """The word in capitals, or the symbol; empty for a text and a quoted name."""
        return self.text.upper() if self.kind in (Kind.WORD, Kind.SYMBOL) else ""


PATTERN = re.compile(
    r"""
    (?P<space>\s+|--[^\r\n]*|/\*.*?\*/)
  | (?P<double>(?:\d+(?:\.\d*)?|\.\d+)[eE][+-]?\d+)
  | (?P<decimal>\d+\.\d*|\.\d+)
  | (?P<integer>\d+)
  | (?P<unicode>[uU]&'(?:[^']|'')*')
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<text>'(?:[^']|'')*')
  | (?P<quoted>"(?:[^"]|"")*")
  | (?P<parameter>:[A-Za-z_][A-Za-z0-9_]*|\?)
  | (?P<symbol><>|!=|<=|>=|\|\||=>|->|[-+*/%=<>()\[\],.;])
    """,
    re.VERBOSE | re.DOTALL,
)
# A name of any script, marks included: neither white space nor an ASCII sign. Trino's grammar
# has only A to Z, digits and underscores in a name without quotes
# (https://trino.io/docs/current/language/reserved.html#language-identifiers).
BARE_NAME = re.compile(r"(?=\S*[^\x00-\x7f])[^\s\x00-\x2f:-@\[-^`{-\x7f]+")
NEXT_TO_A_NUMBER = re.compile(r"[A-Za-z0-9_]+")


def split_tokens(sql: str) -> list[Token]:
    """Return the tokens and one that marks the end; raises BadQuery with the place."""
    tokens: list[Token] = []
    position, line, line_start = 0, 1, 0
    while position < len(sql):
        place = Place(line, position - line_start + 1)
        found = PATTERN.match(sql, position)
        if not found:
            raise unreadable(sql, position, place)
        kind, text = str(found.lastgroup), found[0]
        if kind in ("double", "decimal", "integer"):
            refuse_joined_word(sql, found.end(), text, place)
        if kind != "space":
            tokens.append(token_of(kind, text, place))
        newlines = text.count("\n")
        if newlines:
            line += newlines
            line_start = position + text.rfind("\n") + 1
        position = found.end()
    tokens.append(Token(Kind.END, "<EOF>", Place(line, len(sql) - line_start + 1)))
    return tokens


def token_of(kind: str, text: str, place: Place) -> Token:
    """Return one token, its quotes removed and its doubled quotes single."""
    match kind:
        case "text":
            return Token(Kind.TEXT, text[1:-1].replace("''", "'"), place)
        case "unicode":
            return Token(Kind.TEXT, decode(text[3:-1].replace("''", "'"), place), place)
        case "quoted":
            return Token(Kind.QUOTED, text[1:-1].replace('""', '"'), place)
        case "parameter":
            return Token(Kind.PARAMETER, text.removeprefix(":"), place)
        case _:
            return Token(Kind[kind.upper()], text, place)


def decode(text: str, place: Place) -> str:
    r"""Return the text of `U&'\00e6'`; raises BadQuery for a code without a character."""

    def character(found: re.Match[str]) -> str:
        code = int(found[1] or found[2], 16) if found[1] or found[2] else ord("\\")
        if not found[0][1:] or code > sys.maxunicode or 0xD800 <= code <= 0xDFFF:
            raise BadQuery(f"{place}: Invalid escaped character: {found[0]}", "correct the text")
        return chr(code)

    return re.sub(r"\\(?:([0-9a-fA-F]{4})|\+([0-9a-fA-F]{6})|\\|)", character, text)


def refuse_joined_word(sql: str, end: int, number: str, place: Place) -> None:
    """Raise BadQuery for a number with letters or an underscore at its end, such as 1_000."""
    if joined := NEXT_TO_A_NUMBER.match(sql, end):
        if joined[0].startswith("_"):
            plain = f"{number}{joined[0]}".replace("_", "")
            raise BadQuery(
                f"{place}: {number}{joined[0]}: digits in groups are not known", f"write {plain}"
            )
        raise BadQuery(
            f"{place}: identifiers must not start with a digit; surround the identifier with "
            "double quotes",
            "correct the statement",
        )


def unreadable(sql: str, position: int, place: Place) -> BadQuery:
    """Return the error for a character that begins no token."""
    character = sql[position]
    if word := next((w for w in BARE_NAME.finditer(sql) if w.start() <= position < w.end()), None):
        return BadQuery(
            f"{place}: Athena takes {word[0]} for a name only in double quotes",
            f'write "{word[0]}"',
        )
    if character in "'\"":
        return BadSyntax(f"{place}: a quote is not closed", "close it")
    if character == "`":
        return BadQuery(
            f"{place}: backquoted identifiers are not supported; use double quotes to quote "
            "identifiers",
            'write "name"',
        )
    return BadSyntax(f"{place}: unexpected character {character!r}")
