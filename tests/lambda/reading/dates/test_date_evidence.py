"""What decides whether 03/04/2026 is in March or in April, where all dates can be both."""

from datetime import date
from typing import Any

import pytest
from order_transform.contract.definition import DateOrder
from order_transform.reading.choices import Choice
from order_transform.reading.closer_look import Circumstances
from order_transform.reading.dates.evidence import read_in_orders
from transformed import Outcome, orders, ruled, run

MONTHS = (DateOrder.MONTH_FIRST, DateOrder.DAY_FIRST)
HEADER = "sku,price,quantity,order_date"
PROVEN = {
    "in order of time": (
        ["06/01/2026", "07/01/2026", "01/02/2026", "02/02/2026", "03/02/2026", "01/03/2026"],
        "",
        "day_first",
    ),
    "newest first": (
        ["03/02/2026", "02/03/2026", "02/01/2026", "01/12/2026", "01/05/2026", "01/02/2026"],
        "",
        "month_first",
    ),
    "one month": (
        [f"{day:02}/11/2026" for day in (3, 7, 1, 9, 2, 5, 11)],
        "",
        "day_first",
    ),
    "the day in the name": (["04/03/2026"], "orders-2026-03-04.csv", "day_first"),
    "the day in the folder": (["04/03/2026"], "raw/2026/03/04/orders.csv", "day_first"),
    "the month in the name": (["03/04/2026", "03/05/2026"], "orders_2026-03.csv", "month_first"),
    "a period in the name": (
        ["03/04/2026", "08/03/2026"],
        "orders_2026-03-01_2026-04-30.csv",
        "day_first",
    ),
}


def order(outcome: Outcome) -> Choice[object]:
    [choice] = [one for one in outcome.result.choices if one.name == "date_order"]
    return choice


def dated(cells: list[str], header: str = HEADER, **options: Any) -> Outcome:
    return run(orders(*(f"p,1,1,{cell}" for cell in cells), header=header), **options)


@pytest.mark.parametrize(("cells", "name", "expected"), PROVEN.values(), ids=PROVEN)
@pytest.mark.parametrize("contract", [*MONTHS, DateOrder.REFUSE])
def test_the_file_proves_the_order_of_its_dates(
    cells: list[str], name: str, expected: str, contract: DateOrder
) -> None:
    outcome = dated(cells, contract=ruled(date_order=contract), around=Circumstances(name))
    assert outcome.refusal is None
    assert (order(outcome).value, order(outcome).certainty) == (expected, "proven")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("01.11.2026 - 30.11.2026", "day_first"),
        ("Orders from 2026-11-01 to 2026-11-30", "day_first"),
        ("Period: 11/01/2026 - 11/30/2026", "day_first"),
        ("01.05.2026 bis 31.05.2026", "month_first"),
        ("01.01.2026 - 31.12.2026", ""),
        ("05/11/2026 - 06/11/2026", ""),  # can be read both ways itself
        ("Exported 2026-11-30", ""),
    ],
)
def test_a_period_above_the_header_decides_the_order_of_dates(title: str, expected: str) -> None:
    text = f"{title}\n\n{HEADER}\np,1,1,05/11/2026\np,1,1,05/11/2026\n"
    choice = order(run(text, contract=ruled(date_order=DateOrder.MONTH_FIRST)))
    assert choice.is_proven == bool(expected)
    assert choice.value == (expected or "month_first")


def test_a_date_after_the_upload_is_the_other_way_round() -> None:
    around = Circumstances(uploaded=date(2026, 3, 20))
    outcome = dated(["03/04/2026"], around=around)
    assert outcome.column("order_date") == ["2026-03-04"]
    outcome = dated(["03/04/2026"], around=Circumstances(uploaded=date(2026, 5, 1)))
    assert order(outcome).certainty == "settled"


def test_a_decimal_comma_with_semicolons_speaks_for_the_day_first_and_is_told() -> None:
    outcome = run("sku;price;quantity;order_date\na;1,50;1;03/04/2026\n")
    assert outcome.column("order_date") == ["2026-04-03"]
    assert order(outcome).certainty == "doubtful"
    assert order(outcome).is_told


@pytest.mark.parametrize(
    ("currency", "expected"), [("EUR", "2026-04-03"), ("USD", "2026-03-04"), ("CAD", "2026-03-04")]
)
def test_the_currency_speaks_for_an_order(currency: str, expected: str) -> None:
    outcome = run(orders(f"a,1,1,03/04/2026,{currency}", header=f"{HEADER},currency"))
    assert outcome.column("order_date") == [expected]
    assert order(outcome).is_told


def test_few_dates_in_order_of_time_are_a_hint_only() -> None:
    outcome = dated(["01/02/2026", "02/02/2026", "01/03/2026"])
    assert outcome.column("order_date")[0] == "2026-02-01"
    assert order(outcome).certainty == "doubtful"


def test_a_contract_that_refuses_open_dates_refuses_hints_too() -> None:
    contract = ruled(date_order=DateOrder.REFUSE)
    outcome = run("sku;price;quantity;order_date\na;1,50;1;03/04/2026\n", contract)
    assert outcome.refusal == "ambiguous_dates"


def test_dates_that_cannot_all_be_read_in_one_order_are_told() -> None:
    outcome = dated(["25/04/2026", "26/04/2026", "04/25/2026"])
    assert outcome.column("order_date") == ["2026-04-25", "2026-04-26", None]
    assert order(outcome).certainty == "doubtful"


@pytest.mark.parametrize("mark", ["-", "/"])
def test_a_year_of_two_digits_may_come_first(mark: str) -> None:
    cells = [f"24{mark}03{mark}{day:02}" for day in (5, 6, 9, 11, 12, 20)]
    outcome = dated(cells)
    assert outcome.column("order_date")[0] == "2024-03-05"
    assert order(outcome).value == "year_first"


def test_a_year_of_two_digits_comes_last_where_the_first_number_is_no_year() -> None:
    outcome = dated(["13/02/24", "28/02/24", "01/03/24"])
    assert outcome.column("order_date")[0] == "2024-02-13"
    assert order(outcome).certainty == "proven"


def test_one_date_of_two_digits_each_is_told() -> None:
    outcome = dated(["24-03-05"])
    assert outcome.column("order_date") == ["2005-03-24"]
    assert order(outcome).is_told


def test_a_reading_with_a_date_that_does_not_exist_is_no_reading() -> None:
    assert set(read_in_orders(["30/02/2026", "31/12/2026"], MONTHS)) == set()
    assert set(read_in_orders(["12/31/2026"], MONTHS)) == {DateOrder.MONTH_FIRST}


def test_dates_of_one_day_say_nothing_about_their_order() -> None:
    outcome = dated(["06/10/2025 09:15:00", "06/10/2025 11:40:00", "06/10/2025 23:50:38"])
    assert order(outcome).certainty == "settled"


def test_the_contract_settles_years_of_two_digits_in_front() -> None:
    cells = ["24-03-05", "24-03-06"]
    assert order(dated(cells)).value == "day_first"
    assert order(dated(cells)).remedy.endswith('or to "year_first"')
    by_rule = ruled(date_order=DateOrder.YEAR_FIRST)
    outcome = dated(cells, contract=by_rule)
    assert order(outcome).certainty.value == "settled"
    assert [line["order_date"] for line in outcome.lines] == ["2024-03-05", "2024-03-06"]
    other = dated(["03/04/2026", "05/06/2026"], contract=by_rule)
    assert [line["order_date"] for line in other.lines] == ["2026-04-03", "2026-06-05"]
