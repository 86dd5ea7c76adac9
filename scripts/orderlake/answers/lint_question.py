"""Check a query file for SQL that Athena and DuckDB answer differently. Pure."""

from athena_sql.lint.check import check
from athena_sql.lint.rule import Finding

from orderlake.answers.question import Query


def lint_question(query: Query) -> list[Finding]:
    """Return what is not portable in a query file, by the contract's columns.

    A parameter without a default is checked as an empty text, or as the value 1 of its type.
    """
    given = {
        parameter.name: "2026-01-01" if parameter.type == "date" else "1"
        for parameter in query.parameters
        if parameter.default is None
    }
    return check(query.sql, values=query.bind(given))
