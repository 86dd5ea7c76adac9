"""The result of opening a file: its tables, each as a text file, and notes about them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from order_transform.refusal import FileRefused

# Returns why a text file does not hold orders, or None if it may hold them.
CheckHeader = Callable[[Path, "Facts"], FileRefused | None]


@dataclass(frozen=True, slots=True)
class Note:
    """A fact about how a file was opened that a person must know.

    `name` is a key of `reading.choices.CHOICES`. `evidence` is a sentence without its full stop.
    `is_doubt`: the file does not prove that this is right.
    """

    name: str
    value: str
    evidence: str
    remedy: str = ""
    is_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts that a format proves about a table that was written as text.

    `delimiter` separates the cells. `sheet` is the name of a workbook's sheet; then each record
    is one of its rows. `numbers` says why numbers have a decimal point, and is empty if that is
    not known. `lines` has, for each record of the table, the number of its first line in the file;
    it is None where the lines of the table are those of the file. `broken` are the numbers of the
    records, from 0, that could not be read, and stand for no order. `merged` are the cells of a
    sheet that are merged over several rows: the first row, the last one, and the column, from 0.
    """

    delimiter: str = ""
    sheet: str = ""
    numbers: str = ""
    lines: Path | None = None
    broken: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int], ...] = ()


TEXT = Facts()


@dataclass(frozen=True, slots=True)
class Table:
    """One table as a text file, or the reason why it cannot be read.

    `name` identifies it among the tables of a file, and is empty if it is the file itself.
    """

    name: str
    path: Path
    facts: Facts = TEXT
    notes: tuple[Note, ...] = ()
    refusal: FileRefused | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The tables of one file. An archive, or a file of several tables, has one result per table."""

    tables: tuple[Table, ...]
    notes: tuple[Note, ...] = ()
    is_archive: bool = False
