"""The command curate. It parses, makes one call and prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from orderlake.cli import options
from orderlake.cli.output import note, print_json
from orderlake.cli.progress import waiting
from orderlake.settings import Settings
from orderlake.wording import count_text

if TYPE_CHECKING:
    from orderlake.pipeline.curate import CurateResult


@click.command()
@options.environment
@click.option("--maintain", is_flag=True, help="Also compact, expire snapshots, remove orphans.")
@click.option("--rebuild", is_flag=True, help="Write the table anew; it is incomplete meanwhile.")
@click.option(
    "--job/--here",
    "is_job",
    default=None,
    help="As a Glue job, or as a process of this machine; by default a job on AWS only.",
)
@options.yes
@options.json_output
def curate(
    settings: Settings, maintain: bool, rebuild: bool, is_job: bool | None, yes: bool, as_json: bool
) -> None:
    """Bring the curated table, an Iceberg table, up to date.

    It has the rows of the processed table, typed and columnar. Each corrected or deleted file
    replaces or removes its rows in one commit. A process of this machine, and a job in the local
    AWS, need the environment that `make spark` installs.

    Example: orderlake curate --env local
    """
    from orderlake.aws.session import open_aws
    from orderlake.pipeline import curate as curating

    aws = open_aws(settings)
    is_job = not settings.is_local if is_job is None else is_job
    if is_job:
        curating.job_of(aws).settings(aws)  # raises WrongUse before the question
    if not settings.is_local:
        where = f"table {aws.names.curated_table} in {aws.place}"
        note(where)
        options.confirm(settings, f"write the {where}", yes)
    run = curating.curate_by_job if is_job else curating.curate_here
    with waiting("curating"):
        result = run(aws, curating.CurateOptions(maintain, rebuild))
    if as_json:
        print_json(asdict(result))
    else:
        show(result, aws.names.curated_table)


def show(result: CurateResult, table: str) -> None:
    """Print what a run did."""
    if not result.commits:
        click.echo(f"{table} is up to date")
    else:
        click.echo(
            f"{table}: {count_text(result.rows, 'row')} added from "
            f"{count_text(result.objects_added, 'object')}, "
            f"those of {count_text(result.objects_removed, 'object')} removed "
            f"({count_text(result.commits, 'commit')})"
        )
    if result.maintained:
        went = result.maintained
        click.echo(
            f"{count_text(went['files'], 'small file')} compacted, "
            f"{count_text(went['snapshots'], 'snapshot')} expired, "
            f"{count_text(went['orphans'], 'stray object')} removed"
        )
    if result.unfinished:
        files = count_text(len(result.unfinished), "file")
        note(f"{files} left as before, because a delivery works on them: curate again later")
    if result.columns_left_out:
        names = ", ".join(result.columns_left_out)
        note(f"left out, because the table has columns of its own by these names: {names}")
