"""Columns that no field wants, but which say that price or quantity is not what counts. Pure."""

from dataclasses import astuple, dataclass

from order_transform.contract.definition import LINE_TOTAL, PRICE, QUANTITY, Contract
from order_transform.contract.header_names import has_name, header_words, names_a_sum, normalise
from order_transform.contract.words import Words
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns.columns import Columns
from order_transform.reading.columns.spelled_headers import aliases_of, spelled_header
from order_transform.reading.statuses import counted_as_sales
from order_transform.refusal import FileRefused

_PIECES = frozenset({"qty", "quantity", "units", "pieces", "items", "pcs"})


@dataclass(frozen=True, slots=True)
class ContraryColumns:
    """The places of such columns.

    `unsold` count pieces that were cancelled or came back, `price_units` for how many pieces a
    price is, `reduced` are lower prices than the one that is read, `paid` are what was paid for the
    row, `discounts` say how much is taken off, `refunds` how much was paid back, and `surcharges`
    what is to be paid beside the price. `multipliers` say how many pieces or months one of the
    quantity has, and `quantities` are other numbers of pieces or packs; `free` count pieces that
    were not paid. `reasons` say why something is not a sale, and `sale_marks` that it is one.
    """

    unsold: tuple[int, ...] = ()
    price_units: tuple[int, ...] = ()
    reduced: tuple[int, ...] = ()
    paid: tuple[int, ...] = ()
    discounts: tuple[int, ...] = ()
    refunds: tuple[int, ...] = ()
    surcharges: tuple[int, ...] = ()
    multipliers: tuple[int, ...] = ()
    quantities: tuple[int, ...] = ()
    free: tuple[int, ...] = ()
    reasons: tuple[int, ...] = ()
    sale_marks: tuple[int, ...] = ()

    @property
    def places(self) -> tuple[int, ...]:
        """Return the places of all of them."""
        return tuple(place for places in astuple(self) for place in places)


def contrary_columns(columns: Columns, contract: Contract) -> ContraryColumns:
    """Find such columns by their headers."""
    found: dict[str, tuple[int, ...]] = {}
    for place in columns.extra.values():
        kind = _kind(columns.labels[place], contract)
        if kind:
            found[kind] = (*found.get(kind, ()), place)
    return ContraryColumns(**found)


def _kind(label: str, contract: Contract) -> str:
    """Return the name of the group of `ContraryColumns` that a header belongs to, if any."""
    words = contract.words
    names, joined = header_words(label), normalise(label)
    is_unsold = not (words.no_sale | words.returns).isdisjoint(names)
    for kind, known in (
        ("price_units", words.price_units),
        ("unsold", words.unsold_quantities),
        ("multipliers", words.multipliers),
        ("quantities", words.further_quantities),
        ("free", words.free_quantities),
        ("reasons", words.no_sale_reasons),
        ("sale_marks", words.sale_marks),
    ):
        if joined in known:
            return kind
    if is_paid_amount(label, contract):
        return "paid"
    if not (aliases_of(contract.field(QUANTITY), words) | _PIECES).isdisjoint(names):
        return "unsold" if is_unsold else ""
    is_price = not aliases_of(contract.field(PRICE), words).isdisjoint(names)
    if is_price and not words.reduced_prices.isdisjoint(names):
        return "reduced"
    if _is_discount(label, words):
        return "discounts"
    if names_a_sum(label) and is_unsold:
        return "refunds"
    is_surcharge = words.no_surcharges.isdisjoint(names) and has_name(label, words.surcharges)
    return "surcharges" if is_surcharge else ""


def is_paid_amount(label: str, contract: Contract) -> bool:
    """Tell whether a header is that of what was paid for the row: `Amount charged (EUR)`."""
    forms = {form for [form] in spelled_header([label], contract)}
    return not contract.words.paid_amounts.isdisjoint(forms)


def _is_discount(label: str, words: Words) -> bool:
    """Tell whether a column is a discount by its name: `Discount Amount`, `折扣金额`."""
    names = header_words(label)
    if not words.no_discounts.isdisjoint(names):
        return False
    joined = normalise(label)
    return not words.discounts.isdisjoint(names) or any(
        word in joined for word in words.discounts if not word.isascii() or " " in word
    )


def tell_discount(label: str, *, is_line: bool) -> Choice[object]:
    """Tell that the file has discounts or refunds which price or line total may not have."""
    return Choice(
        name="discount",
        value=label,
        certainty=Certainty.SETTLED,
        evidence=_money_left_out(label, is_line=is_line),
        field=PRICE,
        remedy="export the price or the line total after it where that is what counts",
    )


def _money_left_out(label: str, *, is_line: bool) -> str:
    """Return the evidence about a column of money that total_amount does not contain."""
    read = "the line total" if is_line else "price times quantity"
    return f"{label!r} is not 0 in some rows, and total_amount is {read} all the same"


def tell_surcharge(label: str, *, is_line: bool) -> Choice[object]:
    """Tell that the file has money beside the price, which price or line total may not have."""
    return Choice(
        name="surcharge",
        value=label,
        certainty=Certainty.SETTLED,
        evidence=_money_left_out(label, is_line=is_line),
        field=PRICE,
        remedy="export the price or the line total with it where it is revenue, too",
    )


def tell_multiplier(label: str) -> Choice[object]:
    """Tell that one of the quantity has several pieces, nights or months, which may count."""
    return Choice(
        name="multiplier",
        value=label,
        certainty=Certainty.DOUBTFUL,
        evidence=f"{label!r} is not 1 in some rows, and total_amount is price times quantity all"
        " the same",
        field=QUANTITY,
        remedy="where the price is for one of these, export the line total, and read it with"
        ' --map price="Header" and --price-is line',
    )


def tell_quantity(label: str, header: str, rows: int) -> Choice[object]:
    """Tell that the file has another number of pieces or packs than the one that is read."""
    return Choice(
        name="column",
        value=header,
        certainty=Certainty.DOUBTFUL,
        evidence=f"in rows {label!r} is another number, and the price may be for that: {rows:,}",
        field=QUANTITY,
        remedy=f'--map quantity="{label}"',
        rows=rows,
    )


def tell_free(label: str, header: str, rows: int) -> Choice[object]:
    """Tell that the file has pieces that were not paid, which the quantity may have, too."""
    return Choice(
        name="column",
        value=header,
        certainty=Certainty.DOUBTFUL,
        evidence=f"rows in which {label!r} counts pieces, which may be free and among those of"
        f" {header!r}, and then count as paid: {rows:,}",
        field=QUANTITY,
        remedy="export the number of pieces that were paid",
        rows=rows,
    )


def tell_unsold(label: str, rows: int) -> Choice[object]:
    """Tell that the quantity has pieces that were not sold, or came back."""
    return counted_as_sales(
        f"in rows in which {label!r} is not 0 its pieces count as sold, too: {rows:,}",
        "export the number of pieces that stay sold, or a negative quantity for the others",
        rows=rows,
        field=QUANTITY,
    )


def tell_no_sales(label: str, rows: int, example: str) -> Choice[object]:
    """Tell of rows that count as sales, though a column says that they are not."""
    return counted_as_sales(
        f"rows in which {label!r} is such as '{example[:40]}' count as sales: {rows:,}",
        "export a status that says which rows are sales, or a negative quantity in returns",
        rows=rows,
    )


def tell_reduced(label: str, header: str, rows: int) -> Choice[object]:
    """Tell that the file has a lower price than the one that is read."""
    return Choice(
        name="column",
        value=header,
        certainty=Certainty.DOUBTFUL,
        evidence=f"in rows {label!r} is another amount, and may be what was paid: {rows:,}",
        field=PRICE,
        remedy=f'--map price="{label}"',
        rows=rows,
    )


def tell_paid(label: str, header: str, rows: int, example: str, *, is_line: bool) -> Choice[object]:
    """Tell that the file has what was paid, and that it is less than what is read.

    `header` is that of the price, or of the line total where `is_line`.
    """
    product = repr(header) if is_line else f"{header!r} times the quantity"
    return Choice(
        name="column",
        value=header,
        certainty=Certainty.DOUBTFUL,
        evidence=f"rows in which {label!r} is less than {product}, such as '{example[:40]}', and"
        f" may be what was paid: {rows:,}",
        field=PRICE,
        remedy=f'--map price="{label}" and --price-is line if that is what was paid',
        rows=rows,
    )


def refuse_price_units(columns: Columns, label: str, example: str) -> FileRefused:
    """Return the refusal of a file whose prices are for as many pieces as a column says."""
    header = columns.labels[columns.fields[PRICE]]
    total = columns.labels[columns.fields[LINE_TOTAL]] if LINE_TOTAL in columns.fields else "Header"
    return FileRefused(
        "unclear_unit",
        f"{header!r} is the price of as many pieces as {label!r} says, such as {example};"
        " export the price of one piece, or read the column of the whole line's money with"
        f' --map price="{total}" and --price-is line',
    )
