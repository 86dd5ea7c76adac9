"""`format(pattern, ...)`: a Java pattern that is written out, filled with values.

Pure. Source: java.util.Formatter. What is not read here (`%e`, `%x`, dates) is refused.
"""

import re
from collections.abc import Sequence

from athena_sql.syntax.tokens import Place
from athena_sql.typing.types import DOUBLE, UNKNOWN, VARCHAR, decimal, digits_of, is_integer
from athena_sql.values.casts import cast
from athena_sql.values.value import Value, bad_query, expand, not_answered, text_literal

FIELD = re.compile(r"%([-,0]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])")
PLAIN = ("varchar", "boolean", "date", "decimal", "tinyint", "smallint", "integer", "bigint")
WIDEST = 38
ALIGNED = ("", ",", "0", "-")


def format_text(name: str, given: Sequence[Value], place: Place) -> Value:
    """`('total: ' || trino_grouped(cast(x as varchar)))`."""
    if not given or not isinstance(given[0].constant, str):
        raise not_answered(
            place, "a pattern that is not written out is not filled here", "write it out"
        )
    pattern, values = given[0].constant, list(given[1:])
    pieces: list[str] = []
    position = 0
    for found in FIELD.finditer(pattern):
        pieces += literal_piece(pattern[position : found.start()], place)
        position = found.end()
        if found[4] == "%" and found[0] == "%%":
            pieces.append("'%'")
            continue
        if not values:
            raise bad_query(place, f"Format specifier '{found[0]}'", "give one value for each %")
        pieces.append(field_piece(found, values.pop(0), place))
    pieces += literal_piece(pattern[position:], place)
    return Value(VARCHAR, f"({' || '.join(pieces) or text_literal('')})")


def literal_piece(text: str, place: Place) -> list[str]:
    """Return what stands between two fields, as SQL."""
    if "%" in text:
        raise not_answered(
            place, f"the field in '{text}' is not filled here", "write %s, %d or %.2f"
        )
    return [text_literal(text)] if text else []


def field_piece(field: re.Match[str], value: Value, place: Place) -> str:
    """Return one value as its field tells; NULL is the text `null`."""
    flags, width, digits, letter = field.groups()
    kind = value.type
    if kind == UNKNOWN and letter in "sdf" and not width:
        return text_literal("null"[: int(digits)] if digits else "null")
    match letter:
        case "s" if not digits and kind.name in PLAIN and not set(flags) - {"-"}:
            text = cast(value, VARCHAR, False, place).sql
        case "d" if is_integer(kind) and not digits and flags in ALIGNED:
            text = f"cast({value.sql} as varchar)"
        case "f" if kind.name in ("double", "decimal") and flags in ALIGNED:
            text = rounded_text(value, int(digits or 6), place)
        case _:
            told = f"'{field[0]}' of a {kind} is not filled here"
            raise not_answered(place, told, "write %s, %d of an integer, or %.2f")
    if "," in flags:
        text = f"trino_grouped({text})"
    if width and flags == "0":
        text = expand(f"trino_zero_padded({{0}}, {width})", text)
    # Java cuts the word null like any other text: %.2f gives nu.
    missing = text_literal("null"[: int(digits)] if digits else "null")
    text = f"coalesce({text}, {missing})"
    if width:
        text = expand(f"trino_{'left' if '-' in flags else 'right'}_aligned({{0}}, {width})", text)
    return text


def rounded_text(value: Value, digits: int, place: Place) -> str:
    """Return a number with so many digits after the point, half up."""
    if value.type == DOUBLE:
        if value.may_be_nan:
            raise not_answered(place, "%f of what may be NaN is not filled here", "filter it")
        whole = WIDEST - digits
    else:
        precision, scale = digits_of(value.type)
        whole = min(precision - scale + 1, WIDEST - digits)
    if digits > WIDEST - 1:
        raise not_answered(place, f"{digits} digits are not written here", "write up to 37")
    number = cast(value, decimal(whole + digits, digits), False, place)
    return cast(number, VARCHAR, False, place).sql
