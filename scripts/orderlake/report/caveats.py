"""What a reader should know before relying on the figures: doubts, and what was left out. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orderlake.report.amounts import exact
from orderlake.report.card import anchor
from orderlake.wording import count_text

if TYPE_CHECKING:
    from orderlake.pipeline.status import Status
    from orderlake.report.gather import Report
    from orderlake.report.overview import Amount

HEALTH = "health"


@dataclass(frozen=True, slots=True)
class Caveat:
    """A sentence, the place of the page that shows more, and a line per file where it has some.

    `anchor` is an id of the page, or empty.
    """

    text: str
    anchor: str = ""
    items: tuple[str, ...] = ()


def find_caveats(report: Report) -> list[Caveat]:
    """Return all caveats; amounts are per currency, because two currencies are never added up."""
    found: list[Caveat] = []
    if report.overview:
        found += money_caveats(report)
    if report.health:
        found += file_caveats(report.health.status)
    return found


def file_caveats(status: Status) -> Iterator[Caveat]:
    """Yield what the files left open, and the rows that differ from their file."""
    if status.doubts:
        were = "was" if len(status.doubts) == 1 else "were"
        text = f"{count_text(len(status.doubts), 'file')} {were} read by doubtful choices"
        yield Caveat(text, HEALTH, doubt_items(status))
    if status.left_out:
        rows = count_text(status.left_out, "row")
        yield Caveat(f"{rows} left out: totals, or of another table in the file", HEALTH)
    if status.carried:
        rows = count_text(sum(status.carried.values()), "row")
        items = tuple(f"{key}: {count_text(n, 'row')}" for key, n in status.carried.items())
        yield Caveat(f"{rows} got values of the order's first row", HEALTH, items)


def doubt_items(status: Status) -> tuple[str, ...]:
    """Return one line per doubtful choice: file, choice, its value, what settles it."""
    return tuple(
        f"{key}: {choice.text}" for key, choices in status.doubts.items() for choice in choices
    )


def money_caveats(report: Report) -> Iterator[Caveat]:
    """Yield the money that may be in the revenue twice, and the money that is not in it."""
    overview = report.overview
    if overview and overview.repeated:
        lines = count_text(sum(amount.order_lines for amount in overview.repeated), "order line")
        text = f"{lines} may stand a second time, or be cancelled since: "
        text += amounts_text(overview.repeated)
        yield Caveat(text, anchor_of(report, "repeated_lines"))
    if overview and overview.not_sales:
        lines = count_text(sum(amount.order_lines for amount in overview.not_sales), "order line")
        text = f"{lines} that are not sales are not in the revenue: "
        text += amounts_text(overview.not_sales)
        yield Caveat(text, anchor_of(report, "revenue_by_status"))


def amounts_text(amounts: Sequence[Amount]) -> str:
    """Return an amount per currency: 120.00 EUR, 35.50 USD, 7.00 without a currency."""
    return ", ".join(
        f"{exact(amount.amount)} {amount.currency or 'without a currency'}" for amount in amounts
    )


def anchor_of(report: Report, query: str) -> str:
    """Return the id of a query's card, empty where the page has none."""
    return next((anchor(section) for section in report.sections if section.query.name == query), "")
