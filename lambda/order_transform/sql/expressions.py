"""The SQL that reads one field of one row, built from the contract and the file's readings.

Pure text; what all fields share is in `field_sql`.
"""

from order_transform.contract.definition import Contract, Field
from order_transform.reading.dates.style import DateReading
from order_transform.reading.numbers.style import NumberReading
from order_transform.sql.date_fields import read_date
from order_transform.sql.field_sql import FieldSql, read_text
from order_transform.sql.number_fields import read_number


def read_field(
    field: Field,
    cell: str,
    contract: Contract,
    reading: NumberReading | DateReading | None,
    factor: str = "",
) -> FieldSql:
    """Build the SQL of one field; `reading` is how the file writes it, None for a text.

    `factor` is what a number is multiplied with, empty for 1.

    For a price in a file of prices up to 9999.99 the steps are `price_text`, which is `c8`, and
    `price_value`, which is `TRY_CAST(price_text AS DECIMAL(6, 2))`. A row is valid where
    `NOT (price_value IS NULL) AND coalesce(NOT (price_value < 0), true)`, and is written as the
    sample where `coalesce(regexp_full_match(c8, '-?[0-9]{1,4}(\\.[0-9]{1,2})?'), true)`.
    """
    match reading:
        case NumberReading():
            return read_number(field, cell, contract, reading, factor)
        case DateReading():
            return read_date(field, cell, reading)
        case None:
            return read_text(field, cell)
