"""The lattice of types, over any JSON value."""

import json

import pytest
from glue_crawler.schema.hive_types import (
    BIGINT,
    BOOLEAN,
    DOUBLE,
    INT,
    STRING,
    UNKNOWN,
    Array,
    HiveType,
    Struct,
    fits,
    infer,
    join,
    render,
)
from glue_memory import VALUES
from hypothesis import given

TYPES = VALUES.map(infer)


def unordered(kind: HiveType) -> object:
    """A type without the order of its fields, which is not part of the lattice."""
    if isinstance(kind, Array):
        return ("array", unordered(kind.element))
    if isinstance(kind, Struct):
        return frozenset((name, unordered(part)) for name, part in kind.fields)
    return kind.name


@given(TYPES)
def test_joining_a_type_with_itself_changes_nothing(kind: HiveType) -> None:
    assert join(kind, kind) == kind


@given(TYPES, TYPES)
def test_joining_does_not_depend_on_the_order(left: HiveType, right: HiveType) -> None:
    assert unordered(join(left, right)) == unordered(join(right, left))


@given(TYPES, TYPES, TYPES)
def test_joining_does_not_depend_on_the_grouping(a: HiveType, b: HiveType, c: HiveType) -> None:
    assert unordered(join(join(a, b), c)) == unordered(join(a, join(b, c)))


@given(TYPES)
def test_unknown_is_the_bottom_and_string_is_the_top(kind: HiveType) -> None:
    assert join(UNKNOWN, kind) == join(kind, UNKNOWN) == kind
    assert join(STRING, kind) == STRING


@given(VALUES)
def test_a_value_fits_its_own_type(value: object) -> None:
    assert fits(value, infer(value))


@given(VALUES, TYPES)
def test_a_value_fits_every_type_joined_with_its_own(value: object, other: HiveType) -> None:
    assert fits(value, join(infer(value), other))
    assert fits(value, join(other, infer(value)))


@given(VALUES, TYPES)
def test_what_fits_teaches_nothing(value: object, kind: HiveType) -> None:
    if fits(value, kind):
        assert unordered(join(kind, infer(value))) == unordered(kind)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2147483647", "int"),
        ("-2147483648", "int"),
        ("2147483648", "bigint"),
        ("9223372036854775807", "bigint"),
        ("9223372036854775808", "double"),
        ("1.0", "double"),
        ("1e3", "double"),
        ("true", "boolean"),
        ('"1"', "string"),
        ('"2026-11-22"', "string"),
        ("null", "string"),
        ("[]", "array<string>"),
        ("{}", "string"),
        ("[{}]", "array<string>"),
        ("[1, 2.5]", "array<double>"),
        ('[{"B": 1}, {"a": null, "b": 2}]', "array<struct<b:int,a:string>>"),
        ('[1, "x"]', "array<string>"),
        ("[true, 1]", "array<string>"),
    ],
)
def test_values_have_the_type_that_glue_names(text: str, expected: str) -> None:
    assert render(infer(json.loads(text))) == expected


def test_numbers_widen_in_one_direction() -> None:
    assert [join(INT, BIGINT), join(BIGINT, DOUBLE), join(INT, DOUBLE)] == [BIGINT, DOUBLE, DOUBLE]
    assert join(BOOLEAN, INT) == STRING
