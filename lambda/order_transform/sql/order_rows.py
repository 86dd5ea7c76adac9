"""The SQL that finds rows that are surely orders, so that few rows are left to check.

Pure text. `RowRules` decides about all other rows by their words. A row that this SQL accepts is
never one for which `RowRules.may_be_no_order` is true.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from order_transform.contract.definition import LINE_TOTAL, ORDER_ID, PRODUCT_ID, QUANTITY
from order_transform.contract.header_names import normalise
from order_transform.reading.numbers.cells import pattern_quoted
from order_transform.reading.records import Records
from order_transform.reading.rows.structure import Remainder, RowRules
from order_transform.sql.cells import cell, literal
from order_transform.sql.field_sql import trimmed

_LARGE_LIMIT = 1_000  # of which rounding down leaves nearly all


def is_surely_order(
    rules: RowRules,
    remainder: Remainder,
    numbers: Mapping[str, str],
    *,
    trusts_sizes: bool = True,
) -> str:
    """Return SQL that is true for a row that is not a header, a total or a movement of money.

    `numbers` maps each number field to the column of its value. Such a row has numbers, two texts
    that say what it is about, and too little money to add up other rows; otherwise, and wherever
    `trusts_sizes` is false, its labels are checked. With an order number in c0 and a product in c4:
    `CASE WHEN c0 >= '!' AND c4 >= '!' AND abs(quantity_value) < 1500 AND ... THEN true ... END`.
    """
    names = rules.labels.words.label_texts
    texts = [cell(place) for place in _clearest_first(rules)]
    sizes = [f"abs({column}) < {_limit(name, remainder)!r}" for name, column in numbers.items()]
    sizes = sizes if trusts_sizes else ["false"]
    some_total = literal(_pattern_of(names["totals"], is_whole=False))
    no_label = f"NOT regexp_matches(lower(concat_ws(chr(10), {', '.join(texts)})), {some_total})"
    has_numbers = " OR ".join(f"{column} IS NOT NULL" for column in numbers.values())
    is_small = " AND ".join(f"coalesce({size}, true)" for size in sizes)
    is_named, are_small = _is_named(texts, names), " AND ".join(sizes)
    if len(texts) > 1:
        cases = f"WHEN {is_named} AND {are_small} THEN true"
        cases += f" WHEN ({has_numbers}) AND {_has_two_filled(texts)} THEN"
    else:  # its pattern is so long that it stands there once
        cases = f"WHEN NOT coalesce({is_named}, false) THEN false WHEN {are_small} THEN true"
        cases += f" WHEN {has_numbers} THEN"
    surely = f"CASE {cases} ({is_small}) OR {no_label} ELSE false END"
    return " AND ".join([f"coalesce({surely}, false)", *_further(rules, remainder, numbers)])


def _is_named(texts: Sequence[str], names: Mapping[str, Iterable[str]]) -> str:
    """Return fast SQL that is true for most rows that have two texts, or one other than a label."""
    is_named = " AND ".join(map(_is_filled_quickly, texts[:2])) or "false"
    if len(texts) == 1:
        # Its only text must not be a label; a number is never a label.
        label = is_label(texts[0], chain.from_iterable(names.values()))
        is_named += f" AND CASE WHEN {texts[0]} BETWEEN '0' AND '9~' THEN true ELSE NOT {label} END"
    return is_named


def _has_two_filled(texts: Iterable[str]) -> str:
    filled = " + ".join(f"({trimmed(text)} <> '')::INTEGER" for text in texts)
    return f"({filled}) >= 2"


def _further(rules: RowRules, remainder: Remainder, numbers: Mapping[str, str]) -> Iterator[str]:
    """Yield further conditions: no movement of money, and nothing that an order never lacks."""
    movements = rules.labels.words.label_texts["movements"]
    for place in rules.labels.kinds:
        yield f"NOT coalesce({is_label(cell(place), movements)}, false)"
    never_empty = [rules.columns.place(name) for name in remainder.never_empty]
    never_empty += [rules.columns.header_width - 1] if remainder.ends_alike else []
    if never_empty:
        yield _are_filled(dict.fromkeys(never_empty))
    if rules.splits:
        for place in rules.splits.unnamed:
            yield f"{trimmed(cell(place))} = ''"
    if LINE_TOTAL in numbers:
        # The code that checks the sums recognises returns by their quantity alone.
        yield f"(NOT coalesce({numbers[LINE_TOTAL]} < 0, false) OR {_is_return(numbers)})"


def _is_return(numbers: Mapping[str, str]) -> str:
    return f"coalesce({numbers[QUANTITY]} < 0, false)"


def lacks_what_the_row_above_has(records: Records, names: Iterable[str], source: str) -> str:
    """Select 1 if a row lacks one of these fields, and the row above it of the same order has it.

    Or a row has an order id, and the row above it has none. `SELECT 1 FROM (SELECT c0, c1, lag(c0)
    OVER () AS a0, ... FROM read_csv(...)) WHERE trim(c0) IN ('', trim(a0)) AND (trim(c1) = '' AND
    trim(a1) <> '' OR ...) OR above AND trim(c0) <> '' AND trim(a0) = '' LIMIT 1`.
    """
    order = records.columns.fields[ORDER_ID]
    places = [records.columns.place(name) for name in names]
    looked_at = dict.fromkeys((order, *places))
    columns = ", ".join(
        f"{cell(place)}, lag({cell(place)}) OVER () AS a{place}" for place in looked_at
    )
    lacks = " OR ".join(
        f"{trimmed(cell(place))} = '' AND {trimmed(f'a{place}')} <> ''" for place in places
    )
    return (
        f"SELECT 1 FROM (SELECT {columns}, lag(true) OVER () AS above FROM {source})"
        f" WHERE {trimmed(cell(order))} IN ('', {trimmed(f'a{order}')}) AND ({lacks})"
        f" OR above AND {trimmed(cell(order))} <> '' AND {trimmed(f'a{order}')} = '' LIMIT 1"
    )


def _clearest_first(rules: RowRules) -> list[int]:
    fields, identity = rules.columns.fields, rules.labels.identity
    first = [fields[name] for name in (ORDER_ID, PRODUCT_ID) if name in fields]
    return list(dict.fromkeys((*first, *identity)))


def _limit(name: str, remainder: Remainder) -> float:
    limit = remainder.small_quantity if name == QUANTITY else remainder.small_money
    # DuckDB compares a decimal with a whole number as it is, and with any other as a double.
    return int(limit) if limit >= _LARGE_LIMIT else limit


def _are_filled(places: Iterable[int]) -> str:
    """Return SQL that is true for a row that is blank at none of these places."""
    texts = [f"{cell(place)}::VARCHAR" for place in places]
    quickly = " AND ".join(map(_is_filled_quickly, texts))
    surely = " AND ".join(f"{trimmed(text)} <> ''" for text in texts)
    return f"CASE WHEN {quickly} THEN true ELSE {surely} END"


def _is_filled_quickly(text: str) -> str:
    """Return fast SQL that is true for most texts that are not white space."""
    return f"{text} >= '!'"


def is_label(text: str, names: Iterable[str]) -> str:
    """Return SQL that is true for a text that is one of these names, or has one before a colon.

    Case and accents do not count: `regexp_matches(lower(c0), '^...(?:total|...)...(?:$|:)')`.
    DuckDB takes twice as long to compile a pattern of so many names that ignores case itself.
    """
    return f"regexp_matches(lower({text}), {literal(_pattern_of(tuple(names), is_whole=True))})"


@lru_cache(maxsize=8)
def _pattern_of(names: tuple[str, ...], *, is_whole: bool) -> str:
    """Return the pattern of a text in lower case that is one of some names, or has such a word.

    The word may go on: `totals`.
    """
    others = "[^0-9a-z]"
    found = "|".join(sorted({_pattern_of_name(name) for name in names}))
    return f"^{others}*(?:{found}){others}*(?:$|:)" if is_whole else f"(?:^|{others})(?:{found})"


def _pattern_of_name(name: str) -> str:
    """Return `moyenne`, or `[oo]g...` with each accented letter with and without its accent."""
    return "".join(map(_pattern_of_letter, unicodedata.normalize("NFC", name).lower()))


def _pattern_of_letter(char: str) -> str:
    if not char.isalnum():
        return "[^0-9a-z]*"
    bare = normalise(char)
    if bare == char.lower() or len(bare) != 1:
        return pattern_quoted(char)
    return f"[{char}{bare}][\\x{{300}}-\\x{{36f}}]*"
