"""Which column of a file is which field: header names against the contract's aliases.

Pure: takes a header, returns a mapping or the reason why there is none. Reads no rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from order_transform.contract.definition import (
    IS_SALE,
    LINE_TOTAL,
    ORDER_ID,
    PARTITION_KEY,
    PRICE,
    PRICE_IS_DERIVED,
    PRODUCT_ID,
    QUANTITY,
    TOTAL,
    Contract,
    Field,
    FieldType,
    Rules,
)
from order_transform.contract.header_names import (
    bare_name,
    header_words,
    name_forms,
    normalise,
    plain_name,
    snake_case,
)
from order_transform.contract.word_lists import Words

_LONGEST_NAME = 3  # words
# Words of a header whose numbers count the smallest unit of a currency.
_SMALLEST_UNITS = frozenset(
    [
        "cent",
        "cents",
        "ct",
        "cts",
        "pence",
        "penny",
        "centimes",
        "centavos",
        "centimos",
        "centesimi",
        "groszy",
        "minor",
    ]
)


@dataclass(frozen=True, slots=True)
class Columns:
    """A file's columns, understood: positions are 0-based places in the header.

    `fields` maps a field's name to its position, in the contract's order; `extra` maps the
    output name of a column that the contract does not know to its position, in file order;
    `labels` are the header's cells made unique, for showing raw rows; `fallbacks` names the
    fields whose column goes by a fallback name, and so may mean something else. `constants` are
    fields without a column, each with the value of every row; their places and labels stand
    behind those of the header, where `rewrite_records` puts the values. `has_unclear_price` tells
    that the price's name may as well mean the whole line's money.
    """

    fields: Mapping[str, int]
    extra: Mapping[str, int]
    labels: tuple[str, ...]
    fallbacks: tuple[str, ...]
    constants: Mapping[str, str]
    has_unclear_price: bool = False

    @property
    def header_width(self) -> int:
        """Return how many cells the file's header has."""
        return len(self.labels) - len(self.constants)


@dataclass(frozen=True, slots=True)
class ColumnProblem:
    """Why a header is not a header of orders; `missing` counts required fields without a column."""

    code: str
    message: str
    missing: int = 0


def map_columns(
    header: Sequence[str], contract: Contract, overrides: Mapping[str, str] | None = None
) -> Columns | ColumnProblem:
    """Match a header to the contract; `overrides` maps field names to header texts and wins."""
    given, named = _split_overrides(overrides or {}, header, contract)
    claimed = _claim(header, contract, named)
    if isinstance(claimed, ColumnProblem):
        return claimed
    claimed = {name: place for name, place in claimed.items() if name not in given}
    mapped = frozenset(overrides or ())
    fallbacks = _fall_back(header, contract, claimed | dict.fromkeys(given, -1), mapped)
    found = claimed | fallbacks
    extra = _extra(header, found, contract)
    constants = given | {
        field.name: str(field.if_no_column)
        for field in contract.fields
        if field.if_no_column is not None and field.name not in found.keys() | given
    }
    found |= {name: len(header) + number for number, name in enumerate(constants)}
    missing = [
        field
        for field in contract.fields
        if field.required
        and field.name not in found
        and not (field.name == PRICE and LINE_TOTAL in found)
    ]
    if missing:
        return ColumnProblem("no_required_column", _missing(missing, header), len(missing))
    ordered = {field.name: found[field.name] for field in contract.fields if field.name in found}
    labels = _labels([*header, *constants])
    unclear = PRICE in fallbacks and _may_be_line_total(header[found[PRICE]], contract)
    return Columns(ordered, extra, labels, tuple(fallbacks), constants, unclear)


def _split_overrides(
    overrides: Mapping[str, str], header: Sequence[str], contract: Contract
) -> tuple[dict[str, str], dict[str, str]]:
    """Part overrides that give every row a value, such as `quantity=1`, from names of columns."""
    given: dict[str, str] = {}
    cells = [cell.strip() for cell in header]
    for name, wanted in overrides.items():
        is_number = contract.field(name).type in (FieldType.DECIMAL, FieldType.INTEGER)
        if is_number and wanted.strip().isdecimal() and wanted.strip() not in cells:
            given[name] = wanted.strip()
    return given, {name: wanted for name, wanted in overrides.items() if name not in given}


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
    found |= _called_as_fields(names, contract, found)
    for spelled in _spelled(header, contract):
        claimed = set(found.values())
        free = [(place, name) for place, name in enumerate(spelled) if place not in claimed]
        for field in contract.fields:
            if field.name in found:
                continue
            aliases = _aliases(field, contract.words)
            places = [place for place, name in free if name in aliases]
            if len(places) > 1 and field.name != LINE_TOTAL:
                return _ambiguous(field, [header[place] for place in places])
            if len(places) == 1:
                found[field.name] = places[0]
    return found


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


def _spelled(header: Sequence[str], contract: Contract) -> Iterator[list[str]]:
    """Yield the header as it is compared with names: first exactly, then ever more freely."""
    articles, endings = contract.words.articles, _endings(contract.rules)
    yield [normalise(cell) for cell in header]
    yield [plain_name(cell, articles) for cell in header]
    yield [bare_name(cell, articles, endings) for cell in header]


def headers_of(columns: Columns, groups: frozenset[str], contract: Contract) -> tuple[str, ...]:
    """Return those of the fields' headers that stand in some groups of `headers.toml`."""
    return tuple(label for label, group in _groups(columns, contract) if group in groups)


def groups_of(columns: Columns, contract: Contract) -> frozenset[str]:
    """Return the groups of `headers.toml`, languages and shop systems, of the fields' headers."""
    return frozenset(group for _, group in _groups(columns, contract))


def _groups(columns: Columns, contract: Contract) -> Iterator[tuple[str, str]]:
    labels = [columns.labels[place] for place in columns.fields.values()]
    known = contract.words.header_groups
    for label, *names in zip(labels, *_spelled(labels, contract), strict=True):
        yield label, next((known[name] for name in names if name in known), "")


@lru_cache(maxsize=8)
def _endings(rules: Rules) -> frozenset[str]:
    # Not a lone letter: "Quantity A" is not what "R" for rand and "A$" are for.
    words = map(normalise, (*rules.currency_words, *rules.header_endings))
    return frozenset(word for word in words if len(word) > 1 or not word.isascii())


@lru_cache(maxsize=64)
def _aliases(field: Field, words: Words) -> frozenset[str]:
    """Return the forms of all names that give a field its column at once."""
    return frozenset().union(*(_forms(name, words) for name in (field.name, *field.aliases)))


def _forms(name: str, words: Words) -> tuple[str, ...]:
    return words.forms.get(name) or name_forms(name, words.articles)


def _fall_back(
    header: Sequence[str], contract: Contract, found: Mapping[str, int], mapped: frozenset[str]
) -> dict[str, int]:
    """Fill fields that no alias filled; required fields choose first, no column serves two."""
    spelled = list(_spelled(header, contract))
    places: dict[str, int] = {}
    for names in spelled:
        for place, name in enumerate(names):
            places.setdefault(name, place)
    taken: dict[str, int] = {}
    for field in sorted(contract.fields, key=lambda field: not field.required):
        fallback = _fallback(field, contract.words)
        others = [
            cell
            for cell, *names in zip(header, *spelled, strict=True)
            if not any(name in fallback for name in names)
        ]
        if field.name in found or _is_hinted_at(field, others, contract):
            continue
        if field.name == PRICE and LINE_TOTAL in found and LINE_TOTAL in mapped:
            continue  # a named line total means that the file needs no price
        # A product's name may stand for its number; a line total is never a price as well.
        served = set(taken.values())
        if field.name in (PRICE, LINE_TOTAL):
            served |= set(found.values())
        for name in fallback:
            if name not in places or places[name] in served:
                continue
            if not _is_out_of_place(field, header[places[name]], header, contract, found):
                taken[field.name] = places[name]
                break
    return taken


@lru_cache(maxsize=64)
def _fallback(field: Field, words: Words) -> Mapping[str, None]:
    """Return the forms of a field's fallback names, in their order of preference."""
    return dict.fromkeys(form for name in field.fallback for form in _forms(name, words))


def _is_hinted_at(field: Field, header: Sequence[str], contract: Contract) -> bool:
    """Tell whether a column looks like a price without being called so.

    Beside a `Unit Price before Rebate`, an `Amount` is that of the whole line.
    """
    if field.name != PRICE:
        return False
    aliases, side_prices = _aliases(field, contract.words), contract.words.side_prices
    return any(
        "".join(words[start:end]) in aliases
        for words in map(header_words, header)
        if not side_prices.intersection(words)
        for start in range(len(words))
        for end in range(start + 1, start + 1 + _LONGEST_NAME)
    )


def _is_out_of_place(
    field: Field,
    cell: str,
    header: Sequence[str],
    contract: Contract,
    found: Mapping[str, int],
) -> bool:
    """Tell whether what else is in the header says that a fallback name means something else.

    A cost is never the price where the file has revenue, too; and beside a subtotal, shipping or
    tax, a `Total` is the whole order's.
    """
    words = contract.words
    if field.name == PRICE and words.costs.intersection(header_words(cell)):
        return LINE_TOTAL in found or _has_revenue(header, contract)
    has_line_items = any(map(_is_of_line_item, header))
    if field.name in (ORDER_ID, PRODUCT_ID) and normalise(cell) == "name":
        return has_line_items is (field.name == PRODUCT_ID)  # a `Name` is an order's in Shopify's
    if field.name == LINE_TOTAL:
        return has_line_items or any(normalise(other) in words.order_sums for other in header)
    return False


def _is_of_line_item(header: str) -> bool:
    """Tell whether a header is one of Shopify's line items: `Lineitem sku`, `Line: SKU`."""
    return normalise(header).startswith("lineitem") or header.strip().startswith("Line: ")


def _has_revenue(header: Sequence[str], contract: Contract) -> bool:
    line_totals = [field for field in contract.fields if field.name == LINE_TOTAL]
    costs = contract.words.costs
    revenue = {
        name
        for field in line_totals
        for name in (*_aliases(field, contract.words), *_fallback(field, contract.words))
    }
    columns = zip(header, *_spelled(header, contract), strict=True)
    return any(
        revenue.intersection(names) and not costs.intersection(header_words(cell))
        for cell, *names in columns
    )


def _may_be_line_total(cell: str, contract: Contract) -> bool:
    """Tell whether a header is a fallback name of the line total, too, such as `Amount`."""
    names = {form for [form] in _spelled([cell], contract)}
    return any(
        not names.isdisjoint(_fallback(field, contract.words))
        for field in contract.fields
        if field.name == LINE_TOTAL
    )


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


def in_smallest_unit(header: str) -> bool:
    """Tell whether a header says that its numbers are of cents: `price_cents`, `Preis (Cent)`."""
    return not _SMALLEST_UNITS.isdisjoint(header_words(header))


def _missing(fields: Sequence[Field], header: Sequence[str]) -> str:
    cents = next(filter(in_smallest_unit, header), "")
    if cents and fields[0].name == PRICE:
        return (
            f"no price column; {cents.strip()!r} counts the currency's smallest unit, such as"
            " cents, which is not read; export the price in the currency itself"
        )
    names = " and no ".join(field.name for field in fields)
    columns = ", ".join(repr(cell.strip()) for cell in header[:30])
    more = f" and {len(header) - 30} more" if len(header) > 30 else ""
    pieces = "; if each row is one piece, --map quantity=1"
    return (
        f"no {names} column among {columns}{more}; name it with "
        f'--map {fields[0].name}="Header" or add the header to headers.toml'
        f"{pieces if fields[-1].name == QUANTITY else ''}"
    )
