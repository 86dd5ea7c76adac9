"""The parts of a total: one per currency, and one per status that does not count as a sale."""

from decimal import Decimal

import pytest
from order_transform.sql.engine import Engine
from order_transform.sql.parts import Part
from transformed import HASTY, run

HEADER = "sku,price,quantity,currency,status"
ROWS = ["a,10.5,2,EUR,paid", "b,3,1,USD,paid", "c,0.999,1,USD,Cancelled", "d,1.5,1,EUR,paid"]
PARTS = {
    Part("EUR", None, 2, Decimal("22.5")),
    Part("USD", None, 1, Decimal(3)),
    Part("USD", "Cancelled", 1, Decimal("0.999")),
}


@pytest.mark.parametrize("engine", [Engine(), HASTY], ids=["careful", "hasty"])
@pytest.mark.parametrize("bad", [[], ["e,nothing,1,GBP,paid"]], ids=["clean", "with a reject"])
def test_parts_are_of_accepted_rows_and_add_up_to_the_total(engine: Engine, bad: list[str]) -> None:
    outcome = run("\n".join([HEADER, *ROWS, *bad, ""]), engine=engine)
    assert set(outcome.result.parts) == PARTS
    assert sum(part.total_amount for part in outcome.result.parts) == outcome.result.total_amount


@pytest.mark.parametrize("engine", [Engine(), HASTY], ids=["careful", "hasty"])
def test_a_currency_that_comes_late_in_a_file_has_its_part(engine: Engine) -> None:
    rows = ["a,1,1,EUR,paid"] * 3000 + ["b,2,1,USD,void"]
    outcome = run("\n".join([HEADER, *rows, ""]), engine=engine)
    assert [(part.currency, part.no_sale, part.rows) for part in outcome.result.parts] == [
        ("EUR", None, 3000),
        ("USD", "void", 1),
    ]
    assert [line["is_sale"] for line in outcome.lines] == [True] * 3000 + [False]


def test_a_file_without_currency_and_status_has_no_parts() -> None:
    assert run("sku,price,quantity\na,1,2\n").result.parts == ()


def test_a_file_of_more_currencies_than_numbers_for_parts_is_read() -> None:
    rows = [f"a,1.5,{number % 7 + 1},C{number:03},paid" for number in range(300)]
    text = "\n".join([HEADER, *rows, ""])
    outcome = run(text, engine=Engine(large_bytes=0, first_records=1_000))
    assert outcome.result.parts == run(text).result.parts
    assert len(outcome.result.parts) == 300


@pytest.mark.parametrize("engine", [Engine(), HASTY], ids=["careful", "hasty"])
def test_texts_that_are_too_many_for_currencies_leave_no_row_out_of_the_parts(
    engine: Engine,
) -> None:
    rows = [f"a,1.5,1,C{number:04},{'void' if number % 2 else 'paid'}" for number in range(2_000)]
    parts = run("\n".join([HEADER, *rows, ""]), engine=engine).result.parts
    assert set(parts) == {
        Part(None, None, 1_000, Decimal(1_500)),
        Part(None, "void", 1_000, Decimal(1_500)),
    }
