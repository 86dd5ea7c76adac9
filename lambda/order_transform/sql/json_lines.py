"""The SQL that writes rows as lines of JSON; pure text.

DuckDB's own JSON writer builds a tree for each row, at twice the cost.
"""

import json
from collections.abc import Collection, Iterator, Sequence

from order_transform.contract.definition import (
    IS_SALE,
    PRICE,
    PRICE_IS_DERIVED,
    QUANTITY,
    STATUS,
    TOTAL,
    FieldType,
)
from order_transform.sql.amounts import short_number
from order_transform.sql.cells import cell, literal
from order_transform.sql.field_sql import FieldSql
from order_transform.sql.statements import Statements


def select_lines(statements: Statements, *, every: bool, unreadable: Collection[str]) -> str:
    """Select the accepted rows as lines of JSON: fields, total_amount, the rest.

    `every`: all rows are known to be accepted, so that they are not checked again;
    `unreadable` names the fields that are known to be unreadable in some row.
    `SELECT concat('{"order_id":', ..., '}\\n') FROM (...) WHERE accepted`.
    """
    values = [_json_value(statements, one, one.name in unreadable) for one in statements.fields]
    rows = statements.rows(typed=True, ordered=True)
    return f"SELECT {_line(statements, values)} FROM {rows}{'' if every else ' WHERE accepted'}"


def select_clean_lines(statements: Statements, part: str) -> str:
    """Select all rows as lines of JSON, each with its total, its quantity and its part's number.

    Fails at the first record that is rejected, has an unreadable value, or is not written as the
    readings say: `SELECT CASE WHEN accepted AND ... THEN concat(...) ELSE error(...) END,
    coalesce(price_value * ..., 0), coalesce(quantity_value, 0), <part> FROM (...)`.
    """
    numbers = [field for field in statements.fields if _is_number(field)]
    as_text = ", ".join(f"{field.value}::VARCHAR AS {_text_of(field)}" for field in numbers)
    rows = f"(SELECT *, {as_text} FROM {statements.rows(ordered=True)})"
    values = [
        _or_null(_text_of(field), field)
        if field in numbers
        else _plain_text(statements, field) or _json_value(statements, field, False)
        for field in statements.fields
    ]
    checked_line = (
        f"CASE WHEN {' AND '.join(_clean_checks(statements))} THEN {_line(statements, values)}"
        " ELSE error('row is not clean') END"
    )
    total = f"coalesce({statements.amounts.total_column()}, 0)"
    quantity = f"coalesce({statements.value('quantity')}, 0)"
    return f"SELECT {checked_line}, {total}, {quantity}, {part} FROM {rows}"


def _clean_checks(statements: Statements) -> Iterator[str]:
    """Yield the conditions that a row of a clean file meets.

    A number that reads back as it was written is as the reading says. A look at the text by a
    regular expression costs more, and the number's own text is needed anyway.
    """
    yield "accepted"
    for field in statements.fields:
        if field.matches_sample and _is_number(field):
            same = f"{_text_of(field)} = {field.cell}"
            yield f"CASE WHEN {same} THEN true ELSE {field.matches_sample} END"
        elif field.matches_sample:
            yield field.matches_sample
    yield from statements.status_checks()
    yield from statements.text_checks()
    yield statements.surely_order
    for field in statements.warned_fields:
        yield f"NOT coalesce({field.unreadable}, false)"


def _plain_text(statements: Statements, field: FieldSql) -> str:
    """Return a clean row's text in JSON for a field that needs neither an escape nor a null.

    `'"', replace(c1, ' ', 'T'), '"'`, which are arguments of `concat`; empty for other fields. It
    costs half of what `to_json` does.
    """
    remainder = statements.records.rules.remainder if statements.records.rules else None
    if remainder is None or field.name not in remainder.never_empty:
        return ""
    if field.type is FieldType.DATE and field.matches_sample:
        return f"'\"', {field.cheap_value}, '\"'"
    statuses = statements.reading.statuses
    if field.name == STATUS and not statuses.is_kind and all(map(_is_plain, statuses.known())):
        return f"'\"', {field.value}, '\"'"
    return ""


def _is_plain(text: str) -> bool:
    """Tell whether a text is not blank, and in JSON is itself between quotes."""
    return bool(text.strip()) and json.dumps(text, ensure_ascii=False) == f'"{text}"'


def _text_of(field: FieldSql) -> str:
    """Return the column of a number as it is written into the line."""
    return f"{field.name}_shown"


def _line(statements: Statements, values: Sequence[str]) -> str:
    """Return SQL for a row's line; `values` are those of the fields, in JSON.

    `concat('{"price":', <value>, ',"total_amount":', <total>, ',"is_sale":', 'true', '}\\n')`.
    """
    members = [(one.name, value) for one, value in zip(statements.fields, values, strict=True)]
    factors = [one for one in statements.fields if one.name in (PRICE, QUANTITY)]
    members.append((TOTAL, _or_null(f"({statements.amounts.total})::VARCHAR", *factors)))
    members.append((IS_SALE, _is_sale(statements)))
    if statements.amounts.derived_price:
        members.append((PRICE_IS_DERIVED, "'true'"))
    extra = statements.records.columns.extra
    members += [(name, _json_text(cell(place))) for name, place in extra.items()]
    parts = [
        part
        for place, (name, value) in enumerate(members)
        for part in (literal(f"{',' if place else '{'}{json.dumps(name)}:"), value)
    ]
    return f"concat({', '.join(parts)}, {literal('}\n')})"


def _is_sale(statements: Statements) -> str:
    """Return SQL for whether a row is a sale, in JSON: `CASE WHEN c3 IN ('void') ...`."""
    condition = statements.is_no_sale()
    if not condition:
        return "'true'"
    return f"CASE WHEN {condition} THEN 'false' ELSE 'true' END"


def _json_value(statements: Statements, field: FieldSql, is_unreadable: bool) -> str:
    value = field.value if is_unreadable or not field.cheap_value else field.cheap_value
    if field.name == PRICE and statements.amounts.derived_price:
        return _or_null(f"({short_number(value)})::VARCHAR")
    return _or_null(f"({value})::VARCHAR") if _is_number(field) else _json_text(value)


def _is_number(field: FieldSql) -> bool:
    return field.type in (FieldType.DECIMAL, FieldType.INTEGER)


def _json_text(value: str) -> str:
    """Return SQL for a text in JSON: `coalesce(to_json(c3)::VARCHAR, 'null')`."""
    return _or_null(f"to_json({value})::VARCHAR")


def _or_null(text: str, *fields: FieldSql) -> str:
    """Return SQL for a text that is JSON already, or JSON's null where it is null.

    Not so where it consists of fields that no accepted row lacks: `coalesce` copies each text.
    """
    if fields and all(field.has_value_if_accepted for field in fields):
        return text
    return f"coalesce({text}, 'null')"
