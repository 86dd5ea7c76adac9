"""The command backfill. It plans, asks, starts the job and follows it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from orderlake.cli import options
from orderlake.cli.output import note, print_json, print_line, suggest
from orderlake.cli.progress import progress_bar_of_bytes
from orderlake.errors import WrongUse
from orderlake.settings import Settings
from orderlake.wording import count_text, first_few, size_text

if TYPE_CHECKING:
    from orderlake.aws.session import Aws
    from orderlake.pipeline.backfill_plan import BackfillPlan

FAILURES_SHOWN = 20


@click.command()
@click.argument("source", required=False)
@options.environment
@click.option("--plan", "only_plan", is_flag=True, help="Say what it would take; start nothing.")
@click.option(
    "--workers", type=click.IntRange(2), help="Glue workers of four cores; one leads the others."
)
@click.option("--stop", "is_stopped", is_flag=True, help="Stop the run that is going on.")
@options.yes
@options.json_output
def backfill(
    source: str | None,
    settings: Settings,
    only_plan: bool,
    workers: int | None,
    is_stopped: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Read many old order files at once, on Glue's Spark.

    SOURCE is a place below raw/, or s3://BUCKET/PREFIX of another bucket. Files that are up to date
    are left alone, so a run can be stopped and started again.

    Example: orderlake backfill raw/2024/ --env aws --plan
    """
    from orderlake.aws.session import open_aws
    from orderlake.pipeline import backfill as backfilling

    aws = open_aws(settings)
    if is_stopped:
        run_id = backfilling.job_of(aws).stop(aws)
        print_line(f"stopped: {run_id}" if run_id else "no backfill is running")
        return
    if not source:
        raise WrongUse("no place of order files is named", "give one: orderlake backfill raw/2024/")
    address = backfilling.resolve_source(aws, source)
    if not only_plan:
        backfilling.check_deployed(aws, address)
    plan = backfilling.make_plan(aws, address, workers)
    if only_plan and as_json:
        print_json(plan_document(plan))
        return
    for line in plan_lines(plan):
        (print_line if only_plan else note)(line)
    if only_plan or not plan.files:
        return
    options.confirm(settings, f"start {count_text(plan.workers, 'worker')} of Glue", yes)
    show(aws, backfilling.start(aws, plan), as_json)


def plan_document(plan: BackfillPlan) -> dict[str, Any]:
    """Return a plan for a program."""
    return {**asdict(plan), "dpus": plan.dpus, "dollars": round(plan.dollars, 2)}


def plan_lines(plan: BackfillPlan) -> list[str]:
    """Return a plan for people."""
    if not plan.files:
        return [f"{plan.source} has no order files"]
    lines = [f"{count_text(plan.files, 'file')} of {size_text(plan.size_bytes)} in {plan.source}"]
    if plan.reported:
        lines.append(f"  {plan.reported:,} have a report; those that are up to date are left alone")
    lines.append(
        f"  {count_text(plan.dpus, 'DPU')} for about {plan.seconds / 60:,.0f} min:"
        f" ${plan.dollars:,.2f} on AWS at most, an estimate (docs/backfill.md)"
    )
    return lines


def show(aws: Aws, run_id: str, as_json: bool) -> None:
    """Follow a run: its progress, then what failed, then the whole."""
    from orderlake.pipeline.backfill import job_of

    note(f"run {run_id}")
    failures: list[str] = []
    try:
        with progress_bar_of_bytes("reading") as draw:
            for event in job_of(aws).follow(aws, run_id):
                if event["message"] == "progress":
                    draw(event["bytes"], event["of_bytes"])
                elif event["message"] == "failed":
                    failures.append(f"{event['key']}: {event['error']}")
                elif event["message"] == "finished":
                    report(event, failures, as_json)
    except KeyboardInterrupt:
        note("the run goes on by itself; to end it: orderlake backfill --stop")
        raise


def report(event: dict[str, Any], failures: list[str], as_json: bool) -> None:
    """Print how a run ended."""
    if as_json:
        print_json({**event, "failed": failures})
        return
    for line in first_few(failures, FAILURES_SHOWN, ""):
        print_line(line)
    outcomes = ", ".join(f"{count:,} {name}" for name, count in sorted(event["outcomes"].items()))
    rows = f"{event['records']:,} rows, {event['rejected']:,} rejected"
    print_line(f"{count_text(event['files'], 'file')} ({outcomes}), {rows}")
    rate = f"{size_text(event['bytes_per_second'])}/s"
    print_line(f"{size_text(event['read_bytes'])} read in {event['seconds']:.0f} s ({rate})")
    if not failures:
        suggest("make crawl")
