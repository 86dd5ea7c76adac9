"""The order contract: the definition of an order line. Only values; `parse` reads them from TOML.

It knows nothing about files, DuckDB or S3.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from order_transform.contract.word_lists import Currencies
from order_transform.contract.words import Words

TOTAL = "total_amount"
IS_SALE = "is_sale"
PRICE_IS_DERIVED = "price_is_derived"
PARTITION_KEY = "dt"
PRICE, QUANTITY, LINE_TOTAL, STATUS = "price", "quantity", "line_total", "status"
ORDER_ID, ORDER_DATE = "order_id", "order_date"
PRODUCT_ID, PRODUCT_NAME = "product_id", "product_name"

MAX_INTEGER_DIGITS = 12
MAX_DIGITS_BEFORE_POINT = 18
MAX_DIGITS_AFTER_POINT = 6


class FieldType(StrEnum):
    """How a cell is read; the values are those of `type` in the contract."""

    STRING = "string"
    DECIMAL = "decimal"
    INTEGER = "integer"
    DATE = "date"


class OnProblem(StrEnum):
    """What happens to a row with an empty or unreadable value: kept with a null, or quarantined."""

    ACCEPT = "accept"
    REJECT = "reject"


class NumberStyle(StrEnum):
    """Which mark is the decimal point: `1,234.50` is dot, `1.234,50` is comma."""

    DOT = "dot"
    COMMA = "comma"


class DateOrder(StrEnum):
    """How 03/04/2026 is read if nothing in the file shows it.

    `YEAR_FIRST` is for years of two digits, as in 24-03-05; other dates are read day first.
    """

    MONTH_FIRST = "month_first"
    DAY_FIRST = "day_first"
    YEAR_FIRST = "year_first"
    REFUSE = "refuse"


class PriceIs(StrEnum):
    """What an `Amount` is if the file does not show it: the price of one piece or of the line."""

    UNIT = "unit"
    LINE = "line"
    REFUSE = "refuse"


class AmountsIn(StrEnum):
    """What 1250 is in a column such as `unit_amount`: 1250 EUR or, in the smallest unit, 12.50."""

    CURRENCY = "currency"
    SMALLEST_UNIT = "smallest_unit"
    REFUSE = "refuse"


class RepeatedOrders(StrEnum):
    """Which export an order counts in, in the curated table, where several have it."""

    EACH_FILE = "each_file"
    NEWEST_FILE = "newest_file"


@dataclass(frozen=True, slots=True)
class Field:
    """One output field and the header names that mean it.

    `aliases` and `fallback` hold the names of `headers.toml` and the contract's own, which come
    first. `if_no_column` is the cell of every row where the file has no column for the field.
    """

    name: str
    type: FieldType
    required: bool = False
    empty: OnProblem = OnProblem.ACCEPT
    invalid: OnProblem = OnProblem.ACCEPT
    minimum: int | None = None
    nonzero: bool = False
    trim: bool = False
    if_no_column: str | int | None = None
    # To hash a thousand names takes longer than to look up what is cached by them.
    aliases: tuple[str, ...] = dataclasses.field(default=(), hash=False)
    fallback: tuple[str, ...] = dataclasses.field(default=(), hash=False)


@dataclass(frozen=True, slots=True)
class Rules:
    """What to do if more than one answer is possible; the contract's `[rules]`."""

    returns: OnProblem = OnProblem.ACCEPT
    duplicates: OnProblem = OnProblem.ACCEPT
    number_style: NumberStyle = NumberStyle.DOT
    date_order: DateOrder = DateOrder.MONTH_FIRST
    price_is: PriceIs = PriceIs.REFUSE
    amounts_in: AmountsIn = AmountsIn.REFUSE
    repeated_orders: RepeatedOrders = RepeatedOrders.EACH_FILE
    encoding: str = "auto"
    max_rejected_share: float = 0.9
    currency_words: tuple[str, ...] = dataclasses.field(default=(), hash=False)
    header_endings: tuple[str, ...] = ()
    no_sale: tuple[str, ...] = ()
    sale: tuple[str, ...] = ()
    currency_of_sign: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """The sizes above which a file is refused; the contract's `[limits]`."""

    decompressed_bytes: int = 8 << 30
    line_bytes: int = 1 << 20
    columns: int = 250


@dataclass(frozen=True, slots=True)
class Contract:
    """A whole contract. `digest` is 12 hex of a SHA-256 over its text and that of all lists.

    `own_aliases` are the aliases that stand in the contract itself, by field; they decide where
    several columns of a file mean one.
    """

    version: str
    digest: str
    fields: tuple[Field, ...]
    rules: Rules
    limits: Limits
    currencies: Currencies
    words: Words
    own_aliases: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict, hash=False)

    def field(self, name: str) -> Field:
        """Return the field called `name`; KeyError if there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)
