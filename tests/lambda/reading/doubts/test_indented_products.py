"""Products that stand indented below others, as in a list with groups and their parts."""

import pytest
from transformed import HASTY, orders, run

HEADER = "product,quantity,price"


@pytest.mark.parametrize("mark", ["  ", "\t ", "- ", "↳ ", "    └ "])
def test_products_indented_below_another_are_told(mark: str) -> None:
    rows = ("Shirts,3,25", f"{mark}Blue shirt,1,5", f"{mark}Red shirt,2,10", "Hats,1,7")
    for outcome in (
        run(orders(*rows, header=HEADER)),
        run(orders(*rows, header=HEADER), engine=HASTY),
    ):
        [choice] = [one for one in outcome.result.choices if one.name == "bundles"]
        assert "are indented below 'Shirts'" in choice.evidence
        assert choice.rows == 2
        assert outcome.counts.accepted == 4


@pytest.mark.parametrize(
    "rows",
    [
        ("  Shirts,3,25", "  Hats,1,7"),  # all of them
        ("Shirts,3,0", "  Blue shirt,1,5"),  # a group without money
        (" Shirts,3,25", "Hats,1,7", "X-1 Pro,1,7"),  # a typing mistake, a name
    ],
)
def test_other_names_are_not_told(rows: tuple[str, ...]) -> None:
    choices = run(orders(*rows, header=HEADER)).result.choices
    assert not [one for one in choices if one.name == "bundles"]
