"""A statement as a list of words, read from left to right, with their places in the text. Pure."""

import re

from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

from athena_sql.ddl.statements import Name
from athena_sql.errors import BadQuery

CATALOG = "awsdatacatalog"


class Words:
    """The words of one statement. `dialect` is `hive` (backticks) or `trino` (double quotes)."""

    def __init__(self, sql: str, dialect: str) -> None:
        # After a parenthesis the tokenizer takes no word for a command whose rest is one text.
        self.sql = f"({sql}"
        try:
            self._tokens = Dialect.get_or_raise(dialect).tokenize(self.sql)[1:]
        except TokenError as error:
            raise BadQuery(f"line 1:1: {str(error).splitlines()[0]}", "") from error
        while self._tokens and self._tokens[-1].token_type == TokenType.SEMICOLON:
            self._tokens.pop()
        self._at = 0

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return self._at >= len(self._tokens)

    def peek(self, *words: str) -> bool:
        """Whether these words come next; case does not count, and a quoted name does not match."""
        tokens = self._tokens[self._at : self._at + len(words)]
        return len(tokens) == len(words) and all(
            token.token_type not in (TokenType.STRING, TokenType.IDENTIFIER)
            and token.text.upper() == word
            for token, word in zip(tokens, words, strict=True)
        )

    def accept(self, *words: str) -> bool:
        """Take these words if they come next."""
        # A tokenizer may see two words as one, such as ORDER BY.
        if self.peek(*words):
            self._at += len(words)
            return True
        if len(words) > 1 and self.peek(" ".join(words)):
            self._at += 1
            return True
        return False

    def expect(self, *words: str) -> None:
        """Take these words; raises BadQuery where others come."""
        if not self.accept(*words):
            raise self.unexpected(" ".join(words))

    def unexpected(self, wanted: str) -> BadQuery:
        """Return Athena's error for the next word."""
        token = self._tokens[self._at] if not self.is_done else None
        where = f"line {token.line}:{token.col}" if token else "line 1:1"
        found = token.text if token else "<EOF>"
        return BadQuery(f"{where}: mismatched input '{found}'. Expecting: {wanted}", "")

    def take(self) -> Token:
        """Take the next word of any kind; raises BadQuery at the end."""
        if self.is_done:
            raise self.unexpected("a word")
        self._at += 1
        return self._tokens[self._at - 1]

    def text(self) -> str:
        """Take a quoted text."""
        if self.is_done or self._tokens[self._at].token_type != TokenType.STRING:
            raise self.unexpected("a string")
        return self.take().text

    def word(self) -> str:
        """Take a name, quoted or not, in lower case."""
        return self.take().text.lower()

    def name(self) -> Name:
        """Take `table`, `database.table` or `catalog.database.table`."""
        catalog, database, name = self.parts(3)
        return Name(database, name, catalog)

    def database(self) -> Name:
        """Take `database` or `catalog.database`."""
        catalog, database = self.parts(2)
        return Name(database, "", catalog)

    def parts(self, most: int) -> list[str]:
        """Take a name of so many parts; those that are not written come first and are empty.

        A name's quotes are backticks in Hive's statements and double quotes in Trino's.
        https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html
        """
        parts: list[str] = []
        while not parts or (len(parts) < most and self.accept(".")):
            if self.is_done or not is_name(self._tokens[self._at]):
                raise self.unexpected("a name")
            parts.append(self.word())
        return [""] * (most - len(parts)) + parts

    def inside(self) -> str:
        """Take a parenthesis; returns the source text in it."""
        self.expect("(")
        start, depth = self._tokens[self._at - 1].end + 1, 1
        while depth:
            token = self.take()
            if token.token_type == TokenType.L_PAREN:
                depth += 1
            elif token.token_type == TokenType.R_PAREN:
                depth -= 1
        return self.sql[start : token.start].strip()

    def rest(self) -> str:
        """Take everything that is left, as it is written."""
        if self.is_done:
            raise self.unexpected("a statement")
        start, end = self._tokens[self._at].start, self._tokens[-1].end + 1
        self._at = len(self._tokens)
        return self.sql[start:end]

    def peek_rest(self) -> str:
        """Return everything that is left, without taking it."""
        at = self._at
        text = self.rest()
        self._at = at
        return text

    def end(self) -> None:
        """Raise BadQuery where something is left."""
        if not self.is_done:
            raise self.unexpected("<EOF>")


def is_name(token: Token) -> bool:
    """Whether a token can be a name: a word, or one in a name's quotes."""
    is_word = token.token_type != TokenType.STRING and bool(re.match(r"\w", token.text))
    return is_word or token.token_type == TokenType.IDENTIFIER


def unsupported(what: str) -> BadQuery:
    """Return the refusal of a statement that Athena supports and this package does not."""
    return BadQuery(f"NOT_SUPPORTED: {what} is not supported by the local Athena", "")


def split_list(text: str) -> list[str]:
    """Split on commas that stand in no parenthesis, angle, bracket or quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for position, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"`":
            quote = char
        elif char in "(<[":
            depth += 1
        elif char in ")>]":
            depth -= 1
        elif char == "," and not depth:
            parts.append(text[start:position].strip())
            start = position + 1
    last = text[start:].strip()
    return [*parts, last] if last or parts else []
