"""The SQL of a row's price and total: multiplied from a unit price, or taken from a line total.

Pure text over the columns of the fields (`price_value`, `quantity_value`, `line_value`).
"""

from dataclasses import dataclass

from order_transform.contract.definition import MAX_DIGITS_AFTER_POINT, MAX_INTEGER_DIGITS
from order_transform.reading.numbers.style import NumberReading
from order_transform.sql.number_fields import MIN_DECIMALS, SMALL_DIGITS

# Together with the digits of a quantity, a sum of that many digits may outgrow a DECIMAL.
_SAFE_SUM_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Amounts:
    """How a row's money is computed.

    `total` is the SQL of total_amount and `decimals` is how many places it has after the point.
    `derived_price` is the SQL of a price that is not in the file, else None. `is_small`: a total
    has at most the 18 digits that fit into 64 bits; `is_wide`: a sum of totals may have more than
    the 38 digits of a DECIMAL.
    """

    total: str
    decimals: int
    derived_price: str | None = None
    is_small: bool = False
    is_wide: bool = False

    @property
    def total_bytes(self) -> int:
        """Return the width of `total_column` in memory."""
        return 8 if self.is_small else 16

    def total_column(self) -> str:
        """Return SQL for the total in a type of known width: `(c1 * c2)::DECIMAL(18, 2)`."""
        digits = SMALL_DIGITS if self.is_small else 38
        return f"({self.total})::DECIMAL({digits}, {self.decimals})"

    def exact_sum(self, condition: str) -> str:
        """Return SQL for the sum of the totals of some rows, with all its digits.

        For the rows that are accepted: `sum(line_value) FILTER (accepted)`.
        """
        if not self.is_wide:
            return f"sum({self.total}) FILTER ({condition})"
        digits = f"replace(({self.total})::VARCHAR, '.', '')::BIGNUM"
        return f"(sum({digits}) FILTER ({condition}))::VARCHAR || 'E-{self.decimals}'"


def unit_amounts(price: NumberReading, quantity: NumberReading) -> Amounts:
    """Multiply price and quantity, in 64 bits where the numbers' sizes are sure.

    DuckDB gives the product of two decimals of 64 bits no more than those, and fails beyond. For
    prices such as 12.50: `price_value * quantity_value::DECIMAL(2, 0)`.
    """
    decimals = max(price.decimals, MIN_DECIMALS)
    digits = min(quantity.whole_digits, MAX_INTEGER_DIGITS)
    width = price.whole_digits + decimals
    is_small = price.plain and width + digits <= SMALL_DIGITS
    factor = "price_value"
    if not is_small:
        factor = f"price_value::DECIMAL({max(width, SMALL_DIGITS + 1)}, {decimals})"
    return Amounts(
        total=f"{factor} * quantity_value::DECIMAL({digits}, 0)",
        decimals=decimals,
        is_small=is_small,
        is_wide=price.whole_digits + quantity.whole_digits > _SAFE_SUM_DIGITS,
    )


def line_amounts(line: NumberReading) -> Amounts:
    """Take the line's money as it is, and derive the price of one piece from it.

    The price is rounded half up to as many decimals as a price may have. It is negative, and so
    no price, where the signs of money and quantity differ.
    """
    units = f"replace(line_value::DECIMAL(38, {MAX_DIGITS_AFTER_POINT})::VARCHAR, '.', '')::HUGEINT"
    pieces = "nullif(quantity_value, 0)::HUGEINT"
    rounded = f"(2 * ({units}) * sign({pieces}) + abs({pieces})) // (2 * abs({pieces}))"
    return Amounts(
        total="line_value",
        decimals=max(line.decimals, MIN_DECIMALS),
        derived_price=f"(({rounded})::VARCHAR || 'E-{MAX_DIGITS_AFTER_POINT}')"
        f"::DECIMAL(38, {MAX_DIGITS_AFTER_POINT})",
    )


def short_number(value: str) -> str:
    """Return SQL for a number of six decimals as a text of two to six: 7.50, 3.333333.

    `regexp_replace((price_value)::VARCHAR, '0{1,4}$', '')`.
    """
    return f"regexp_replace(({value})::VARCHAR, '0{{1,{MAX_DIGITS_AFTER_POINT - 2}}}$', '')"
