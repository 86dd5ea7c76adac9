"""The pipeline's health as a panel of the page. Pure; it is also what a live page replaces."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from orderlake.report.amounts import counted, magnitude, moment_text, percent, size_text
from orderlake.report.gather import Report
from orderlake.report.markup import few, figure, folded, table, when
from orderlake.report.section import Field

if TYPE_CHECKING:
    from orderlake.pipeline.status import Status
    from orderlake.report.health import Health

REASONS = (Field("reason", "text"), Field("rows", "number"), Field("share of rejected", "number"))


def draw_panel(report: Report) -> str:
    """Return the content of the health section."""
    if report.health is None:
        return f'<p class="notice">Not known: {escape(report.health_problem)}.</p>'
    health, status = report.health, report.health.status
    return (
        f'<dl class="figures">{file_figures(status)}{row_figures(status)}</dl>'
        f"{freshness(health)}{reasons(health)}{troubles(status, report.env)}"
    )


def draw_state(report: Report) -> str:
    """Return the pipeline in a sentence, for the top of the page: all well, or what is not."""
    if report.health is None:
        return ""
    status = report.health.status
    troubles = [
        f"{count:,} {what}"
        for count, what in (
            (len(status.refused), "refused"),
            (len(status.waiting), "waiting"),
            (status.failures or 0, "failed events"),
        )
        if count
    ]
    is_well = not troubles
    files = f"{status.done:,} of {counted(status.files, 'file')} done"
    text = "; ".join((files, *troubles, f"{status.rejected:,} of {status.records:,} rows rejected"))
    newest = report.health.newest
    age = f"; newest file {when(newest)}" if newest else ""
    return (
        f'<p class="state {"well" if is_well else "ill"}"><a href="#health">Pipeline '
        f"{'is well' if is_well else 'needs a look'}</a>: {escape(text)}{age}.</p>"
    )


def file_figures(status: Status) -> str:
    """Return the figures of files."""
    refused, waiting = len(status.refused), len(status.waiting)
    return "".join(
        (
            figure("Files", f"{status.files:,}", size_text(status.size_bytes)),
            figure("Done", f"{status.done:,}"),
            figure("Refused", f"{refused:,}"),
            figure("Waiting", f"{waiting:,}"),
            figure("Failed events", f"{status.failures or 0:,}"),
        )
    )


def row_figures(status: Status) -> str:
    """Return the figures of rows; read = accepted + rejected + blank."""
    return "".join(
        (
            figure("Rows read", magnitude(status.records), f"{status.blank:,} blank"),
            figure("Accepted", magnitude(status.accepted)),
            figure(
                "Rejected", magnitude(status.rejected), percent(status.rejected, status.records)
            ),
        )
    )


def freshness(health: Health) -> str:
    """Return when the newest file came."""
    return f"<p>Newest file: {when(health.newest)}</p>" if health.newest else ""


def reasons(health: Health) -> str:
    """Return the rejected rows by reason; a row with two reasons counts for both."""
    if not health.reject_codes:
        return ""
    rejected = health.status.rejected
    rows = [
        (code, f"{count:,}", percent(count, rejected))
        for code, count in health.reject_codes.items()
    ]
    title = "Rejected rows by reason"
    return folded(title, table(f"{title}; the rows: orderlake rejected", REASONS, rows))


def troubles(status: Status, env: str) -> str:
    """Return the files that somebody should look at."""
    refused = [f"{key}: {why}" for key, why in status.refused.items()]
    waiting = [f"{one.key}: {one.why}, since {moment_text(one.since)}" for one in status.waiting]
    gone = [f"{one.key or one.report}: its raw file is gone" for one in status.leftovers]
    parts = (("Refused files", refused), ("Waiting files", waiting), ("Left over", gone))
    text = "".join(f"<h4>{title}</h4>{few(items)}" for title, items in parts if items)
    if waiting or gone:
        repair = f"<code>orderlake status --repair --env {env}</code>"
        text += f"<p>If that does not change: {repair}</p>"
    return text
