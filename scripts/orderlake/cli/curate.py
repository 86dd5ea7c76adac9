"""The command curate. It parses, makes one call and prints."""

from dataclasses import asdict

import click

from orderlake.cli import options
from orderlake.cli.output import note, print_json
from orderlake.cli.progress import waiting
from orderlake.settings import Settings
from orderlake.wording import count_text


@click.command()
@options.environment
@click.option("--maintain", is_flag=True, help="Also compact, expire snapshots, remove orphans.")
@options.yes
@options.json_output
def curate(settings: Settings, maintain: bool, yes: bool, as_json: bool) -> None:
    """Bring the curated table, an Iceberg table, up to date.

    It has the rows of the processed table, typed and columnar. Each corrected or deleted file
    replaces or removes its rows in one commit. It needs the environment that `make spark` installs.

    Example: orderlake curate --env local
    """
    from orderlake.aws.session import open_aws
    from orderlake.pipeline import curate as job

    aws = open_aws(settings)
    if not settings.is_local:
        where = f"table {aws.names.curated_table} in account {aws.names.account}"
        note(where)
        options.confirm(settings, f"write the {where}, region {aws.region}", yes)
    with waiting("curating"):
        result = job.curate(aws, *(["--maintain"] if maintain else []))
    if as_json:
        print_json(asdict(result))
        return
    if not result.commits:
        click.echo(f"{aws.names.curated_table} is up to date")
    else:
        click.echo(
            f"{aws.names.curated_table}: {count_text(result.rows, 'row')} added from "
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
