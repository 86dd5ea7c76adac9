"""Evidence that a row is not a sale of goods, or that its cells are shifted. Pure.

It is not clear enough to reject a row, so it is told.
"""

import re
from collections.abc import Iterator, Sequence

from order_transform.contract.definition import (
    ORDER_ID,
    PRICE,
    PRODUCT_ID,
    PRODUCT_NAME,
    QUANTITY,
)
from order_transform.contract.header_names import header_words, normalise
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.first_rows import FirstRows, doubt_of_texts, shown
from order_transform.reading.rows import cell_at
from order_transform.reading.running_sums import RunningSums

_COMMENT = re.compile(r"\s*(?:#|//|--)\s")
_PARENTS = frozenset({"parent", "bundle"})
_IDS = frozenset({"id", "sku", "item", "line", "no", "number", "nr"})
# What a row is called that has the largest, the smallest or the mean of the numbers above. Product
# names begin so, too (`Mini`), so only such a whole text is one, and it is told, not rejected.
_STATISTICS = frozenset({"max", "min", "\u00f8", "\u2300", "std", "stdev", "stddev", "count"})
_LONGEST_STATISTIC = 10
_FEWEST_SHARE = 3  # one in so many rows
_WHOLE = re.compile(r"\s*-?[1-9][0-9]{0,5}\s*")
_DECIMAL = re.compile(r"\s*\W?[0-9]{1,9}[.,][0-9]{2}\W?\s*")
# A code for so many pieces in a column that says what a price is for.
_MANY = frozenset(
    {
        "c",
        "m",
        "cwt",
        "mil",
        "th",
        "tsd",
        "pc100",
        "pc1000",
        "100pc",
        "1000pc",
        "100",
        "1000",
        "dz",
        "doz",
        "dozen",
    }
)
_PRICES = frozenset({"price", "pricing", "preis", "prix", "precio", "prezzo", "preco", "cena"})
_UNITS = frozenset(
    {"uom", "um", "unit", "per", "measure", "basis", "einheit", "unite", "unidad", "unita"}
)


def side_items(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows with money for shipping, a tip or a tax, which count like products."""
    names = {
        text
        for field in (PRODUCT_ID, PRODUCT_NAME)
        for text in first.found(field, lambda text: normalise(text) in first.words.side_items)
    }
    if not names:
        return
    found = [
        text
        for row in first.rows
        for text in first.products(row)
        if text in names and _is_paid(first, row)
    ]
    if found:
        yield Choice(
            name="side_items",
            value="counted",
            certainty=Certainty.PROVEN,
            evidence=f"rows such as '{found[0]}' count like products: {first.share(found)}",
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
        paid = [row for row in first.rows if _is_paid(first, row)]
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
    order, places = first.columns.fields.get(ORDER_ID, -1), first.line_places()
    seen: set[tuple[str, ...]] = set()
    again, apart = [], []
    last = ""
    orders: dict[str, int] = {}  # how many blocks of rows an order has
    for row in first.rows:
        number = cell_at(row, order).strip()
        if not number:
            continue
        orders[number] = orders.get(number, 0) + (number != last)
        last = number
        line = (number, *[cell_at(row, place).strip() for place in places])
        if line in seen and _is_paid(first, row):
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


def prices_of_many(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of a column which says by a code that prices are for a hundred or a thousand pieces."""
    columns = first.columns
    for place in columns.extra.values():
        words = header_words(columns.labels[place])
        if _PRICES.isdisjoint(words) or _UNITS.isdisjoint(words):
            continue
        texts = [cell_at(row, place).strip() for row in first.rows]
        found = [text for text in texts if normalise(text) in _MANY]
        if found:
            yield Choice(
                name="column",
                value="price of one piece",
                certainty=Certainty.DOUBTFUL,
                evidence=f"{columns.labels[place]!r} is '{found[0]}' in {first.share(found)}, where"
                " the price may be that of many pieces",
                field=PRICE,
                remedy="export the price of one piece, or the line's with --price-is line",
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


def unnamed_totals(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of a row whose numbers are the sums of those above, and which no label calls a total."""
    order = first.columns.fields.get(ORDER_ID, -1)
    if len(first.texts(ORDER_ID)) == len(first.rows):
        return
    sums = RunningSums(first.columns)
    found = []
    for row in first.rows:
        is_named = not cell_at(row, order).strip() and first.products(row)
        if is_named and sums.match_in_all(row):
            found.append(row)
            sums.restart()
        else:
            sums.add(row)
    if found:
        yield Choice(
            name="totals",
            value="counted",
            certainty=Certainty.DOUBTFUL,
            evidence=f"quantity and money of {first.share(found)} are the sums of rows above, such"
            f" as '{shown(found[0])}'",
            remedy="leave totals out of the export, or add what they are called to words.toml",
            rows=len(found),
        )


def statistics(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of a row that may have the largest, the smallest or the mean of the numbers above."""
    fields = (ORDER_ID, PRODUCT_ID, PRODUCT_NAME)
    names = [text for field in fields for text in first.found(field, _is_statistic)]
    if len(set(names)) < len(names):
        return  # what is sold as Max is sold more than once
    found = [row for row in first.rows if any(map(_is_statistic, row))] if names else []
    found = [row for row in found if _is_paid(first, row)]
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


def comments(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows that begin as comments do."""
    found = [row for row in first.rows if _COMMENT.match(cell_at(row, 0)) and _is_paid(first, row)]
    if found:
        yield doubt_of_texts(
            PRODUCT_ID,
            f"{first.share(found)} begin as a comment does, such as '{shown(found[0])}', and count",
            "remove them from the file where they are not orders",
            len(found),
        )


def shifted_rows(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows that a delimiter in a text has shifted, in a file that ends rows early.

    Such a program leaves empty cells at the end of a row out, so a shifted row has no cell too
    many. Its price stands where others have the cell behind, and its quantity where the price is.
    """
    fields = first.columns.fields
    places = [fields[name] for name in (QUANTITY, PRICE) if name in fields]
    shortest = min(map(len, first.rows), default=0)
    if len(places) < len((QUANTITY, PRICE)) or shortest >= first.columns.header_width:
        return
    quantity, price = places
    if any(not _fits(row, quantity, price) for row in first.rows if len(row) == shortest):
        return
    found = [
        row
        for row in first.rows
        if len(row) > shortest
        and not _fits(row, quantity, price)
        and _fits(row, quantity + 1, price + 1)
    ]
    if found:
        yield Choice(
            name="shifted",
            value="as written",
            certainty=Certainty.DOUBTFUL,
            evidence="a delimiter in a text without quotes seems to have shifted the cells of"
            f" {first.share(found)}, such as '{shown(found[0])}'",
            remedy="export the file with quotes around texts",
            rows=len(found),
        )


def _fits(row: Sequence[str], quantity: int, price: int) -> bool:
    """Tell whether a row has a whole number without a space before it, and a price with cents."""
    pieces = cell_at(row, quantity)
    is_whole = _WHOLE.fullmatch(pieces) is not None and pieces[:1] != " "
    return is_whole and _DECIMAL.fullmatch(cell_at(row, price)) is not None


def _is_paid(first: FirstRows, row: Sequence[str]) -> bool:
    return re.search("[1-9]", first.money(row)) is not None


def _says_more_than_a_sum(cell: str) -> bool:
    """Tell whether a cell has a letter or a date; a row without one may be a total."""
    return re.search(r"[^\W\d_]|\d[-/.]\d{1,2}[-/.]\d", cell) is not None
