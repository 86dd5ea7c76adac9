import struct
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from athena_sql.answer import Column
from athena_sql.running.result_text import column_info, csv_line, value_text
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.0"),
        (1e7, "1.0E7"),
        (9999999.0, "9999999.0"),
        (0.001, "0.001"),
        (1e-4, "1.0E-4"),
        (-2.5e-10, "-2.5E-10"),
        (12345678.9, "1.23456789E7"),
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
        (Decimal("12.50"), "12.50"),
        (Decimal("1E+3"), "1000"),
        (True, "true"),
        (date(2026, 1, 5), "2026-01-05"),
        (datetime.fromisoformat("2026-01-05T10:20:30"), "2026-01-05 10:20:30.000"),
        (datetime(2026, 1, 5, 10, 20, 30, 1000, UTC), "2026-01-05 10:20:30.001 UTC"),
        ([1, None, [2.0]], "[1, null, [2.0]]"),
        ({"a": 1, "b": None}, "{a=1, b=null}"),
        (b"hi", "68 69"),
        ("", ""),
        (None, None),
    ],
)
def test_a_value_is_printed_as_athena_prints_it(value: Any, text: str | None) -> None:
    assert value_text(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_is_the_same_number_when_it_is_read_back(value: float) -> None:
    assert float(str(value_text(value))) == value


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_real_has_no_more_digits_than_it_needs(value: float) -> None:
    text = str(value_text(value, "real"))
    assert struct.pack("f", float(text)) == struct.pack("f", value)
    assert len(text.replace(".", "").replace("-", "").partition("E")[0].strip("0")) <= 9


@pytest.mark.parametrize(
    ("kind", "described"),
    [
        ("decimal(38,6)", ("decimal", 38, 6)),
        ("varchar", ("varchar", 2147483647, 0)),
        ("varchar(3)", ("varchar", 3, 0)),
        ("bigint", ("bigint", 19, 0)),
        ("real", ("float", 17, 0)),
        ("timestamp(3)", ("timestamp", 3, 0)),
        ("timestamp(3) with time zone", ("timestamp with time zone", 3, 0)),
        ("array(row(a integer))", ("array", 0, 0)),
    ],
)
def test_a_column_is_described_with_precision_and_scale(
    kind: str, described: tuple[str, int, int]
) -> None:
    info = column_info(Column("x", kind))
    assert (info["Type"], info["Precision"], info["Scale"]) == described


def test_null_and_the_empty_text_differ_in_csv() -> None:
    assert csv_line(["a", None, "", 'q"q']) == '"a",,"","q""q"\n'
