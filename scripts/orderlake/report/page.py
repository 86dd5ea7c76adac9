"""The report as one HTML document that needs no network, and is allowed none.

Pure. A content security policy names the hash of each script and of the style, so that nothing
that an order file holds could ever run.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from markupsafe import Markup

from orderlake.report import assets
from orderlake.report.amounts import (
    counted,
    exact,
    magnitude,
    percent,
    round_half_up,
    size_text,
)
from orderlake.report.card import Card, lay_out_cards
from orderlake.report.gather import Report
from orderlake.report.overview import Overview
from orderlake.report.panel import draw_panel, state_of
from orderlake.report.payload import pack_all
from orderlake.report.section import Section
from orderlake.report.template import fill

NO_TOPIC = "More answers"
NOT_HERE = "Not in this data"
NO_QUESTIONS = "There are no questions: the folder queries/ holds no .sql file."


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
    """Return the whole document; one with a revision asks its server whether there is a newer."""
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
    )
    return str(page)


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
    """Return what the page's data are: how many order lines, in which files, of which days."""
    first, last = overview.figures["first_day"], overview.figures["last_day"]
    days = f", ordered {first!s} to {last!s}" if first else ""
    return (
        f"{counted(overview.rows, 'order line')} in {counted(overview.files, 'processed file')} "
        f"({size_text(overview.size_bytes)}){days}"
    )


def warnings(report: Report) -> list[str]:
    """Return what makes the page less than it could be."""
    texts = []
    if report.data_problem and report.sections:
        texts.append(f"No answers: {report.data_problem}")
    if report.stale:
        texts.append(f"The mirror may be behind: {report.stale}")
    if report.stray:
        files = counted(report.stray, "processed file")
        texts.append(f"In no answer yet, because no crawl has seen them: {files}; make crawl")
    return texts


def draw_figures(report: Report) -> Markup:
    """Return the figures at the top, and the pipeline in a sentence, as HTML."""
    figures = list(headline(report.overview)) if report.overview else []
    return fill("figures.html", headline=figures, state=state_of(report))


def headline(overview: Overview) -> Iterator[tuple[str, str, str]]:
    """Yield title, value and small print of each figure that the data have."""
    revenue, orders, returned = map(overview.number, ("revenue", "orders", "returned"))
    currency = overview.figures.get("currency")
    money = f" {currency!s}" if isinstance(currency, str) else ""
    if revenue is not None:
        yield "Revenue", magnitude(revenue), f"{exact(revenue)}{money}"
    if orders:
        yield "Orders", magnitude(orders), f"{exact(overview.rows)} order lines"
        if revenue is not None:
            mean = exact(round_half_up(Decimal(revenue) / orders, 2))
            yield "Average order", mean, f"revenue by orders{f',{money}' if money else ''}"
    else:
        yield "Order lines", magnitude(overview.rows), ""
    for name, detail in (("customers", ""), ("products", "")):
        number = overview.number(name)
        if number:
            yield name.capitalize(), magnitude(number), detail
    if returned is not None and revenue is not None:
        share = percent(returned, revenue + returned)
        yield "Returned", magnitude(returned), f"{share} of what was sold"


def topic_of(section: Section) -> str:
    """Return the title of the part of the page where a section stands."""
    if section.is_missing:
        return NOT_HERE
    return section.query.topic.capitalize() or NO_TOPIC


def lay_out_topics(sections: Sequence[Section]) -> list[Topic]:
    """Return the cards under their topics; sections come in reading order."""
    return [
        Topic(title, tuple(lay_out_cards(packed)))
        for title, packed in groupby(pack_all(sections), lambda one: topic_of(one.section))
    ]
