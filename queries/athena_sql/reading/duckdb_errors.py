"""What DuckDB's complaint about a file means to a person who asks of a table."""

import re
from collections.abc import Mapping

import duckdb

from athena_sql.errors import TooLittleMemory, UnreadableData, UnsupportedData
from athena_sql.reading.json_lines import Source

FILE_IN_ERROR = re.compile(r'file "([^"]+)",?\s*(.*)', re.DOTALL)


def unreadable(error: duckdb.Error, sources: Mapping[str, Source], table: str) -> UnreadableData:
    """Return the refusal for DuckDB's complaint, under the object's S3 address.

    A complaint that names no file is not known to be the data's fault.
    """
    if isinstance(error, duckdb.OutOfMemoryException):
        return TooLittleMemory(table, "there is too little memory to read its lines")
    first = str(error).split("\n\n")[0].replace("\n", " ")
    found = FILE_IN_ERROR.search(first)
    source = sources.get(found[1]) if found else None
    if found is None or source is None:
        return UnsupportedData(table, first)
    reason = found[2].split(" Try ")[0].strip(" .:")
    return UnreadableData(source.address, reason or "it is not JSON Lines")
