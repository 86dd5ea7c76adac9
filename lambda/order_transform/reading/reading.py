"""The reading of one file: every choice about it in one value, which all statements obey.

Evidence goes in (`survey`, `records`, `numbers.style`, `dates.style`), one `Reading` comes out. It
holds for every row of the file.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from order_transform.contract.definition import (
    LINE_TOTAL,
    ORDER_ID,
    PRICE,
    NumberStyle,
    PriceIs,
)
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.currency import CurrencyReading
from order_transform.reading.dates.style import DateReading
from order_transform.reading.doubts.columns import OF_ONE_PIECE
from order_transform.reading.numbers.style import NumberReading
from order_transform.reading.records import Records
from order_transform.reading.statuses import NoSaleMark, Statuses


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read: its records, and one reading for each number field and date field.

    `price_is` says what the price column means; a file without one has only a line total.
    `statuses` are the file's cells that make a row no sale, and `marks` are further columns that do
    so. `currency` is how rows get the
    currency that stands in price cells or their header. `others` are the choices that are not
    part of one of those.
    """

    records: Records
    numbers: Mapping[str, NumberReading] = field(default_factory=dict)
    dates: Mapping[str, DateReading] = field(default_factory=dict)
    price_is: Choice[PriceIs] | None = None
    statuses: Statuses = field(default_factory=Statuses)
    marks: tuple[NoSaleMark, ...] = ()
    currency: CurrencyReading | None = None
    others: tuple[Choice[object], ...] = ()

    @property
    def line_field(self) -> str:
        """Return the field that holds the whole line's money; empty if prices are multiplied."""
        fields = self.records.columns.fields
        if PRICE not in fields:
            return LINE_TOTAL
        is_line = self.price_is is not None and self.price_is.value is PriceIs.LINE
        return PRICE if is_line else ""

    def field_reading(self, name: str) -> NumberReading | DateReading | None:
        """Return how a field is read; None for a text."""
        return self.numbers.get(name) or self.dates.get(name)

    def choices(self) -> Iterator[Choice[object]]:
        """Yield every choice of this reading, each once, from the bytes to the meaning."""
        for choice in self.records.choices:
            # Where the line's money is read, it does not matter for how many pieces a price is.
            if not (self.line_field and choice.value == OF_ONE_PIECE):
                yield choice
        yield from dict.fromkeys(reading.style for reading in self.numbers.values())
        for reading in self.dates.values():
            yield from filter(None, (reading.order, reading.year_order))
        if self.price_is:
            yield self.price_is
        if self.currency:
            # They were counted in groups, which come in any order.
            yield from sorted(self.currency.choices, key=lambda one: (str(one.value), one.evidence))
        if kind := self.statuses.choice(self.records.columns):
            yield kind
        yield from _structure(self.records)
        yield from self.others

    def assumptions(self) -> dict[str, object]:
        """Return how the file was read as plain values, for a program that reads it again."""
        records, columns = self.records, self.records.columns
        styles = {name: reading.style.value.value for name, reading in self.numbers.items()}
        return {
            "delimiter": records.delimiter,
            "space_before_quotes": records.space_before_quotes,
            "lines_above_header": len(records.titles),
            "columns": {name: columns.labels[place] for name, place in columns.fields.items()},
            "columns_by_fallback": list(columns.fallbacks),
            "passed_through": {name: columns.labels[at] for name, at in columns.extra.items()},
            "number_style": next(iter(styles.values()), NumberStyle.DOT.value),
            "dates": {
                name: {
                    "order": reading.order.value if reading.order else None,
                    "formats": ["ISO 8601"] if reading.iso else list(reading.formats),
                }
                for name, reading in self.dates.items()
            },
        }


def _structure(records: Records) -> Iterator[Choice[object]]:
    """Yield what was made of further headers, and of fields that an order's first line has."""
    if records.split_rows:
        evidence = "with lists became {}; in each the items add up to the row's own total"
        if records.numbered:
            evidence = "with numbered columns, one set for each item, became {}"
        fitting, all_totals = records.own_totals_that_fit, records.own_totals
        differs = fitting < all_totals
        if all_totals:
            evidence += f"; in {fitting:,} of {all_totals:,} they add up to the row's own total"
        yield Choice(
            name="several_items",
            value="one row per item",
            certainty=Certainty.DOUBTFUL if differs else Certainty.PROVEN,
            evidence=f"{_count_text(records.split_rows)} "
            + evidence.format(_count_text(records.split_items)),
            remedy="check whether the total has shipping, tax or a discount" if differs else "",
            notable=True,
            rows=records.split_items,
        )
    if records.further_rows:
        evidence = "a further header in the file has the same columns in another order"
        yield _of_rows("further_tables", "by their own header", evidence, records.further_rows)
    if records.merged_rows:
        evidence = "cells of the workbook are merged over several rows, and each gets their value"
        yield _of_rows("carried_down", "merged cells", evidence, records.merged_rows)
    if records.rules and records.rules.carried:
        names = ", ".join(records.rules.carried)
        evidence = "these stand on an order's first line only, and its further lines get them, too"
        yield _of_rows("carried_down", names, evidence, records.carried_rows)
    for name, lacking in records.rules.mixed.items() if records.rules else ():
        evidence = "first lines of orders have it, and some of the further lines do not"
        if name == ORDER_ID:
            evidence = "rows without it may belong to an order beside them, which nothing proves"
        yield Choice(
            name="carried_down",
            value="left empty",
            certainty=Certainty.DOUBTFUL,
            evidence=f"{evidence}: at least {_count_text(lacking.rows)}, such as"
            f" '{lacking.example}'",
            field=name,
            remedy="fill it in the export where the lines belong to one order",
            rows=lacking.rows,
        )


def _of_rows(name: str, value: str, evidence: str, rows: int) -> Choice[object]:
    return Choice(
        name=name,
        value=value,
        certainty=Certainty.PROVEN,
        evidence=f"{evidence}: {_count_text(rows)}",
        notable=True,
        rows=rows,
    )


def _count_text(rows: int) -> str:
    """Return how many rows, in words: `1 row`, `2,000 rows`."""
    return f"{rows:,} {'row' if rows == 1 else 'rows'}"
