"""Evidence that a row has lost cells, or the file its end. Pure."""

import re
from collections.abc import Iterator, Sequence

from order_transform.contract.definition import PRICE, QUANTITY
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns.columns import Columns
from order_transform.reading.doubts.first_rows import FirstRows, shown
from order_transform.reading.rows.csv_rows import cell_at

# As many times more rows have to be full, or a program may leave out empty cells at an end. They
# seldom are of a number or a date.
_FULL_ROWS, _FULL_ROWS_OF_NUMBERS = 5, 2
_MOST_ROWS_AT_CHANCE = 20  # whose last cells may have one form by chance
_NUMBER_OR_DATE = re.compile(r"\d[\d.,:/ T-]*")
_FIXED = re.compile(r"[.,]\d*0$|\D0\d")  # a zero that is written for its place
_BLOCK = 1 << 12  # bytes, in which programs write files and copy them


def short_rows(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows with fewer cells than the header, if all others fill what they lack.

    A cell may be lost in front of the price, so that another one stands in its place. A row that
    has no price or quantity for it is rejected anyway.
    """
    width, fields = first.columns.header_width, first.columns.fields
    needed = max((fields.get(name, 0) for name in (PRICE, QUANTITY)), default=0)
    short = [row for row in first.rows if needed < len(row) < width and first.is_paid(row)]
    full = [row for row in first.rows if len(row) == width]
    if not short or len(full) < _FULL_ROWS_OF_NUMBERS * len(short):
        return
    filled = [place for place in range(width) if all(row[place].strip() for row in full)]
    is_number = filled and all(re.search(r"\d", row[filled[-1]]) for row in full)
    if not (is_number or len(full) >= _FULL_ROWS * len(short)):
        return
    found = [row for row in short if filled and filled[-1] >= len(row)]
    if found:
        yield Choice(
            name="shifted",
            value="as written",
            certainty=Certainty.DOUBTFUL,
            evidence=f"rows lack a cell that all others fill: {first.share(found)}, such as"
            f" '{shown(found[0])}'; if it is lost in the middle, others stand in its place",
            remedy="export the file again, or correct such rows",
            rows=len(found),
        )


def cut_short(
    columns: Columns, last_rows: Sequence[Sequence[str]], size_bytes: int
) -> Iterator[Choice[object]]:
    """Tell of a last line that has no end, if its last cell is shorter than all above.

    So a price of `8.50` that was cut to `8.` is the only one with fewer decimals. Nothing else
    shows a price of `850` that was cut to `8`, but for a size in which files are copied.
    `last_rows` may be some of the last ones.
    """
    place = columns.header_width - 1
    above = [row for row in last_rows[:-1] if len(row) > place]
    why = ""
    if above and _fills_all_but_the_last(last_rows[-1], above):
        cell = cell_at(last_rows[-1], place).strip()
        if _is_cut(cell, [row[place].strip() for row in above]):
            why = f"its last cell '{cell}' is shorter than all above"
    if not why and above and size_bytes % _BLOCK == 0:
        why = f"the file has exactly {size_bytes:,} bytes, as where copying it ended early"
    if why:
        yield Choice(
            name="cut_short",
            value="as written",
            certainty=Certainty.DOUBTFUL,
            evidence=f"the last line has no end, and {why}: '{shown(last_rows[-1])}'",
            remedy="check that the export ended, and send the whole file",
        )


def _fills_all_but_the_last(row: Sequence[str], above: Sequence[Sequence[str]]) -> bool:
    """Tell whether a row fills what all above fill, but for the last cell: a total does not."""
    places = range(len(above[0]) - 1)
    return all(
        cell_at(row, place).strip() or not all(cell_at(other, place).strip() for other in above)
        for place in places
    )


def _is_cut(cell: str, above: Sequence[str]) -> bool:
    """Tell whether a number or a date ends before the form of all those above is complete."""
    above = [text for text in above if text]
    forms = {_form(text) for text in above}
    is_fixed = any(map(_FIXED.search, above)) or len(above) >= _MOST_ROWS_AT_CHANCE
    if len(forms) != 1 or not is_fixed or not _NUMBER_OR_DATE.fullmatch(cell):
        return False
    [form] = forms
    return form != _form(cell) and form.startswith(_form(cell))


def _form(text: str) -> str:
    """Return what is fixed in a number or a date: `.99` for `12.50`; the text if it is another."""
    if not _NUMBER_OR_DATE.fullmatch(text):
        return text
    return re.sub(r"\d", "9", text.lstrip("0123456789"))
