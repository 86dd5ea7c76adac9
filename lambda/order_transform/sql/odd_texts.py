"""Ids that mean no value, or that a spreadsheet has made a day of, anywhere in a large file.

The first look at a file sees some of its rows. These texts are short, so a check of every row costs
nearly nothing where ids are longer.
"""

from collections.abc import Iterator, Mapping

from order_transform.contract.definition import ORDER_ID, PRODUCT_ID
from order_transform.contract.words import Words
from order_transform.reading.choices import Choice
from order_transform.reading.doubts.texts import tell_day, tell_no_value
from order_transform.reading.records import Records
from order_transform.sql.cells import cell, literal
from order_transform.sql.file_cells import FileCells

_NO_VALUES = (
    "NULL",
    "null",
    "Null",
    "None",
    "none",
    "nan",
    "NaN",
    "N/A",
    "n/a",
    "#N/A",
    "-",
    "--",
    "?",
)
_LONGEST_NO_VALUE = 4  # bytes; the check of longer ones ends here
_LONGEST_DAY = 7  # `3-Jan`, `03. Jan`
_LONGEST_MONTH = 4  # letters


def text_checks(records: Records, words: Words) -> list[str]:
    """Return SQL that is true for a row without such a text, for each id of which none is told.

    `(c2 IS NULL OR NOT strlen(c2) <= 4 OR NOT (c2 = 'NULL' OR ...))`: most rows end at the length.
    """
    return [
        f"({cell(place)} IS NULL OR {' OR '.join(f'NOT {part}' for part in condition)})"
        for name, place in _places(records).items()
        for condition in _conditions(name, cell(place), words)
    ]


def odd_texts(source: FileCells) -> Iterator[Choice[object]]:
    """Tell of such texts, of which the first look has seen none."""
    places = _places(source.records)
    asked = [
        (name, cell(place), " AND ".join(condition))
        for name, place in places.items()
        for condition in _conditions(name, cell(place), source.contract.words)
    ]
    if not asked:
        return
    counts = ", ".join(
        f"count(*) FILTER ({condition}), any_value({column}) FILTER ({condition}), count({column})"
        for _, column, condition in asked
    )
    [row] = source.select(counts)
    for number, (name, _, _) in enumerate(asked):
        count, text, every = row[3 * number : 3 * number + 3]
        if 0 < count < every:
            tell = tell_no_value if len(text) <= _LONGEST_NO_VALUE else tell_day
            yield tell(name, text, f"{count:,} row{'s' if count > 1 else ''}", count)


def _places(records: Records) -> Mapping[str, int]:
    """Return the places of ids, but for those of which a text is told already."""
    told = {choice.field for choice in records.choices if choice.name == "texts"}
    fields = records.columns.fields
    names = (ORDER_ID, PRODUCT_ID, "customer_id")
    return {name: fields[name] for name in names if name in fields and name not in told}


def _conditions(name: str, column: str, words: Words) -> Iterator[tuple[str, ...]]:
    """Yield SQL conditions that are all true for such a text, those that cost least first."""
    texts = " OR ".join(f"{column} = {literal(text)}" for text in _NO_VALUES)
    yield f"(strlen({column}) <= {_LONGEST_NO_VALUE})", f"({texts})"
    if name != PRODUCT_ID:
        return
    names = [month for month in words.months if len(month) <= _LONGEST_MONTH and month.isalpha()]
    months = "|".join(form for month in sorted(names) for form in (month, month.capitalize()))
    pattern = f"[0-9]{{1,2}}(?:-|[.] )(?:{months})|(?:{months})-[0-9]{{2}}"
    yield (
        f"(strlen({column}) <= {_LONGEST_DAY})",
        f"(strlen({column}) > {_LONGEST_NO_VALUE})",
        f"(contains({column}, '-') OR contains({column}, '. '))",
        f"regexp_full_match({column}, {literal(pattern)})",
    )
