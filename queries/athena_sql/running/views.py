"""Views as the catalog keeps them: a Presto view's text in Base64, and the SQL in it. Pure.

The encoding is Trino's (io.trino.plugin.hive.ViewReaderUtil), which Athena writes, too.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from athena_sql.answer import Column
from athena_sql.errors import BadQuery

START, END = "/* Presto View: ", " */"


@dataclass(frozen=True, slots=True)
class View:
    """A view's SQL, and the database that its unqualified names mean."""

    sql: str
    database: str
    columns: tuple[Column, ...]


def is_view(table: Mapping[str, Any]) -> bool:
    """Whether Glue's table is a view."""
    return table.get("TableType") == "VIRTUAL_VIEW"


def decode_view(table: Mapping[str, Any]) -> View:
    """Return the view of Glue's table; raises BadQuery for one of another kind (Hive, Spark)."""
    text = str(table.get("ViewOriginalText", "")).strip()
    if not text.startswith(START.strip()):
        raise BadQuery(f"NOT_SUPPORTED: the view '{table['Name']}' is not Athena's", "")
    content = text.removeprefix(START.strip()).removesuffix(END.strip()).strip()
    document = json.loads(base64.b64decode(content))
    columns = (Column(column["name"], column["type"]) for column in document["columns"])
    return View(document["originalSql"], document.get("schema", ""), tuple(columns))


def encode_view(sql: str, database: str, columns: Iterable[Column]) -> str:
    """Return the text that the catalog keeps for a view."""
    document = {
        "originalSql": sql,
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": column.name, "type": column.type} for column in columns],
    }
    encoded = base64.b64encode(json.dumps(document).encode()).decode()
    return f"{START}{encoded}{END}"
