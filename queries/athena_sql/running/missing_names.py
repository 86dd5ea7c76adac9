"""Athena's answers to a statement that names a schema or a table that the catalog does not have."""

from athena_sql.ddl.words import CATALOG
from athena_sql.errors import BadQuery


def schema_not_found(database: str) -> BadQuery:
    """Return Athena's answer to a database that does not exist."""
    return BadQuery(f"SCHEMA_NOT_FOUND: Schema '{database}' does not exist", "")


def table_not_found(database: str, name: str) -> BadQuery:
    """Return Athena's answer to a table that does not exist."""
    return BadQuery(f"TABLE_NOT_FOUND: Table '{CATALOG}.{database}.{name}' does not exist", "")
