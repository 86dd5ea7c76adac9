"""Casts to varchar, as Trino writes values.

Pure. Source: Trino, `type` package and `DateTimeUtils`; each was compared with a real Trino.
"""

from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import VARCHAR, Type
from athena_sql.values import zones
from athena_sql.values.checked_cast import checked_template, impossible
from athena_sql.values.value import Value, expand, not_answered, text_literal


def to_text(value: Value, target: Type, is_safe: bool, place: Place) -> str:
    """Return a cast to varchar; a text is cut to the length, another value has to fit."""
    source = value.type
    if source.name == "varchar":
        is_shorter = target.size is not None and (source.size is None or source.size > target.size)
        return f"left({value.sql}, {target.size})" if is_shorter else value.sql
    match source.name:
        case "double":
            text = expand("trino_double_to_text({0})", value.sql)
        case "timestamp":
            text = f"trino_timestamp_to_text({value.sql}, {source.size})"
        case zones.NAME:
            local, zone = zones.local_time(value, place), zones.zone_of(value, place)
            told = f"trino_timestamp_to_text({local.sql}, {source.size})"
            text = f"({told} || {text_literal(f' {zone}')})"
        case "decimal" if source.size == source.scale:
            # DuckDB leaves out the zero before the point: -.05.
            text = f"regexp_replace(cast({value.sql} as varchar), '^(-?)[.]', '\\10.')"
        case "boolean" | "tinyint" | "smallint" | "integer" | "bigint" | "decimal" | "date":
            text = f"cast({value.sql} as varchar)"
        case "array" | "row":
            raise impossible(source, target, place)
        case _:
            raise not_answered(
                place, f"the text of a {source} is not written here", "format its parts"
            )
    if target.size is None:
        return text
    template = f"if(length({{0}}) <= {target.size}, {{0}}, null)"
    message = f"'Value ' || {{0}} || ' cannot be represented as {target}'"
    return checked_template(template, Value(VARCHAR, text), target, is_safe, message)
