"""Say why too many rows of a file are rejected, with an example and what to do about it."""

from collections.abc import Mapping, Sequence

from order_transform.reading.choices import Choice
from order_transform.refusal import NEXT_STEPS, OTHER_STEP
from order_transform.sql.engine import FileDatabase
from order_transform.sql.rejects import EXAMPLE_OF_CODE


def explain_rejects(
    db: FileDatabase,
    codes: Mapping[str, int],
    rejected: int,
    rows: int,
    measured: Sequence[Choice[object]],
) -> str:
    """Return the message of the refusal; `codes` has the most frequent one first.

    `measured` counts the rows whose quantity is a weight, which have a step of their own.
    """
    code = _telling_code(codes, rejected)
    field, cell = _example(db, code)
    example = f", such as {field} {cell[:40]!r}" if field else ""
    step = NEXT_STEPS.get(code, OTHER_STEP.format(field=field or "price"))
    step = next((choice.remedy for choice in measured if 2 * choice.rows > rejected), step)
    return f"{rejected:,} of {rows:,} rows are rejected, most as {code}{example}; {step}"


def _telling_code(codes: Mapping[str, int], rejected: int) -> str:
    """Return the code that says most, which is one of all rejected rows that has a step.

    Cells too many make others unreadable, too, and so do several items in a cell.
    """
    told = (code for code in NEXT_STEPS if codes.get(code) == rejected)
    return next(told, next(iter(codes)))


def _example(db: FileDatabase, code: str) -> tuple[str, str]:
    """Return field and text of the first cell that was rejected by a code; empty if none was."""
    for field, cell in db.execute(EXAMPLE_OF_CODE, [code]).fetchall():
        return field or "", cell or ""
    return "", ""
