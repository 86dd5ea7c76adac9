"""The report as people see it: in a browser, in both themes, on a screen, a phone and paper."""

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from athena_sql.errors import MissingColumns, QueryFailed
from orderlake.answers.question import Chart, Query
from orderlake.report.gather import Report
from orderlake.report.overview import Amount, Money
from orderlake.report.page import draw_page
from orderlake.report.section import Field, Grid, Section, refusal
from orderlake.report.serve import listen, show

from .chromium import DESKTOP, PHONE
from .conftest import READY, Opener

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;"
# Whether a canvas has more than one colour: a chart that failed is blank.
IS_DRAWN = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const first = data.slice(0, 4).join();
  for (let i = 0; i < data.length; i += 4) if (data.slice(i, i + 4).join() !== first) return true;
  return false;
}"""


def section_of(
    name: str,
    fields: Sequence[tuple[str, str]],
    rows: Sequence[tuple[str | None, ...]],
    chart: Chart | None = None,
) -> Section:
    grid = Grid(tuple(Field(*field) for field in fields), tuple(rows), len(rows))
    return Section(Query(name, "select 1", f"What of {name}?", "One row."), grid, chart)


BAR, LINE = Chart("bar", "label", "amount"), Chart("line", "label", "amount")
TEXT, DAY = (("label", "text"), ("amount", "number")), (("label", "date"), ("amount", "number"))


def page_of(report: Report, *sections: Section) -> str:
    return draw_page(replace(report, sections=sections))


def column(page: "Page", card: str, place: int) -> list[str]:
    """Return the texts of a column as the table shows them."""
    cells = page.locator(f"#{card} tbody tr td:nth-child({place})")
    return cells.all_text_contents()


def wait_until(page: "Page", expression: str, seconds: float = 5) -> None:
    """Ask from outside until it is so: the page's policy forbids Playwright to ask inside."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"not so within {seconds} s: {expression}"
        page.wait_for_timeout(20)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_every_chart_is_drawn_and_nothing_is_asked_of_the_network(
    open_page: Opener, sample_page: str, theme: str, size: dict[str, int]
) -> None:
    page, seen = open_page(sample_page, theme, size)
    canvases = page.locator("canvas").all()
    assert len(canvases) == sample_page.count("data-chart=")
    assert len(canvases) >= 8
    for canvas in canvases:
        assert canvas.evaluate(IS_DRAWN)
    assert seen.errors == []
    assert [url for url in seen.requests if not url.startswith(("file:", "data:"))] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_at_all(
    open_page: Opener, sample_page: str, theme: str, size: dict[str, int]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page, _ = open_page(sample_page, theme, size)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = Axe().run(page).response["violations"]
    assert [describe(one) for one in found] == []


def describe(violation: dict[str, Any]) -> str:
    nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
    return f"{violation['impact']} {violation['id']}: {nodes}"


def test_the_themes_differ_and_a_change_repaints_the_charts(
    open_page: Opener, sample_page: str
) -> None:
    page, _ = open_page(sample_page, "light")
    color = "getComputedStyle(document.body).backgroundColor"
    ink = "charts[0].chart.options.scales.x.ticks.color"
    light = page.evaluate(f"[{color}, {ink}]")
    page.emulate_media(color_scheme="dark")
    wait_until(page, f"{ink} !== '{light[1]}'")
    assert page.evaluate(color) != light[0]


def test_a_header_sorts_down_then_up_then_as_it_was(
    open_page: Opener, sample_report: Report
) -> None:
    rows = [("b", "2"), ("a", "1,000"), ("c", None), ("d", "-3.50")]
    page, _ = open_page(page_of(sample_report, section_of("sums", TEXT, rows)))
    head = page.locator("#q-sums th").nth(1)
    seen = []
    for _ in range(3):
        head.get_by_role("button").click()
        seen.append((head.get_attribute("aria-sort"), column(page, "q-sums", 1)))
    assert seen == [
        ("descending", ["a", "b", "d", "c"]),
        ("ascending", ["d", "b", "a", "c"]),
        ("none", ["b", "a", "c", "d"]),
    ]


def test_days_narrow_the_table_and_the_chart(open_page: Opener, sample_report: Report) -> None:
    rows = [(f"2026-03-{day:02}", str(day)) for day in range(1, 32)]
    goods = section_of("goods", TEXT, [("Mugs", "1")], BAR)
    page, _ = open_page(page_of(sample_report, section_of("days", DAY, rows, LINE), goods))
    badge = "getComputedStyle(document.querySelector('#q-{} h3'), '::after').content"
    assert page.evaluate(badge.format("goods")) == "none"
    page.locator("#q-days summary").first.click()
    page.get_by_label("From").fill("2026-03-05")
    page.get_by_label("until").fill("2026-03-07")
    page.get_by_label("until").blur()
    assert column(page, "q-days", 1) == ["2026-03-05", "2026-03-06", "2026-03-07"]
    assert page.evaluate("charts[0].chart.data.datasets[0].data.map((point) => point.y)") == [
        5,
        6,
        7,
    ]
    assert page.locator("#q-days .pages span").text_content() == "1 to 3 of 3 chosen, of 31"
    # What does not follow the choice says so.
    assert page.evaluate(badge.format("goods")) == '"of all days"'
    assert page.evaluate(badge.format("days")) == "none"
    page.get_by_role("button", name="30 days").click()
    assert page.locator("#q-days .pages span").text_content() == "1 to 10 of 30 chosen, of 31"
    page.get_by_role("button", name="All days").click()
    assert len(column(page, "q-days", 1)) == 10
    assert page.evaluate(badge.format("goods")) == "none"


SOLD = (("label", "text"), ("amount", "number"), ("currency", "text"))


def test_one_currency_is_shown_at_a_time(open_page: Opener, sample_report: Report) -> None:
    rows = [("Mugs", "9.50", "EUR"), ("Pens", "700", "JPY"), ("Mugs", "1.00", None)]
    overview = sample_report.overview
    assert overview is not None
    earned = tuple(
        Money(one, 1, Decimal(1), 1, Decimal(1), Decimal(0)) for one in ("JPY", "EUR", None)
    )
    report = replace(sample_report, overview=replace(overview, money=earned))
    page, seen = open_page(page_of(report, section_of("goods", SOLD, rows, BAR)))
    choice = page.get_by_label("Currency")
    options = choice.locator("option").all_text_contents()
    assert options == ["JPY", "EUR", "no currency"]
    axis = "charts[0].chart.options.scales.x.title.text"
    for currency, amounts in (("JPY", ["700"]), ("EUR", ["9.50"]), ("no currency", ["1.00"])):
        choice.select_option(currency)
        assert column(page, "q-goods", 2) == amounts
        assert page.evaluate(axis) == f"amount ({currency})"
        assert page.locator("#figures [data-currency]:visible").count() == 3
        assert currency in (page.locator("#figures [data-currency]:visible").first.inner_text())
    assert seen.errors == []


def test_a_chart_without_rows_in_the_chosen_currency_says_so(
    open_page: Opener, sample_report: Report
) -> None:
    rows = [("Mugs", "9.50", "EUR"), ("Pens", "700.00", "JPY")]
    returned = section_of("returned", SOLD, [("Mugs", "1.00", "EUR")], BAR)
    page, seen = open_page(page_of(sample_report, section_of("goods", SOLD, rows, BAR), returned))
    for currency, is_drawn in (("JPY", False), ("EUR", True)):
        page.get_by_label("Currency").select_option(currency)
        assert page.locator("#q-returned canvas").is_visible() == is_drawn
        note = "" if is_drawn else "No rows for the currency and days above."
        assert page.locator("#q-returned > small").text_content() == note
    assert page.locator("#q-returned canvas").evaluate(IS_DRAWN)
    assert seen.errors == []


@pytest.mark.parametrize(
    ("name", "values", "title"),
    [
        ("revenue", ["9.50", "1.00"], "revenue (EUR)"),
        ("customers", ["9", "1"], "customers"),
        ("share_percent", ["90.5", "9.5"], "share percent"),
    ],
)
def test_an_axis_names_the_currency_of_amounts_alone(
    open_page: Opener, sample_report: Report, name: str, values: list[str], title: str
) -> None:
    fields = (("label", "text"), (name, "number"), ("currency", "text"))
    rows = [("Mugs", values[0], "EUR"), ("Pens", values[1], "EUR")]
    section = section_of("goods", fields, rows, Chart("bar", "label", name))
    page, _ = open_page(page_of(sample_report, section))
    assert page.evaluate("charts[0].chart.options.scales.x.title.text") == title


def test_the_labels_of_bars_fit_on_a_phone(open_page: Opener, sample_report: Report) -> None:
    rows = [("Women's Athletic Footwear", "2"), ("Mugs", "1")]
    page, _ = open_page(
        page_of(sample_report, section_of("goods", TEXT, rows, BAR)), "light", PHONE
    )
    labels = "charts[0].chart.scales.y.ticks.map((tick) => tick.label)"
    assert page.evaluate(labels) == ["Women's Athlet…", "Mugs"]
    assert page.evaluate("charts[0].chart.scales.y._labelSizes.widest.width") < 140


def test_nothing_is_cut_off_on_paper(open_page: Opener, sample_report: Report) -> None:
    """A heat map of as many columns as are drawn, and a table of long titles, fit on A4."""
    months = [f"{2010 + n // 12}-{n % 12 + 1:02}-01" for n in range(40)]
    rows = [(one, str(n), "100.00" if n else "99.90") for one in months for n in range(40)]
    fields = (("cohort", "date"), ("since", "number"), ("percent", "number"))
    heat = section_of("stay", fields, rows, Chart("heat", "cohort", "percent", "since"))
    titles = [(f"orders_without_value_{n}", "number") for n in range(8)] + [("last_day", "date")]
    wide = section_of("wide", titles, [("123,456", *["1"] * 7, "2026-11-22")] * 3)
    page, _ = open_page(page_of(sample_report, heat, wide))
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    cut = """() => [...document.querySelectorAll("td, th, figure, canvas")]
      .filter((one) => one.checkVisibility())
      .filter((one) => one.getBoundingClientRect().right
        > document.body.getBoundingClientRect().right)
      .map((one) => one.outerHTML.slice(0, 80))"""
    assert page.evaluate(cut) == []
    heights = "[...document.querySelectorAll('table.heat tbody tr')].map((one) => one.offsetHeight)"
    assert max(page.evaluate(heights)) < 30
    # No title breaks within a word: each line of it is as high as a line of one letter.
    widths = """() => [...document.querySelectorAll("#q-wide th button")].map((one) =>
      one.scrollWidth > one.clientWidth)"""
    assert not any(page.evaluate(widths))


def test_half_charts_stand_side_by_side_on_paper_with_whole_titles(
    open_page: Opener, sample_report: Report
) -> None:
    fields = (("order_month", "date"), ("average_order_value", "number"), ("currency", "text"))
    rows = [("2026-09-01", "1.50", "EUR"), ("2026-10-01", "2.50", "EUR")]
    chart = Chart("line", "order_month", "average_order_value")
    halves = [section_of(name, fields, rows, chart) for name in ("one", "other")]
    page, _ = open_page(page_of(sample_report, *halves))
    axis = "charts[0].chart.options.scales.y.title.text"
    assert page.evaluate(axis) == "average order value (EUR)"
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    places = [page.locator(f"#q-{name}").bounding_box() for name in ("one", "other")]
    assert places[0]
    assert places[1]
    assert places[0]["y"] == places[1]["y"]
    assert places[0]["x"] < places[1]["x"]
    assert page.evaluate(axis) == ["average order", "value (EUR)"]
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(axis) == "average order value (EUR)"


def test_the_rows_of_a_chart_are_downloaded_as_csv(
    open_page: Opener, sample_report: Report
) -> None:
    rows = [("Mugs, large", "1,234.50"), ('=cmd|"x"', "-2"), (None, None)]
    page, seen = open_page(page_of(sample_report, section_of("goods", TEXT, rows, BAR)))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    assert download.value.suggested_filename == "goods.csv"
    text = download.value.path().read_text("utf-8")
    assert text.splitlines() == [
        "label,amount",
        '"Mugs, large",1234.50',
        '"\'=cmd|""x""",-2',
        ",",
    ]
    assert seen.errors == []


def test_a_month_that_is_not_over_is_dashed(open_page: Opener, sample_report: Report) -> None:
    rows = [("2026-09-01", "1"), ("2026-10-01", "2"), ("2026-11-01", "3")]
    page, _ = open_page(page_of(sample_report, section_of("months", DAY, rows, LINE)))
    times = "charts[0].chart.data.datasets[0].data.map((point) => charts[0].isUnfinished(point.x))"
    assert page.evaluate(times) == [False, False, True]
    assert page.locator("#q-months > small").text_content() == "Dashed: 2026-11 is not over yet."


def test_a_single_month_that_is_not_over_has_no_line_to_dash(
    open_page: Opener, sample_report: Report
) -> None:
    page, _ = open_page(page_of(sample_report, section_of("months", DAY, [("2026-11", "3")], LINE)))
    assert page.locator("#q-months > small").text_content() == "2026-11 is not over yet."


def test_the_count_of_rows_tells_how_many_of_all_are_shown(
    open_page: Opener, sample_report: Report
) -> None:
    rows = [("A", "700", "JPY"), ("B", "9.50", "EUR"), ("C", "3.00", "EUR")]
    page, _ = open_page(page_of(sample_report, section_of("goods", SOLD, rows)))
    for currency, count in (("EUR", "2 of 3 rows"), ("JPY", "1 of 3 rows")):
        page.get_by_label("Currency").select_option(currency)
        assert page.locator("#q-goods caption").text_content() == count


def test_a_month_is_chosen_by_any_of_its_days(open_page: Opener, sample_report: Report) -> None:
    rows = [("2026-01", "1"), ("2026-02", "2"), ("2026-03", "3")]
    page, _ = open_page(page_of(sample_report, section_of("months", DAY, rows)))
    page.get_by_label("From").fill("2026-02-11")
    page.get_by_label("until").fill("2026-02-20")
    page.get_by_label("until").blur()
    assert column(page, "q-months", 1) == ["2026-02"]


def test_a_heat_map_is_a_table_whose_cells_are_coloured_by_rank(
    open_page: Opener, sample_report: Report
) -> None:
    fields = (("cohort", "date"), ("since", "number"), ("percent", "number"))
    rows = [
        ("2026-01-01", "0", "100.00"),
        ("2026-01-01", "1", "9.50"),
        ("2026-02-01", "0", "100.00"),
        ("2026-01-01", "10", "31.25"),
    ]
    chart = Chart("heat", "cohort", "percent", "since")
    page, seen = open_page(page_of(sample_report, section_of("stay", fields, rows, chart)))
    heat = page.locator("#q-stay table.heat")
    assert heat.locator("thead th").all_text_contents() == ["cohort", "0", "1", "10"]
    assert heat.locator("tbody th").all_text_contents() == ["2026-01", "2026-02"]
    assert heat.locator("tbody td").all_text_contents() == ["100.0", "9.5", "31.3", "100.0", "", ""]
    color = "(one) => getComputedStyle(one).backgroundColor"
    shades = [cell.evaluate(color) for cell in heat.locator("td[class]").all()]
    assert len(set(shades)) == 3
    assert shades[0] == shades[3] == "rgb(31, 95, 191)"
    assert seen.errors == []


def test_hovering_shows_the_exact_values_of_the_row(
    open_page: Opener, sample_report: Report
) -> None:
    fields = (*TEXT, ("orders", "number"))
    rows = [("Mugs", "12,345.678", "9"), ("Pens", "1.50", "4")]
    page, _ = open_page(page_of(sample_report, section_of("goods", fields, rows, BAR)))
    page.locator("canvas").hover(position={"x": 300, "y": 30})
    tooltip = "charts[0].chart.tooltip"
    wait_until(page, f"{tooltip}.opacity > 0")
    assert page.evaluate(f"{tooltip}.title") == ["Mugs"]
    lines = page.evaluate(f"{tooltip}.body.flatMap((part) => part.lines)")
    assert lines == ["amount: 12,345.678", "orders: 9"]


def test_charts_are_read_by_keyboard(open_page: Opener, sample_report: Report) -> None:
    rows = [("2026-01-01", "1.50"), ("2026-01-02", "99.00"), ("2026-01-03", "-4.00")]
    page, _ = open_page(page_of(sample_report, section_of("days", DAY, rows, LINE)))
    label = page.locator("canvas").get_attribute("aria-label") or ""
    assert "Line chart of amount by label, 3 points." in label
    assert "Highest 99.00 at 2026-01-02, lowest -4.00 at 2026-01-03." in label
    page.locator("canvas").focus()
    spoken = []
    for key in ("ArrowRight", "ArrowRight", "End", "Home", "ArrowLeft"):
        page.keyboard.press(key)
        spoken.append(page.locator(".spoken").text_content())
    first, second, last = (f"{day}, amount: {amount}" for day, amount in rows)
    assert spoken == [first, second, last, first, first]


def test_the_first_tab_stop_skips_to_the_answers(open_page: Opener, sample_page: str) -> None:
    page, _ = open_page(sample_page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "answers"


def test_the_sql_is_one_click_away(open_page: Opener, sample_page: str) -> None:
    page, _ = open_page(sample_page)
    card = page.locator("#q-top-products")
    assert not card.locator("pre").is_visible()
    card.get_by_text("SQL", exact=True).click()
    assert "from processed_orders" in (card.locator("pre").text_content() or "")
    assert card.locator("pre").is_visible()


def test_a_hostile_product_name_is_text_everywhere(
    open_page: Opener, sample_report: Report
) -> None:
    rows = [(HOSTILE, "5"), ("Mugs", "4")]
    page, seen = open_page(page_of(sample_report, section_of("names", TEXT, rows, BAR)))
    page.locator("#q-names summary").first.click()
    page.locator("#q-names th button").first.click()
    page.locator("canvas").hover(position={"x": 200, "y": 30})
    assert sorted(column(page, "q-names", 1)) == sorted([HOSTILE, "Mugs"])
    assert (seen.dialogs, seen.errors) == ([], [])
    assert page.locator("#q-names img").count() == 0


def test_a_hundred_thousand_rows_are_drawn_sorted_and_reached(
    open_page: Opener, sample_report: Report
) -> None:
    minutes = [(n // 1440, n // 60 % 24, n % 60) for n in range(100_000)]
    days = [
        (f"2026-{1 + d // 28:02}-{1 + d % 28:02} {h:02}:{m:02}:00", f"{(d * h * m) % 997}")
        for d, h, m in minutes
    ]
    names = [(f"SKU-{n:06}", f"{n * 7919 % 100_003}") for n in range(100_000)]
    start = time.monotonic()
    page, seen = open_page(
        page_of(
            sample_report,
            section_of("moments", DAY, days, LINE),
            section_of("goods", TEXT, names, BAR),
        )
    )
    # A generous bound: tests run on busy machines.
    assert time.monotonic() - start < 30
    assert page.evaluate("charts[0].chart.getDatasetMeta(0).data.length") < 10_000
    page.locator("#q-goods summary").first.click()
    page.locator("#q-goods th button").nth(1).click()
    assert column(page, "q-goods", 2)[0] == "100002"
    page.locator("#q-goods").get_by_role("button", name="Last").click()
    assert page.locator("#q-goods .pages span").text_content() == "99,991 to 100,000 of 100,000"
    note = page.locator("#q-goods > small").text_content()
    assert note == "Drawn: the first 10 of 100,000 rows."
    assert seen.errors == []


def test_a_line_does_not_cross_a_time_without_rows(
    open_page: Opener, sample_report: Report
) -> None:
    days = [("2010-01-01", "5"), *((f"2026-01-{day:02}", "5") for day in range(1, 32))]
    days += [(f"2026-03-{day:02}", "5") for day in range(1, 32)]
    page, seen = open_page(page_of(sample_report, section_of("days", DAY, days, LINE)))
    points = "charts[0].chart.getDatasetMeta(0).data"
    assert page.evaluate(f"{points}.map((point) => point.options.radius)") == [3] + [0] * 62
    gap = page.evaluate("charts[0].chart.data.datasets[0].spanGaps")
    assert gap == 20 * 86_400_000
    assert seen.errors == []
    days_asked = ("2018-01-01", "2026-01-16", "2026-02-15")
    assert [is_filled(page, day) for day in days_asked] == [False, True, False]


def is_filled(page: "Page", day: str) -> bool:
    """Whether the area below the first chart's line is painted on a day."""
    return bool(
        page.evaluate(
            """day => {
                const { ctx, scales, currentDevicePixelRatio: ratio } = charts[0].chart;
                const x = scales.x.getPixelForValue(toTime(day));
                const y = scales.y.getPixelForValue(2.3);
                return ctx.getImageData(x * ratio, y * ratio, 1, 1).data[3] > 0;
            }""",
            day,
        )
    )


def test_every_kind_of_trouble_has_its_place_and_leaves_the_rest_alone(
    open_page: Opener, sample_report: Report
) -> None:
    html = page_of(
        sample_report,
        section_of("empty", TEXT, []),
        section_of("one-point", DAY, [("2026-01-01", "1")], LINE),
        section_of("one-bar", TEXT, [("Mugs", "1")], BAR),
        section_of("nothing", TEXT, [(None, None)], BAR),
        section_of("no-days", DAY, [(None, "1"), ("2026-01-02", None)], LINE),
        refusal(Query("broken", "select 1 / 0"), QueryFailed("duckdb", "division by zero")),
        refusal(Query("absent", "select x"), MissingColumns("absent", ["x"], "orders")),
    )
    page, seen = open_page(html)
    assert seen.errors == []
    assert page.locator(".notice").all_text_contents()[0] == "Failed: broken"
    assert page.locator("#q-empty .notice").text_content() == "The answer has no rows."
    for card in ("one-point", "one-bar"):
        assert page.locator(f"#q-{card} canvas").evaluate(IS_DRAWN)
    label = page.locator("#q-nothing canvas").get_attribute("aria-label") or ""
    assert label.endswith("nothing to show.")
    assert "division by zero" in (page.locator("#q-broken").text_content() or "")
    assert page.locator("section.card").count() == 8


def test_on_paper_charts_are_light_and_controls_are_gone(
    open_page: Opener, sample_page: str
) -> None:
    page, _ = open_page(sample_page, "dark")
    dark = page.evaluate("charts[0].chart.options.scales.x.ticks.color")
    page.evaluate(
        "addEventListener('beforeprint', () => { "
        "window.onPaper = charts[0].chart.options.scales.x.ticks.color; })"
    )
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    assert page.evaluate("window.onPaper") == "#566070"
    assert page.evaluate("charts[0].chart.options.scales.x.ticks.color") == dark
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert not page.locator(".controls").first.is_visible()


def test_without_a_script_the_first_rows_are_there(open_page: Opener, sample_page: str) -> None:
    plain = re.sub(r"<script>.*?</script>", "", sample_page, flags=re.DOTALL)
    ready = plain.replace("<html lang", "<html data-ready lang")
    page, seen = open_page(ready)
    assert page.locator("#q-repeat-rate tbody tr").count() == 1
    assert page.locator("#q-basket-pairs tbody tr").count() == 10
    assert seen.errors == []


def test_news_shows_the_chosen_currency_only(open_page: Opener, sample_report: Report) -> None:
    rows = [("Mugs", "9.50", "EUR"), ("Pens", "700", "JPY")]
    assert sample_report.overview is not None
    earned = tuple(Money(one, 1, Decimal(1), 1, Decimal(1), Decimal(0)) for one in ("EUR", "JPY"))
    lost = tuple(Amount(one, 1, Decimal(1)) for one in ("EUR", "JPY"))
    overview = replace(sample_report.overview, money=earned, not_sales=lost)
    section = section_of("goods", SOLD, rows, BAR)
    report = replace(sample_report, overview=overview, sections=(section,))
    server = listen(0, show(report, "one"))
    try:
        page, seen = open_page("", url=server.address)
        page.get_by_label("Currency").select_option("JPY")
        more = replace(overview, repeated=lost)
        server.replace(show(replace(report, overview=more), "one"))
        page.get_by_text("may stand a second time").first.wait_for(timeout=2000)
        for part in ("#figures", "#health-panel"):
            shown = page.locator(f"{part} [data-currency]:visible")
            assert set(shown.evaluate_all("all => all.map((one) => one.dataset.currency)")) == {
                "JPY"
            }
        assert seen.errors == []
    finally:
        server.shutdown()
        server.server_close()


def test_a_served_page_shows_news_within_two_seconds(
    open_page: Opener, sample_report: Report
) -> None:
    rows = [("Mugs", "1")]
    report = replace(sample_report, sections=(section_of("goods", TEXT, rows, BAR),))
    server = listen(0, show(report, "one"))
    try:
        page, seen = open_page("", url=server.address)
        server.replace(show(replace(report, health=None, health_problem="it is late"), "one"))
        page.get_by_text("it is late").wait_for(timeout=2000)
        more = section_of("goods", TEXT, [*rows, ("Pens", "2")], BAR)
        server.replace(show(replace(report, sections=(more,)), "two"))
        page.wait_for_selector("body[data-revision=two]", timeout=2000)
        page.wait_for_selector(READY, state="attached")
        assert page.evaluate("charts[0].grid.length") == 2
        assert seen.errors == []
    finally:
        server.shutdown()
        server.server_close()
    page.get_by_text("The server of this page has stopped").wait_for(timeout=5000)
