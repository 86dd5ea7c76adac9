from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from orderlake.report.amounts import exact, magnitude, percent
from orderlake.wording import size_text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (999, "999"),
        (541_909, "541,909"),
        (999_999, "999,999"),
        (1_000_000, "1.00 M"),
        (Decimal("9769872.054"), "9.77 M"),
        (Decimal("-97698720.5"), "-97.7 M"),
        (Decimal("0.5"), "0.50"),
        (Decimal("12345.678"), "12,346"),
        (123_456_789_012, "123 bn"),
        (Decimal("999999.9"), "1,000,000"),
        (5 * 10**15, "5000 T"),
    ],
)
def test_a_number_reads_by_its_magnitude(number: int | Decimal, text: str) -> None:
    assert magnitude(number) == text


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20
    )
)
def test_an_exact_number_keeps_every_digit_that_counts(number: Decimal) -> None:
    assert Decimal(exact(number).replace(",", "")) == number


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, "0 %"), (0, 9, "0 %"), (1, 100_000, "< 0.1 %"), (1, 3, "33.3 %"), (3, 3, "100.0 %")],
)
def test_a_share_that_is_not_nothing_never_reads_as_nothing(
    part: int, whole: int, text: str
) -> None:
    assert percent(part, whole) == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (13_800_000, "13.8 MB"), (5 * 10**9, "5.0 GB")],
)
def test_a_size_has_the_unit_that_fits(size: int, text: str) -> None:
    assert size_text(size) == text
