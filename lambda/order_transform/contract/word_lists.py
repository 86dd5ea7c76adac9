"""The lists beside the contract: header names, currencies, and what words in cells mean.

`headers.toml`, `currencies.toml` and `words.toml` ship with the function; each says at its top
how it is written. A mistake in one is a `ContractError` that names the file and the entry.
"""

import dataclasses
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from order_transform.contract.errors import ContractError
from order_transform.contract.header_names import name_forms, normalise, spellings

HEADERS, CURRENCIES, WORDS = FILES = ("headers.toml", "currencies.toml", "words.toml")
_FALLBACK = "fallback"


@dataclass(frozen=True, slots=True)
class Currencies:
    """What money is called: `codes` are ISO 4217; `signs` mean one code, `shared` several.

    `languages` are the groups of `headers.toml` beside which a shared sign has one meaning.
    """

    codes: tuple[str, ...]
    signs: Mapping[str, str]
    shared: Mapping[str, tuple[str, ...]]
    languages: Mapping[str, str]

    def words(self) -> tuple[str, ...]:
        """Return all of them as they are written beside a number."""
        return (*self.codes, *self.signs, *self.shared)


# Compared and hashed as the object that it is: it holds thousands of words, and is a key of caches.
@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Words that have a meaning in headers or cells; all but the endings are normalised.

    `articles` and `header_endings` do not count in a header; `costs` are words of one that make it
    a cost; beside `order_sums` a total is the order's. `line_prices` are headers of a maker's
    reports, the first one that of a price which is the whole line's. `totals` label a row that adds
    up others, and `movements` one of money without an order, also in the columns that have one of
    the `movement_columns` names; `label_texts` has both as they are written. `no_sale` are
    statuses; in a movement column, and in the title of a table, `returns` are so, too. A column
    with one of the headers `no_sale_marks` says so with a word of `yes`, and otherwise one of `no`;
    one of `no_sale_days`, with a date. A column called as in `price_units` says for how many pieces
    a price is; a price with a word of `reduced_prices` is less than the one asked. A column with a
    word of `discounts`, and none of `no_discounts`, is a discount; so with `surcharges`.
    `multipliers` are headers of how many pieces or months one of the quantity has,
    `further_quantities` those of other numbers of pieces or packs, and `unsold_quantities` those of
    pieces that the customer did not get. `side_items` are items other than products, such as
    shipping; a row called as in `remarks`, or in its order's number as in `remark_codes`, says
    something about the file. `no_sale_reasons` are headers of columns that only returns and
    cancelled rows fill, and `sale_marks` of those in which such rows have a word of `no`;
    `other_kinds` are kinds of rows that may not be sales, and `return_names` what a return's number
    or product begins with. `other_documents` are headers of the numbers of quotes and carts, and
    `stock_columns` those of
    lists of stock. `no_values` stand, in small letters, for no value or for the one above. `months`
    gives a month's number by its name, in any language. `units` are the words for
    one piece, as written. `header_groups` names the group of `headers.toml`, a language or a shop
    system, in which a normalised header name stands; in the exports of `decimal_comma` and
    `day_first` groups such numbers and dates are usual. `forms` are the normalised forms of each
    header name (`name_forms`). `sale` are the statuses that the contract names as sales.
    """

    articles: frozenset[str]
    header_endings: tuple[str, ...]
    costs: frozenset[str]
    side_prices: frozenset[str]
    order_sums: frozenset[str]
    line_prices: Mapping[str, tuple[str, ...]]
    totals: frozenset[str]
    movements: frozenset[str]
    label_texts: Mapping[str, tuple[str, ...]]
    movement_columns: frozenset[str]
    no_sale: frozenset[str]
    returns: frozenset[str]
    price_units: frozenset[str]
    reduced_prices: frozenset[str]
    discounts: frozenset[str]
    no_discounts: frozenset[str]
    surcharges: frozenset[str]
    no_surcharges: frozenset[str]
    multipliers: frozenset[str]
    further_quantities: frozenset[str]
    unsold_quantities: frozenset[str]
    side_items: frozenset[str]
    remarks: frozenset[str]
    remark_codes: frozenset[str]
    no_sale_reasons: frozenset[str]
    sale_marks: frozenset[str]
    other_kinds: frozenset[str]
    return_names: frozenset[str]
    other_documents: frozenset[str]
    stock_columns: frozenset[str]
    no_values: frozenset[str]
    no_sale_marks: frozenset[str]
    no_sale_days: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    months: Mapping[str, int]
    units: tuple[str, ...]
    header_groups: Mapping[str, str]
    decimal_comma: frozenset[str]
    day_first: frozenset[str]
    forms: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    sale: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class WordLists:
    """All lists; `text` is what they were read from, for the contract's digest.

    `aliases` and `fallback` map a field's name to header names, in the file's order.
    """

    text: str
    aliases: Mapping[str, tuple[str, ...]]
    fallback: Mapping[str, tuple[str, ...]]
    currencies: Currencies
    words: Words


def parse_word_lists(headers: str, currencies: str, words: str) -> WordLists:
    """Read the lists from the texts of their files."""
    groups = _table(HEADERS, headers)
    aliases, fallback = _header_names(groups)
    return WordLists(
        text="\0".join((headers, currencies, words)),
        aliases=aliases,
        fallback=fallback,
        currencies=_currencies(_table(CURRENCIES, currencies)),
        words=_words(_table(WORDS, words), groups),
    )


def _table(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContractError(name, 0, f"not TOML: {error}") from error


def _header_names(
    groups: Mapping[str, Any],
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    aliases: dict[str, dict[str, None]] = {}
    fallback: dict[str, dict[str, None]] = {}
    owners: dict[str, str] = {}
    for group, names in groups.items():
        for header, field in _pairs(group, names):
            other = owners.setdefault(normalise(header), field)
            if other != field:
                raise _problem(group, header, f"means {field} here and {other} in another group")
            aliases.setdefault(field, {})[header] = None
        for header, field in _pairs(f"{group}.{_FALLBACK}", names.get(_FALLBACK, {})):
            fallback.setdefault(field, {})[header] = None
    return (
        {field: tuple(names) for field, names in aliases.items()},
        {field: tuple(names) for field, names in fallback.items()},
    )


def _pairs(group: str, names: Any) -> Iterator[tuple[str, str]]:
    """Yield each header name with each field that it means; a fallback may have several."""
    if not isinstance(names, dict):
        raise _problem(group, "", 'must be a table of lines such as "Unit Price" = "price"')
    for header, meaning in names.items():
        if header == _FALLBACK and isinstance(meaning, dict):
            continue
        several = group.endswith(_FALLBACK) and isinstance(meaning, list)
        for field in meaning if several else [meaning]:
            if not isinstance(field, str) or not normalise(header):
                raise _problem(group, header, "must have a letter or digit, and mean one field")
            yield header, field


def _problem(group: str, header: str, reason: str) -> ContractError:
    return ContractError(HEADERS, 0, f"[{group}]{f' {header!r}' if header else ''} {reason}")


def _currencies(tables: Mapping[str, Any]) -> Currencies:
    try:
        return Currencies(
            codes=tuple(tables["codes"]),
            signs=dict(tables["signs"]),
            shared={sign: tuple(codes) for sign, codes in tables["shared"].items()},
            languages=dict(tables["languages"]),
        )
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        reason = "must have codes, [signs], [shared] and [languages]"
        raise ContractError(CURRENCIES, 0, f"{reason} ({error})") from error


def _words(tables: Mapping[str, Any], groups: Mapping[str, Any]) -> Words:
    try:
        articles = frozenset(map(normalise, _all(tables["articles"])))
        return Words(
            articles=articles,
            header_endings=tuple(dict.fromkeys(_all(tables["header_endings"]))),
            costs=frozenset(map(normalise, _all(tables["costs"]))),
            side_prices=frozenset(map(normalise, _all(tables["side_prices"]))),
            order_sums=frozenset(map(normalise, _all(tables["order_sums"]))),
            line_prices={
                maker: tuple(map(normalise, names))
                for maker, names in tables["line_prices"].items()
            },
            totals=frozenset(map(normalise, _all(tables["totals"]))),
            movements=frozenset(map(normalise, _all(tables["movements"]))),
            label_texts={
                name: tuple(dict.fromkeys(_all(tables[name]))) for name in ("totals", "movements")
            },
            movement_columns=frozenset(map(normalise, _all(tables["movement_columns"]))),
            no_sale=frozenset(map(normalise, _all(tables["no_sale"]))),
            returns=frozenset(map(normalise, _all(tables["returns"]))),
            price_units=frozenset(map(normalise, _all(tables["price_units"]))),
            reduced_prices=frozenset(map(normalise, _all(tables["reduced_prices"]))),
            discounts=frozenset(map(normalise, _all(tables["discounts"]))),
            no_discounts=frozenset(map(normalise, _all(tables["no_discounts"]))),
            surcharges=frozenset(map(normalise, _all(tables["surcharges"]))),
            no_surcharges=frozenset(map(normalise, _all(tables["no_surcharges"]))),
            multipliers=frozenset(map(normalise, _all(tables["multipliers"]))),
            further_quantities=frozenset(map(normalise, _all(tables["further_quantities"]))),
            unsold_quantities=frozenset(map(normalise, _all(tables["unsold_quantities"]))),
            side_items=frozenset(map(normalise, _all(tables["side_items"]))),
            remarks=frozenset(map(normalise, _all(tables["remarks"]))),
            remark_codes=frozenset(map(normalise, _all(tables["remark_codes"]))),
            no_sale_reasons=frozenset(map(normalise, _all(tables["no_sale_reasons"]))),
            sale_marks=frozenset(map(normalise, _all(tables["sale_marks"]))),
            other_kinds=frozenset(map(normalise, _all(tables["other_kinds"]))),
            return_names=frozenset(map(normalise, _all(tables["return_names"]))),
            other_documents=frozenset(map(normalise, _all(tables["other_documents"]))),
            stock_columns=frozenset(map(normalise, _all(tables["stock_columns"]))),
            no_values=frozenset(map(str.casefold, _all(tables["no_values"]))),
            no_sale_marks=frozenset(map(normalise, _all(tables["no_sale_marks"]))),
            no_sale_days=frozenset(map(normalise, _all(tables["no_sale_days"]))),
            yes=frozenset(map(normalise, _all(tables["yes"]))),
            no=frozenset(map(normalise, _all(tables["no"]))),
            months=_months(tables["months"]),
            units=tuple(dict.fromkeys(_all(tables["units"]))),
            header_groups=_header_groups(groups),
            decimal_comma=frozenset(tables["habits"]["decimal_comma"]),
            day_first=frozenset(tables["habits"]["day_first"]),
            forms={
                header: name_forms(header, articles)
                for names in groups.values()
                for header in (*names, *names.get(_FALLBACK, {}))
                if header != _FALLBACK
            },
        )
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        reason = f"a list is missing or is not of texts ({error})"
        raise ContractError(WORDS, 0, reason) from error


def _header_groups(groups: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for group, names in groups.items():
        for header in (*names, *names.get(_FALLBACK, {})):
            for spelling in spellings(header):
                found.setdefault(spelling, group)
    return found


def _all(languages: Mapping[str, list[str]]) -> Iterator[str]:
    for words in languages.values():
        yield from words


def _months(languages: Mapping[str, list[str]]) -> dict[str, int]:
    """Read twelve texts per language, each with the forms of one month's name."""
    months: dict[str, int] = {}
    for language, names in languages.items():
        if len(names) != 12:
            raise ValueError(f"{language} has {len(names)} months")
        for number, forms in enumerate(names, 1):
            for form in forms.split():
                for spelling in spellings(form):
                    if months.setdefault(spelling, number) != number:
                        raise ValueError(f"{form!r} is month {months[spelling]} and {number}")
    return months
