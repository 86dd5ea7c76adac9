"""The report as one HTML document that needs no network, and whose policy allows none.

Pure. A content security policy names the hash of each script and of the style, so that no text from
an order file can ever run.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from orderlake.report import assets
from orderlake.report.amounts import (
    exact,
    magnitude,
    percent,
    round_half_up,
)
from orderlake.report.card import Card, lay_out_cards
from orderlake.report.caveats import find_caveats
from orderlake.report.gather import Report
from orderlake.report.overview import Money, Overview
from orderlake.report.panel import Figure, draw_panel, state_of
from orderlake.report.payload import pack_all
from orderlake.report.section import Section
from orderlake.report.template import fill
from orderlake.wording import count_text, size_text

NO_TOPIC = "More answers"
NOT_HERE = "Not in this data"
NO_QUESTIONS = "There are no queries: the folder queries/ has no .sql file."


@dataclass(frozen=True, slots=True)
class Topic:
    """A part of the page: its title, and the cards under it."""

    title: str
    cards: tuple[Card, ...]

    @property
    def anchor(self) -> str:
        """The part's id."""
        return f"t-{'-'.join(self.title.lower().split())}"


def draw_page(report: Report, revision: str = "") -> str:
    """Return the whole document; with a revision, it asks its server for a newer one."""
    is_live = bool(revision)
    style, library, script = assets.read_style(), assets.read_library(), assets.read_script(is_live)
    page = fill(
        "page.html",
        report=report,
        revision=revision,
        policy=policy(style, (library, script), is_live),
        style=style,
        library=library,
        script=script,
        data_text=data_text(report.overview) if report.overview else "",
        warnings=warnings(report),
        figures=draw_figures(report),
        topics=lay_out_topics(report.sections),
        no_answers=report.data_problem or NO_QUESTIONS,
        panel=draw_panel(report),
        currencies=json.dumps(currencies_of(report)),
    )
    return str(page)


def currencies_of(report: Report) -> list[str | None]:
    """Return the data's currencies, the one with the most order lines first."""
    return [money.currency for money in report.overview.money] if report.overview else []


def policy(style: str, scripts: tuple[str, ...], is_live: bool) -> str:
    """Return the content security policy: these scripts, this style, and nothing else."""
    allowed = " ".join(map(content_hash, scripts))
    return (
        f"default-src 'none'; script-src {allowed}; style-src {content_hash(style)}; "
        f"img-src data:; connect-src {"'self'" if is_live else "'none'"}; base-uri 'none'; "
        "form-action 'none'"
    )


def content_hash(text: str) -> str:
    """Return the source expression that allows exactly this inline text."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def data_text(overview: Overview) -> str:
    """Return a description of the data: how many order lines, in which files, of which days."""
    first, last = overview.figures["first_day"], overview.figures["last_day"]
    days = f", ordered {first!s} to {last!s}" if first else ""
    return (
        f"{count_text(overview.rows, 'order line')} in "
        f"{count_text(overview.files, 'processed file')} "
        f"({size_text(overview.size_bytes)}){days}"
    )


def warnings(report: Report) -> list[str]:
    """Return warnings about what is missing on the page."""
    texts = []
    if report.data_problem and report.sections:
        texts.append(f"No answers: {report.data_problem}")
    if report.overview:
        texts += [f"Figures are missing: {problem}" for problem in report.overview.problems]
    if report.mirror_problem:
        texts.append(f"The mirror may be behind: {report.mirror_problem}")
    if report.stray:
        files = count_text(report.stray, "processed file")
        texts.append(f"In no answer yet, because no crawl has seen them: {files}; make crawl")
    return texts


def draw_figures(report: Report) -> Markup:
    """Return the figures at the top, how fresh and how sure they are, and the pipeline's state."""
    overview = report.overview
    return fill(
        "figures.html",
        headline=list(headline(overview)) if overview else [],
        overview=overview,
        newest=report.health.newest if report.health else None,
        caveats=find_caveats(report),
        state=state_of(report),
    )


def headline(overview: Overview) -> Iterator[Figure]:
    """Yield each figure of the data; money once per currency."""
    for money in overview.money:
        yield from money_figures(money)
    orders = overview.count("orders")
    if orders:
        yield Figure("Orders", magnitude(orders), f"{exact(overview.rows)} order lines")
    else:
        yield Figure("Order lines", magnitude(overview.rows))
    for name in ("customers", "products"):
        if number := overview.count(name):
            yield Figure(name.capitalize(), magnitude(number))


def money_figures(money: Money) -> Iterator[Figure]:
    """Yield the revenue in one currency: only sales, less returns."""
    currency = money.currency or ""
    unit = currency or "no currency"
    yield Figure("Revenue", magnitude(money.revenue), f"{exact(money.revenue)} {unit}", currency)
    if money.orders:
        mean = exact(round_half_up(money.revenue_of_orders / money.orders, 2))
        is_known = money.revenue_of_orders == money.revenue
        basis = "revenue divided by orders" if is_known else "of the lines with an order number"
        yield Figure("Average order", mean, f"{unit}, {basis}", currency)
    share = percent(money.returned, money.revenue + money.returned)
    detail = f"{unit}, {share} of what was sold"
    yield Figure("Returned", magnitude(money.returned), detail, currency)


def topic_of(section: Section) -> str:
    """Return the title of a section's part of the page."""
    if section.is_missing:
        return NOT_HERE
    return section.query.topic.capitalize() or NO_TOPIC


def lay_out_topics(sections: Sequence[Section]) -> list[Topic]:
    """Return the cards under their topics; sections come in reading order."""
    return [
        Topic(title, tuple(lay_out_cards(group)))
        for title, group in groupby(pack_all(sections), lambda packed: topic_of(packed.section))
    ]
