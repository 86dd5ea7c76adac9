"""Evidence that a column is not what its header says, or says that another one is not. Pure.

It is not clear enough to refuse a file, so it is told.
"""

from collections.abc import Iterator

from order_transform.contract.definition import ORDER_ID, PRICE, PRODUCT_ID, QUANTITY
from order_transform.contract.header_names import header_words, normalise
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns.columns import is_unnamed
from order_transform.reading.doubts.first_rows import FirstRows, shown
from order_transform.reading.numbers.smallest_unit_names import in_smallest_unit
from order_transform.reading.rows.csv_rows import cell_at

# What a price is read as beside a column that may say otherwise.
OF_ONE_PIECE = "price of one piece"
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
_DECIMAL_PLACES = frozenset(
    {"decimals", "decimalplaces", "exponent", "pricescale", "scale", "nachkommastellen"}
)
_SOME_DECIMALS = frozenset({"1", "2", "3", "4", "-2", "-3"})
_MOST_TAX_KINDS = 4  # different texts of a column that says whether a price has the tax
_TAX_INCLUDED = frozenset(
    {
        "taxincluded",
        "taxesincluded",
        "taxinclusive",
        "pricesincludetax",
        "priceincludestax",
        "includestax",
        "vatincluded",
        "vatinclusive",
        "inklmwst",
        "mwstenthalten",
        "tvaincluse",
        "ivaincluido",
        "ivainclusa",
    }
)
_WITH_TAX = frozenset({"gross", "brutto", "ttc", "bruto", "lordo", "inclvat", "incltax", "inkl"})
_WITHOUT_TAX = frozenset({"net", "netto", "ht", "neto", "exclvat", "excltax", "exkl", "zzgl"})
_PRICES = frozenset({"price", "pricing", "preis", "prix", "precio", "prezzo", "preco", "cena"})
_UNITS = frozenset(
    {"uom", "um", "unit", "per", "measure", "basis", "einheit", "unite", "unidad", "unita"}
)
# Measures of goods that are sold by weight, volume or length, and their other names.
_MEASURES = {"kg", "g", "mg", "lb", "oz", "l", "cl", "ml", "m", "cm", "mm"}
_SMALL = frozenset({"g", "mg", "cl", "ml", "cm", "mm"})
_OTHER_NAMES = {"kilo": "kg", "gr": "g", "gram": "g", "grams": "g", "lbs": "lb", "liter": "l"}


def empty_columns(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of a column for the order or its date that no row fills: another one may have it."""
    for field in (ORDER_ID, "order_date"):
        place = first.columns.fields.get(field, -1)
        label = first.columns.labels[place] if place >= 0 else field
        is_other = normalise(label) != normalise(field)  # a column of this name is the right one
        if is_other and len(first.rows) > 1 and not first.texts(field):
            yield Choice(
                name="column",
                value=label,
                certainty=Certainty.DOUBTFUL,
                evidence=f"it is empty in all of the {first.looked_at()}",
                field=field,
                remedy=f'--map {field}="Header" of the right column',
            )


def tables_beside(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of a field behind an empty column: it may be of a table that stands beside the orders.

    Such a table has fewer rows than the orders, or more.
    """
    columns = first.columns
    needed = [columns.fields[name] for name in (PRODUCT_ID, QUANTITY) if name in columns.fields]
    gaps = (
        place
        for place in range(max(needed, default=0) + 1, columns.header_width)
        if is_unnamed(columns.labels[place], place) and not any(map(str.strip, first.cells(place)))
    )
    gap = next(gaps, columns.header_width)
    behind = {name: place for name, place in columns.fields.items() if place > gap}
    others = [row for row in first.rows if not any(map(str.strip, row[gap:]))]
    for name, place in behind.items():
        if place < columns.header_width and 0 < len(others) < len(first.rows):
            yield Choice(
                name="column",
                value=columns.labels[place],
                certainty=Certainty.DOUBTFUL,
                evidence=f"it stands behind an empty column, and {first.share(others)} have nothing"
                " there, so it may be of a table beside the orders",
                field=name,
                remedy="export each table as a file of its own",
            )


def mixed_taxes(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of a column that says of some rows that their price has the tax, and of others not."""
    columns, words = first.columns, first.words
    for place in columns.extra.values():
        label = columns.labels[place]
        kinds = {normalise(cell_at(row, place)) for row in first.rows if first.is_paid(row)} - {""}
        if not kinds or len(kinds) > _MOST_TAX_KINDS:
            continue
        says_so = normalise(label) in _TAX_INCLUDED
        without, with_tax = (words.no, words.yes) if says_so else (_WITHOUT_TAX, _WITH_TAX)
        if not kinds.isdisjoint(without) and not kinds.isdisjoint(with_tax):
            yield Choice(
                name="taxes",
                value="as written",
                certainty=Certainty.DOUBTFUL,
                evidence=f"{label!r} says that some prices have the tax in them and others have"
                " not, and total_amount adds up both",
                field=PRICE,
                remedy="export all prices with the tax, or all without it",
            )


def decimals_apart(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of a column that says how many digits of a whole price stand behind the point.

    Not where the price's own header says so: `price_cents`.
    """
    columns = first.columns
    price = columns.labels[columns.fields[PRICE]] if PRICE in columns.fields else ""
    if in_smallest_unit(price):
        return
    for place in columns.extra.values():
        texts = set(map(str.strip, first.cells(place)))
        is_named = normalise(columns.labels[place]) in _DECIMAL_PLACES
        if is_named and texts & _SOME_DECIMALS and all(map(str.isdecimal, first.texts(PRICE))):
            yield Choice(
                name="amounts_in",
                value="currency",
                certainty=Certainty.DOUBTFUL,
                evidence=f"all prices are whole, and {columns.labels[place]!r} may say how many of"
                " their digits stand behind the point",
                field=PRICE,
                remedy=f"write '{price}_cents' for '{price}' in the header, and 1250 is 12.50",
            )


def units_that_differ(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows whose quantity is in another unit than their price: a dozen, and each."""
    columns = first.columns
    units = [
        place
        for place in columns.extra.values()
        if not _UNITS.isdisjoint(header_words(columns.labels[place]))
    ]
    of_prices = [
        place for place in units if not _PRICES.isdisjoint(header_words(columns.labels[place]))
    ]
    for place in of_prices if len(units) == len(of_prices) + 1 else ():
        [other] = set(units) - set(of_prices)
        found = [
            row
            for row in first.rows
            if len({normalise(cell_at(row, at)) for at in (place, other)} - {""}) > 1
        ]
        if found:
            yield Choice(
                name="column",
                value="price of one of the quantity",
                certainty=Certainty.DOUBTFUL,
                evidence=f"{columns.labels[place]!r} is another unit than"
                f" {columns.labels[other]!r} in {first.share(found)}, such as '{shown(found[0])}'",
                field=PRICE,
                remedy="export quantity and price in one unit",
                rows=len(found),
            )


def prices_of_many(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of a column which says by a code that prices are for a hundred or a thousand pieces."""
    columns = first.columns
    for place in columns.extra.values():
        words = header_words(columns.labels[place])
        if _PRICES.isdisjoint(words) or _UNITS.isdisjoint(words):
            continue
        texts = list(map(str.strip, first.cells(place)))
        found = [text for text in texts if normalise(text) in _MANY]
        if found:
            yield Choice(
                name="column",
                value=OF_ONE_PIECE,
                certainty=Certainty.DOUBTFUL,
                evidence=f"{columns.labels[place]!r} is '{found[0]}' in {first.share(found)}, where"
                " the price may be that of many pieces",
                field=PRICE,
                remedy="export the price of one piece, or the line's with --price-is line",
                rows=len(found),
            )


def mixed_measures(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of a column in which quantities are said to be of several measures, such as g and kg.

    Or of a small one alone: few prices are for one gram.
    """
    columns = first.columns
    for place in columns.extra.values():
        if _UNITS.isdisjoint(header_words(columns.labels[place])):
            continue
        texts = map(str.strip, first.cells(place))
        names = [_OTHER_NAMES.get(name, name) for name in map(normalise, texts)]
        measured = [name for name in names if name in _MEASURES]
        measures = sorted(set(measured))
        if len(measures) > 1 or (measured and not _SMALL.isdisjoint(measures)):
            several = f"several measures, as {' and '.join(measures[:2])}"
            yield Choice(
                name="column",
                value="as written",
                certainty=Certainty.DOUBTFUL,
                evidence=f"{columns.labels[place]!r} has"
                f" {several if len(measures) > 1 else measures[0]}, and each quantity is multiplied"
                " by its price as it is",
                field=QUANTITY,
                remedy="check that each price is for one of the row's own measure",
                rows=len(measured),
            )
