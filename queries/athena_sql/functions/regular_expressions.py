"""Functions of regular expressions; the pattern must be a literal, because it becomes one of RE2.

Pure.
"""

import re
from collections.abc import Sequence

from athena_sql.functions.arguments import expect, is_text, known_text, result_text
from athena_sql.patterns import regular
from athena_sql.patterns.replacement import read_replacement
from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import BIGINT, BOOLEAN, VARCHAR, Type, array, is_integer, varchar
from athena_sql.values.casts import coerce
from athena_sql.values.value import Value, bad_query, escape, expand, not_answered, text_literal

# Patterns of places alone, which both engines replace alike: `\b`, `^`.
PLACES = re.compile(r"(\\[bBAz])+")


def pattern_of(value: Value, place: Place) -> regular.Pattern:
    """Return a pattern for RE2; raises NotPortable for one that it takes otherwise."""
    text = known_text(value, place, "a pattern")
    try:
        return regular.read_pattern(text)
    except regular.NotRegular as error:
        raise not_answered(
            place,
            f"the pattern '{text}' has {error.reason}, which is not matched here",
            "write it with plain groups and classes",
        ) from error


def subject_of(value: Value, pattern: regular.Pattern) -> str:
    """Return the text to search; where the pattern has a `$`, it may not end with a line end."""
    text = coerce(value, VARCHAR).sql
    return expand("trino_without_last_line_end({0})", text) if pattern.has_end else text


def group_of(given: Sequence[Value], pattern: regular.Pattern, place: Place) -> int:
    """Return the group that a third argument asks for: one that is part of every match, or 0."""
    group = given[2].constant if len(given) > 2 else 0
    if not isinstance(group, int):
        raise not_answered(
            place, "a group that is not written out is not answered here", "write it out"
        )
    if not 0 <= group <= len(pattern.groups):
        raise bad_query(
            place, f"Pattern has {len(pattern.groups)} groups. Cannot access group {group}"
        )
    if group and not pattern.groups[group - 1]:
        raise not_answered(
            place,
            f"group {group} may have no part in a match",
            "make it part of every match: (x?) for (x)?",
        )
    return group


def regexp_like(name: str, given: Sequence[Value], place: Place) -> Value:
    r"""`regexp_matches(x, 'a\d')`."""
    expect(name, given, place, "regexp_like(varchar(x), joniregexp)", is_text, is_text)
    pattern = pattern_of(given[1], place)
    re2 = pattern.re2
    text = coerce(given[0], VARCHAR).sql
    if pattern.has_end:
        # Nothing is taken out of the text, so a last line end may be part of the match.
        re2 = re2.replace(r"\z", r"(?:\n?\z)")
    return Value(BOOLEAN, f"regexp_matches({text}, {text_literal(re2)})")


def regexp_extract(name: str, given: Sequence[Value], place: Place) -> Value:
    r"""`trino_regexp_extract(x, '(\d+)', 1)`: NULL where nothing matches."""
    expected = (
        "regexp_extract(varchar(x), joniregexp), regexp_extract(varchar(x), joniregexp, bigint)"
    )
    tests = (is_text, is_text, is_integer)[: max(len(given), 2)]
    expect(name, given, place, expected, *tests)
    pattern = pattern_of(given[1], place)
    group = group_of(given, pattern, place)
    text = subject_of(given[0], pattern)
    sql = expand(f"trino_regexp_extract({{0}}, {escape(text_literal(pattern.re2))}, {group})", text)
    return Value(result_text(given[0]), sql)


def regexp_parts(name: str, given: Sequence[Value], place: Place) -> Value:
    r"""`regexp_extract_all(x, '\d+', 0)`, `string_split_regex(x, ',')`, or how many match."""
    expected = f"{name}(varchar(x), joniregexp)"
    is_list = name == "regexp_extract_all"
    tests = (is_text, is_text, is_integer)[: 3 if is_list and len(given) > 2 else 2]
    expect(name, given, place, expected, *tests)
    pattern = pattern_of(given[1], place)
    if pattern.may_be_empty:
        raise not_answered(place, "a pattern that matches nothing at all is not used here", "use +")
    group = group_of(given, pattern, place)
    subject, re2 = subject_of(given[0], pattern), text_literal(pattern.re2)
    parts = array(result_text(given[0]))
    match name:
        case "regexp_extract_all":
            return Value(parts, f"regexp_extract_all({subject}, {re2}, {group})")
        case "regexp_split":
            return Value(parts, f"string_split_regex({subject}, {re2})")
    return Value(BIGINT, f"cast(len(regexp_extract_all({subject}, {re2})) as bigint)")


def regexp_replace(name: str, given: Sequence[Value], place: Place) -> Value:
    r"""`regexp_replace(x, '(\d+)', '<\1>', 'g')`."""
    expected = (
        "regexp_replace(varchar(x), joniregexp), regexp_replace(varchar(x), joniregexp, varchar(y))"
    )
    tests = (is_text, is_text, is_text)[: max(len(given), 2)]
    expect(name, given, place, expected, *tests)
    pattern = pattern_of(given[1], place)
    if pattern.may_be_empty and not PLACES.fullmatch(pattern.re2):
        raise not_answered(
            place, "a pattern that matches nothing at all is not replaced here", "use +"
        )
    replacement = ""
    if len(given) > 2:
        text = known_text(given[2], place, "a replacement")
        try:
            replacement = read_replacement(text, pattern)
        except regular.NotRegular as error:
            raise bad_query(place, error.reason) from error
    sql = (
        f"regexp_replace({subject_of(given[0], pattern)}, {text_literal(pattern.re2)}, "
        f"{text_literal(replacement)}, 'g')"
    )
    return Value(replaced_type(given), sql)


def replaced_type(given: Sequence[Value]) -> Type:
    """Return the type of a replacement: x + max(x * y / 2, y) * (x + 1) characters at most."""
    size = given[0].type.size if is_text(given[0].type) else 0
    if len(given) < 3:
        return varchar(size)
    other = given[2].type.size if is_text(given[2].type) else 0
    if size is None or other is None:
        return VARCHAR
    return varchar(size + max(size * other // 2, other) * (size + 1))
