"""Tell of dates whose year cannot be an order's, and of which calendar such a year may be."""

from collections.abc import Iterator

from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.dates.cells import FIRST_YEAR, LAST_YEAR, calendar_of
from order_transform.sql.engine import FileDatabase
from order_transform.sql.statements import Statements


def odd_years(db: FileDatabase, statements: Statements) -> Iterator[Choice[object]]:
    """Yield a choice for each date field with years that are out of range; it counts the rows."""
    for field in statements.fields:
        if field.any_moment is None:
            continue
        query = (
            f"SELECT count(*), first({field.cell}), first(year({field.any_moment}))"
            f" FROM {statements.rows(ordered=True)}"
            f" WHERE {field.any_moment} IS NOT NULL AND {field.value} IS NULL"
        )
        [(count, example, year)] = db.execute(query).fetchall()
        if count:
            yield Choice(
                name="calendar",
                value="not read",
                certainty=Certainty.DOUBTFUL,
                evidence=(
                    f"in {count:,} row{'s' * (count > 1)} the year is not from {FIRST_YEAR} to"
                    f" {LAST_YEAR}, as in '{example.strip()}' ({calendar_of(year)}), and is not"
                    " read as a date"
                ),
                field=field.name,
                remedy="export dates as YYYY-MM-DD in the Gregorian calendar",
                rows=count,
            )
