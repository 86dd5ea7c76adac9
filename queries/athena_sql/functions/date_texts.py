"""Functions that write dates as texts and read them from texts; a pattern must be a literal.

Pure.
"""

from collections.abc import Callable, Sequence

from athena_sql.functions.arguments import expect, is_moment, is_text, known_text
from athena_sql.patterns import dates, joda
from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import DATE, TIMESTAMP, UNKNOWN, VARCHAR
from athena_sql.values.casts import cast, coerce
from athena_sql.values.value import Value, bad_query, not_answered


def date_format(name: str, given: Sequence[Value], place: Place) -> Value:
    """`strftime(t, '%m')`; format_datetime is the same with a pattern of Joda's."""
    expected = f"{name}(timestamp(p), varchar(x))"
    expect(name, given, place, expected, is_moment, is_text)
    moment = coerce(given[0], TIMESTAMP if given[0].type.name == "date" else given[0].type)
    if moment.type == UNKNOWN:
        moment = coerce(moment, TIMESTAMP)
    fields = joda.read_fields if name == "format_datetime" else dates.split_fields

    def make(text: str) -> str:
        return dates.format_sql(fields(text), moment.sql)

    return Value(VARCHAR, dated(make, given[1], place))


def date_parse(name: str, given: Sequence[Value], place: Place) -> Value:
    """`case when regexp_full_match(x, ...) then make_date(...) end`."""
    expect(name, given, place, "date_parse(varchar(x), varchar(y))", is_text, is_text)
    text = coerce(given[0], VARCHAR).sql
    return Value(TIMESTAMP, dated(lambda pattern: dates.parse_sql(pattern, text), given[1], place))


def dated(make: Callable[[str], str], pattern: Value, place: Place) -> str:
    """Return the SQL for a date pattern; raises BadQuery or NotPortable for one without meaning."""
    text = known_text(pattern, place, "a date pattern")
    try:
        return make(text)
    except dates.NotAPattern as error:
        if error.is_trinos:
            raise bad_query(place, error.reason) from error
        raise not_answered(place, error.reason, error.instead) from error


def date(name: str, given: Sequence[Value], place: Place) -> Value:
    """`cast(x as date)`."""
    expected = "date(timestamp(p)), date(timestamp(p) with time zone), date(varchar(x))"
    expect(name, given, place, expected, lambda kind: is_text(kind) or is_moment(kind))
    return cast(given[0], DATE, False, place)
