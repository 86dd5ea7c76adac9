"""Rows that are not orders, and fields that are only on an order's first line."""

from decimal import Decimal

import pytest
from order_transform.sql.engine import Engine
from transformed import ENGINE, HASTY, Outcome, orders, run

ORDERS = ["1,MUG,2,10.50", "2,PEN,1,4.00", "3,BAG,3,1.00"]
HEADER = "order_id,sku,qty,price"


def codes(outcome: Outcome) -> list[str]:
    return [code for [(code, _)] in outcome.reasons()]


@pytest.mark.parametrize(
    "row",
    [
        "Total,,6,28.00",
        "TOTAL,,6,",
        "Grand Total:,,6,28.00",
        "Gesamtsumme,,6,28.00",
        "Итого,,6,28.00",
        "合計,,6,28.00",
        ",Subtotal,6,28.00",
        "Total,all of them,6,28.00",
        ",,6,28.00",
        ",,6,15.50",
        "Average,,2,5.17",
        "Total: November,,6,28.00",
    ],
)
@pytest.mark.parametrize("place", [3, 2])
def test_a_row_of_totals_is_no_order(row: str, place: int) -> None:
    rows = [*ORDERS[:place], row, *ORDERS[place:]] if place == 3 else [*ORDERS, row, "4,CUP,1,1.00"]
    for outcome in (
        run(orders(*rows, header=HEADER)),
        run(orders(*rows, header=HEADER), engine=HASTY),
    ):
        assert codes(outcome) == ["total_row"]
        assert outcome.counts.accepted == len(rows) - 1


@pytest.mark.parametrize(
    "row",
    [
        "4,Total Gym,1,99.00",
        "4,Total,1,99.00",
        "4,Sum 41,6,3.00",
        ",TEA,1,2.00",
        "4,,1,2.00",
        ",,1,2.00",
    ],
)
def test_a_product_that_is_only_called_so_is_an_order(row: str) -> None:
    assert run(orders(*ORDERS, row, header=HEADER)).counts.accepted == 4


def test_subtotals_between_orders_are_no_orders() -> None:
    rows = ["A,1,2.00", "B,2,3.00", ",3,8.00", "C,1,1.00", "D,1,1.50", ",2,2.50", "Total,5,10.50"]
    outcome = run(orders(*rows, header="sku,qty,price"))
    assert codes(outcome) == ["total_row"] * 3
    assert outcome.result.total_amount == Decimal("10.50")


def test_a_total_far_below_the_first_rows_is_found_at_the_end() -> None:
    rows = [f"{n},MUG,1,2.00" for n in range(6_000)]
    outcome = run(orders(*rows, "Total,,6000,12000.00", header=HEADER), engine=HASTY)
    assert codes(outcome) == ["total_row"]
    assert outcome.result.total_amount == 12_000


def test_a_further_table_is_rejected_by_name_until_the_first_header_comes_back() -> None:
    rows = [*ORDERS, "sku,qty,unit price", "MUG,40,7.00", "PEN,50,2.00", HEADER, "4,CUP,1,5.00"]
    outcome = run(orders(*rows, header=HEADER))
    assert codes(outcome) == ["other_table"] * 3 + ["repeated_header"]
    assert outcome.column("order_id") == ["1", "2", "3", "4"]


FIRST_LINES = "order_id,status,currency,country,sku,qty,price"


def test_fields_of_an_orders_first_line_are_carried_to_its_further_lines_only() -> None:
    rows = ["1,void,EUR,DE,A,1,2", "1,,,,B,1,2", "2,,USD,,C,1,2", "2,,,,D,1,2", "3,paid,,FR,E,1,2"]
    outcome = run(orders(*rows, header=FIRST_LINES))
    assert outcome.column("status") == ["void", "void", None, None, "paid"]
    assert outcome.column("currency") == ["EUR", "EUR", "USD", "USD", None]
    assert outcome.column("country") == ["DE", "DE", None, None, "FR"]
    assert outcome.column("is_sale") == [False, False, True, True, True]
    [choice] = [choice for choice in outcome.result.choices if choice.name == "carried_down"]
    assert choice.is_told
    assert "2 rows" in choice.evidence


def test_an_order_id_on_the_first_line_only_is_carried_with_the_others() -> None:
    rows = ["1,void,EUR,DE,A,1,2", ",,,,B,1,2", "2,paid,USD,US,C,1,2", ",,,,D,1,2"]
    outcome = run(orders(*rows, header=FIRST_LINES))
    assert outcome.column("order_id") == ["1", "1", "2", "2"]
    assert outcome.column("country") == ["DE", "DE", "US", "US"]


def test_a_field_that_is_filled_on_any_further_line_is_not_carried() -> None:
    rows = ["1,paid,EUR,DE,A,1,2", "1,,EUR,,B,1,2", "2,paid,EUR,US,C,1,2", "2,void,,,D,1,2"]
    outcome = run(orders(*rows, header=FIRST_LINES))
    assert outcome.column("status") == ["paid", None, "paid", "void"]
    assert outcome.column("currency") == ["EUR", "EUR", "EUR", None]
    assert outcome.column("country") == ["DE", "DE", "US", "US"]


def test_an_order_id_that_is_missing_here_and_there_is_not_filled() -> None:
    rows = ["1,paid,EUR,DE,A,1,2", ",paid,EUR,DE,B,1,2", "2,paid,EUR,US,C,1,2"]
    assert run(orders(*rows, header=FIRST_LINES)).column("order_id") == ["1", None, "2"]


@pytest.mark.parametrize("engine", [ENGINE, HASTY], ids=["careful", "hasty"])
def test_an_order_id_alone_is_carried_where_the_other_fields_prove_its_order(
    engine: Engine,
) -> None:
    header = "order_id,order_date,customer_id,sku,qty,price"
    first = [f"{n},2026-03-0{n},c{n},A,1,2" for n in range(1, 5)]
    further = [f",2026-03-0{n},c{n},B,1,3" for n in range(1, 5)]
    rows = [row for pair in zip(first, further, strict=True) for row in pair]
    outcome = run(orders(*rows, header=header), engine=engine)
    assert outcome.column("order_id") == ["1", "1", "2", "2", "3", "3", "4", "4"]
    [choice] = [one for one in outcome.result.choices if one.name == "carried_down"]
    assert (choice.value, choice.rows, choice.is_told) == ("order_id", 4, True)


@pytest.mark.parametrize("engine", [ENGINE, HASTY], ids=["careful", "hasty"])
@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("order_id,sku,qty,price", ["1,A,1,2", ",B,1,3", "2,A,1,2", ",C,1,5", ",D,1,5"]),
        ("order_id,currency,sku,qty,price", ["1,EUR,A,1,2", ",EUR,B,1,3"] * 2 + [",EUR,C,2,5"]),
        (
            "order_id,customer_id,sku,qty,price",
            ["1,x,A,1,2", ",x,B,1,3", "2,y,C,1,2", ",z,A,1,2", ",y,A,1,2"],
        ),
        ("order_id,sku,qty,price", ["1,A,1,2", "2,A,1,2", "3,A,1,2", ",B,1,3", ",B,1,3", ",C,1,4"]),
    ],
)
def test_an_order_id_that_nothing_proves_stays_empty_and_is_told(
    header: str, rows: list[str], engine: Engine
) -> None:
    outcome = run(orders(*rows, header=header), engine=engine)
    expected = [row.split(",")[0] or None for row in rows]
    assert outcome.column("order_id") == expected
    [choice] = [one for one in outcome.result.choices if one.name == "carried_down"]
    assert (choice.field, choice.certainty) == ("order_id", "doubtful")
    assert choice.rows == expected.count(None)


@pytest.mark.parametrize("engine", [ENGINE, HASTY], ids=["careful", "hasty"])
@pytest.mark.parametrize("leading", [1, 2, 5])
@pytest.mark.parametrize("is_carried", [False, True])
def test_rows_above_the_first_order_id_are_told_and_belong_to_no_order(
    leading: int, is_carried: bool, engine: Engine
) -> None:
    further = ",,,,B,1,2" if is_carried else "1,,,,B,1,2"
    rows = [",paid,EUR,,TEA,1,2"] + [",,,,TEA,1,2"] * (leading - 1)
    rows += ["1,void,EUR,DE,A,1,2", further, "2,paid,USD,US,C,1,2"]
    outcome = run(orders(*rows, header=FIRST_LINES), engine=engine)
    assert outcome.column("order_id") == [None] * leading + ["1", "1", "2"]
    assert outcome.column("currency") == ["EUR"] + [None] * (leading - 1) + ["EUR", "EUR", "USD"]
    [choice] = [one for one in outcome.result.choices if one.field == "order_id"]
    assert (choice.name, choice.certainty, choice.rows) == ("carried_down", "doubtful", leading)
    assert f"{leading} row" in choice.evidence
    assert "'paid, EUR, TEA, 1, 2'" in choice.evidence


def test_a_file_whose_order_ids_are_all_empty_lacks_none() -> None:
    outcome = run(orders(",A,1,2", ",B,1,2", header="order_id,sku,qty,price"))
    assert [one.name for one in outcome.result.choices if one.is_told] == []
