"""The report as one HTML document that needs no network, and is allowed none.

Pure. A content security policy names the hash of each script and of the style, so that nothing
that an order file holds could ever run.
"""

import base64
import hashlib
from html import escape

from orderlake.report import assets
from orderlake.report.amounts import counted, exact, magnitude, size_text
from orderlake.report.card import anchor, draw_card
from orderlake.report.gather import Report
from orderlake.report.markup import figure, when
from orderlake.report.panel import draw_panel
from orderlake.report.payload import pack_all


def draw_page(report: Report, revision: str = "") -> str:
    """Return the whole document; one with a revision asks its server whether there is a newer."""
    is_live = bool(revision)
    style, library, script = assets.read_style(), assets.read_library(), assets.read_script(is_live)
    title = escape(f"Orders of {report.prefix} ({report.env})")
    cards = "".join(map(draw_card, pack_all(report.sections)))
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
<section class="card health" id="health" aria-labelledby="health-title">
<h2 id="health-title">How is the pipeline?</h2>
<div id="health-panel">{draw_panel(report)}</div>
</section>
{cards or no_answers(report)}
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
    """Return the figures at the top; one that the data do not have is left out."""
    overview, shown = report.overview, list[str]()
    if overview is None:
        return ""
    for name in ("revenue", "orders", "customers", "products"):
        number = overview.number(name)
        if number is not None:
            text = magnitude(number)
            detail = exact(number) if exact(number) != text else ""
            shown.append(figure(name.capitalize(), text, detail))
    shown.append(figure("Order lines", magnitude(overview.rows)))
    if report.health:
        status = report.health.status
        shown.append(figure("Rejected rows", f"{status.rejected:,}", f"of {status.records:,} read"))
    return f'<dl class="figures">{"".join(shown)}</dl>'


def draw_contents(report: Report) -> str:
    """Return links to every card."""
    links = "".join(
        f'<li><a href="#{anchor(section)}">{escape(section.query.name.replace("_", " "))}</a></li>'
        for section in report.sections
    )
    return (
        f'<nav aria-label="Questions"><ul><li><a href="#health">pipeline</a></li>{links}</ul></nav>'
    )


def no_answers(report: Report) -> str:
    """Return what stands in place of cards."""
    text = report.data_problem or "There are no questions: the folder queries/ holds no .sql file."
    return f'<section class="card"><h2>No answers</h2>{notice([text])}</section>'
