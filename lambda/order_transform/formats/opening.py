"""Open a raw file of any format and return its tables.

Most files are texts. They start faster because the modules of other formats are imported late.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from order_transform.contract.definition import Limits
from order_transform.formats.kinds import Kind, kind_of
from order_transform.formats.tables import CheckHeader, Note, Opened, Table
from order_transform.refusal import FileRefused

# A workbook is read in a process of its own, before DuckDB needs its share.
_SHARES_OF_MEMORY = 3


def open_file(
    source: Path, folder: Path, limits: Limits, memory_mib: int, check: CheckHeader
) -> Opened:
    """Return the tables of a raw file; a text is one table as it is.

    Converted tables are written to `folder`, which must not exist. `memory_mib` is the engine's
    share of the function's memory, and `check` finds the sheets that hold orders. Raises
    `FileRefused` if nothing in the file can be read.
    """
    kind = kind_of(source)
    if kind is Kind.WORKBOOK:
        from order_transform.formats.workbook import open_workbook

        return open_workbook(source, folder, memory_mib * _SHARES_OF_MEMORY, check)
    if kind is Kind.JSON:
        from order_transform.formats.json_orders import open_json

        return open_json(source, folder, limits.decompressed_bytes, limits.line_bytes)
    if kind is Kind.ARCHIVE:
        return _open_archive(source, folder, limits, memory_mib, check)
    return Opened((Table("", source),))


def _open_archive(
    source: Path, folder: Path, limits: Limits, memory_mib: int, check: CheckHeader
) -> Opened:
    from order_transform.formats.archive import unpack

    tables: list[Table] = []
    notes: list[Note] = []
    for member in unpack(source, folder, limits.decompressed_bytes):
        if member.path:
            inside = folder / f"{member.path.name}-tables"
            tables += _tables_of_member(member.name, member.path, inside, limits, memory_mib, check)
        elif member.refusal and member.refusal.code == "not_an_order_file":
            evidence = f"the file is not read: {member.refusal.message}"
            notes.append(Note("left_out", member.name, evidence))
        else:
            tables.append(Table(member.name, source, refusal=member.refusal))
    return Opened(tuple(tables), tuple(notes), is_archive=True)


def _tables_of_member(
    name: str, path: Path, folder: Path, limits: Limits, memory_mib: int, check: CheckHeader
) -> Iterator[Table]:
    """Yield a member's tables, or one table that says why it cannot be read."""
    try:
        opened = open_file(path, folder, limits, memory_mib, check)
    except FileRefused as refused:
        yield Table(name, path, refusal=refused)
        return
    for number, table in enumerate(opened.tables):
        notes = (*opened.notes, *table.notes) if number == 0 else table.notes
        is_one = len(opened.tables) == 1
        yield replace(table, name=name if is_one else f"{name}!{table.name}", notes=notes)
