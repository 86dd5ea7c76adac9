"""The pipeline's health as a panel of the page, which a live page replaces. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orderlake.report.amounts import magnitude, moment_text, percent
from orderlake.report.caveats import find_caveats
from orderlake.report.gather import Report
from orderlake.report.section import Field
from orderlake.report.template import fill
from orderlake.wording import count_text, size_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from markupsafe import Markup

    from orderlake.pipeline.status import Status
    from orderlake.report.health import Health
    from orderlake.report.overview import Amount

REASONS = (Field("reason", "text"), Field("rows", "number"), Field("share of rejected", "number"))


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its title, its value, and a note.

    `currency` is None if it is not money, and empty for money without a currency.
    """

    title: str
    value: str
    detail: str = ""
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """The pipeline in a sentence. `mood` is well, ill, or idle (no files yet)."""

    mood: str
    text: str
    newest: datetime | None


def draw_panel(report: Report) -> Markup:
    """Return the content of the health section as HTML."""
    health = report.health
    return fill(
        "panel.html",
        health=health,
        problem=report.health_problem,
        env=report.env,
        figures=list(figures_of(report, health)) if health else [],
        caveats=find_caveats(report),
        reason_fields=REASONS,
        reasons=reasons(health) if health else [],
        troubles=troubles(health.status) if health else [],
    )


def state_of(report: Report) -> State | None:
    """Return the pipeline in a sentence: all is well, or what is not. None if nobody was asked."""
    if report.health is None:
        return None
    status = report.health.status
    found = [
        f"{count:,} {what}"
        for count, what in (
            (len(status.refused), "refused"),
            (len(status.waiting), "waiting"),
            (status.failures or 0, "failed events"),
        )
        if count
    ]
    files = f"{status.done:,} of {count_text(status.files, 'file')} done"
    text = "; ".join((files, *found, f"{status.rejected:,} of {status.records:,} rows rejected"))
    mood = "ill" if found else "well" if status.files else "idle"
    return State(mood, text, report.health.newest)


def figures_of(report: Report, health: Health) -> Iterator[Figure]:
    """Yield the panel's figures: files, rows, money that is not revenue, and repeated money."""
    yield from file_figures(health.status)
    yield from row_figures(health.status)
    if report.overview:
        yield from amount_figures("No sale", report.overview.not_sales)
        yield from amount_figures("Repeated", report.overview.repeated)


def amount_figures(title: str, amounts: Sequence[Amount]) -> Iterator[Figure]:
    """Yield one amount per currency, with its number of order lines."""
    for amount in amounts:
        detail = (
            f"{amount.currency or 'no currency'}, {count_text(amount.order_lines, 'order line')}"
        )
        yield Figure(title, magnitude(amount.amount), detail, amount.currency or "")


def file_figures(status: Status) -> list[Figure]:
    """Return the figures of files."""
    return [
        Figure("Files", f"{status.files:,}", size_text(status.size_bytes)),
        Figure("Done", f"{status.done:,}"),
        Figure("Refused", f"{len(status.refused):,}"),
        Figure("Waiting", f"{len(status.waiting):,}"),
        Figure("Failed events", f"{status.failures or 0:,}"),
        Figure("Read in doubt", f"{len(status.doubts):,}"),
    ]


def row_figures(status: Status) -> list[Figure]:
    """Return the figures of rows; read = accepted + rejected + blank."""
    rejected = percent(status.rejected, status.records)
    return [
        Figure("Rows read", magnitude(status.records), f"{status.blank:,} blank"),
        Figure("Accepted", magnitude(status.accepted)),
        Figure("Rejected", magnitude(status.rejected), rejected),
        Figure("Left out", magnitude(status.left_out), "totals and other tables, of the rejected"),
        Figure("Carried down", magnitude(sum(status.carried.values())), "of the accepted"),
    ]


def reasons(health: Health) -> list[tuple[str, str, str]]:
    """Return the rejected rows by reason; a row with two reasons counts twice."""
    rejected = health.status.rejected
    return [
        (code, f"{count:,}", percent(count, rejected))
        for code, count in health.reject_codes.items()
    ]


def troubles(status: Status) -> list[tuple[str, list[str]]]:
    """Return the files that need attention, under their titles."""
    refused = [f"{key}: {why}" for key, why in status.refused.items()]
    waiting = [
        f"{file.key}: {file.why}, since {moment_text(file.since)}" for file in status.waiting
    ]
    gone = [
        f"{leftover.key or leftover.report}: its raw file is gone" for leftover in status.leftovers
    ]
    parts = [("Refused files", refused), ("Waiting files", waiting), ("Left over", gone)]
    return [(title, items) for title, items in parts if items]
