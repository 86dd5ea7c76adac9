"""A statement that DuckDB may answer, as the check leaves it, and its JSON form. Pure.

It imports nothing that reads SQL, so that a statement can be run without that.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from athena_sql.answer import Column
from athena_sql.catalog import TableName
from athena_sql.translation.translation import Translation
from athena_sql.typing.types import Type


@dataclass(frozen=True, slots=True)
class CheckedStatement:
    """A statement that DuckDB answers as Athena does.

    `macros` define what it calls, in this order. `advice` is for its author. `mixes_currencies`
    tells whether it adds up money without regard to the currency.
    """

    translation: Translation
    macros: tuple[str, ...]
    advice: tuple[str, ...]
    mixes_currencies: bool


def statement_to_json(statement: CheckedStatement) -> dict[str, Any]:
    """Return a statement as JSON; the translation's notes are part of the advice already."""
    translation = statement.translation
    return {
        "sql": translation.sql,
        "columns": [[column.name, column.type] for column in translation.columns],
        "types": [asdict(kind) for kind in translation.types],
        "tables": sorted([table.database, table.name] for table in translation.tables),
        "macros": statement.macros,
        "advice": statement.advice,
        "mixes_currencies": statement.mixes_currencies,
    }


def statement_from_json(document: Mapping[str, Any]) -> CheckedStatement:
    """Return the statement of its JSON; raises KeyError, TypeError or ValueError for another."""
    translation = Translation(
        sql=document["sql"],
        columns=tuple(Column(name, kind) for name, kind in document["columns"]),
        types=tuple(map(type_from_json, document["types"])),
        tables=frozenset(TableName(database, name) for database, name in document["tables"]),
    )
    return CheckedStatement(
        translation,
        tuple(document["macros"]),
        tuple(document["advice"]),
        document["mixes_currencies"],
    )


def type_from_json(document: Mapping[str, Any]) -> Type:
    """Return a type, with the types inside it."""
    items = tuple(map(type_from_json, document["items"]))
    names = tuple(document["names"])
    return Type(document["name"], document["size"], document["scale"], items, names)
