"""The command rejected. It parses, calls and prints."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from order_transform.delivery import layout
from order_transform.refusal import ROW_CODES

from orderlake.answers.value_text import readable_value
from orderlake.cli import options
from orderlake.cli.out_file import STANDARD_OUTPUT, out_file
from orderlake.cli.output import note, print_json, print_line
from orderlake.cli.progress import progress_bar
from orderlake.errors import BadSetting, WrongUse
from orderlake.settings import Settings
from orderlake.wording import count_text

if TYPE_CHECKING:
    from orderlake.aws.session import Aws
    from orderlake.pipeline.corrections import Written
    from orderlake.pipeline.rejected import RejectedFile, Rejection

CELL_SHOWN = 40


@click.command()
@click.argument("files", nargs=-1)
@options.environment
@click.option("--code", help="Only rows with this reason.")
@click.option(
    "--limit", type=click.IntRange(min=0), default=10, show_default=True, help="Rows to show."
)
@click.option(
    "--csv",
    "out",
    type=click.Path(path_type=Path),
    help="Write the rows to correct: a file for one FILE, else a folder.",
)
@options.json_output
def rejected(
    files: tuple[str, ...],
    settings: Settings,
    code: str | None,
    limit: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Show why rows were rejected; write them out to correct.

    Without FILES it looks at all files. FILES are raw keys, or patterns in quotes. Record 1 is
    the first after the header. --csv writes the rows with their own header and cells: correct
    them and upload the result as it is.

    Example: orderlake rejected orders-2026-11-22.csv --csv orders-2026-11-22-corrected.csv
    """
    from orderlake.aws.session import open_aws
    from orderlake.pipeline import rejected as quarantine
    from orderlake.pipeline.inventory import read_inventory
    from orderlake.pipeline.replay import resolve

    aws = open_aws(settings)
    with progress_bar("reading reports") as draw:
        inventory = read_inventory(aws, draw)
    keys = resolve(files, sorted(inventory.raw.files), inventory.raw.prefix) if files else None
    found = quarantine.rejected_files(inventory, keys)
    if out:
        written = write(aws, found, out, code)
        if as_json:
            print_json([asdict(file) for file in written])
        return
    rows = quarantine.examples(aws, found, code, limit)
    if as_json:
        print_json(as_document(found, rows))
        return
    for line in lines(found, rows):
        print_line(line)


def as_document(found: Sequence[RejectedFile], rows: dict[str, list[Rejection]]) -> dict[str, Any]:
    """Return counts and examples for a program."""
    from orderlake.pipeline.rejected import count_codes

    return {
        "rejected": sum(file.rejected for file in found),
        "codes": count_codes(found),
        "files": [
            asdict(file) | {"examples": [asdict(row) for row in rows.get(file.key, [])]}
            for file in found
        ],
    }


def lines(found: Sequence[RejectedFile], rows: dict[str, list[Rejection]]) -> list[str]:
    """Return counts and examples for people."""
    from orderlake.pipeline.rejected import count_codes

    if not found:
        return ["no rejected rows"]
    total = sum(file.rejected for file in found)
    rejected, files = count_text(total, "rejected row"), count_text(len(found), "file")
    text = [f"{rejected} in {files}; a row may have several"]
    codes = count_codes(found)
    wide = max(map(len, codes), default=0)
    text += [
        f"{count:>9,}  {code:<{wide}}  {ROW_CODES.get(code, '')}".rstrip()
        for code, count in codes.items()
    ]
    for file in found:
        if file.key in rows:
            refused = ", refused as a whole" if file.is_refused else ""
            text += ["", f"{file.key}: {file.rejected:,} of {file.records:,} records{refused}"]
            text += [line for row in rows[file.key] for line in example(row)]
    return text


def example(row: Rejection) -> list[str]:
    """Return a rejected row: its reasons, then its cells."""
    reasons = "; ".join(
        f"{reason.field}: {reason.code} '{cut(reason.value)}'" if reason.field else reason.code
        for reason in row.reasons
    )
    cells = [f"{label}={cut(cell)}" for label, cell in row.cells.items()]
    cells += [f"beyond the header: {cut(cell)}" for cell in row.beyond]
    place = f" ({row.place})" if row.place else ""
    return [f"  record {row.record:,}{place}: {reasons}", f"    {' | '.join(cells)}"]


def cut(cell: str) -> str:
    """Return a cell for a person: no control characters, not too long."""
    text = readable_value(cell, None)
    return text if len(text) <= CELL_SHOWN else f"{text[: CELL_SHOWN - 1]}…"


def write(aws: Aws, found: Sequence[RejectedFile], out: Path, code: str | None) -> list[Written]:
    """Write a correction file for each file, and say how to go on."""
    from orderlake.pipeline.correction_name import correction_name

    usable = [file for file in found if not file.is_refused]
    for file in found:
        if file.is_refused:
            note(f"{file.key} was refused as a whole: correct it and upload it under its own name")
    is_printed = out == STANDARD_OUTPUT
    if is_printed and len(usable) > 1:
        raise WrongUse(f"{len(usable)} files do not fit into one output", "name one FILE")
    is_single = is_printed or (len(usable) == 1 and not out.is_dir() and bool(out.suffix))
    if is_single and not is_printed:
        check_name(out, usable[0].key, aws.names.raw_prefix)
    written = []
    for file in usable:
        path = out if is_single else out / correction_name(file.key, aws.names.raw_prefix)
        corrections = write_file(aws, file.key, path, code)
        if corrections.rows:
            written.append(corrections)
            note(f"{path}: {count_text(corrections.rows, 'row')} of {file.key}")
    if is_printed:
        return written
    if written:
        note(f"correct the cells, then: orderlake upload {shlex.quote(str(out))}")
    else:
        note("no rejected rows to correct")
    return written


def write_file(aws: Aws, key: str, path: Path, code: str | None) -> Written:
    """Write one correction file with the file's own delimiter; warn if it may be misread."""
    from orderlake.order_files.check_headers import deployed_contract
    from orderlake.pipeline.corrections import reading_notes, write_corrections
    from orderlake.pipeline.outcomes import read_report
    from orderlake.pipeline.rejected import rejections_of

    report = read_report(aws, layout.outputs_for(key).report) or {}
    assumptions = report.get("assumptions") or {}
    delimiter = str(assumptions.get("delimiter") or ",")
    with out_file("--csv", path) as part:
        written = write_corrections(part, key, rejections_of(aws, key), delimiter, code)
    written = replace(written, path=path)
    if written.rows and (notes := reading_notes(assumptions, deployed_contract())):
        note(f"{key} was read with {', '.join(notes)}. Its rejected rows are too few to show that:")
        note("  check how the corrected file is read: upload --json prints what was assumed")
    return written


def check_name(out: Path, key: str, raw_prefix: str) -> None:
    """Raise WrongUse for a file name whose upload would not do what the user wants."""
    from order_transform.formats.endings import known_endings

    from orderlake.pipeline.correction_name import correction_name

    name = Path(correction_name(key, raw_prefix)).name
    if not layout.is_order_file(f"{raw_prefix}{out.name}", raw_prefix):
        raise BadSetting("--csv", str(out), "command line", f"an order file: {known_endings()}")
    if f"{raw_prefix}{out.name}" == key:
        raise WrongUse(
            f"uploading {out.name} would replace all rows of {key}",
            f"another name: --csv {shlex.quote(name)}",
        )
    if layout.partition_date(f"{raw_prefix}{out.name}") != layout.partition_date(key):
        note(f"{out.name} has another date in its name than {key}, so its rows come to another")
        note(f"  partition; a name with the same date: {name}")
