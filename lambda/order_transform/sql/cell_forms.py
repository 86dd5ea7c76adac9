"""Tell of cells that hold more than a number or a date, each form with an example."""

from collections.abc import Iterator, Mapping

from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.dates.cells import DateForm
from order_transform.reading.dates.style import DateReading
from order_transform.reading.numbers.cells import Form
from order_transform.reading.numbers.style import NumberReading
from order_transform.sql.cells import cell
from order_transform.sql.file_cells import FileCells
from order_transform.sql.shapes import has_shape

_ROUNDED = "check whether a spreadsheet has rounded them, and export its columns as numbers"
_OTHER_THAN_DATES = frozenset(
    {DateForm.EXCEL_DAYS, DateForm.UNIX_SECONDS, DateForm.UNIX_MILLISECONDS}
)


def cell_forms(
    source: FileCells, numbers: Mapping[str, NumberReading], dates: Mapping[str, DateReading]
) -> Iterator[Choice[object]]:
    """Yield what a person must hear of cells that hold more than a number or a date."""
    for name, number in numbers.items():
        for form, shape in sorted(number.forms.items()):
            yield _number_form(name, form, _example(source, name, shape))
    for name, date in dates.items():
        for date_form, shape in sorted(date.forms.items()):
            yield _date_form(name, date_form, _example(source, name, shape))


def _example(source: FileCells, name: str, shape: str) -> str:
    """Return the first cell of a shape."""
    column = cell(source.records.columns.fields[name])
    rows = source.select(column, f"WHERE {has_shape(column, shape)} LIMIT 1")
    return str(rows[0][0]).strip() if rows else shape


def _number_form(name: str, form: Form, example: str) -> Choice[object]:
    return Choice(
        name="cell_form",
        value=form.value,
        certainty=Certainty.PROVEN,
        evidence=f"cells such as '{example}' are read as the number in them",
        field=name,
        remedy=_ROUNDED if form is Form.EXPONENT else "",
        notable=True,
    )


def _date_form(name: str, form: DateForm, example: str) -> Choice[object]:
    is_excel = form is DateForm.EXCEL_DAYS
    return Choice(
        name="cell_form",
        value=form.value,
        certainty=Certainty.DOUBTFUL if is_excel else Certainty.PROVEN,
        evidence=f"cells such as '{example}' are read so",
        field=name,
        remedy="write dates as YYYY-MM-DD" if is_excel else "",
        notable=form in _OTHER_THAN_DATES,
    )
