"""The command transform: runs the function's core on local files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orderlake.cli.output import note, print_json, print_line
from orderlake.cli.progress import progress_bar, waiting
from orderlake.cli.report_text import choice_lines, rows_text
from orderlake.errors import BadSetting, UploadFailed
from orderlake.wording import count_text

if TYPE_CHECKING:
    from order_transform.contract.definition import Contract


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
@click.option(
    "--map",
    "mapped",
    multiple=True,
    metavar='FIELD="HEADER"',
    help="Name a column, or give all rows a number (quantity=1).",
)
@click.option(
    "--price-is",
    type=click.Choice(["unit", "line"]),
    help="Read an unclear price as that of one piece, or of the whole line.",
)
@click.option(
    "--amounts-in",
    type=click.Choice(["currency", "smallest_unit"]),
    help="Read a unit_amount as 1250 EUR, or as 1250 cents.",
)
@click.option(
    "--compression",
    type=click.Choice(["gzip", "none"]),
    default="gzip",
    show_default=True,
    help="Of the files that it writes.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the reports as JSON.")
def transform(
    paths: tuple[Path, ...],
    out: Path,
    contract: Path | None,
    mapped: tuple[str, ...],
    price_is: str | None,
    amounts_in: str | None,
    compression: str,
    as_json: bool,
) -> None:
    """Run the function's core on local files, without AWS.

    The rows are the same as those that the function writes.

    Example: orderlake transform orders.csv --out results --map price="Net Price"
    """
    from orderlake.order_files.transform import check_fields, read_contract, with_rules

    rules = with_rules(read_contract(contract), price_is, amounts_in)
    overrides = parse_map(mapped)
    check_fields(rules, overrides)
    reports = transform_all(paths, out, rules, overrides, compression, as_json)
    if as_json:
        print_json(reports)
    else:
        print_folders(out, [output for report in reports for output in report["outputs"]])
    raise_refused(reports)


def transform_all(
    paths: Sequence[Path],
    out: Path,
    rules: Contract,
    overrides: dict[str, str],
    compression: str,
    as_json: bool,
) -> list[dict[str, Any]]:
    """Transform the files, print each one's outcome as it comes, and return the reports."""
    from orderlake.order_files.find import find_files
    from orderlake.order_files.transform import Job, transform_file

    jobs = [Job(path, key) for path, key in find_files(paths)]
    reports = []
    is_single = len(jobs) == 1
    with waiting(f"reading {jobs[0].path.name}") if is_single else progress_bar("reading") as draw:
        for number, job in enumerate(jobs, 1):
            report = transform_file(job, out, rules, overrides, compression)
            reports.append(report)
            if not as_json:
                print_line(report_line(report))
            draw(number, len(jobs))
    return reports


def raise_refused(reports: Sequence[dict[str, Any]]) -> None:
    """Raise UploadFailed if a file was refused."""
    refused = [report for report in reports if report["outcome"] == "refused"]
    if refused:
        count = f"{len(refused)} of {count_text(len(reports), 'file')} refused"
        raise UploadFailed(count, "correct the files, or see --map and --contract")


def print_folders(out: Path, outputs: Sequence[str]) -> None:
    """Say in which folders the outputs are; nothing where no row was written."""
    if outputs:
        folders = sorted({Path(output).parts[0] for output in outputs})
        note(f"written to {', '.join(str(out / name) for name in folders)} and {out / 'reports'}")


def report_line(report: dict[str, Any]) -> str:
    """Return the outcome of a file, with one line for each choice to check."""
    name, refusal = report["source"]["path"], report["refusal"]
    if refusal:
        return f"{name}: refused: {refusal['code']}: {refusal['message']}"
    return "\n".join([f"{name}: {rows_text(report)}", *choice_lines(report)])
