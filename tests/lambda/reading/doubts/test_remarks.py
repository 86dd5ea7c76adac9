"""Rows that say something about the file, though they have the cells of an order: told."""

import pytest
from transformed import HASTY, Outcome, orders, run

HEADER = "order_id,sku,name,customer_id,quantity,price"
ORDERS = ["1,MUG,Mug,C1,2,7.95", "2,PLA,Plate,C2,1,12.00", "3,BOW,Bowl,C3,3,5.00"]


def told(outcome: Outcome) -> list[str]:
    return [choice.evidence for choice in outcome.result.choices if choice.name == "remarks"]


@pytest.mark.parametrize(
    "row",
    [
        "# 4,MUG,Mug,C1,2,7.95",
        "#4,MUG,Mug,C1,2,7.95",
        "//4,MUG,Mug,C1,2,7.95",
        "REM 4,MUG,Mug,C1,2,7.95",
        "Example,SKU-0001,Mug,C1,1,9.99",
        "Beispiel 1,SKU-0001,Mug,C1,1,9.99",
        "0,SKU-0001,Producto de ejemplo,C1,1,9.99",
        "0,TEST,Mug,C1,1,9.99",
        "TEST-17,MUG,Mug,C1,1,9.99",
        "4,MUG,Mug,Max Mustermann,1,9.99",
        "Report generated 2024-01-05,35 rows,,,1,35",
        "Exporté le 05/01/2024,,,,1,35",
        "Page 1 of 3,,,C1,1,3",
        "Страница 1 из 3,,,C1,1,3",
        "*** END ***,x,y,z,3,50",
        "TRL,x,y,z,35,1234.50",
        "HDR,x,y,z,1,20240105",
        "3 rows selected,x,y,z,1,3",
        "4,x,Opening balance,z,1,500.00",
        "4,x,Saldo inicial 2024,z,1,500.00",
        "4,期初余额,z,z,1,500.00",
        "<order id>,<sku>,Mug,C1,1,9.99",
        "ORD-XXXX,MUG,Mug,C1,1,9.99",
    ],
)
def test_a_row_that_says_something_about_the_file_is_told(row: str) -> None:
    for rows in ([row, *ORDERS], [*ORDERS, row]):
        for outcome in (run(text := orders(*rows, header=HEADER)), run(text, engine=HASTY)):
            [evidence] = told(outcome)
            assert f"1 of the first 4 rows, such as '{row.split(',')[0]}" in evidence


@pytest.mark.parametrize(
    "row",
    [
        "4,TEST-KIT,Test tube,C1,1,9.99",
        "4,END-CAP,Page holder,C1,1,9.99",
        "4,M,Sample,C1,1,9.99",  # as shops for cloth sell them
        "4,SHIRT-XXL,Shirt XXL,C1,1,9.99",
        "Example,SKU-0001,Mug,C1,1,0.00",
    ],
)
def test_a_product_with_such_a_word_in_its_name_is_not_told(row: str) -> None:
    assert not told(run(orders(*ORDERS, row, header=HEADER)))


def test_a_file_of_nothing_but_test_orders_is_not_told() -> None:
    rows = [f"TEST-{number},MUG,Mug,C1,1,{number}.50" for number in range(1, 6)]
    assert not told(run(orders(*rows, header=HEADER)))


def test_a_trailer_far_below_is_told() -> None:
    rows = [f"{number},MUG,Mug,C1,1,9.99" for number in range(1_500)]
    [evidence] = told(run(orders(*rows, "TRL,x,y,z,1500,14985.00", header=HEADER)))
    assert "such as 'TRL, x, y, z, 1500" in evidence


def test_order_numbers_with_a_sign_before_them_are_no_comments() -> None:
    for sign in ("#", "//"):
        assert not told(run(orders(*(f"{sign}{row}" for row in ORDERS), header=HEADER)))
