"""Facts about a workbook that its reader does not report: errors, hidden rows, the calendar."""

from dataclasses import dataclass


@dataclass(slots=True)
class Marks:
    """How many cells hold an error, or a formula without a value; and how many rows are hidden.

    `counts_from_1904`: the workbook counts days from 1904, not from 1900.
    """

    errors: int = 0
    bare_formulas: int = 0
    hidden_rows: int = 0
    counts_from_1904: bool = False
