"""Evidence in the words of rows that they, or all rows of the file, are not sales. Pure.

It is not clear enough to leave the rows out of the sales, so it is told.
"""

import re
from collections.abc import Iterator, Sequence

from order_transform.contract.definition import ORDER_ID, PRODUCT_ID, PRODUCT_NAME, QUANTITY
from order_transform.contract.header_names import header_words, normalise
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns.columns import Columns
from order_transform.reading.doubts.first_rows import FirstRows, shown
from order_transform.reading.doubts.unread_returns import counts_as_sale
from order_transform.reading.rows.csv_rows import cell_at
from order_transform.reading.statuses import counted_as_sales, status_place

_SIGNS = frozenset({"sign", "signs", "vorzeichen", "signe", "signo", "segno", "sinal", "znak"})
_MINUS = frozenset({"-", "-1", "\u2212", "\u2013", "N", "neg", "minus", "Minus", "negative"})
# Letters, digits and letters of an order's number, and the letters of a return's; or a minus.
_NUMBERED = re.compile(r"(-|[A-Za-z]{0,6})[-_ #]?([0-9]{1,18})(?:[-_ /]?([A-Za-z]{0,6}))")
_RETURN_SIGNS = frozenset(
    {
        "-",
        "R",
        "RET",
        "RTN",
        "RMA",
        "CN",
        "CRN",
        "CR",
        "RF",
        "REF",
        "RETURN",
        "REFUND",
        "STORNO",
        "GS",
        "AV",
    }
)
_AMOUNTS = frozenset(
    {
        *("tax", "vat", "gst", "net", "gross", "total", "subtotal", "amount", "revenue", "sales"),
        *("cost", "cogs", "mwst", "ust", "netto", "brutto", "umsatz", "betrag", "summe", "tva"),
        *("montant", "iva", "importe", "imponibile", "btw", "bedrag", "moms", "belopp"),
    }
)
_BESIDE_AMOUNTS = frozenset(
    {
        *("profit", "margin", "discount", "discounts", "adjustment", "fee", "fees", "balance"),
        *("change", "difference", "variance", "rabatt", "remise", "descuento", "sconto", "refund"),
        *("refunded", "shipping", "marge", "gewinn", "rounding", "promotion", "rebate"),
    }
)
_NUMBER = r"\W{0,2}[0-9.,' ]*[1-9][0-9.,' ]*\W{0,2}"
_BELOW_0 = re.compile(rf"[-(\u2212]{_NUMBER}|{_NUMBER}-")
_ABOVE_0 = re.compile(r"[^\w(\u2212-]?[0-9.,' ]*[1-9][0-9.,' ]*[^\w)-]?")
_MOST_KINDS = 10  # of a column that says what kind of row one is
_LONGEST_CODE = 3  # letters; a product's number may begin with one of those
_SUPPLIERS = frozenset(
    {"supplier", "vendor", "lieferant", "fournisseur", "proveedor", "fornitore", "leverancier"}
)
_PURCHASES = frozenset({"po", "pono", "ponumber", "ponr", "purchaseorder", "purchaseordernumber"})


def other_kinds(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows that a column calls a purchase, a plan or a replacement."""
    status, _ = status_place(first.columns, first.words)
    for place in {*first.columns.extra.values(), status} - {-1}:
        texts = set(map(str.strip, first.cells(place)))
        if len(texts) > _MOST_KINDS:
            continue
        odd = {text for text in texts if normalise(text) in first.words.other_kinds}
        rows = [row for row in first.rows if odd and cell_at(row, place).strip() in odd]
        label = first.columns.labels[place]
        yield from _counted(first, f"{label!r} says '{min(odd, default='')}'", rows)


def minus_signs(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows whose sign stands in a column of its own, and is a minus."""
    for place in first.columns.extra.values():
        label = first.columns.labels[place]
        if label.strip() == "+/-" or normalise(label) in _SIGNS:
            rows = [row for row in first.rows if cell_at(row, place).strip() in _MINUS]
            yield from _counted(first, f"{label!r} is a minus", rows)


def minus_amounts(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows in which a column of taxes, costs or totals is below 0, and above in others."""
    for place in first.columns.extra.values():
        label = first.columns.labels[place]
        names = header_words(label)
        if _AMOUNTS.isdisjoint(names) or not _BESIDE_AMOUNTS.isdisjoint(names):
            continue
        amounts = [(cell_at(row, place).strip(), row) for row in first.rows]
        below = [row for text, row in amounts if _BELOW_0.fullmatch(text)]
        above = sum(_ABOVE_0.fullmatch(text) is not None for text, _ in amounts)
        if above > len(below):
            yield from _counted(first, f"{label!r} is below 0", below)


def return_names(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows whose order's number or product begins as that of a return: CN-1001, VOID Mug.

    Nothing where most rows do: `CN` may be a shop's own sign.
    """
    names = first.words.return_names
    long_names = frozenset(name for name in names if len(name) > _LONGEST_CODE)
    odd = _returns(first, (ORDER_ID,), names)
    odd |= _returns(first, (PRODUCT_ID, PRODUCT_NAME), long_names)
    rows = first.rows_with(odd)
    if 2 * len(rows) < len(first.rows):
        yield from _counted(first, "a number or a product begins as that of a return", rows)


def return_numbers(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of orders with another order's number and a sign of a return: 1001-R beside 1001."""
    numbers = set(first.texts(ORDER_ID))
    odd = {
        number
        for number in numbers
        if (match := _NUMBERED.fullmatch(number))
        and match[2] in numbers
        and (match[1] + match[3]).upper() in _RETURN_SIGNS
    }
    place = first.columns.fields.get(ORDER_ID, -1)
    rows = [row for row in first.rows if odd and cell_at(row, place).strip() in odd]
    if 2 * len(rows) < len(first.rows):
        why = "another order has the same number without the sign"
        yield from _counted(first, why, rows)


def only_returns(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of a file whose quantities are all below 0, as where stock goes out."""
    texts = first.texts(QUANTITY)
    if len(texts) > 1 and len(texts) == len(first.rows) and all(text[0] == "-" for text in texts):
        yield Choice(
            name="no_sale",
            value="returns",
            certainty=Certainty.DOUBTFUL,
            evidence=f"every quantity is below 0 in {first.share(texts)}, so all of them are"
            " returns",
            field=QUANTITY,
            remedy="export sales with a quantity above 0",
            rows=len(texts),
        )


def other_documents(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of a header that says the file is a list of quotes, purchases or stock."""
    label = _other_document(first.columns, first)
    if label:
        yield counted_as_sales(
            f"the header {label!r} may say that the rows are quotes, carts, purchases or stock,"
            " and they count as sales",
            "leave such files out where they have no sales",
        )


def _other_document(columns: Columns, first: FirstRows) -> str:
    words, labels = first.words, columns.labels
    others = [labels[place] for place in columns.extra.values()]
    order = labels[columns.fields[ORDER_ID]] if ORDER_ID in columns.fields else ""
    for label in [order] if order else others:
        if normalise(label) in words.other_documents:
            return label
    supplies = [label for label in others if not _SUPPLIERS.isdisjoint(header_words(label))]
    if supplies and normalise(order) in _PURCHASES:
        return supplies[0]
    has_sales = any(name in columns.fields for name in (ORDER_ID, "order_date", "customer_id"))
    stock = [label for label in others if normalise(label) in words.stock_columns]
    return stock[0] if stock and not has_sales else ""


def _returns(first: FirstRows, fields: Sequence[str], names: frozenset[str]) -> dict[int, set[str]]:
    """Return the texts of some fields that begin so, by place."""
    places = [first.columns.fields[name] for name in fields if name in first.columns.fields]
    found = {
        place: first.odd_texts(place, lambda text: _begins_with_one(text, names))
        for place in places
    }
    return {place: texts for place, texts in found.items() if texts}


def _begins_with_one(text: str, names: frozenset[str]) -> bool:
    """Tell whether a text begins with one of these names of one or two words."""
    words = header_words(text)
    return bool(words) and not names.isdisjoint((words[0], "".join(words[:2])))


def _counted(first: FirstRows, why: str, rows: Sequence[Sequence[str]]) -> Iterator[Choice[object]]:
    found = [row for row in rows if first.is_paid(row) and counts_as_sale(first, row)]
    if found:
        yield counted_as_sales(
            f"{first.share(found)} count as sales, though {why}: '{shown(found[0])}'",
            "export a status that says which rows are sales, or a negative quantity in returns",
            rows=len(found),
        )
