"""The page says what to know of its figures: doubts, what was left out, what stands twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from orderlake.answers.question import parse_query
from orderlake.pipeline.inventory import Inventory, RawFiles
from orderlake.pipeline.status import Status, compare
from orderlake.pipeline.told_choices import ToldChoice
from orderlake.report.caveats import Caveat, find_caveats
from orderlake.report.gather import Report
from orderlake.report.health import Health
from orderlake.report.overview import NOT_SALES, REPEATED, Amount, ask_amounts
from orderlake.report.page import draw_figures, draw_page
from orderlake.report.panel import draw_panel
from report_values import HOSTILE, MADE, answer, report_of
from sql_lake import COLUMNS, memory_engine

ORDERS = (
    *COLUMNS,
    *(("currency", "string"), ("is_sale", "boolean")),
    *(("order_id", "string"), ("order_date", "string")),
)
DOUBT = ToldChoice(
    *("date_order", "order_date", "day_first", "doubtful", "headers are Spanish"),
    remedy="set date_order in the contract",
)


def amounts(sql: str, *rows: str, columns: Sequence[tuple[str, str]] = ORDERS) -> list[Amount]:
    names = ", ".join(name for name, _ in columns)
    values = f"select * from (values {', '.join(rows)}) t({names})"
    return ask_amounts(memory_engine(values, columns), sql, {name for name, _ in columns})


def line(
    total: float, currency: str = "'EUR'", sale: str = "true", order: str = "'1'", day: str = "'d'"
) -> str:
    return f"('A', 1::bigint, {total}::double, {currency}, {sale}, {order}, {day})"


def status(doubts: int = 0, left_out: int = 0, carried: int = 0) -> Status:
    empty = compare(Inventory(RawFiles({}), {}))
    return replace(
        empty,
        doubts={f"raw/{n}.csv": (DOUBT,) for n in range(doubts)},
        left_out=left_out,
        carried={"raw/c.csv": carried} if carried else {},
    )


def page_of(found: Status, **overview: Any) -> Report:
    report = report_of(health=Health(found, {}, MADE), health_problem="")
    assert report.overview is not None
    return replace(report, overview=replace(report.overview, **overview))


def test_amounts_that_are_not_sales_are_per_currency() -> None:
    found = amounts(
        NOT_SALES,
        line(10),
        line(3, sale="false"),
        line(4, sale="false"),
        line(700, "'JPY'", sale="false"),
        line(5, sale="null"),
    )
    assert found == [Amount("EUR", 2, Decimal(7)), Amount("JPY", 1, Decimal(700))]


def test_lines_that_equal_another_are_counted_without_the_first_per_currency() -> None:
    found = amounts(
        REPEATED,
        *(line(10), line(10), line(10)),
        line(10, day="'e'"),
        *(line(8, "'USD'"), line(8, "'USD'")),
        line(8, "null", order="null"),
        line(8, "null", order="null"),
    )
    assert found == [Amount("EUR", 2, Decimal(20)), Amount("USD", 1, Decimal(8))]


def test_a_sale_that_comes_again_as_refunded_is_counted_and_two_refunds_are_not() -> None:
    refund = line(20, sale="false", order="'2'")
    assert amounts(REPEATED, line(20, order="'2'"), refund) == [Amount("EUR", 1, Decimal(20))]
    assert amounts(REPEATED, refund, refund) == []


def test_files_without_dates_and_currencies_may_have_repeated_lines() -> None:
    columns = (*COLUMNS, ("order_id", "string"))
    row = "('A', 1::bigint, 2.5::double, '1')"
    found = amounts(REPEATED, row, row, columns=columns)
    assert found == [Amount(None, 1, Decimal("2.5"))]


def test_each_thing_to_know_is_one_sentence_and_leads_to_its_place() -> None:
    question = parse_query("repeated_lines", "-- Which? One row.\nselect 1 as x\n")
    report = page_of(
        status(doubts=2, left_out=3, carried=12),
        not_sales=(Amount("EUR", 4, Decimal("100.5")), Amount("USD", 1, Decimal(20))),
        repeated=(Amount("EUR", 2, Decimal(7)), Amount(None, 1, Decimal(1))),
    )
    report = replace(report, sections=answer(question))
    text = (
        "order_date is read with the day before the month (date_order: doubtful); "
        "if wrong: set date_order in the contract"
    )
    assert find_caveats(report) == [
        Caveat(
            "3 order lines may stand a second time, or be cancelled since: "
            "7 EUR, 1 without a currency",
            "q-repeated-lines",
        ),
        Caveat("5 order lines that are not sales are not in the revenue: 100.50 EUR, 20 USD"),
        Caveat(
            "2 files were read by doubtful choices",
            "health",
            (f"raw/0.csv: {text}", f"raw/1.csv: {text}"),
        ),
        Caveat("3 rows left out: totals, or of another table in the file", "health"),
        Caveat("12 rows got values of the order's first row", "health", ("raw/c.csv: 12 rows",)),
    ]


def test_the_page_has_them_at_the_top_and_in_the_pipelines_panel() -> None:
    report = page_of(
        status(doubts=1, left_out=3, carried=12),
        not_sales=(Amount("EUR", 4, Decimal(100)), Amount("USD", 1, Decimal(20))),
    )
    for html in (draw_figures(report), draw_panel(report)):
        assert '<a href="#health">1 file was read by doubtful choices</a>' in html
        assert "raw/0.csv: order_date is read with the day before the month" in html
        assert "100 EUR, 20 USD" in html
        assert "120" not in html, "two currencies are never added"
    panel = draw_panel(report)
    assert '<div data-currency="USD"><dt>No sale</dt>' in panel
    assert "<dt>Left out</dt><dd>3<" in panel
    assert "<dt>Carried down</dt><dd>12<" in panel
    assert "<dt>Read in doubt</dt><dd>1<" in panel


def test_a_page_without_anything_to_know_says_nothing_but_how_fresh_it_is() -> None:
    html = draw_figures(page_of(status(), figures={"rows": 1, "last_day": "2026-11-22"}))
    assert "caveats" not in html
    assert "The newest order is of 2026-11-22." in html
    assert "before the newest file came" not in html


def test_answers_that_are_older_than_the_newest_file_say_so() -> None:
    report = report_of(health=Health(status(), {}, MADE + timedelta(hours=1)), health_problem="")
    assert "before the newest file came" in draw_figures(report)


def test_a_hostile_file_name_stays_a_text() -> None:
    found = replace(status(), doubts={HOSTILE: (DOUBT,)})
    assert "<script>alert" not in draw_page(page_of(found))
