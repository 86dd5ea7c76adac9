"""The outcomes of uploaded files as text for people and as JSON for programs. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from orderlake.cli.report_text import choice_lines, contract_lines, rows_text
from orderlake.wording import count_text, size_text

if TYPE_CHECKING:
    from orderlake.pipeline.failed_tries import FailedTry
    from orderlake.pipeline.outcomes import Outcome


def failed_try_line(failed: FailedTry) -> str:
    """Return what failed, and when Lambda tries again."""
    from orderlake.pipeline.failed_tries import TRIES

    if not failed.key:
        return f"a run of the function failed: {failed.error}; Lambda tries {TRIES} times in all"
    when = "the next follows in a minute" if failed.number == 1 else "the last follows in two"
    after = when if failed.number < TRIES else "the event goes to the failure queue"
    return f"{failed.key}: try {failed.number} of {TRIES} failed: {failed.error}; {after}"


def outcome_document(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome for a program: the report, or the function's error."""
    if outcome.error:
        return {"outcome": "failed", "source": {"key": outcome.key}, "error": outcome.error}
    return dict(outcome.report)


def outcome_line(outcome: Outcome) -> str:
    """Return the outcome of a file, with one line for each choice to check."""
    report, key = outcome.report, outcome.key
    if outcome.error:
        return f"{key}: failed: {outcome.error}"
    if outcome.is_overtaken:
        key = f"{key} (replaced by a newer upload)"
    if not outcome.is_done:
        refusal = report.get("refusal") or {}
        told = [f"{key}: refused: {refusal.get('code')}: {refusal.get('message')}"]
    else:
        told = [f"{key}: {rows_text(report)}", *choice_lines(report)]
    return "\n".join(contract_lines(told))


def summary(outcomes: Iterable[Outcome], seconds: float) -> str:
    """Return the sums over all files, and the speed, as one line."""
    reports = [outcome.report for outcome in outcomes if not outcome.error]
    size_bytes = sum(report["source"]["size_bytes"] for report in reports)
    records = sum(report["counts"]["records"] for report in reports)
    rate = f"{size_text(round(size_bytes / seconds))}/s, {records / seconds:,.0f} rows/s"
    return (
        f"{count_text(len(reports), 'file')}, {size_text(size_bytes)}, "
        f"{count_text(records, 'row')} in {seconds:.1f} s ({rate})"
    )
