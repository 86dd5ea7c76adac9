import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from athena_sql.errors import QueryFailed
from orderlake.answers.question import parse_query
from orderlake.report import assets
from orderlake.report.page import draw_page
from orderlake.report.section import refusal
from report_values import HOSTILE, TOTALS, answer, answer_one, report_of

VOID = {"meta", "link", "br", "img", "input", "hr"}
HOSTILE_ROWS = (
    "select * from (values ('{}', 1, 1.5::double)) t(product_id, quantity, total_amount)".format(
        HOSTILE.replace("'", "''")
    )
)


class Outline(HTMLParser):
    """The page's elements, with every end that does not close what was opened last."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def text_in(self, tag: str) -> str:
        return "".join(text for name, text in self.texts if name == tag)


HOSTILE_MAP = (
    "-- Map? Cells.\n-- chart: heat product_id name quantity\n"
    "select product_id, product_id as name, quantity from processed_orders"
)
MANY = (
    "select range::varchar as product_id, range::int as quantity, "
    "range * 1.5::double as total_amount from range(100000)"
)
EVERY = (
    "-- All? Rows.\n-- chart: bar product_id quantity\n"
    "select product_id, quantity from processed_orders"
)


def failed() -> str:
    query = parse_query("bad-one", "select")
    section = refusal(query, QueryFailed("duckdb", f"it said {HOSTILE}"))
    return draw_page(report_of(section, answer_one(TOTALS)))


# A page of each kind of trouble, and of none; drawn when a test first looks at it.
PAGES: dict[str, Callable[[], str]] = {
    "usual": lambda: draw_page(report_of(answer_one(TOTALS))),
    "empty": lambda: draw_page(report_of(answer_one(TOTALS, rows=f"{HOSTILE_ROWS} where false"))),
    "one row": lambda: draw_page(report_of(answer_one(TOTALS, rows=HOSTILE_ROWS))),
    "hostile": lambda: draw_page(report_of(answer_one(EVERY, rows=HOSTILE_ROWS), prefix=HOSTILE)),
    "many rows": lambda: draw_page(report_of(answer_one(EVERY, rows=MANY))),
    "failed": failed,
    "missing": lambda: draw_page(report_of(answer_one("select country from processed_orders"))),
    "no queries": lambda: draw_page(report_of()),
    "no data": lambda: draw_page(report_of(overview=None, data_problem=f"no table {HOSTILE}")),
    "mirror_problem": lambda: draw_page(report_of(mirror_problem=HOSTILE)),
    "hostile map": lambda: draw_page(report_of(answer_one(HOSTILE_MAP, rows=HOSTILE_ROWS))),
    "live": lambda: draw_page(report_of(answer_one(TOTALS)), "0123456789abcdef"),
}


@cache
def drawn(name: str) -> str:
    return PAGES[name]()


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> str:
    return drawn(str(request.param))


def test_every_element_is_closed_in_its_place(page: str) -> None:
    outline = Outline(page)
    assert outline.crossed == []
    assert outline.open == []


def test_a_page_names_nothing_outside_itself(page: str) -> None:
    outline = Outline(page)
    own = page.replace(assets.read_library(), "")
    assert not re.search(r"(https?:)?//[\w.-]+\.\w", own)
    for _, attributes in outline.elements:
        assert "src" not in attributes
        assert (attributes.get("href") or "#").startswith(("#", "data:,"))


def test_a_page_stays_below_five_megabytes(page: str) -> None:
    assert len(page.encode()) < 5_000_000


def test_the_policy_allows_exactly_the_scripts_and_the_style_that_are_there(page: str) -> None:
    outline = Outline(page)
    (policy,) = [m["content"] or "" for m in outline.all("meta") if "http-equiv" in m]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    inline = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    style = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    allowed = re.findall(r"'(sha256-[^']+)'", policy)
    assert sorted(allowed) == sorted(map(source, inline + style))
    assert len(inline) == 2


def policy_of(name: str) -> str:
    (policy,) = [m["content"] for m in Outline(drawn(name)).all("meta") if "http-equiv" in m]
    return policy or ""


def source(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_what_order_files_hold_is_text_and_never_markup(page: str) -> None:
    outline = Outline(page)
    assert not outline.all("img")
    assert all(set(script) <= {"type", "data-answer"} for script in outline.all("script"))
    assert not any(name.startswith("on") for _, attrs in outline.elements for name in attrs)
    assert "<script>alert" not in page


def test_ids_are_unique_and_every_link_leads_somewhere(page: str) -> None:
    outline = Outline(page)
    ids = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {(a["href"] or "")[1:] for a in outline.all("a")}
    labels = {
        attrs["aria-labelledby"] for _, attrs in outline.elements if "aria-labelledby" in attrs
    }
    assert links | labels <= set(ids)


def test_a_page_has_one_title_one_language_and_headings_without_gaps(page: str) -> None:
    outline = Outline(page)
    assert outline.all("html")[0]["lang"] == "en"
    headings = [int(tag[1]) for tag, _ in outline.elements if re.fullmatch(r"h\d", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    steps = pairwise(headings)
    assert all(after <= before + 1 for before, after in steps)


def test_a_hostile_name_is_shown_as_it_is() -> None:
    assert HOSTILE in Outline(drawn("hostile")).text_in("td")
    assert HOSTILE in Outline(drawn("hostile")).text_in("h1")


def test_the_top_says_what_the_data_is_and_when_it_was_made() -> None:
    page = Outline(drawn("usual"))
    text = " ".join(page.text_in(tag) for tag in ("p", "time", "b"))
    assert "3 order lines in 1 processed file (1.2 kB)" in text
    assert "2026-11-23 09:30 UTC" in text
    assert "'memory'" in text


def test_the_sql_of_every_query_is_on_the_page() -> None:
    assert TOTALS.strip() in Outline(drawn("usual")).text_in("code")


def test_a_failed_query_has_its_place_and_is_named_at_the_top() -> None:
    outline = Outline(drawn("failed"))
    assert "duckdb: it said " + HOSTILE in " ".join(outline.text_in("p").split("\n"))
    assert "Failed:" in outline.text_in("strong")
    assert {"href": "#q-bad-one"} in outline.all("a")
    assert len(outline.all("canvas")) == 0
    assert len([s for s in outline.all("script") if "data-answer" in s]) == 1


def test_data_that_a_shop_does_not_have_is_not_a_failure() -> None:
    outline = Outline(drawn("missing"))
    assert "Not in this data." in outline.text_in("strong")
    assert "failed" not in outline.text_in("strong")


def test_an_answer_without_rows_says_so() -> None:
    assert "The answer has no rows." in Outline(drawn("empty")).text_in("p")


def test_files_that_no_crawl_has_seen_are_counted_at_the_top() -> None:
    page = draw_page(report_of(answer_one(TOTALS), stray=1204))
    assert "no crawl has seen them: 1,204 processed files; make crawl" in Outline(page).text_in("p")


def test_without_queries_or_data_the_page_says_why() -> None:
    assert "has no .sql file" in drawn("no queries")
    assert "no table" in Outline(drawn("no data")).text_in("p")


def test_the_first_rows_stand_in_the_page_without_a_script() -> None:
    outline = Outline(drawn("many rows"))
    assert len(outline.all("tr")) == 11
    assert "100,000 rows" in outline.text_in("summary")


def test_rows_that_do_not_fit_are_counted_in_words() -> None:
    from orderlake.report.card import card_of
    from orderlake.report.payload import pack

    section = answer(parse_query("asked", TOTALS))[0]
    count = card_of(pack(section, 1)).row_count
    assert count == "first 0 of 3 rows; all of them: orderlake query asked --format csv"


def test_a_live_page_may_ask_its_own_server_and_no_other() -> None:
    assert "connect-src 'self';" in policy_of("live")
    assert 'data-revision="0123456789abcdef"' in drawn("live")
    assert "connect-src 'none';" in policy_of("usual")
    assert "fetch(" not in drawn("usual").replace(assets.read_library(), "")


def test_the_same_report_is_the_same_page() -> None:
    assert draw_page(report_of(answer_one(TOTALS))) == drawn("usual")
