"""A look at the first rows of a file and at some others, for doubts about its sums and its texts.

`look_at_rows` asks each kind of evidence. None changes a row: what it finds is told. Pure.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from order_transform.contract.definition import Contract, OnProblem
from order_transform.reading.choices import Choice
from order_transform.reading.columns.columns import Columns
from order_transform.reading.doubts.blocks import (
    returns_below_titles,
    summaries,
    unlike_blocks,
)
from order_transform.reading.doubts.column_products import further_totals
from order_transform.reading.doubts.columns import (
    decimals_apart,
    empty_columns,
    mixed_measures,
    mixed_taxes,
    prices_of_many,
    tables_beside,
    units_that_differ,
)
from order_transform.reading.doubts.cut_codes import cut_codes
from order_transform.reading.doubts.exchange_rates import exchange_rates
from order_transform.reading.doubts.first_rows import FirstRows, first_rows
from order_transform.reading.doubts.indented_products import indented_products
from order_transform.reading.doubts.lost_cells import short_rows
from order_transform.reading.doubts.offers import offers
from order_transform.reading.doubts.remarks import comments, placeholders, remarks
from order_transform.reading.doubts.rows import (
    bundles,
    lacking_products,
    repeated_lines,
    revisions,
    side_items,
)
from order_transform.reading.doubts.rows_not_sold import (
    minus_amounts,
    minus_signs,
    only_returns,
    other_documents,
    other_kinds,
    return_names,
    return_numbers,
)
from order_transform.reading.doubts.spellings import spellings
from order_transform.reading.doubts.texts import (
    damaged_ids,
    damaged_texts,
    foreign_quotes,
    invisible_characters,
    no_values,
    placeholder_days,
)
from order_transform.reading.doubts.titles import told_of_titles, units_below_header
from order_transform.reading.doubts.totals import statistics, unnamed_totals
from order_transform.reading.doubts.unread_returns import (
    returns_in_notes,
    returns_in_other_columns,
    sides,
)
from order_transform.reading.rows.shifted_rows import shifted_rows

_OF_ANY_ROWS: tuple[Callable[[FirstRows], Iterator[Choice[object]]], ...] = (
    no_values,
    damaged_ids,
    damaged_texts,
    empty_columns,
    foreign_quotes,
    invisible_characters,
    placeholder_days,
    spellings,
    cut_codes,
    lacking_products,
    side_items,
    bundles,
    prices_of_many,
    offers,
    mixed_measures,
    shifted_rows,
    short_rows,
    comments,
    remarks,
    placeholders,
    returns_in_other_columns,
    returns_in_notes,
    sides,
    mixed_taxes,
    exchange_rates,
    decimals_apart,
    units_that_differ,
    other_kinds,
    minus_signs,
    minus_amounts,
    return_names,
    return_numbers,
)
# Of rows without a gap between them.
_OF_FIRST_ROWS: tuple[Callable[[FirstRows], Iterator[Choice[object]]], ...] = (
    revisions,
    unnamed_totals,
    statistics,
    further_totals,
    indented_products,
    summaries,
    unlike_blocks,
    returns_below_titles,
    tables_beside,
    only_returns,
    other_documents,
    units_below_header,
)
# Figures of the rows above, and further tables, stand below the orders.
_KINDS_AT_END = (statistics, unlike_blocks)


def look_at_rows(
    columns: Columns,
    first: Sequence[Sequence[str]],
    others: Sequence[Sequence[str]],
    contract: Contract,
) -> list[Choice[object]]:
    """Return what the first rows and some others show; nothing for most files."""
    rows = first_rows(columns, first, contract.words)
    looked_at = rows
    if others:
        looked_at = FirstRows(columns, (*rows.rows, *others), contract.words, others=len(others))
    told = [choice for kind in _OF_ANY_ROWS for choice in kind(looked_at)]
    told += [choice for kind in _OF_FIRST_ROWS for choice in kind(rows)]
    return [*told, *repeated_lines(_counted(rows, contract))]


def _counted(first: FirstRows, contract: Contract) -> FirstRows:
    """Return the rows without those that the contract rejects as duplicates."""
    if contract.rules.duplicates is OnProblem.ACCEPT:
        return first
    once = {tuple(row): row for row in first.rows}
    return FirstRows(first.columns, tuple(once.values()), first.words)


def look_at_last_rows(
    columns: Columns, rows: Iterable[Sequence[str]], contract: Contract
) -> list[Choice[object]]:
    """Return what the last rows of a longer file show, where figures of the rows above stand."""
    last = first_rows(columns, rows, contract.words, are_last=True)
    return [choice for kind in _KINDS_AT_END for choice in kind(last)]


def look_at_titles(
    columns: Columns,
    rows: Iterable[Sequence[str]],
    titles: Sequence[str],
    name: str,
    contract: Contract,
) -> list[Choice[object]]:
    """Return what the lines above the header and the file's name say of the first rows."""
    first = first_rows(columns, rows, contract.words)
    return list(told_of_titles(first, titles, name))
