"""Evidence that several rows together are a table of their own, though it has no header. Pure.

It is not clear enough to reject the rows, so it is told.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import isclose

from order_transform.contract.definition import LINE_TOTAL, ORDER_ID, PRICE, QUANTITY
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.doubts.first_rows import FirstRows, shown
from order_transform.reading.rows.csv_rows import cell_at
from order_transform.reading.rows.labels import is_of_returns
from order_transform.reading.rows.running_sums import RunningSums
from order_transform.reading.statuses import counted_as_sales

_FEWEST_ROWS = 2  # of orders, and of a block that adds them up


def summaries(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows whose money together is that of all rows above: sums by product or by day."""
    found = _summary_rows(first)
    if found:
        yield Choice(
            name="totals",
            value="counted",
            certainty=Certainty.DOUBTFUL,
            evidence=f"{first.share(found)} have together the money of all rows above, as in a"
            f" summary, such as '{shown(found[0])}'",
            remedy="leave such rows out of the export",
            rows=len(found),
        )


def _summary_rows(first: FirstRows) -> list[Sequence[str]]:
    """Return the rows of summaries.

    The first of one stands apart, or leaves a column empty that all rows above fill.
    """
    found: list[Sequence[str]] = []
    if not first.are_all:
        return found  # the rows above are not known
    sums, always = RunningSums(first.columns), _filled(first.rows[:1])
    number = 0
    while number < len(first.rows):
        row = first.rows[number]
        block: Sequence[Sequence[str]] = ()
        if number in first.apart or not always <= _filled([row]):
            block = _block_of_sums(first, number, sums)
        found += block
        number += len(block) or 1
        if not block:
            sums.add(row)
            always &= _filled([row])
    return found


def _block_of_sums(first: FirstRows, start: int, sums: RunningSums) -> Sequence[Sequence[str]]:
    """Return the rows from one on that together have the money of all above; none if none have."""
    if sums.rows < _FEWEST_ROWS:
        return ()
    above = [sums.whole[name] for name in (LINE_TOTAL, "product") if name in sums.whole]
    block = RunningSums(first.columns)
    for number, row in enumerate(first.rows[start:], start + 1):
        if number - 1 > start and number - 1 in first.apart:
            break
        block.add(row)
        several = block.whole.get(QUANTITY, 0) > block.rows
        if block.rows < _FEWEST_ROWS or not (several or start in first.apart):
            continue  # orders of one piece may have these sums by chance
        money = block.whole.get(LINE_TOTAL, block.whole.get(PRICE, 0.0))
        if money and any(isclose(money, one, rel_tol=1e-9, abs_tol=0.006) for one in above):
            return first.rows[start:number]
    return ()


def unlike_blocks(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows below a blank row or a title that are filled otherwise than those above.

    But not of those that `summaries` tells of.
    """
    starts = sorted(start for start in first.apart if start >= _FEWEST_ROWS)
    if not starts:
        return
    summed = set(map(id, _summary_rows(first)))
    above = list(filter(first.is_paid, first.rows[: starts[0]]))
    found: list[Sequence[str]] = []
    for start, end in pairwise([*starts, len(first.rows)]):
        rows = [row for row in first.rows[start:end] if first.is_paid(row)]
        if _are_unlike(first, rows, above):
            found += [row for row in rows if id(row) not in summed]
        else:
            above += rows
    if found:
        yield Choice(
            name="further_tables",
            value="by the file's header",
            certainty=Certainty.DOUBTFUL,
            evidence="rows below a blank line or a title are filled otherwise than those above, as"
            f" in another table, and count: {first.share(found)}, such as '{shown(found[0])}'",
            remedy="remove such rows where they are not orders, or write their header above them",
            rows=len(found),
        )


def _are_unlike(
    first: FirstRows, rows: Sequence[Sequence[str]], above: Sequence[Sequence[str]]
) -> bool:
    """Tell whether all rows lack a cell that those above have, or write ids in another form."""
    if not rows or len(above) < _FEWEST_ROWS:
        return False
    always = _filled(above)
    if all(not always <= _filled([row]) for row in rows):
        return True
    place = first.columns.fields.get(ORDER_ID, -1)
    forms, others = ({_form(cell_at(row, place)) for row in some} for some in (above, rows))
    return len(forms) == 1 and forms.isdisjoint(others)


def returns_below_titles(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows below a line such as `Returns` that count as sales."""
    title = ""
    found = []
    for row in first.rows:
        texts = [text for cell in row if (text := cell.strip())]
        if len(texts) == 1:
            title = texts[0] if is_of_returns(texts, first.words) else ""
        elif title and first.is_paid(row) and "-" not in "".join(_numbers(first, row)):
            found.append((title, row))
    if found:
        title, row = found[0]
        yield counted_as_sales(
            f"rows below the line '{title}' count as sales: {first.share(found)}, such as"
            f" '{shown(row)}'",
            "export returns with a negative quantity, or without such rows",
            rows=len(found),
        )


def _numbers(first: FirstRows, row: Sequence[str]) -> Iterator[str]:
    for name in (QUANTITY, PRICE, LINE_TOTAL):
        yield cell_at(row, first.columns.fields.get(name, -1))


def _filled(rows: Sequence[Sequence[str]]) -> frozenset[int]:
    """Return the places that all rows fill."""
    filled = [frozenset(at for at, cell in enumerate(row) if cell.strip()) for row in rows]
    return filled[0].intersection(*filled[1:]) if filled else frozenset()


def _form(text: str) -> str:
    """Return how an id is written: `A-9` for `ORD-1001`."""
    return re.sub(r"[^\W\d_]+", "A", re.sub(r"\d+", "9", text.strip()))
