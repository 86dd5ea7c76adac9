from decimal import Decimal

from athena_sql.answer import Value
from orderlake.answers.question import parse_query
from orderlake.report.gather import in_reading_order
from orderlake.report.overview import Money, Overview, ask_money
from orderlake.report.page import draw_page, headline
from orderlake.report.panel import Figure
from orderlake.report.product_names import name_products
from orderlake.report.section import Section
from report_values import MADE, TOTALS, answer, answer_one, report_of
from sql_lake import COLUMNS, memory_engine

NAMED = (*COLUMNS, ("product_name", "string"))
ROWS = (
    "select * from (values ('A', 1, 5.0::double, 'Mug'), ('A', 1, 5.0::double, 'Mug'), "
    "('A', 1, 5.0::double, 'mug, damaged'), ('B', 1, 1.0::double, null)) "
    "t(product_id, quantity, total_amount, product_name)"
)


def named(sql: str, rows: str = ROWS, columns: tuple[tuple[str, str], ...] = NAMED) -> Section:
    engine = memory_engine(rows, columns)
    (section,) = answer(parse_query("asked", sql), rows=rows, columns=columns)
    (result,) = name_products(engine, [section])
    return result


def test_a_product_has_the_name_that_most_lines_give_it() -> None:
    section = named(TOTALS)
    assert section.grid
    assert [field.name for field in section.grid.fields] == ["product_id", "product_name", "total"]
    # One without a name is called by its id, so that its bar has a label.
    assert section.grid.rows == (("A", "Mug", "15.00"), ("B", "B", "1.00"))
    assert section.chart
    assert section.chart.label == "product_name"


def test_both_products_of_a_pair_are_named() -> None:
    section = named("select 'A' as product, 'A' as other_product from processed_orders limit 1")
    assert section.grid
    assert section.grid.rows == (("A", "Mug", "A", "Mug"),)


def test_without_names_an_answer_stays_as_it_is() -> None:
    plain = answer_one(TOTALS)
    engine = memory_engine("select 'A' as product_id, 1 as quantity, 1.0 as total_amount", COLUMNS)
    assert name_products(engine, [plain]) == [plain]


def test_a_query_that_gives_names_itself_is_not_given_them_again() -> None:
    sql = "select product_id, min(product_name) as product_name from processed_orders group by 1"
    section = named(sql)
    assert section.grid
    assert len(section.grid.fields) == 2


def asked(name: str, header: str = "", sql: str = "select 1 as x") -> Section:
    (section,) = answer(parse_query(name, f"-- {name}? One row.\n{header}{sql}"))
    return section


def test_topics_come_in_order_and_what_the_data_lack_comes_last() -> None:
    sections = [
        asked("lacking", "-- topic: revenue 1\n", "select country from processed_orders"),
        asked("mine"),
        asked("stock", "-- topic: stock 1\n"),
        asked("second", "-- topic: products 2\n"),
        asked("first", "-- topic: products 1\n"),
        asked("money", "-- topic: revenue 7\n"),
    ]
    ordered = [section.query.name for section in in_reading_order(sections)]
    assert ordered == ["money", "first", "second", "mine", "stock", "lacking"]


def test_the_page_has_a_part_for_each_topic() -> None:
    sections = in_reading_order([asked("mine"), asked("money", "-- topic: revenue 7\n")])
    page = draw_page(report_of(*sections))
    assert page.index('id="t-revenue"') < page.index('id="q-money"')
    assert page.index('id="q-money"') < page.index('id="t-more-answers"')
    assert page.index('id="t-more-answers"') < page.index('id="q-mine"')


def test_one_row_stands_as_figures() -> None:
    page = draw_page(report_of(asked("one", sql="select 4339 as customers, 65.57 as percent")))
    assert "<dt>customers</dt><dd>4,339</dd>" in page
    assert "<dt>percent</dt><dd>65.57</dd>" in page


def money(
    currency: str | None,
    revenue: str,
    orders: int | None,
    returned: str = "0",
    of_orders: str | None = None,
) -> Money:
    with_number = Decimal(of_orders or revenue)
    return Money(currency, 20, Decimal(revenue), orders, with_number, Decimal(returned))


def test_the_headline_is_what_a_shop_asks_first() -> None:
    figures: dict[str, Value] = {"rows": 20, "orders": 8331, "customers": 2255}
    earned = (money("EUR", "1267199.240000", 8331, "28342.000000"),)
    found = list(headline(Overview("'memory'", MADE, 1, 1200, figures, earned)))
    assert found == [
        Figure("Revenue", "1.27 M", "1,267,199.24 EUR", "EUR"),
        Figure("Average order", "152.11", "EUR, revenue divided by orders", "EUR"),
        Figure("Returned", "28,342", "EUR, 2.2 % of what was sold", "EUR"),
        Figure("Orders", "8,331", "20 order lines"),
        Figure("Customers", "2,255"),
    ]


def test_revenue_without_an_order_number_does_not_count_in_the_average_order() -> None:
    earned = (money("USD", "120000", 10, of_orders="500"),)
    found = list(headline(Overview("'memory'", MADE, 1, 1200, {"rows": 20}, earned)))
    assert (
        Figure("Average order", "50.00", "USD, of the lines with an order number", "USD") in found
    )


def test_two_currencies_have_figures_of_their_own() -> None:
    earned = (money("JPY", "5000", None), money(None, "7.5", None))
    found = list(headline(Overview("'memory'", MADE, 1, 1200, {"rows": 2}, earned)))
    revenue = [figure for figure in found if figure.title == "Revenue"]
    assert revenue == [
        Figure("Revenue", "5,000", "5,000 JPY", "JPY"),
        Figure("Revenue", "7.50", "7.50 no currency", ""),
    ]


def test_without_orders_the_headline_counts_lines() -> None:
    found = list(headline(Overview("'memory'", MADE, 1, 1200, {"rows": 20})))
    assert found == [Figure("Order lines", "20")]


MIXED = (
    "select * from (values ('A', 2, 10.0::double, 'EUR', true), ('A', 1, 5.0::double, 'USD', true),"
    " ('B', 1, 3.0::double, 'EUR', false), ('B', -1, -2.5::double, 'EUR', null)) "
    "t(product_id, quantity, total_amount, currency, is_sale)"
)


def test_revenue_is_of_sales_and_never_of_two_currencies() -> None:
    columns = (*COLUMNS, ("currency", "string"), ("is_sale", "boolean"))
    found = ask_money(memory_engine(MIXED, columns), {name for name, _ in columns})
    assert found == [
        Money("EUR", 2, Decimal("7.5"), None, Decimal(0), Decimal("2.5")),
        Money("USD", 1, Decimal(5), None, Decimal(0), Decimal(0)),
    ]


def test_only_lines_with_an_order_number_are_divided_by_the_number_of_orders() -> None:
    numbered = (
        "select * from (values ('A', 'M', 1, 10.0::double), ('A', 'N', 1, 5.0::double),"
        " (null, 'M', 1, 900.0::double)) t(order_id, product_id, quantity, total_amount)"
    )
    columns = (("order_id", "string"), *COLUMNS)
    found = ask_money(memory_engine(numbered, columns), {name for name, _ in columns})
    assert found == [Money(None, 3, Decimal(915), 1, Decimal(15), Decimal(0))]
