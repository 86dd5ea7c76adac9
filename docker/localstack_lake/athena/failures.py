"""Why a query failed, in the words of Athena's StateChangeReason."""

import re

import duckdb
from athena_sql.errors import (
    BadQuery,
    MissingColumns,
    NotPortable,
    QueryFailed,
    SqlError,
    UnreadableData,
)
from botocore.exceptions import ClientError
from localstack.aws.api import CommonServiceException

UNRESOLVED = re.compile(r"Column '([^']+)' cannot be resolved")
CODE = re.compile(r"\A[A-Z][A-Z_]{4,}: ")
# What DuckDB says while it runs -> Trino's error code.
RUN_TIME_CODES = (
    ("division by zero", "DIVISION_BY_ZERO"),
    ("divide by zero", "DIVISION_BY_ZERO"),
    ("Conversion Error", "INVALID_CAST_ARGUMENT"),
    ("cannot cast", "INVALID_CAST_ARGUMENT"),
    ("cannot be cast to", "INVALID_CAST_ARGUMENT"),
    ("result of sequence function", "INVALID_FUNCTION_ARGUMENT"),
    ("Out of Range", "NUMERIC_VALUE_OUT_OF_RANGE"),
    ("Overflow", "NUMERIC_VALUE_OUT_OF_RANGE"),
    ("Out of Memory", "EXCEEDED_LOCAL_MEMORY_LIMIT"),
)


def failure_reason(error: Exception, sql: str) -> str:
    """Return a failed query's StateChangeReason: Trino's code, a place where it is known, words."""
    match error:
        case UnreadableData():
            return f"{error.code}: {error.address}: {error.reason}"
        case MissingColumns():
            return column_not_found(error.columns[0], sql)
        case NotPortable():
            return f"NOT_SUPPORTED: the local Athena does not run this: {'; '.join(error.findings)}"
        case BadQuery():
            return query_reason(error.message, sql)
        case QueryFailed():
            return run_time_reason(error.reason)
        case SqlError():
            return error.message
        case CommonServiceException():
            return f"GENERIC_USER_ERROR: {error.message}"
        case ClientError():
            return f"GENERIC_USER_ERROR: {error}"
        case duckdb.Error():
            return run_time_reason(" ".join(str(error).split("\n\nLINE ")[0].split()))
        case _:
            return f"GENERIC_INTERNAL_ERROR: {type(error).__name__}: {error}"


def query_reason(message: str, sql: str) -> str:
    """Return the reason for SQL that cannot be asked."""
    message = message.removeprefix(": ")
    if found := UNRESOLVED.search(message):
        return column_not_found(found[1], sql)
    if found := re.match(r"TABLE_NOT_FOUND: Table 'awsdatacatalog\.[^.]+\.(.+)' does", message):
        return message.replace(": Table", f": {place_of(found[1], sql)}Table", 1)
    return message if CODE.match(message) else f"SYNTAX_ERROR: {message}"


def column_not_found(name: str, sql: str) -> str:
    """Return Athena's words for a column that no table has."""
    return (
        f"COLUMN_NOT_FOUND: {place_of(name, sql)}Column '{name}' cannot be resolved or requester "
        "is not authorized to access requested resources"
    )


def place_of(name: str, sql: str) -> str:
    """Return `line 1:8: ` for the first place of a name in a text, or nothing."""
    found = re.search(rf"(?i)(?<![\w]){re.escape(name)}(?![\w])", sql)
    if not found:
        return ""
    before = sql[: found.start()]
    return f"line {before.count(chr(10)) + 1}:{found.start() - before.rfind(chr(10))}: "


def run_time_reason(message: str) -> str:
    """Return Trino's code and DuckDB's words for what failed while it ran."""
    for words, code in RUN_TIME_CODES:
        if words.lower() in message.lower():
            return f"{code}: {message}"
    return f"GENERIC_USER_ERROR: {message}"


def already_exists(what: str) -> BadQuery:
    """Return Hive's error for something that exists already."""
    return BadQuery(f"FAILED: Execution Error: AlreadyExistsException: {what}", "")
