"""The report as one HTML document that needs no network, and is allowed none.

Pure. A content security policy names the hash of each script and of the style, so that nothing
that an order file holds could ever run.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape
from itertools import groupby

from orderlake.report import assets
from orderlake.report.amounts import (
    counted,
    exact,
    magnitude,
    percent,
    round_half_up,
    size_text,
)
from orderlake.report.card import anchor, draw_cards
from orderlake.report.gather import Report
from orderlake.report.markup import figure, when
from orderlake.report.overview import Overview
from orderlake.report.panel import draw_panel, draw_state
from orderlake.report.payload import pack_all
from orderlake.report.section import Section

NO_TOPIC = "More answers"
NOT_HERE = "Not in this data"


def draw_page(report: Report, revision: str = "") -> str:
    """Return the whole document; one with a revision asks its server whether there is a newer."""
    is_live = bool(revision)
    style, library, script = assets.read_style(), assets.read_library(), assets.read_script(is_live)
    title = escape(f"Orders of {report.prefix} ({report.env})")
    topics = draw_topics(report.sections) or no_answers(report)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy(style, (library, script), is_live)}">
<meta name="generator" content="orderlake report">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body{f" data-revision={revision}" if is_live else ""}>
<a class="skip" href="#answers">Skip to the answers</a>
{draw_header(report, is_live)}
{draw_contents(report)}
<main id="answers" tabindex="-1">
{topics}
<section class="topic" id="health" aria-labelledby="health-title">
<h2 id="health-title">Pipeline</h2>
<section class="card" aria-labelledby="files-title">
<h3 id="files-title">Where do the files stand?</h3>
<div id="health-panel">{draw_panel(report)}</div>
</section>
</section>
</main>
<footer><p>Made by <code>orderlake report</code>. Charts: Chart.js. Amounts are exact sums of
price &times; quantity; charts draw them, tables and SQL have every digit.</p></footer>
<noscript><p class="notice">Without JavaScript the tables show their first rows only, and there are
no charts.</p></noscript>
<script>{library}</script>
<script>{script}</script>
</body>
</html>
"""


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


def draw_header(report: Report, is_live: bool) -> str:
    """Return what the data is, and when it was made."""
    return (
        f"<header><h1>Orders of {escape(report.prefix)}</h1>"
        f'<p class="about">{about(report)}</p>{warnings(report)}{draw_live(is_live)}'
        f'<div id="figures">{draw_figures(report)}</div></header>'
    )


def draw_live(is_live: bool) -> str:
    """Return where a live page says how it is with its server."""
    return '<p id="live" class="about" role="status"></p>' if is_live else ""


def about(report: Report) -> str:
    """Return the sentence that says what the reader looks at."""
    made = f"Made {when(report.made_at)} for environment <b>{escape(report.env)}</b>"
    overview = report.overview
    if overview is None:
        return f"{made}."
    first, last = overview.figures["first_day"], overview.figures["last_day"]
    span = f", ordered {escape(str(first))} to {escape(str(last))}" if first else ""
    return (
        f"{made}, from the mirror of {escape(overview.source)}, synced {when(overview.synced_at)}: "
        f"{counted(overview.rows, 'order line')} in {counted(overview.files, 'processed file')} "
        f"({size_text(overview.size_bytes)}){span}."
    )


def warnings(report: Report) -> str:
    """Return what makes the page less than it could be."""
    texts = []
    if report.data_problem and report.sections:
        texts.append(f"No answers: {report.data_problem}")
    if report.stale:
        texts.append(f"The mirror may be behind: {report.stale}")
    if report.stray:
        files = counted(report.stray, "processed file")
        texts.append(f"In no answer yet, because no crawl has seen them: {files}; make crawl")
    if failed := report.failed:
        links = ", ".join(f'<a href="#{anchor(s)}">{escape(s.query.name)}</a>' for s in failed)
        return notice(texts) + f'<p class="notice failed"><strong>Failed:</strong> {links}</p>'
    return notice(texts)


def notice(texts: list[str]) -> str:
    """Return a box for each text."""
    return "".join(f'<p class="notice">{escape(text)}</p>' for text in texts)


def draw_figures(report: Report) -> str:
    """Return the figures at the top, and the pipeline in a sentence."""
    if report.overview is None:
        return draw_state(report)
    shown = "".join(figure(*one) for one in headline(report.overview))
    return f'<dl class="figures tiles">{shown}</dl>{draw_state(report)}'


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


def draw_contents(report: Report) -> str:
    """Return links to every topic, and where the script puts the choice of days."""
    titles = dict.fromkeys(map(topic_of, report.sections))
    links = "".join(
        f'<li><a href="#{topic_anchor(title)}">{escape(title)}</a></li>' for title in titles
    )
    return (
        f'<nav aria-label="Topics"><ul>{links}<li><a href="#health">Pipeline</a></li></ul>'
        '<div class="controls" id="span"></div></nav>'
    )


def topic_of(section: Section) -> str:
    """Return the title of the part of the page where a section stands."""
    if section.is_missing:
        return NOT_HERE
    return section.query.topic.capitalize() or NO_TOPIC


def topic_anchor(title: str) -> str:
    """Return the id of a topic."""
    return f"t-{'-'.join(title.lower().split())}"


def draw_topics(sections: Sequence[Section]) -> str:
    """Return the cards under their topics; sections come in reading order."""
    return "".join(
        f'<section class="topic" id="{topic_anchor(title)}" '
        f'aria-labelledby="{topic_anchor(title)}-title">'
        f'<h2 id="{topic_anchor(title)}-title">{escape(title)}</h2>'
        f'<div class="cards">{draw_cards(packed)}</div></section>'
        for title, packed in groupby(pack_all(sections), lambda one: topic_of(one.section))
    )


def no_answers(report: Report) -> str:
    """Return what stands in place of cards."""
    text = report.data_problem or "There are no questions: the folder queries/ holds no .sql file."
    return f'<section class="card"><h2>No answers</h2>{notice([text])}</section>'
