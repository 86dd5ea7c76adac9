"""Whether a file's price is for one piece or for the whole line, judged by its rows.

Pure: takes counts over the rows (`PriceEvidence`), returns a choice or refuses the file.
"""

from order_transform.contract.definition import LINE_TOTAL, PRICE, PriceIs
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns.columns import Columns
from order_transform.reading.columns.line_prices import read_in_report
from order_transform.reading.price_evidence import PriceEvidence
from order_transform.refusal import FileRefused

# How many times more rows must support one meaning than the other.
_CLEAR_MAJORITY = 3
# If the name says that it is the price of one piece, it takes even more rows to overrule it.
_LOUD_MAJORITY = 5
_FEWEST_ROWS, _FEWEST_LOUD_ROWS = 2, 3
# Where prices change from sale to sale, a smaller share of the rows agrees by chance.
_SMALLEST_SHARE = 0.1
# So many orders that have one amount on all their lines do not have it by chance.
_FEWEST_ORDERS = 3


def decide_price(columns: Columns, evidence: PriceEvidence, otherwise: PriceIs) -> Choice[PriceIs]:
    """Choose what the price column means; `otherwise` is the contract's rule.

    Raises `FileRefused` where the column's name can mean both, the rows do not show which, and
    the contract says `refuse`.
    """
    if PRICE not in columns.fields:
        header = columns.labels[columns.fields[LINE_TOTAL]]
        found = _order_total(header, evidence, otherwise, PriceIs.LINE)
        return found or _only_a_line_total(header, evidence)
    header = columns.labels[columns.fields[PRICE]]
    if evidence.compared or evidence.differences:
        return _by_own_total(columns, evidence)
    if not evidence.several:
        found = _order_total(header, evidence, otherwise, PriceIs.UNIT)
        return found or _unit("every quantity is 1 or -1, so both meanings are the same")
    found = _by_products(header, evidence) or _by_repeats(
        header, evidence, is_unclear=columns.has_unclear_price
    )
    if found is None and not columns.has_unclear_price:
        is_named = PRICE in columns.mapped
        what = "was named as the price" if is_named else "is a name for the price of one piece"
        found = _unit(f"{header!r} {what}")
    if columns.line_price_of:
        found = read_in_report(header, columns.line_price_of, found)
    if otherwise is not PriceIs.REFUSE:
        return _as_the_contract_says(otherwise, found)
    if found is None:
        raise FileRefused(
            "unclear_price",
            f"{header!r} may be the price of one piece or the whole line's, and no product shows"
            f' which; if it is one piece\'s, use --price-is unit, --map price="{header}", or'
            f' price_is = "unit" in the contract; if it is the line\'s, --price-is line,'
            f' --map line_total="{header}", or price_is = "line"',
        )
    return found


def _order_total(
    header: str, evidence: PriceEvidence, rule: PriceIs, meaning: PriceIs
) -> Choice[PriceIs] | None:
    """Tell of a column that has one amount on all lines of an order, as the order's total has.

    None where it has not, or where a person has said that the amount is a line's. Raises
    `FileRefused` where it is so in too many orders for a chance.
    """
    orders = evidence.same_orders
    if not orders or evidence.other_orders or rule is PriceIs.LINE:
        return None
    those = "the only order" if orders == 1 else f"each of the {orders:,} orders"
    why = f"{header!r} is the same on all lines in {those} with several different lines"
    remedy = "export the price of each line; if it is the line's all the same, use --price-is line"
    remedy += ' or price_is = "line" in the contract'
    if orders < _FEWEST_ORDERS:
        why += ", so it may be the whole order's and count several times"
        return Choice("price_is", meaning, Certainty.DOUBTFUL, why, PRICE, remedy)
    raise FileRefused("unclear_price", f"{why}, so it is the whole order's; {remedy}")


def _only_a_line_total(header: str, evidence: PriceEvidence) -> Choice[PriceIs]:
    """Take the line total at its name, and tell where its cells look like prices of one piece."""
    why = f"the file has no price, only the line total {header!r}; prices are derived from it"
    same_cell, same_share = evidence.same_cell, evidence.same_share
    is_rare = same_cell < _SMALLEST_SHARE * evidence.comparable
    if is_rare or same_cell < _FEWEST_LOUD_ROWS or same_cell < _LOUD_MAJORITY * same_share:
        return _line(why)
    return Choice(
        name="price_is",
        value=PriceIs.LINE,
        certainty=Certainty.DOUBTFUL,
        evidence=f"{why}; but in {same_cell:,} rows it is the same whatever the quantity of a"
        " product, as the price of one piece is",
        field=PRICE,
        remedy=f'--map price="{header}"',
    )


def _by_own_total(columns: Columns, evidence: PriceEvidence) -> Choice[PriceIs]:
    """Compare with the file's own line total, wherever the quantity makes a difference."""
    price, total = (columns.labels[columns.fields[name]] for name in (PRICE, LINE_TOTAL))
    if not evidence.differences:
        return _unit(f"{total!r} is {price!r} times the quantity in every row")
    if evidence.line_fits > evidence.unit_fits:
        why = f"the line total {total!r} is {price!r} itself in {evidence.line_fits:,} of"
        why += f" {evidence.compared:,} rows; prices of one piece are derived from it"
        if evidence.line_fits == evidence.compared:
            return _line(why)
        return Choice(
            "price_is", PriceIs.LINE, Certainty.DOUBTFUL, f"{why} ({evidence.example})", PRICE
        )
    others, rows = evidence.differences, evidence.compared + evidence.singles
    return Choice(
        name="price_is",
        value=PriceIs.UNIT,
        certainty=Certainty.DOUBTFUL,
        evidence=f"total_amount differs from the file's line total {total!r} in {others:,} of"
        f" {rows:,} rows ({evidence.example})",
        field=PRICE,
        remedy=f"it may be less a discount or with tax; if {total!r} is what counts, export it"
        f' without {price!r}, or --map price="{total}" and --price-is line',
    )


def _by_products(header: str, evidence: PriceEvidence) -> Choice[PriceIs] | None:
    """Look at what the file itself multiplies."""
    if evidence.total:
        return _unit(f"{evidence.total!r} is {header!r} times the quantity in every row")
    if evidence.per_piece:
        return _line(
            f"{header!r} is {evidence.per_piece!r} times the quantity in every row, so it is the"
            " whole line's; prices are derived from it"
        )
    return None


def _by_repeats(
    header: str, evidence: PriceEvidence, *, is_unclear: bool
) -> Choice[PriceIs] | None:
    """Look at products that were sold in several quantities: does the cell grow with them?"""
    same_cell, same_share = evidence.same_cell, evidence.same_share
    most, fewest = (
        (_CLEAR_MAJORITY, _FEWEST_ROWS) if is_unclear else (_LOUD_MAJORITY, _FEWEST_LOUD_ROWS)
    )
    if max(same_cell, same_share) < _SMALLEST_SHARE * evidence.comparable:
        return None
    if same_share >= fewest and same_share >= most * same_cell:
        return _line(
            f"{header!r} grows with the quantity of a product in {same_share:,} rows and stays"
            f" the same in {same_cell:,}, so it is the whole line's; prices are derived from it"
        )
    if not is_unclear and same_share >= _FEWEST_ROWS and not same_cell:
        return Choice(
            name="price_is",
            value=PriceIs.UNIT,
            certainty=Certainty.DOUBTFUL,
            evidence=f"{header!r} is a name for the price of one piece, but it grows with the"
            f" quantity of a product in {same_share:,} rows",
            field=PRICE,
            remedy="--price-is line if it is the whole line's, else --price-is unit",
        )
    if same_cell >= _FEWEST_ROWS and same_cell >= _CLEAR_MAJORITY * same_share:
        return _unit(f"{header!r} stays the same whatever the quantity of a product")
    return None


def _as_the_contract_says(rule: PriceIs, found: Choice[PriceIs] | None) -> Choice[PriceIs]:
    is_same = found is not None and found.value is rule
    if found and is_same and found.is_proven:
        return found
    evidence = f'price_is = "{rule.value}" in the contract, or by --price-is'
    if found and not is_same:
        evidence += f", although {found.evidence}"
    return Choice(
        "price_is",
        rule,
        Certainty.SETTLED,
        evidence,
        PRICE,
        "change price_is",
    )


def _unit(evidence: str) -> Choice[PriceIs]:
    return Choice("price_is", PriceIs.UNIT, Certainty.PROVEN, evidence, PRICE)


def _line(evidence: str) -> Choice[PriceIs]:
    return Choice("price_is", PriceIs.LINE, Certainty.PROVEN, evidence, PRICE, notable=True)
