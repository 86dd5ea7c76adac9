"""Functions that make their SQL themselves, because a pattern, path or unit decides it.

Pure. Each takes the call's translated arguments and its place, and returns its value.
"""

from athena_sql.functions.date_texts import date, date_format, date_parse
from athena_sql.functions.date_units import date_trunc
from athena_sql.functions.formatted import format_text
from athena_sql.functions.json_paths import json_extract_scalar
from athena_sql.functions.regular_expressions import (
    regexp_extract,
    regexp_like,
    regexp_parts,
    regexp_replace,
)
from athena_sql.functions.table import Special
from athena_sql.functions.zoned_moments import in_local_time, zoned_difference, zoned_sum

SPECIAL: dict[str, Special] = {
    "regexp_like": regexp_like,
    "regexp_extract": regexp_extract,
    "regexp_replace": regexp_replace,
    "regexp_extract_all": regexp_parts,
    "regexp_split": regexp_parts,
    "regexp_count": regexp_parts,
    "format": format_text,
    "json_extract_scalar": json_extract_scalar,
    "date_trunc": in_local_time(date_trunc),
    "date_add": zoned_sum,
    "date_diff": zoned_difference,
    "date_format": in_local_time(date_format),
    "format_datetime": in_local_time(date_format),
    "date_parse": date_parse,
    "date": date,
}
