"""Evidence that rows which count as sales are returns, by columns that are not read. Pure.

A file has one status, or one column of kinds. What a further column says is told.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from order_transform.contract.definition import QUANTITY
from order_transform.contract.header_names import header_words, normalise
from order_transform.reading.choices import Choice
from order_transform.reading.doubts.first_rows import FirstRows
from order_transform.reading.rows.csv_rows import cell_at
from order_transform.reading.statuses import counted_as_sales, status_place

_MOST_KINDS = 50  # a column with more texts says something else
# What a header has in which a word such as `failed` or `lost` is about the order.
STATUS_WORDS = frozenset(
    {"status", "state", "statut", "etat", "estado", "stato", "situacao", "stan", "durum", "zustand"}
)
# The headers of columns that say on which side of an account a row stands, and their two sides.
_SIDES = frozenset(
    {
        "sh",
        "sollhaben",
        "sollhabenkennzeichen",
        "shkennzeichen",
        "shkz",
        "drcr",
        "crdr",
        "dc",
        "debitcredit",
        "creditdebit",
        "dcindicator",
        "debehaber",
        "dareavere",
        "debitkredit",
    }
)
_DEBITS = frozenset({"s", "soll", "d", "dr", "debit", "debe", "dare"})
_CREDITS = frozenset({"h", "haben", "c", "cr", "credit", "haber", "avere", "kredit", "k"})


def returns_in_other_columns(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows that a column which is not the status calls returned or cancelled."""
    columns, words = first.columns, first.words
    status, _ = status_place(columns, words)
    for place in columns.extra.values():
        label = columns.labels[place]
        if place == status or label in columns.marks:
            continue
        is_status = not STATUS_WORDS.isdisjoint(header_words(label))
        meant = words.returns | words.no_sale if is_status else words.returns
        # A column may say which card was used.
        found = _cells(first, place, meant - {"credit"})
        if found:
            yield _counted(first, label, _shown(found), found.total())


def debits_and_credits(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of a column that says of each row whether it is a debit or a credit."""
    columns = first.columns
    for place in columns.extra.values():
        label = columns.labels[place]
        if normalise(label) not in _SIDES:
            continue
        debits, credited = (_cells(first, place, names) for names in (_DEBITS, _CREDITS))
        if debits and credited:
            says = f"{_shown(debits)} and {_shown(credited)}"
            yield _counted(first, label, says, min(debits.total(), credited.total()))


def _cells(first: FirstRows, place: int, names: frozenset[str]) -> Counter[str]:
    """Count the cells of a column of kinds that are such a word, in rows that are not returns."""
    kinds = {cell_at(row, place).strip() for row in first.rows}
    if len(kinds) > _MOST_KINDS:
        return Counter()
    meant = {text for text in kinds if normalise(text) in names}
    if not meant:
        return Counter()
    rows = (row for row in first.rows if cell_at(row, place).strip() in meant)
    return Counter(cell_at(row, place).strip() for row in rows if counts_as_sale(first, row))


def counts_as_sale(first: FirstRows, row: Sequence[str]) -> bool:
    """Tell whether a row adds to the sales, as far as its quantity and its status say."""
    columns, words = first.columns, first.words
    place = columns.fields[QUANTITY]
    quantity = cell_at(row, place).strip()
    is_return = quantity.startswith(("-", "(", "\u2212"))
    if place < columns.header_width and (is_return or not re.search("[1-9]", quantity)):
        return False
    status, is_kind = status_place(columns, words)
    no_sale = words.no_sale | words.returns if is_kind else words.no_sale
    return status < 0 or normalise(cell_at(row, status)) not in no_sale


def _shown(cells: Counter[str]) -> str:
    return f"'{cells.most_common(1)[0][0]}' in {cells.total():,}"


def _counted(first: FirstRows, label: str, says: str, rows: int) -> Choice[object]:
    return counted_as_sales(
        f"{label!r} is {says} of the {first.looked_at()}, which count as sales",
        f'--map status="{label}" if it says which rows are sales, with its texts under'
        " no_sale in the contract; or a negative quantity in returns",
        rows=rows,
    )
