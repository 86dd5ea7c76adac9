from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from order_transform.delivery.layout import outputs_for
from orderlake.pipeline.inventory import (
    Inventory,
    RawFile,
    RawFiles,
    ReportSummary,
)
from orderlake.pipeline.outcomes import RawVersion
from orderlake.pipeline.rejected import count_codes, rejected_files
from orderlake.pipeline.status import compare
from orderlake.report.health import Health
from orderlake.report.panel import draw_panel
from report_values import HOSTILE, report_of

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def raw_file(key: str) -> RawFile:
    return RawFile(RawVersion(key, "v1", "e"), 1200, NOW)


def summary(key: str, outcome: str, counts: Mapping[str, int], **more: Any) -> ReportSummary:
    return ReportSummary(outcome, key, version_id="v1", etag="e", counts=counts, **more)


def panel(*summaries: ReportSummary, waiting: tuple[str, ...] = (), failures: int = 0) -> str:
    """Draw the panel of a pipeline with these reports."""
    keys = [one.key or "" for one in summaries] + list(waiting)
    reports = {outputs_for(one.key or "").report: one for one in summaries}
    inventory = Inventory(RawFiles({key: raw_file(key) for key in keys}), reports)
    codes = count_codes(rejected_files(inventory))
    health = Health(compare(inventory, failures), codes, NOW)
    return draw_panel(report_of(health=health, health_problem=""))


def test_the_panel_counts_files_and_rows() -> None:
    counts = {"records": 1000, "accepted": 985, "rejected": 10, "blank": 5}
    html = panel(summary("raw/a.csv", "done", counts, reject_codes={"empty": 10}), failures=3)
    assert "<dt>Files</dt><dd>1<small>1.2 kB</small></dd>" in html
    assert "<dt>Rejected</dt><dd>10<small>1.0 %</small></dd>" in html
    assert "<dt>Failed events</dt><dd>3<" in html
    assert "empty" in html


def test_refused_and_waiting_files_are_named_with_their_reason() -> None:
    refusal = {"code": "no_header", "message": HOSTILE}
    html = panel(summary("raw/bad.csv", "refused", {}, refusal=refusal), waiting=("raw/slow.csv",))
    assert "raw/bad.csv: no_header" in html
    assert "raw/slow.csv: no report, since 2026-11-23 09:30 UTC" in html
    assert "orderlake status --repair --env local" in html
    assert "<script>" not in html


def test_of_many_files_the_first_are_named_and_the_rest_counted() -> None:
    html = panel(waiting=tuple(f"raw/{number}.csv" for number in range(1005)))
    assert html.count("<li>") == 6
    assert "and 1,000 more" in html


def test_health_that_is_not_known_says_why() -> None:
    html = draw_panel(report_of(health_problem=f"no answer {HOSTILE}"))
    assert "Not known: no answer &lt;/script&gt;" in html
