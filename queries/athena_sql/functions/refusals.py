# ruff: noqa: E501  (a table reads better in whole lines)
"""Functions of Trino that are not answered here: why, and what to write instead."""

from athena_sql.functions.table import Refusal

# name | why | what to write instead; a reason holds for every name before it.
REFUSED_TEXT = """
approx_distinct | it estimates, and DuckDB estimates otherwise | write count(distinct x)
approx_percentile | it estimates, and DuckDB estimates otherwise | rank with ntile() or row_number()
approx_set approx_most_frequent merge qdigest_agg tdigest_agg | it estimates | count exactly
parse_datetime | it takes a Joda pattern | use date_parse
from_unixtime_nanos | it has nine digits of a second | write from_unixtime(x / 1e9)
current_time localtime | it depends on the clock | take the time as a parameter
map_union map_zip_with split_to_map split_to_multimap array_histogram | not compared | group by the key
zip reduce_agg | it makes rows, or goes on from step to step | unnest, and aggregate
soundex word_stem | not compared | compare the characters
cbrt | its last digit differs | write power(x, 1e0 / 3)
sin cos tan asin acos atan atan2 sinh cosh tanh degrees radians | its last digit differs | ask it on Athena: --env aws
random rand uuid shuffle | it gives another value each time | order by a column
checksum | DuckDB has none | count and sum the columns
json_extract json_parse json_format json_array_get json_size json_query json_value json_exists json_object json_array | JSON values are not answered here | use json_extract_scalar
url_extract_host url_extract_parameter url_extract_path url_decode url_encode | not compared | use regexp_extract
regexp_position | not compared | use split, or regexp_extract
sha512 crc32 xxhash64 | bytes are not answered here | keep texts
bit_count | not compared | use % and /
skewness kurtosis entropy | not compared | compute it from sum() and count()
date_parse_timestamp human_readable_seconds parse_duration | not compared | compute with date_diff
nvl ifnull len string_agg strftime | Athena has none | write coalesce(), length(), listagg() or date_format()
"""


def read_refusals() -> list[Refusal]:
    """Return the refusals of the text above."""
    rows = [line.split(" | ") for line in REFUSED_TEXT.strip().splitlines()]
    return [Refusal(name, why, instead) for names, why, instead in rows for name in names.split()]


REFUSALS = tuple(read_refusals())
