"""One product in two spellings: told, since sums per product have both."""

import pytest
from transformed import HASTY, orders, run


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        ("ABC-1", "abc-1", "'ABC-1' and 'abc-1'"),
        ("ABC-1", "\u0410BC-1", r"'ABC-1' and '\u0410BC-1'"),
        ("Blue Mug", "Blue\u00a0Mug", r"'Blue Mug' and 'Blue\xa0Mug'"),
        ("Blue Mug", "Blue  Mug", "'Blue  Mug' and 'Blue Mug'"),
        ("SKU12", "SKU\uff11\uff12", r"'SKU12' and 'SKU\uff11\uff12'"),
        ("ABC-1", "ABC\u20131", r"'ABC-1' and 'ABC\u20131'"),
        ("MUG", "MUG ", ""),  # spaces around a text are not read
        ("ABC-1", "ABC1", ""),
        ("M\u00fcller", "Muller", ""),
    ],
)
def test_two_spellings_of_a_product_are_told(one: str, other: str, shown: str) -> None:
    text = orders(f"{one},1,5.00", f"{other},2,5.00", "PLATE,1,7.00", header="sku,quantity,price")
    for outcome in (run(text), run(text, engine=HASTY)):
        told = [choice.evidence for choice in outcome.result.choices if choice.name == "texts"]
        expected = f"{shown} look alike and count as two products; such texts stand in 2 of the"
        assert [evidence.startswith(expected) for evidence in told] == [True] * bool(shown)
