"""A reader of tokens: it looks ahead, takes the next token, and reports what it did not expect.

Pure. It knows no grammar; `expressions` and `queries` do.
"""

from athena_sql.errors import BadQuery, BadSyntax, NotAnswered, SqlError
from athena_sql.syntax.tokens import Kind, Place, Token, split_tokens
from athena_sql.syntax.words import RESERVED

# Trino's own parser gives up somewhere above a thousand; Python's stack allows fewer.
MAX_DEPTH = 60
# Parts of Trino's grammar that are missing here, and what to write instead.
UNREAD = {
    **dict.fromkeys(
        ("JSON_ARRAY", "JSON_EXISTS", "JSON_OBJECT", "JSON_QUERY", "JSON_TABLE", "JSON_VALUE"),
        "use json_extract_scalar",
    ),
    "MATCH_RECOGNIZE": "use lag() and lead()",
    "TABLESAMPLE": "filter on a column",
}


class Reader:
    """A position in the tokens of a statement."""

    def __init__(self, sql: str) -> None:
        self.tokens = split_tokens(sql)
        self.position = 0
        self.depth = 0
        self.last_name = ""

    @property
    def token(self) -> Token:
        """The next token, which is not taken yet."""
        return self.tokens[self.position]

    @property
    def place(self) -> Place:
        """Where the next token stands."""
        return self.token.place

    def ahead(self, distance: int) -> Token:
        """Return the token that many further on, or the last one."""
        return self.tokens[min(self.position + distance, len(self.tokens) - 1)]

    def is_next(self, *words: str) -> bool:
        """Whether the next tokens are these words or symbols."""
        return all(self.ahead(distance).word == word for distance, word in enumerate(words))

    def is_any(self, *words: str) -> bool:
        """Whether the next token is one of these words or symbols."""
        return self.token.word in words

    def take(self) -> Token:
        """Return the next token and step over it."""
        token = self.token
        self.position = min(self.position + 1, len(self.tokens) - 1)
        return token

    def skip(self, *words: str) -> bool:
        """Step over these words if they are next; returns whether they were."""
        if not self.is_next(*words):
            return False
        for _ in words:
            self.take()
        return True

    def expect(self, *words: str) -> Token:
        """Step over these words; raises BadQuery where something else stands."""
        token = self.token
        for word in words:
            token = self.token
            if token.word != word:
                raise self.mismatch(f"'{word}'")
            self.take()
        return token

    def name(self) -> str:
        """Take a name: one in quotes, or a word that is not reserved. Names are lower case."""
        token = self.token
        if token.kind == Kind.QUOTED or (token.kind == Kind.WORD and token.word not in RESERVED):
            self.last_name = token.text
            return self.take().text.lower()
        raise self.mismatch("<identifier>")

    def is_name(self) -> bool:
        """Whether a name is next."""
        token = self.token
        return token.kind == Kind.QUOTED or (token.kind == Kind.WORD and token.word not in RESERVED)

    def names_in_parentheses(self) -> tuple[str, ...]:
        """Take `(a, b)`."""
        self.expect("(")
        names = [self.name()]
        while self.skip(","):
            names.append(self.name())
        self.expect(")")
        return tuple(names)

    def not_answered(self) -> NotAnswered:
        """Return the error for a word of Athena's grammar that is not read here."""
        reason = f"{self.place}: {self.token.text} is not answered here"
        return NotAnswered("the statement", [reason], UNREAD[self.token.word])

    def mismatch(self, expected: str) -> SqlError:
        """Return the error for the next token, in Trino's words."""
        token = self.token
        if token.word in UNREAD:
            return self.not_answered()
        text = f"'{token.text}'" if token.kind == Kind.TEXT else token.text
        return BadSyntax(f"{token.place}: mismatched input '{text}'. Expecting: {expected}")

    def enter(self) -> None:
        """Go one level deeper; raises BadQuery where that is too deep."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise BadQuery(
                f"{self.place}: the statement is nested more than {MAX_DEPTH} levels deep",
                "name a part of it with WITH, or write fewer parentheses",
            )

    def leave(self) -> None:
        """Come back from a level."""
        self.depth -= 1
