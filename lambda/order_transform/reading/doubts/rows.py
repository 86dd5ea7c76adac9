"""Evidence that a row is not a sale of goods, counts once more, or lacks its product. Pure.

It is not clear enough to reject a row, so it is told.
"""

import re
from collections.abc import Iterator

from order_transform.contract.definition import (
    ORDER_ID,
    PRICE,
    PRODUCT_ID,
    PRODUCT_NAME,
)
from order_transform.contract.header_names import header_words, normalise
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.doubts.first_rows import FirstRows, doubt_of_texts, shown
from order_transform.reading.rows.csv_rows import cell_at

_PARENTS = frozenset({"parent", "bundle", "kit", "set", "component"})
_IDS = frozenset({"id", "sku", "item", "line", "no", "number", "nr", "of"})
_PRODUCTS = (PRODUCT_ID, PRODUCT_NAME)
_REVISIONS = frozenset(
    {
        "version",
        "revision",
        "rev",
        "revno",
        "amendment",
        "orderversion",
        "versionsnummer",
        "versionno",
    }
)
_FEWEST_SHARE = 3  # one in so many rows


def side_items(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows with money for shipping, a tip or a tax, which count like products."""
    fields, words = first.columns.fields, first.words.side_items
    places = [fields[name] for name in _PRODUCTS if name in fields]
    names = {
        place: {text for text in set(first.cells(place)) if normalise(text) in words}
        for place in places
    }
    found = list(filter(first.is_paid, first.rows_with(names)))
    if found:
        name = next(text for text in first.products(found[0]) if normalise(text) in words)
        yield Choice(
            name="side_items",
            value="counted",
            certainty=Certainty.PROVEN,
            evidence=f"rows such as '{name}' count like products: {first.share(found)}",
            field=PRODUCT_ID,
            remedy="leave such rows out of the export where only goods are to count",
            notable=True,
            rows=len(found),
        )


def bundles(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows with money that are parts of another row with money, as those of a set are."""
    columns = first.columns
    labels = {place: header_words(label) for place, label in enumerate(columns.labels)}
    parents = [
        place
        for place in columns.extra.values()
        if not _PARENTS.isdisjoint(labels[place]) and not _IDS.isdisjoint(labels[place])
    ]
    for parent in parents:
        ids = [place for place in labels if place != parent and not _IDS.isdisjoint(labels[place])]
        paid = [row for row in first.rows if first.is_paid(row)]
        wholes = {cell_at(row, place).strip() for row in paid for place in ids}
        found = [
            row
            for row in paid
            if (of := cell_at(row, parent).strip()) in wholes
            and of
            and of not in [cell_at(row, place).strip() for place in ids]
        ]
        if found:
            yield Choice(
                name="bundles",
                value="counted",
                certainty=Certainty.DOUBTFUL,
                evidence=f"{columns.labels[parent]!r} names another row with a price in"
                f" {first.share(found)}, such as '{shown(found[0])}', and both count",
                field=PRICE,
                remedy="export either the sets or their parts, or the parts with a price of 0",
                rows=len(found),
            )


def repeated_lines(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of order lines that come again, as for each payment or status, or in files joined.

    Two equal lines of one order are usual, so many of them, or equal ones of an order that comes
    again below another one, have to be there.
    """
    places = first.line_places()
    seen: set[tuple[str, ...]] = set()
    again, apart = [], []
    last = ""
    orders: dict[str, int] = {}  # how many blocks of rows an order has
    cells = (map(str.strip, first.cells(place)) for place in places)
    for row, line in zip(first.rows, zip(*cells, strict=True), strict=True):
        number = line[0]
        if not number:
            continue
        orders[number] = orders.get(number, 0) + (number != last)
        last = number
        if line in seen and first.is_paid(row):
            again.append(row)
            apart += [row] if orders[number] > 1 else []
        seen.add(line)
    found = again if _FEWEST_SHARE * len(again) >= len(first.rows) else apart
    if len(found) > 1 or (found and found is again):
        yield Choice(
            name="repeated",
            value="counted",
            certainty=Certainty.DOUBTFUL,
            evidence=f"{first.share(found)} have the order, the product, the quantity and the price"
            f" of an earlier one, such as '{shown(found[0])}', and count again",
            remedy='export each line once; duplicates = "reject" in the contract leaves out rows'
            " that are equal in all cells",
            rows=len(found),
        )


def revisions(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of an order's line that comes again in a later version of the order."""
    columns = first.columns
    order = columns.fields.get(ORDER_ID, -1)
    products = [columns.fields[name] for name in _PRODUCTS if name in columns.fields]
    for place in columns.extra.values():
        if normalise(columns.labels[place]) not in _REVISIONS:
            continue
        seen: dict[tuple[str, ...], str] = {}
        found = []
        for row in first.rows:
            line = (cell_at(row, order).strip(), *[cell_at(row, at).strip() for at in products])
            version = cell_at(row, place).strip()
            if line[0] and seen.setdefault(line, version) != version and first.is_paid(row):
                found.append(row)
        if found:
            yield Choice(
                name="repeated",
                value="counted",
                certainty=Certainty.DOUBTFUL,
                evidence=f"{first.share(found)} have the order and the product of an earlier one in"
                f" another {columns.labels[place]!r}, such as '{shown(found[0])}', and count again",
                remedy="export the newest version of each order only",
                rows=len(found),
            )


def lacking_products(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of orders without a product, as pivot tables leave it out where it repeats."""
    every = len(first.rows)
    if every in (len(first.texts(PRODUCT_ID)), len(first.texts(PRODUCT_NAME))):
        return
    order = first.columns.fields.get(ORDER_ID, -1)
    rows = [
        row
        for row in first.rows
        if re.search("[0-9]", first.money(row))
        and not first.products(row)
        and (cell_at(row, order).strip() or any(map(_says_more_than_a_sum, row)))
    ]
    if rows:
        yield doubt_of_texts(
            PRODUCT_ID,
            f"it is empty in {first.share(rows)}, such as '{shown(rows[0])}', and stays so",
            "fill it in each row where it is the one of the row above",
            len(rows),
        )


def _says_more_than_a_sum(cell: str) -> bool:
    """Tell whether a cell has a letter or a date; a row without one may be a total."""
    return re.search(r"[^\W\d_]|\d[-/.]\d{1,2}[-/.]\d", cell) is not None
