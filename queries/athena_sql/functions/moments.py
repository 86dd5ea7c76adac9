"""Functions of dates and times that take neither a unit nor a pattern."""

from athena_sql.functions.table import Family

MOMENTS = Family("scalar")
add = MOMENTS.add

PARTS = {
    "year": "year({0})",
    "quarter": "quarter({0})",
    "month": "month({0})",
    "week week_of_year": "week({0})",
    "day day_of_month": "day({0})",
    "day_of_week dow": "isodow({0})",
    "day_of_year doy": "dayofyear({0})",
    "year_of_week yow": "isoyear({0})",
}
TIME_PARTS = {
    "hour": "hour({0})",
    "minute": "minute({0})",
    "second": "second({0})",
    "millisecond": "cast(strftime({0}, '%g') as bigint)",
}
for names, sql in PARTS.items():
    add(names, "date -> bigint", sql)
    add(names, "timestamp(p) -> bigint", sql)
for names, sql in TIME_PARTS.items():
    add(names, "timestamp(p) -> bigint", sql)
add("last_day_of_month", "date -> date", "last_day({0})")
add("last_day_of_month", "timestamp(p) -> date", "last_day({0})")
add("from_iso8601_date", "varchar -> date", "trino_iso8601_date({0})")
add("to_unixtime", "timestamp(p) -> double", "(epoch_us({0}) / 1000000e0)")
add("current_timezone", "-> varchar", "'UTC'")
# What looks at a time with a zone as its local time.
OF_LOCAL_TIME = frozenset(" ".join((*PARTS, *TIME_PARTS, "last_day_of_month")).split())
add("current_date", "-> date", "current_date")
