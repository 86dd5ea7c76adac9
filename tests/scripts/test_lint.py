import pytest
from orderlake.lint.check import RULES, check

NOT_PORTABLE = [
    "select cast(price as decimal) as x from processed_orders",
    "select decimal '1.5' as x",
    "select price from processed_orders order by 1 fetch first 3 rows with ties",
    "select lower(country) as c, count(*) as n from processed_orders group by c",
    "select country, count(*) as n from processed_orders group by 1 having n > 1",
    "select price + 1e0 as p from processed_orders where p > 2e0",
    "select price from processed_orders order by 1 limit 5 offset 2",
    "select country from processed_orders where country ilike 'n%'",
    "select * exclude (price) from processed_orders",
    "select * replace (price + 1e0 as price) from processed_orders",
    "select distinct on (country) country from processed_orders",
    "select count(distinct country, price) as n from processed_orders",
    "select country, count(*) as n from processed_orders group by all",
    "select a.price from processed_orders a anti join processed_orders b using (price)",
    "from processed_orders",
    "select price::decimal(10, 2) as x from processed_orders",
    "select price from processed_orders where price == 1e0",
    "select date '2026-01-01' + interval 3 day as x",
    "select [1, 2] as x",
    "select {'a': 1} as x",
    "select price, from processed_orders",
    "select split(country, ',')[1] as x from processed_orders",
    "select timestamp '2026-01-01 00:00:00' at time zone 'Europe/Oslo' as x",
    "select date_format(date '2026-01-01', '%W') as x",
    "select price from processed_orders tablesample bernoulli (10)",
    "select current_timestamp as x",
    "select max(price) from processed_orders",
    "select price from processed_orders limit 3",
    "select array_agg(price) as x from processed_orders",
    "select approx_distinct(country) as x from processed_orders",
    "select format('%.2f', price) as x from processed_orders",
    "select from_iso8601_timestamp(order_date) as x from processed_orders",
    "select random() as x",
    "select nvl(country, 'x') as x from processed_orders",
    "select string_agg(country, ',') as x from processed_orders",
    "select soundex(country) as x from processed_orders",
    "select price from processed_orders where order_id = 5",
    "select price from processed_orders where order_date > date '2026-01-01'",
    "select country || quantity as x from processed_orders",
    "select cast(status as boolean) as x from processed_orders",
    "select cast(price as varchar) as x from processed_orders",
    "select price from processed_orders where quantity in ('1', '2')",
    "select typeof(price) as x from processed_orders",
]
PORTABLE = [
    "select cast(price as decimal(18, 2)) as x from processed_orders",
    "select 1.5 as x",
    "select price from processed_orders order by 1 fetch first 3 rows only",
    "select lower(country) as c, count(*) as n from processed_orders group by 1",
    "select country, count(*) as n from processed_orders group by 1 having count(*) > 1",
    "select price + 1e0 as p from processed_orders where price > 2e0",
    "select price from processed_orders order by 1 offset 2 limit 5",
    "select country from processed_orders where lower(country) like 'n%'",
    "select * from processed_orders",
    "select distinct country from processed_orders",
    "select count(distinct country) as n from processed_orders",
    "select country, dt, count(*) as n from processed_orders group by rollup (country, dt)",
    "select country, count(*) as n from processed_orders group by cube (country)",
    "select country, count(*) as n from processed_orders group by grouping sets ((country), ())",
    "select price from processed_orders where dt in (select max(dt) as dt from processed_orders)",
    "select a.price from processed_orders a left join processed_orders b using (product_id)",
    "select price from processed_orders where price = 1e0",
    "select date '2026-01-01' + interval '3' day as x",
    "select array[1, 2] as x",
    "select element_at(split(country, ','), 1) as x from processed_orders",
    "select date_format(date '2026-01-01', '%Y-%m') as x",
    "select max(price) as highest from processed_orders",
    "select price from processed_orders order by price, order_id limit 3",
    "select array_agg(price order by price) as x from processed_orders",
    "select listagg(country, ',') within group (order by country) as x from processed_orders",
    "select coalesce(country, 'x') as x from processed_orders",
    "select price from processed_orders where order_id = '5'",
    "select price from processed_orders where date(substr(order_date, 1, 10)) > date '2026-01-01'",
    "select country || cast(quantity as varchar) as x from processed_orders",
    "select lower(status) = 'true' as x from processed_orders",
    "select cast(cast(price as decimal(18, 2)) as varchar) as x from processed_orders",
    "select price from processed_orders where quantity in (1, 2)",
    "select quantity / 2 as x from processed_orders",
    "select avg(cast(price as decimal(18, 2))) as x from processed_orders",
    "select date_diff('day', date '2026-01-01', date '2026-02-01') as x",
    "select sum(quantity) over (partition by country order by order_id) as x from processed_orders",
    "select lag(price) over (order by order_id) as x from processed_orders",
    "select count(*) filter (where price > 1e0) as x from processed_orders",
    "with a(x) as (select 1) select x from a",
    "select x from unnest(array[1, 2]) as t(x)",
    "select dt, count(*) as n from processed_orders group by 1 union all select 'all', 1",
    "select country, max(price) as price from processed_orders where price > 0 group by 1",
]


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_a_rule_finds_its_failing_example(rule: object) -> None:
    assert rule in [finding.rule for finding in check(rule.fails)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_a_rule_s_portable_example_is_clean(rule: object) -> None:
    assert check(rule.passes) == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("sql", NOT_PORTABLE)
def test_what_is_not_portable_is_found(sql: str) -> None:
    assert check(sql) != []


@pytest.mark.parametrize("sql", PORTABLE)
def test_what_is_portable_is_left_alone(sql: str) -> None:
    assert [finding.message for finding in check(sql)] == []


def test_the_lists_hold_forty_each() -> None:
    assert len(set(NOT_PORTABLE)) >= 40
    assert len(set(PORTABLE)) >= 40


def test_a_rule_s_name_is_its_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_a_finding_says_where_what_why_and_what_instead() -> None:
    (finding,) = check("select price\nfrom processed_orders\nwhere country ilike 'no'")
    assert finding.message == (
        "line 3: LOWER(country) LIKE LOWER('no'): Athena has no ilike, DuckDB does; "
        "write lower(x) like '...' [ilike]"
    )
