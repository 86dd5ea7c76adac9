"""Which column of a file is which field: header names against the contract's aliases.

Pure: takes a header, returns a mapping or the reason why there is none. Reads no rows.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from order_transform.contract.definition import (
    IS_SALE,
    LINE_TOTAL,
    PARTITION_KEY,
    PRICE,
    PRICE_IS_DERIVED,
    PRODUCT_ID,
    TOTAL,
    Contract,
    FieldType,
)
from order_transform.contract.header_names import (
    normalise,
    snake_case,
)
from order_transform.reading.columns.fallbacks import fall_back, may_be_line_total
from order_transform.reading.columns.line_prices import maker_of_line_price
from order_transform.reading.columns.many_in_names import names_of_many
from order_transform.reading.columns.named_columns import named_columns, split_overrides
from order_transform.reading.columns.problems import ColumnProblem, ambiguous, missing_columns
from order_transform.reading.columns.spelled_headers import aliases_of, fallback_of, spelled_header


@dataclass(frozen=True, slots=True)
class Columns:
    """A file's columns, understood: positions are 0-based places in the header.

    `fields` maps a field's name to its position, in the contract's order; `extra` maps the
    output name of a column that the contract does not know to its position, in file order;
    `labels` are the header's cells made unique, for showing raw rows; `fallbacks` names the
    fields whose column goes by a fallback name, and so may mean something else. `constants` are
    fields without a column, each with the value of every row; their places and labels stand
    behind those of the header, where `rewrite_records` puts the values. `has_unclear_price` tells
    that the price's name may as well mean the whole line's money; `line_price_of` is who makes the
    reports in which it does, where the file is one of those. `marks` maps the labels of columns
    that may say that rows are not sales, such as `Cancelled at`, to their positions. `mapped` are
    the fields that a person has named, by an option or in the contract.
    """

    fields: Mapping[str, int]
    extra: Mapping[str, int]
    labels: tuple[str, ...]
    fallbacks: tuple[str, ...]
    constants: Mapping[str, str]
    has_unclear_price: bool = False
    line_price_of: str = ""
    marks: Mapping[str, int] = dataclasses.field(default_factory=dict)
    mapped: frozenset[str] = frozenset()

    def place(self, name: str) -> int:
        """Return the place of a field or of a mark; KeyError where the file has no such column."""
        return self.fields[name] if name in self.fields else self.marks[name]

    @property
    def header_width(self) -> int:
        """Return how many cells the file's header has."""
        return len(self.labels) - len(self.constants)


def map_columns(
    header: Sequence[str], contract: Contract, overrides: Mapping[str, str] | None = None
) -> Columns | ColumnProblem:
    """Match a header to the contract; `overrides` maps field names to header texts and wins."""
    given, headers = split_overrides(overrides or {}, header, contract)
    named = named_columns(header, contract, headers, given)
    if isinstance(named, ColumnProblem):
        return named
    claimed = _claim(header, contract, named)
    if isinstance(claimed, ColumnProblem):
        return claimed
    claimed = {name: place for name, place in claimed.items() if name not in given}
    mapped = frozenset(named) | frozenset(given)
    fallbacks = fall_back(header, contract, claimed | dict.fromkeys(given, -1), mapped)
    found = claimed | fallbacks
    extra = _extra(header, found, contract)
    constants = given | _constants(contract, found.keys() | given.keys())
    found |= {name: len(header) + number for number, name in enumerate(constants)}
    if problem := _lack(header, contract, found):
        return problem
    ordered = {field.name: found[field.name] for field in contract.fields if field.name in found}
    labels = _labels([*header, *constants])
    unclear = PRICE in fallbacks and may_be_line_total(header[found[PRICE]], contract)
    names = contract.words.no_sale_marks | contract.words.no_sale_days
    marks = {labels[place]: place for place in extra.values() if normalise(labels[place]) in names}
    maker = maker_of_line_price(header, found[PRICE], contract) if unclear else ""
    return Columns(
        ordered, extra, labels, tuple(fallbacks), constants, unclear, maker, marks, mapped
    )


def _constants(contract: Contract, found: Set[str]) -> dict[str, str]:
    """Return the values that the contract gives to fields without a column."""
    return {
        field.name: str(field.if_no_column)
        for field in contract.fields
        if field.if_no_column is not None and field.name not in found
    }


def _lack(
    header: Sequence[str], contract: Contract, found: Mapping[str, int]
) -> ColumnProblem | None:
    """Return the problem of a header that lacks required fields; a line total is a price, too."""
    missing = [
        field
        for field in contract.fields
        if field.required
        and field.name not in found
        and not (field.name == PRICE and LINE_TOTAL in found)
    ]
    if [field.name for field in missing] == [PRICE]:
        totals = _line_totals(header, contract)
        if len(totals) > 1:
            return ambiguous(contract.field(LINE_TOTAL), totals)
    if not missing:
        return None
    many = names_of_many(header, contract)
    return ColumnProblem("no_required_column", missing_columns(missing, header, many), len(missing))


def _claim(
    header: Sequence[str], contract: Contract, named: Mapping[str, int]
) -> dict[str, int] | ColumnProblem:
    """Give fields their columns: the named ones, then those of an alias, exact or to the ending."""
    names = [normalise(cell) for cell in header]
    found = dict(named)
    found |= _called_as_fields(names, contract, found)
    for spelling in spelled_header(header, contract):
        claimed = set(found.values())
        free = [(place, name) for place, name in enumerate(spelling) if place not in claimed]
        for field in contract.fields:
            if field.name in found:
                continue
            aliases = aliases_of(field, contract.words)
            places = [place for place, name in free if name in aliases]
            if field.name == PRICE:
                places = _without_price_units(places, header, contract)
            if len(places) > 1 and field.name != LINE_TOTAL:
                return ambiguous(field, [header[place] for place in places])
            if len(places) == 1:
                found[field.name] = places[0]
    return found


def _without_price_units(
    places: Sequence[int], header: Sequence[str], contract: Contract
) -> list[int]:
    """Leave out a column such as `Price unit` if the header has another price.

    Beside a `Net price` it says for how many pieces that is; alone it may be called so for `Price
    (unit)`.
    """
    units = contract.words.price_units
    others = [place for place in places if normalise(header[place]) not in units]
    fallback = fallback_of(contract.field(PRICE), contract.words)
    has_other = others or any(
        name in fallback for names in spelled_header(header, contract) for name in names
    )
    return others if has_other else list(places)


def _line_totals(header: Sequence[str], contract: Contract) -> list[str]:
    """Return the headers that mean the line total, of which none is taken where there are several.

    Square's exports have `Gross Sales` and `Net Sales`.
    """
    names = aliases_of(contract.field(LINE_TOTAL), contract.words)
    spelled = zip(header, *spelled_header(header, contract), strict=True)
    return [cell for cell, *forms in spelled if not names.isdisjoint(forms)]


def _called_as_fields(
    names: Sequence[str], contract: Contract, found: Mapping[str, int]
) -> dict[str, int]:
    """Give text fields the columns with exactly their names: `order_id` beside an `invoice_no`.

    Money and dates need a person's word where two columns may mean them.
    """
    free = {name: place for place, name in enumerate(names) if place not in found.values()}
    return {
        field.name: free[normalise(field.name)]
        for field in contract.fields
        if field.type is FieldType.STRING
        and field.name not in found
        and names.count(normalise(field.name)) == 1
        and normalise(field.name) in free
    }


def headers_of(columns: Columns, groups: frozenset[str], contract: Contract) -> tuple[str, ...]:
    """Return those of the fields' headers that stand in some groups of `headers.toml`."""
    return tuple(label for label, group in _groups(columns, contract) if group in groups)


def groups_of(columns: Columns, contract: Contract) -> frozenset[str]:
    """Return the groups of `headers.toml`, languages and shop systems, of the fields' headers."""
    return frozenset(group for _, group in _groups(columns, contract))


def _groups(columns: Columns, contract: Contract) -> Iterator[tuple[str, str]]:
    labels = [columns.labels[place] for place in columns.fields.values()]
    known = contract.words.header_groups
    for label, *names in zip(labels, *spelled_header(labels, contract), strict=True):
        yield label, next((known[name] for name in names if name in known), "")


def _extra(header: Sequence[str], fields: Mapping[str, int], contract: Contract) -> dict[str, int]:
    """Name the columns that pass through; a name that the output uses gets `source_` before it."""
    reserved = {field.name for field in contract.fields} | {
        TOTAL,
        IS_SALE,
        PRICE_IS_DERIVED,
        PRODUCT_ID,
        PARTITION_KEY,
    }
    extra: dict[str, int] = {}
    taken: set[str] = set()  # engines that query the output do not tell case apart
    for place, cell in enumerate(header):
        if place in fields.values():
            continue
        name = snake_case(cell) or "unnamed"
        name = f"source_{name}" if name in reserved else name
        unique, number = name, 2
        while unique.casefold() in taken:
            unique, number = f"{name}_{number}", number + 1
        taken.add(unique.casefold())
        extra[unique] = place
    return extra


def is_unnamed(label: str, place: int) -> bool:
    """Tell whether a label is that of a column whose header is empty."""
    return label == _place_label(place)


def _labels(header: Sequence[str]) -> tuple[str, ...]:
    labels: list[str] = []
    for place, cell in enumerate(header):
        label = cell.strip() or _place_label(place)
        labels.append(label if label not in labels else f"{label} {_place_label(place)}")
    return tuple(labels)


def _place_label(place: int) -> str:
    return f"(column {place + 1})"
