"""Count the evidence for a price's meaning over rows that are read as if it were a unit price."""

from dataclasses import replace
from itertools import starmap

from order_transform.contract.definition import LINE_TOTAL, ORDER_ID, PRICE, QUANTITY, Contract
from order_transform.reading.closer_look import RECORDS
from order_transform.reading.doubts.column_products import LOOKED_AT, column_products
from order_transform.reading.numbers.evidence import is_amount
from order_transform.reading.price_evidence import PriceEvidence, Sale, count_repeats
from order_transform.reading.reading import Reading
from order_transform.sql.cells import cell
from order_transform.sql.engine import FileDatabase
from order_transform.sql.statements import Statements, statements_for

_UNCLEAR_RECORDS = 10 * RECORDS
# Cents of a rounded unit price add up with the quantity.
_TOLERANCE = "0.011 + 0.0051 * abs(q)"


def gather_price_evidence(db: FileDatabase, reading: Reading, contract: Contract) -> PriceEvidence:
    """Count what the rows say of the price, or of the line total where there is no price.

    Where the file has both, all rows are compared; else the first ones are looked at, and more of
    them where the price's name can mean both.
    """
    columns = reading.records.columns
    statements = statements_for(db, reading, contract)
    if PRICE not in columns.fields:
        sales = db.execute(first_sales(statements, RECORDS, money="line_value")).fetchall()
        return count_repeats(starmap(Sale, sales))
    if LINE_TOTAL in columns.fields:
        evidence = PriceEvidence(*db.execute(compare_totals(statements)).fetchall()[0])
        if evidence.differences:
            fits = "unit_fits" if evidence.unit_fits >= evidence.line_fits else "line_fits"
            rows = db.execute(example_of_a_difference(statements, fits)).fetchall()
            evidence = replace(evidence, example=_described(*rows[0]) if rows else "")
        if evidence.compared or evidence.differences:
            return evidence
    first = _UNCLEAR_RECORDS if columns.has_unclear_price else RECORDS
    sales = db.execute(first_sales(statements, first)).fetchall()
    evidence = count_repeats(starmap(Sale, sales))
    if not columns.has_unclear_price:
        return evidence
    if not evidence.several and len(sales) == first:
        # Pieces that are sold one by one at first say nothing of the rows below.
        sales += db.execute(first_sales(statements, first, fewest=2)).fetchall()
        evidence = count_repeats(starmap(Sale, sales))
    return _with_products(db, statements, evidence)


def _with_products(
    db: FileDatabase, statements: Statements, evidence: PriceEvidence
) -> PriceEvidence:
    """Add the names of further columns that are price times quantity, or the other way round."""
    columns = statements.records.columns
    if not (columns.extra and evidence.several):
        return evidence
    rows = db.execute(cells_of_products(statements)).fetchall()
    cells = list(zip(*rows, strict=True)) or [()]
    labels = [columns.labels[place] for place in columns.extra.values()]
    others = {
        label: column
        for label, column in zip(labels, cells[3:], strict=False)
        if all(is_amount(text) for text in column if text)
    }
    style = statements.reading.numbers[PRICE].style.value
    for product in column_products([row[:3] for row in rows], others, style):
        if product.is_total:
            return replace(evidence, total=product.label)
        if product.is_price_per_piece:
            return replace(evidence, per_piece=product.label)
    return evidence


def cells_of_products(statements: Statements) -> str:
    """Select the cells of the first rows with several pieces: order, price, quantity, further ones.

    `SELECT '', coalesce(c3, ''), coalesce(c2, ''), coalesce(c4, '') FROM (...) WHERE accepted AND
    quantity_value > 1 LIMIT 200`.
    """
    columns = statements.records.columns
    places = [columns.fields[PRICE], columns.fields[QUANTITY], *columns.extra.values()]
    cells = ", ".join(f"coalesce({cell(place)}, '')" for place in places)
    return (
        f"SELECT '', {cells} FROM {statements.rows(ordered=True)}"
        f" WHERE accepted AND price_value > 0 AND quantity_value > 1 LIMIT {LOOKED_AT}"
    )


def compare_totals(statements: Statements) -> str:
    """Select how many rows have several pieces, how many of them a line total, and what fits it.

    Then how many rows of one piece have a line total, and how many of those it fits. `SELECT
    count(*) FILTER (abs(q) > 1), ... FROM (...)`. DuckDB's `count_if` of no rows is null, and there
    may be none.
    """
    counts = (
        "abs(q) > 1",
        "abs(q) > 1 AND t IS NOT NULL",
        "abs(q) > 1 AND unit_fits",
        "abs(q) > 1 AND line_fits",
        "abs(q) = 1 AND t IS NOT NULL",
        "abs(q) = 1 AND unit_fits",
    )
    columns = ", ".join(f"count(*) FILTER ({condition})" for condition in counts)
    return f"SELECT {columns} FROM {_compared(statements)}"


def example_of_a_difference(statements: Statements, fits: str) -> str:
    """Select price, quantity and line total of the first row in which `fits` does not hold."""
    return (
        f"SELECT price_value, quantity_value, line_total_value FROM {_compared(statements)}"
        f" WHERE NOT {fits} LIMIT 1"
    )


def _compared(statements: Statements) -> str:
    rows = (
        "(SELECT price_value, quantity_value, line_total_value, price_value::DOUBLE AS p,"
        " quantity_value::DOUBLE AS q, nullif(line_total_value::DOUBLE, 0) AS t"
        f" FROM {statements.rows()} WHERE accepted AND price_value <> 0)"
    )
    return (
        f"(SELECT *, abs(p * q - t) <= {_TOLERANCE} AS unit_fits,"
        f" abs(p - abs(t)) <= 0.011 AND NOT abs(p * q - t) <= {_TOLERANCE} AS line_fits"
        f" FROM {rows})"
    )


def first_sales(
    statements: Statements, first: int, *, money: str = "price_value", fewest: int = 1
) -> str:
    """Select product, money, number of pieces and order of the first accepted rows with money.

    `fewest` is how many pieces such a row has at least. `SELECT product_id_value,
    price_value::DOUBLE, abs(quantity_value)::DOUBLE, order_id_value FROM (...) WHERE accepted AND
    price_value > 0 AND abs(quantity_value) >= 1 LIMIT 2000`. No order is needed where the name of
    the column is that of a price of one piece.
    """
    columns = statements.records.columns
    may_be_order_total = PRICE not in columns.fields or columns.has_unclear_price
    has_order = may_be_order_total and ORDER_ID in columns.fields
    return (
        f"SELECT product_id_value, {money}::DOUBLE, abs(quantity_value)::DOUBLE,"
        f" {statements.value(ORDER_ID) if has_order else 'NULL'}"
        f" FROM {statements.rows(ordered=True)}"
        f" WHERE accepted AND {money} > 0 AND abs(quantity_value) >= {fewest} LIMIT {first}"
    )


def _described(price: object, quantity: object, total: object) -> str:
    return f"as in a row of {quantity} at {price} with {total}"
