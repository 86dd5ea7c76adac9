"""Which column of a file is which field: header names against the contract's aliases.

Pure: takes a header, returns a mapping or the reason why there is none. Reads no rows.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from order_transform.contract.definition import (
    PARTITION_KEY,
    TOTAL,
    Contract,
    Field,
    FieldType,
    Rules,
)
from order_transform.contract.header_names import normalise

_LONGEST_NAME = 3  # words
_NAME_CHARACTERS = 200  # a header of more is a whole line, read with another delimiter


@dataclass(frozen=True, slots=True)
class Columns:
    """A file's columns, understood: positions are 0-based places in the header.

    `fields` maps a field's name to its position, in the contract's order; `extra` maps the
    output name of a column that the contract does not know to its position, in file order;
    `labels` are the header's cells made unique, for showing raw rows; `fallbacks` names the
    fields whose column goes by a fallback name, and so may mean something else.
    """

    fields: Mapping[str, int]
    extra: Mapping[str, int]
    labels: tuple[str, ...]
    fallbacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnProblem:
    """Why a header is no header of orders; `missing` counts required fields without a column."""

    code: str
    message: str
    missing: int = 0


@lru_cache(maxsize=4096)
def bare_name(header: str, endings: frozenset[str]) -> str:
    """Return what counts of a header without the words at its end that say a unit or a tax.

    `endings` are such words, normalised: `Unit Price (EUR)` is `unitprice` where it has `eur`.
    """
    words = _words(header)
    sizes = range(_LONGEST_NAME, 0, -1)
    while size := next((n for n in sizes if n < len(words) and "".join(words[-n:]) in endings), 0):
        del words[-size:]
    return "".join(words)


def _words(header: str) -> list[str]:
    return [normalise(word) for word in re.findall(r"[^\W_]+", _parted(header[:_NAME_CHARACTERS]))]


def _parted(header: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", header)


def snake_case(header: str) -> str:
    """Return a header as a lower snake_case name of a-z, 0-9 and _; empty if nothing is left."""
    text = _parted(header).casefold()
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", text).strip("_")
    return f"column_{name}" if name[:1].isdigit() else name


def map_columns(
    header: Sequence[str], contract: Contract, overrides: Mapping[str, str] | None = None
) -> Columns | ColumnProblem:
    """Match a header to the contract; `overrides` maps field names to header texts and wins."""
    claimed = _claim(header, contract, overrides or {})
    if isinstance(claimed, ColumnProblem):
        return claimed
    fallbacks = _fall_back(header, contract, claimed)
    found = claimed | fallbacks
    missing = [field for field in contract.fields if field.required and field.name not in found]
    if missing:
        return ColumnProblem("no_required_column", _missing(missing, header), len(missing))
    ordered = {field.name: found[field.name] for field in contract.fields if field.name in found}
    extra = _extra(header, ordered, contract)
    return Columns(ordered, extra, _labels(header), tuple(fallbacks))


def _claim(
    header: Sequence[str], contract: Contract, overrides: Mapping[str, str]
) -> dict[str, int] | ColumnProblem:
    """Give fields their columns: by override, then by alias, exact or to the ending."""
    names = [normalise(cell) for cell in header]
    found: dict[str, int] = {}
    for name, wanted in overrides.items():
        places = [place for place, cell in enumerate(header) if cell.strip() == wanted.strip()]
        places = places or [place for place, cell in enumerate(names) if cell == normalise(wanted)]
        if len(places) != 1:
            how_many = "no column" if not places else "several columns"
            columns = ", ".join(repr(cell) for cell in header)
            message = f"{how_many} called {wanted!r} to map to {name}; columns: {columns}"
            return ColumnProblem("no_required_column", message, 1)
        found[name] = places[0]
    endings = _endings(contract.rules)
    for spelled in (names, [bare_name(cell, endings) for cell in header]):
        claimed = set(found.values())
        free = [(place, name) for place, name in enumerate(spelled) if place not in claimed]
        for field in contract.fields:
            if field.name in found:
                continue
            aliases = _aliases(field)
            places = [place for place, name in free if name in aliases]
            if len(places) > 1:
                return _ambiguous(field, [header[place] for place in places])
            if places:
                found[field.name] = places[0]
    return found


@lru_cache(maxsize=8)
def _endings(rules: Rules) -> frozenset[str]:
    # Not a lone letter: "Quantity A" is not what "R" for rand and "A$" are for.
    words = map(normalise, (*rules.currency_words, *rules.header_endings))
    return frozenset(word for word in words if len(word) > 1)


@lru_cache(maxsize=64)
def _aliases(field: Field) -> frozenset[str]:
    return frozenset(normalise(alias) for alias in (field.name, *field.aliases))


def _fall_back(
    header: Sequence[str], contract: Contract, found: Mapping[str, int]
) -> dict[str, int]:
    """Fill fields that no alias filled; required fields choose first, no column serves two."""
    names = [normalise(cell) for cell in header]
    taken: dict[str, int] = {}
    for field in sorted(contract.fields, key=lambda field: not field.required):
        fallback = [normalise(alias) for alias in field.fallback]
        others = [cell for cell, name in zip(header, names, strict=True) if name not in fallback]
        if field.name in found or _is_hinted_at(field, others):
            continue
        for alias in fallback:
            if alias in names and (place := names.index(alias)) not in taken.values():
                taken[field.name] = place
                break
    return taken


def _is_hinted_at(field: Field, header: Sequence[str]) -> bool:
    """Tell whether a column looks like an amount of money without being called so.

    Beside a `Unit Price before Rebate`, an `Amount` is that of the whole line.
    """
    if field.type is not FieldType.DECIMAL:
        return False
    aliases = _aliases(field)
    return any(
        "".join(words[start:end]) in aliases
        for words in map(_words, header)
        for start in range(len(words))
        for end in range(start + 1, start + 1 + _LONGEST_NAME)
    )


def _extra(header: Sequence[str], fields: Mapping[str, int], contract: Contract) -> dict[str, int]:
    """Name the columns that pass through; a name that the output uses gets `source_` before it."""
    reserved = {field.name for field in contract.fields} | {TOTAL, PARTITION_KEY}
    extra: dict[str, int] = {}
    for place, cell in enumerate(header):
        if place in fields.values():
            continue
        name = snake_case(cell) or f"column_{place + 1}"
        name = f"source_{name}" if name in reserved else name
        unique, number = name, 2
        while unique in extra:
            unique, number = f"{name}_{number}", number + 1
        extra[unique] = place
    return extra


def _labels(header: Sequence[str]) -> tuple[str, ...]:
    labels: list[str] = []
    for place, cell in enumerate(header):
        label = cell.strip() or f"(column {place + 1})"
        labels.append(label if label not in labels else f"{label} (column {place + 1})")
    return tuple(labels)


def _ambiguous(field: Field, headers: list[str]) -> ColumnProblem:
    named = " and ".join(repr(cell) for cell in headers)
    message = (
        f"the columns {named} both mean {field.name}; "
        f'say which with --map {field.name}="{headers[0]}" or in the contract'
    )
    return ColumnProblem("ambiguous_columns", message)


def _missing(fields: Sequence[Field], header: Sequence[str]) -> str:
    names = " and no ".join(field.name for field in fields)
    columns = ", ".join(repr(cell.strip()) for cell in header[:30])
    more = f" and {len(header) - 30} more" if len(header) > 30 else ""
    return (
        f"no {names} column among {columns}{more}; name it with "
        f'--map {fields[0].name}="Header" or add the header to its aliases in the contract'
    )
