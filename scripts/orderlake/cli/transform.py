"""The commands transform and sample: the function's core on local files, and files to try it on."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from orderlake.cli.output import choice_lines, count_text, print_json, rows_text
from orderlake.cli.progress import progress_bar, waiting, wipe_line
from orderlake.errors import BadSetting, UploadFailed


def parse_map(values: tuple[str, ...]) -> dict[str, str]:
    """Read `field=Header` pairs; raises BadSetting for anything else."""
    pairs = {}
    for value in values:
        field, separator, header = value.partition("=")
        if not (separator and field.strip() and header.strip()):
            raise BadSetting("--map", value, "command line", 'field="Header", as price="Net Price"')
        pairs[field.strip()] = header
    return pairs


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write to.")
@click.option("--contract", type=click.Path(path_type=Path), help="Read by this contract file.")
@click.option("--map", "mapped", multiple=True, metavar='FIELD="HEADER"', help="Name a column.")
@click.option("--compression", type=click.Choice(["gzip", "none"]), default="gzip")
@click.option("--json", "as_json", is_flag=True, help="Print the reports as JSON.")
def transform(
    paths: tuple[Path, ...],
    out: Path,
    contract: Path | None,
    mapped: tuple[str, ...],
    compression: str,
    as_json: bool,
) -> None:
    """Run the function's core on local files or folders: no AWS, the same rows.

    Example: orderlake transform orders.csv --out results --map price="Net Price"
    """
    from orderlake.order_files.find import find_files
    from orderlake.order_files.transform import (
        Job,
        check_fields,
        read_contract,
        transform_file,
    )

    rules = read_contract(contract)
    overrides = parse_map(mapped)
    check_fields(rules, overrides)
    jobs = [Job(path, key) for path, key in find_files(paths)]
    draw = progress_bar("transforming")
    reports = []
    for number, job in enumerate(jobs, 1):
        with waiting(f"reading {job.path.name}") if len(jobs) == 1 else nullcontext():
            report = transform_file(job, out, rules, overrides, compression)
        reports.append(report)
        if not as_json:
            wipe_line()
            click.echo(report_line(report))
        draw(number, len(jobs))
    if as_json:
        print_json(reports)
    refused = [report for report in reports if report["outcome"] == "refused"]
    if refused:
        count = f"{len(refused)} of {count_text(len(reports), 'file')} refused"
        raise UploadFailed(count, "correct the files, or see --map and --contract")


def report_line(report: dict[str, Any]) -> str:
    """Return what became of a file, with a line for each choice to check."""
    name, refusal = report["source"]["path"], report["refusal"]
    if refusal:
        return f"{name}: refused: {refusal['code']}: {refusal['message']}"
    return "\n".join([f"{name}: {rows_text(report)}", *choice_lines(report)])


@click.command()
@click.option("--rows", type=click.IntRange(min=0), default=10_000, show_default=True)
@click.option("--dirt", type=click.FloatRange(0, 1), default=0.0, help="Share of odd lines.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same bytes.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("orders-2026-11-22.csv"),
    show_default=True,
)
def sample(rows: int, dirt: float, seed: int, out: Path) -> None:
    """Write realistic orders: a long tail of products, repeat customers, seasons, returns.

    Example: orderlake sample --rows 100000 --dirt 0.02 --seed 7 --out orders.csv
    """
    from orderlake.order_files.sample import write_sample

    try:
        with waiting(f"writing {count_text(rows, 'order line')}"):
            write_sample(out, rows, dirt, seed)
    except OSError as error:
        raise BadSetting("--out", str(out), "command line", f"writable ({error})") from error
    click.echo(f"{out}: {count_text(rows, 'order line')}, seed {seed}")
