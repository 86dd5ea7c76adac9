"""Offers in texts, by which not each piece of a row is paid: told."""

import pytest
from transformed import HASTY, Outcome, orders, run


def told(outcome: Outcome) -> list[str]:
    return [choice.evidence for choice in outcome.result.choices if choice.name == "column"]


@pytest.mark.parametrize(
    "name",
    [
        "Mug 3 for 2",
        "Mug - Buy 1 get 1 free",
        "Mug (BOGO)",
        "Tasse 3 für 2",
        "Tasse 3 pour 2",
        "Tasse 2+1 gratis",
        "Taza promo 3x2",
        "Mug 2 for £10",
        "杯子买一送一",
    ],
)
def test_an_offer_is_told_in_rows_of_several_pieces(name: str) -> None:
    text = orders(f"A,{name},3,5.00", "B,Plate,1,7.00", header="sku,name,quantity,price")
    for outcome in (run(text), run(text, engine=HASTY)):
        [evidence] = told(outcome)
        assert f"an offer: 1 of the first 2 rows, such as 'A, {name}" in evidence


def test_an_offer_in_a_column_of_promotions_is_told() -> None:
    text = orders("A,3,5.00,3 for 2", "B,1,7.00,", header="sku,quantity,price,Promotion")
    assert told(run(text))


@pytest.mark.parametrize(
    "row",
    [
        "A,Mug 3 for 2,1,5.00",  # one piece
        "A,Game 4 for 2 players,3,5.00",
        "A,Set of 2 for 4,3,5.00",
        "A,Shelf 3x2,3,5.00",
        "A,Cable for 2 m + plug,3,5.00",
        "A,Tea for Two,3,5.00",
    ],
)
def test_a_text_without_an_offer_is_not_told(row: str) -> None:
    assert not told(run(orders(row, "B,Plate,1,7.00", header="sku,name,quantity,price")))


def test_an_offer_is_not_told_where_the_lines_money_is_read() -> None:
    text = orders("A,Mug 3 for 2,3,5.00,10.00", header="sku,name,quantity,price,line total")
    assert not told(run(text))
