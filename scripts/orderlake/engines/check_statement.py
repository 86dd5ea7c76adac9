"""Check a statement before DuckDB answers it: translate it, and find what its author should know.

Pure. It imports the parsers and the translation, which take longer than most answers:
kept_statements.py remembers what was checked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from athena_sql.catalog import CatalogTable, TableName
from athena_sql.lint.check import advise
from athena_sql.running.macros import macros_of
from athena_sql.translation.translate import translate

from orderlake.answers.mixed_currencies import mixes_currencies
from orderlake.engines import QueryRequest
from orderlake.engines.checked_statement import CheckedStatement


def check_statement(
    request: QueryRequest, schemas: Sequence[CatalogTable], aliases: Mapping[str, TableName]
) -> CheckedStatement:
    """Return the statement as it is to run; raises SqlError for one that is not answered.

    `schemas` are the tables without their data (`CatalogTable.schema`).
    """
    asked = (request.name, request.sql, schemas, aliases, request.values)
    advice = tuple(finding.message for finding in advise(*asked))
    translation = replace(translate(*asked), notes=())
    macros = macros_of(translation.sql)
    return CheckedStatement(translation, macros, advice, mixes_currencies(request.sql))
