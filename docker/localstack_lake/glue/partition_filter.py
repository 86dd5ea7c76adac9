"""The filter language of Glue's GetPartitions: parse an expression once, test many partitions.

The grammar is that of the API reference (GetPartitions, `Expression`), close to SQL's WHERE:
comparisons, LIKE, IN, BETWEEN, IS NULL, AND, OR, NOT and brackets over partition keys. It knows
no catalog: keys and values are passed in.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

NULL_VALUE = "__HIVE_DEFAULT_PARTITION__"

# A test answers True, False or None: unknown, because a value is null (SQL's third truth value).
type Test = Callable[[Sequence[str]], bool | None]
type Value = str | int | Decimal | date | datetime

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>'(?:[^']|'')*')
      | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?![\w.]))
      | (?P<name>[A-Za-z_][\w.]*|"[^"]+"|`[^`]+`)
      | (?P<symbol><>|!=|>=|<=|[=<>(),])
    )""",
    re.VERBOSE,
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_INTEGERS = ("tinyint", "smallint", "int", "integer", "bigint", "long")


class InvalidExpressionError(Exception):
    """A GetPartitions expression that does not parse or names no partition key."""


def parse_expression(expression: str, keys: Sequence[Mapping[str, str]]) -> Test:
    """Parse an expression over partition keys (Glue's `Name` and `Type`) into a test.

    The test takes a partition's values and answers None where SQL would answer unknown. Raises
    `InvalidExpressionError` for what does not parse, an unknown key, or a literal that is not of
    the key's type.
    """
    parser = _Parser(_tokenize(expression), keys, expression)
    test = parser.parse_or()
    parser.expect_end()
    return test


def _tokenize(expression: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    position = 0
    while expression[position:].strip():
        found = _TOKEN.match(expression, position)
        if found is None:
            raise InvalidExpressionError(f"Unsupported expression '{expression}'")
        tokens.append((str(found.lastgroup), found.group(str(found.lastgroup))))
        position = found.end()
    return tokens


class _Parser:
    def __init__(
        self, tokens: list[tuple[str, str]], keys: Sequence[Mapping[str, str]], text: str
    ) -> None:
        self._tokens = tokens
        self._text = text
        self._position = 0
        self._keys = {
            key["Name"].lower(): (index, (key.get("Type") or "string").lower())
            for index, key in enumerate(keys)
        }

    def parse_or(self) -> Test:
        test = self._parse_and()
        while self._take_word("or"):
            test = _either(test, self._parse_and())
        return test

    def _parse_and(self) -> Test:
        test = self._parse_not()
        while self._take_word("and"):
            test = _both(test, self._parse_not())
        return test

    def _parse_not(self) -> Test:
        if self._take_word("not"):
            return _negate(self._parse_not())
        if self._peek() == ("symbol", "("):
            self._next()
            test = self.parse_or()
            self._expect(")")
            return test
        return self._parse_condition()

    def _parse_condition(self) -> Test:
        kind, text = self._next()
        if kind in ("string", "number"):
            symbol = self._operator()
            return self._comparison(self._key(*self._next()), _MIRRORED.get(symbol, symbol), text)
        key = self._key(kind, text)
        if self._take_word("is"):
            wanted = not self._take_word("not")
            self._expect_word("null")
            return lambda values: (_read(values, key) is None) == wanted
        if self._take_word("not"):
            return _negate(self._parse_predicate(key))
        return self._parse_predicate(key)

    def _parse_predicate(self, key: tuple[int, str]) -> Test:
        if self._take_word("like"):
            return self._like(key, self._literal())
        if self._take_word("in"):
            return self._membership(key)
        if self._take_word("between"):
            low = self._comparison(key, ">=", self._literal())
            self._expect_word("and")
            return _both(low, self._comparison(key, "<=", self._literal()))
        return self._comparison(key, self._operator(), self._literal())

    def _membership(self, key: tuple[int, str]) -> Test:
        self._expect("(")
        test = self._comparison(key, "=", self._literal())
        while self._peek() == ("symbol", ","):
            self._next()
            test = _either(test, self._comparison(key, "=", self._literal()))
        self._expect(")")
        return test

    def _comparison(self, key: tuple[int, str], symbol: str, literal: str) -> Test:
        if _unquote(literal) == NULL_VALUE and symbol in ("=", "<>", "!="):
            # Trino asks for null or not null values like this (its connector's GlueExpressionUtil).
            return lambda values: (_read(values, key) is None) == (symbol == "=")
        compare, right = _COMPARE[symbol], self._cast_literal(literal, key[1])

        def test(values: Sequence[str]) -> bool | None:
            left = _read(values, key)
            return None if left is None else compare(left, right)

        return test

    def _like(self, key: tuple[int, str], literal: str) -> Test:
        if key[1] not in ("string", "char", "varchar"):
            raise InvalidExpressionError(f"{key[1]} data type doesn't support operation 'LIKE'")
        parts = ({"%": ".*", "_": "."}.get(char, re.escape(char)) for char in _unquote(literal))
        pattern = re.compile("".join(parts), re.DOTALL)

        def test(values: Sequence[str]) -> bool | None:
            left = _read(values, key)
            return None if left is None else pattern.fullmatch(str(left)) is not None

        return test

    def _cast_literal(self, literal: str, kind: str) -> Value:
        try:
            return _cast(_unquote(literal), kind)
        except (ValueError, InvalidOperation) as error:
            raise InvalidExpressionError(f"{literal} is not of type {kind}") from error

    def _key(self, kind: str, text: str) -> tuple[int, str]:
        name = text.strip('"`').lower()
        if kind != "name" or name not in self._keys:
            raise InvalidExpressionError(f"Invalid partition expression: {text} is not a key")
        return self._keys[name]

    def _literal(self) -> str:
        kind, text = self._next()
        # date '2026-11-22' and timestamp '...': the key's type already says which.
        if kind == "name" and text.lower() in ("date", "timestamp"):
            kind, text = self._next()
        if kind not in ("string", "number"):
            raise self._unsupported()
        return text

    def _operator(self) -> str:
        kind, text = self._next()
        if kind != "symbol" or text not in _COMPARE:
            raise self._unsupported()
        return text

    def _peek(self) -> tuple[str, str]:
        at_end = self._position >= len(self._tokens)
        return ("end", "") if at_end else self._tokens[self._position]

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        if token[0] == "end":
            raise self._unsupported()
        self._position += 1
        return token

    def _take_word(self, word: str) -> bool:
        kind, text = self._peek()
        taken = kind == "name" and text.lower() == word
        self._position += taken
        return taken

    def _expect_word(self, word: str) -> None:
        if not self._take_word(word):
            raise self._unsupported()

    def _expect(self, symbol: str) -> None:
        if self._next() != ("symbol", symbol):
            raise self._unsupported()

    def expect_end(self) -> None:
        if self._peek()[0] != "end":
            raise self._unsupported()

    def _unsupported(self) -> InvalidExpressionError:
        return InvalidExpressionError(f"Unsupported expression '{self._text}'")


def _unquote(literal: str) -> str:
    return literal[1:-1].replace("''", "'") if literal.startswith("'") else literal


def _cast(text: str, kind: str) -> Value:
    if kind in _INTEGERS:
        return int(text)
    if kind.startswith("decimal") or kind in ("double", "float"):
        return Decimal(text)
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "timestamp":
        return datetime.fromisoformat(text)
    return text


def _read(values: Sequence[str], key: tuple[int, str]) -> Value | None:
    """Read a partition's value; null, or one that is not of the key's type, equals nothing."""
    index, kind = key
    if index >= len(values) or values[index] == NULL_VALUE:
        return None
    try:
        return _cast(values[index], kind)
    except (ValueError, InvalidOperation):
        return None


def _negate(test: Test) -> Test:
    def negated(values: Sequence[str]) -> bool | None:
        found = test(values)
        return None if found is None else not found

    return negated


def _both(left: Test, right: Test) -> Test:
    def both(values: Sequence[str]) -> bool | None:
        first, second = left(values), right(values)
        if first is False or second is False:
            return False
        return None if first is None or second is None else True

    return both


def _either(left: Test, right: Test) -> Test:
    return _negate(_both(_negate(left), _negate(right)))
