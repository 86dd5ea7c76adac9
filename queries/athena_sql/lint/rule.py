"""A lint rule: a construct, what each engine answers to it, and the portable form.

Pure. A rule carries an example that fails and one that passes; the tests run every one of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from sqlglot import exp
from sqlglot.tokenizer_core import Token

from athena_sql.translation.translation import Translation


@dataclass(frozen=True, slots=True)
class Script:
    """A statement as the rules see it: its tokens, its tree, its translation if there is one."""

    tokens: tuple[Token, ...]
    tree: exp.Query
    translation: Translation | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One construct that the engines take differently.

    `find` yields each finding as text, with its line (0 if that is not known). Advice
    is for answers that may differ between two runs; it stops `lint`, but not an ad-hoc query.
    """

    name: str
    athena: str
    duckdb: str
    instead: str
    fails: str
    passes: str
    find: Callable[[Script], Iterable[tuple[str, int]]]
    is_advice: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule is broken."""

    rule: Rule
    found: str
    line: int

    @property
    def message(self) -> str:
        """The construct, what each engine answers, and what to write instead."""
        where = f"line {self.line}: " if self.line else ""
        return (
            f"{where}{self.found}: Athena {self.rule.athena}, DuckDB {self.rule.duckdb}; "
            f"{self.rule.instead} [{self.rule.name}]"
        )


def text_and_line(node: exp.Expr) -> tuple[str, int]:
    """Return a node as Athena would write it, shortened, with its line."""
    text = node.sql("athena")
    places = (part.meta.get("line") for part in node.walk())
    line = next((line for line in places if line), 0)
    return (text if len(text) <= 60 else f"{text[:57]}..."), line


def nodes(
    *kinds: type[exp.Expr], where: Callable[[exp.Expr], bool] = lambda node: True
) -> Callable[[Script], Iterable[tuple[str, int]]]:
    """Return a finder of nodes in the tree as written."""
    return lambda script: [
        text_and_line(node) for node in script.tree.find_all(*kinds) if where(node)
    ]


def tokens(where: Callable[[Token], bool]) -> Callable[[Script], Iterable[tuple[str, int]]]:
    """Return a finder of single tokens."""
    return lambda script: [(token.text, token.line) for token in script.tokens if where(token)]


def pairs(matches: Callable[[Token, Token], bool]) -> Callable[[Script], Iterable[tuple[str, int]]]:
    """Return a finder of two tokens next to each other."""
    return lambda script: [
        (f"{token.text} {after.text}", token.line)
        for token, after in pairwise(script.tokens)
        if matches(token, after)
    ]
