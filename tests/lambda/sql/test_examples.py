"""The SQL that a builder's docstring shows is the SQL that it returns."""

from collections.abc import Callable

import pytest
from order_transform.contract.definition import NumberStyle
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.numbers.style import NumberReading
from order_transform.sql.amounts import Amounts, unit_amounts
from order_transform.sql.cells import literal
from order_transform.sql.expressions import read_field
from order_transform.sql.field_sql import is_blank, trimmed
from transformed import CONTRACT

STYLE = Choice("number_style", NumberStyle.DOT, Certainty.PROVEN, "")
PRICE = NumberReading(STYLE, plain=True, whole_digits=4, decimals=2)
QUANTITY = NumberReading(STYLE, plain=True, whole_digits=2, decimals=0)
FIELD = read_field(CONTRACT.field("price"), "c8", CONTRACT, PRICE)
SPACES = trimmed("c3").removeprefix("trim(coalesce(c3, ''), ").removesuffix(")")

EXAMPLES = [
    (trimmed, trimmed("c3")),
    (is_blank, is_blank(["c0", "c1"])),
    (read_field, FIELD.steps[0][1]),
    (read_field, FIELD.steps[1][1]),
    (read_field, FIELD.is_valid),
    (read_field, FIELD.matches_sample),
    (unit_amounts, unit_amounts(PRICE, QUANTITY).total),
    (Amounts.exact_sum, Amounts("line_value", 2).exact_sum("accepted")),
]


@pytest.mark.parametrize(("builder", "sql"), EXAMPLES)
def test_a_docstring_shows_what_its_builder_returns(
    builder: Callable[..., object], sql: str
) -> None:
    shown = " ".join((builder.__doc__ or "").split())
    assert f"`{sql.replace(SPACES, '<spaces>')}`" in shown


def test_a_quote_in_a_literal_is_doubled() -> None:
    assert literal("it's") == "'it''s'"
