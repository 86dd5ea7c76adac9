"""What opening a file gives: the tables in it, each as a text file, and notes about them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from order_transform.refusal import FileRefused

# Says why a text file is none of orders; None where it may be one.
CheckHeader = Callable[[Path, "Facts"], FileRefused | None]


@dataclass(frozen=True, slots=True)
class Note:
    """What a person must hear of how a file was opened.

    `name` says what was decided: "left_out" or "cell_form". `evidence` is a sentence without its
    full stop. `is_doubt`: the file does not prove that it is right.
    """

    name: str
    value: str
    evidence: str
    remedy: str = ""
    is_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What a format proves of a table that was written as text.

    `delimiter` parts the cells. `sheet` names the sheet of a workbook: then each record is one row
    of it. `numbers` says why numbers have a decimal point, empty where nothing says so.
    `has_lines`: the lines of the table are those of the file.
    """

    delimiter: str = ""
    sheet: str = ""
    numbers: str = ""
    has_lines: bool = True


TEXT = Facts()


@dataclass(frozen=True, slots=True)
class Table:
    """One table as a text file, or the reason why there is none.

    `name` tells it from others in the same file, and is empty where it is the file itself.
    """

    name: str
    path: Path
    facts: Facts = TEXT
    notes: tuple[Note, ...] = ()
    refusal: FileRefused | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The tables of one file. One of several, or an archive, has one result for each of them."""

    tables: tuple[Table, ...]
    notes: tuple[Note, ...] = ()
    is_archive: bool = False
