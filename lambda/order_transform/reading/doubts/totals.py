"""Evidence that a row has figures of the rows above it, though no label says so. Pure.

It is not clear enough to reject a row, so it is told.
"""

from collections.abc import Iterator, Sequence

from order_transform.contract.definition import ORDER_ID, PRODUCT_ID, PRODUCT_NAME
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.doubts.first_rows import FirstRows, shown
from order_transform.reading.rows.csv_rows import cell_at
from order_transform.reading.rows.running_sums import RunningSums

# What a row is called that has the largest, the smallest or the mean of the numbers above. Product
# names begin so, too (`Mini`), so only such a whole text is one, and it is told, not rejected.
_STATISTICS = frozenset({"max", "min", "\u00f8", "\u2300", "std", "stdev", "stddev", "count"})
_LONGEST_STATISTIC = 10


def unnamed_totals(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows whose numbers are the sums of others, and which no label calls a total."""
    found = _rows_of_sums(first, first.rows)
    if found:
        yield _told(first, found, "above")
    elif found := _rows_of_sums(first, first.rows[::-1]):
        yield _told(first, found, "below")


def _rows_of_sums(first: FirstRows, rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """Return the rows whose numbers are the sums of those that come before them.

    Such a row has no order's number, unless it is the file's last one.
    """
    order = first.columns.fields.get(ORDER_ID, -1)
    if len(first.texts(ORDER_ID)) == len(rows) and not first.are_all:
        return []
    sums = RunningSums(first.columns)
    found = []
    for row in rows:
        is_named = not cell_at(row, order).strip() and first.products(row)
        is_last = first.are_all and row is first.rows[-1]
        if (is_named and sums.match_in_all(row)) or (is_last and sums.match_with_count(row)):
            found.append(row)
            sums.restart()
        else:
            sums.add(row)
    return found


def _told(first: FirstRows, rows: Sequence[Sequence[str]], where: str) -> Choice[object]:
    return Choice(
        name="totals",
        value="counted",
        certainty=Certainty.DOUBTFUL,
        evidence=f"quantity and money of {first.share(rows)} are the sums of rows {where}, such as"
        f" '{shown(rows[0])}'",
        remedy="leave totals out of the export, or add what they are called to words.toml",
        rows=len(rows),
    )


def statistics(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of a row that may have the largest, the smallest or the mean of the numbers above."""
    fields = (ORDER_ID, PRODUCT_ID, PRODUCT_NAME)
    names = [text for field in fields for text in first.found(field, _is_statistic)]
    if len(set(names)) < len(names):
        return  # what is sold as Max is sold more than once
    found = [row for row in first.rows if any(map(_is_statistic, row))] if names else []
    found = [row for row in found if first.is_paid(row)]
    if found:
        yield Choice(
            name="totals",
            value="counted",
            certainty=Certainty.DOUBTFUL,
            evidence=f"'{names[0]}' may say that its row has a figure of the rows above, such as"
            f" '{shown(found[0])}'",
            remedy="leave such rows out of the export",
            rows=len(found),
        )


def _is_statistic(cell: str) -> bool:
    return len(cell) <= _LONGEST_STATISTIC and cell.strip(" .:").casefold() in _STATISTICS
