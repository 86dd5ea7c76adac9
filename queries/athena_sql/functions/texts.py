"""Functions of texts: case, parts, padding, joining."""

from collections.abc import Sequence

from athena_sql.functions.table import Family
from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import Type
from athena_sql.values.value import Value, expand, text_literal
from athena_sql.values.white_space import WHITESPACE

TEXTS = Family("scalar")
add = TEXTS.add


def is_integer_from(value: Value, least: int) -> bool:
    """Whether a value is an integer that is known and at least as large."""
    return isinstance(value.constant, int) and value.constant >= least


def substring(given: Sequence[Value], result: Type, place: Place) -> str:
    """`substring(x, 2, 3)`; where the start may be 0 or before the text, the macro's answer."""
    text, start, *size = given
    if is_integer_from(start, 1) and all(is_integer_from(one, 0) for one in size):
        return f"substring({', '.join(value.sql for value in given)})"
    length = size[0].sql if size else "length({0})"
    template = "trino_substr({0}, {1}, " + ("{2}" if size else length) + ")"
    return expand(template, text.sql, start.sql, *(one.sql for one in size))


def split(given: Sequence[Value], result: Type, place: Place) -> str:
    """`string_split(x, ',')`; an empty delimiter is an error."""
    text, delimiter = given
    if isinstance(delimiter.constant, str) and delimiter.constant:
        return f"string_split({text.sql}, {delimiter.sql})"
    return expand("trino_split({0}, {1})", text.sql, delimiter.sql)


def replace(given: Sequence[Value], result: Type, place: Place) -> str:
    """`replace(x, 'a', 'b')`; an empty search stands between all characters."""
    text, search = given[:2]
    replacement = given[2].sql if len(given) > 2 else "''"
    if isinstance(search.constant, str) and search.constant:
        return f"replace({text.sql}, {search.sql}, {replacement})"
    return expand("trino_replace({0}, {1}, {2})", text.sql, search.sql, replacement)


def concat(given: Sequence[Value], result: Type, place: Place) -> str:
    """`(a || b || c)`."""
    return f"({' || '.join(value.sql for value in given)})"


def concat_ws(given: Sequence[Value], result: Type, place: Place) -> str:
    """`concat_ws(',', a, b)`, which leaves NULLs out; a separator that is NULL gives NULL."""
    return f"concat_ws({', '.join(value.sql for value in given)})"


add("lower", "varchar(x) -> varchar(x)", "lower({0})")
add("upper", "varchar(x) -> varchar(x)", "trino_upper({0})")
add("length", "varchar(x) -> bigint", "length({0})")
add("reverse", "varchar(x) -> varchar(x)", "trino_reverse({0})")
add("chr", "bigint -> varchar(1)", "trino_chr({0})")
add("concat", "varchar, varchar, varchar... -> varchar", concat)
add("concat", "varchar, varchar -> varchar", concat)
MISSING = "if({0} is null or {1} is null, null, "
add("concat", "array(E), E -> array(E)", f"{MISSING}list_append({{0}}, {{1}}))")
add("concat", "E, array(E) -> array(E)", f"{MISSING}list_prepend({{0}}, {{1}}))")
add("concat", "array(E), array(E)... -> array(E)", concat)
add("concat_ws", "varchar, varchar... -> varchar", concat_ws)
add(
    "concat_ws",
    "varchar, array(varchar) -> varchar",
    "if({0} is null or {1} is null, null, "
    "array_to_string(list_filter({1}, lambda e: e is not null), {0}))",
)
add("replace", "varchar(x), varchar(y) -> varchar(x)", replace)
add("replace", "varchar(x), varchar(y), varchar(z) -> varchar(x + z * (x + 1))", replace)
add("split", "varchar(x), varchar(y) -> array(varchar(x))", split)
add(
    "split",
    "varchar(x), varchar(y), bigint -> array(varchar(x))",
    "trino_split_limit({0}, {1}, {2})",
)
add("split_part", "varchar(x), varchar(y), bigint -> varchar(x)", "trino_split_part({0}, {1}, {2})")
add("starts_with", "varchar(x), varchar(y) -> boolean", "starts_with({0}, {1})")
add("strpos", "varchar(x), varchar(y) -> bigint", "strpos({0}, {1})")
add("strpos", "varchar(x), varchar(y), bigint -> bigint", "trino_strpos({0}, {1}, {2})")
add("substr substring", "varchar(x), bigint -> varchar(x)", substring)
add("substr substring", "varchar(x), bigint, bigint -> varchar(x)", substring)
for name in ("trim", "ltrim", "rtrim"):
    add(name, "varchar(x) -> varchar(x)", f"{name}({{0}}, {text_literal(WHITESPACE)})")
    add(name, "varchar(x), varchar(y) -> varchar(x)", f"{name}({{0}}, {{1}})")
add("codepoint", "varchar(1) -> integer", "trino_codepoint({0})")
add("json_array_length", "varchar -> bigint", "trino_json_array_length({0})")
add("translate", "varchar, varchar, varchar -> varchar", "translate({0}, {1}, {2})")
add("normalize", "varchar -> varchar", "nfc_normalize({0})")
add("levenshtein_distance", "varchar, varchar -> bigint", "trino_levenshtein({0}, {1})")
add("lpad", "varchar(x), bigint, varchar(y) -> varchar", "trino_lpad({0}, {1}, {2})")
add("rpad", "varchar(x), bigint, varchar(y) -> varchar", "trino_rpad({0}, {1}, {2})")
