"""Tell of rows that are rejected since their quantity is a weight or a part of a piece."""

from collections.abc import Iterator, Mapping

from order_transform.contract.definition import LINE_TOTAL, QUANTITY
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.columns.columns import Columns
from order_transform.sql.cells import literal
from order_transform.sql.engine import FileDatabase

_FRACTION, _NO_NUMBER = "not_whole", "not_a_number"
_MEASURES = (
    "kg|g|gr|mg|t|kilo|kilos|gram|grams|gramm|lb|lbs|oz|l|dl|cl|ml|liter|litre|liters|litres|gal"
    "|m|cm|mm|km|m2|m3|m²|m³|qm|sqm|ft|yd|meter|meters|metre|metres|h|hrs|кг|\u0433|л|м|公斤|千克|克"
)
# As in `1,5 kg`.
_MEASURE = rf"(?i)\s*[-+]?[0-9][0-9.,]*\s*(?:{_MEASURES})\.?\s*"


def measured_goods(
    db: FileDatabase, columns: Columns, codes: Mapping[str, int]
) -> Iterator[Choice[object]]:
    """Yield a choice that counts such rows in the table of rejects; nothing for most files."""
    if codes.keys().isdisjoint((_FRACTION, _NO_NUMBER)):
        return
    [(rows, example)] = db.execute(_MEASURED, [QUANTITY]).fetchall()
    if rows:
        yield Choice(
            name="cell_form",
            value="rejected",
            certainty=Certainty.DOUBTFUL,
            evidence=f"quantities count whole pieces, so that cells such as '{example.strip()}' are"
            f" rejected: {rows:,} {'row' if rows == 1 else 'rows'}",
            field=QUANTITY,
            remedy=_remedy(columns),
            rows=rows,
        )


_MEASURED = (
    "SELECT count(*), first(reason.value ORDER BY record)"
    # A row with another reason, too, may have shifted cells.
    " FROM (SELECT record, unnest(reasons) AS reason FROM rejects WHERE len(reasons) = 1)"
    f" WHERE reason.field = ? AND (reason.code = '{_FRACTION}' OR reason.code = '{_NO_NUMBER}'"
    f" AND regexp_full_match(reason.value, {literal(_MEASURE)}))"
)


def _remedy(columns: Columns) -> str:
    """Say how the line's money is read instead, from the file's own column if it has one."""
    own = columns.fields.get(LINE_TOTAL)
    if own is None:
        return (
            "export a column with the money of the whole line, and read that with"
            ' --map price="Header" --map quantity=1'
        )
    return (
        f'--map price="{columns.labels[own]}" --map quantity=1 reads the money of the line, and'
        " each line as one piece"
    )
