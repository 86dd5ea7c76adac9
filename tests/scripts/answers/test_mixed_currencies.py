"""A sum of money over several currencies is noticed, and one that is not stays without a word."""

from pathlib import Path

import pytest
from orderlake.answers.currencies_note import mixed_currencies_text
from orderlake.answers.mixed_currencies import mixes_currencies

QUERIES = sorted((Path(__file__).resolve().parents[3] / "queries").glob("*.sql"))
FROM = "from processed_orders"


@pytest.mark.parametrize(
    "sql",
    [
        f"select sum(total_amount) as x {FROM}",
        f"select avg(price) as x {FROM}",
        f"select product_id, SUM(Total_Amount) as x {FROM} group by product_id",
        f"select sum(cast(total_amount as decimal(38, 6)) * 2) as x {FROM} group by country",
        f"select sum(total_amount) as x {FROM} where currency is not null",
        f"select sum(total_amount) as x {FROM} where currency in ('EUR', 'USD')",
        f"select sum(total_amount) as x {FROM} group by rollup (currency)",
        f"select sum(total_amount) over (partition by country) as x {FROM}",
        f"select sum(sum(total_amount)) over () as x, currency {FROM} group by currency",
        f"with t as (select total_amount as amount {FROM}) select sum(amount) as x from t",
        f"with t as (select currency, sum(price) as p {FROM} group by 1) select sum(p) as x from t",
        f"select x from (select sum(a.price) as x {FROM} a join processed_orders b"
        " on a.currency = b.currency) t",
    ],
)
def test_money_that_is_added_up_without_its_currency_is_noticed(sql: str) -> None:
    assert mixes_currencies(sql)


@pytest.mark.parametrize(
    "sql",
    [
        f"select sum(quantity) as x {FROM}",
        f"select count(total_amount) as x, max(price) as y {FROM}",
        f"select currency, sum(total_amount) as x {FROM} group by currency",
        f"select country, currency, sum(total_amount) as x {FROM} group by 1, 2",
        f"select upper(currency) as c, sum(price) as x {FROM} group by 1",
        f"select sum(total_amount) as x {FROM} where currency = 'EUR'",
        f"select sum(total_amount) as x {FROM} where 'EUR' = currency and quantity > 1",
        f"select sum(total_amount) as x {FROM} where currency in ('EUR')",
        f"select sum(if(currency = 'EUR', total_amount, 0)) as x {FROM}",
        f"select sum(total_amount) over (partition by currency, country) as x {FROM}",
        f"with t as (select count(price) as n {FROM}) select sum(n) as x from t",
    ],
)
def test_money_of_one_currency_and_other_sums_are_left_alone(sql: str) -> None:
    assert not mixes_currencies(sql)


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_no_query_of_the_library_adds_up_two_currencies(path: Path) -> None:
    assert not mixes_currencies(path.read_text("utf-8"))


def test_the_note_names_the_currencies() -> None:
    assert mixed_currencies_text(["EUR", "USD", None]) == (
        "this adds up money of several currencies (EUR, USD and rows without a currency); "
        "group or filter by currency"
    )
