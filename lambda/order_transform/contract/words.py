"""What words in headers and cells mean, as `words.toml` lists them by language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from order_transform.contract.header_names import name_forms, normalise, spellings

FALLBACK = "fallback"
type Tables = Mapping[str, Any]


# Compared and hashed as the object that it is: it holds thousands of words, and is a key of caches.
@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Words that have a meaning in headers or cells.

    They are normalised, except where a comment says "as written". A field has the name of its
    table in `words.toml`.
    """

    # Words that do not count in a header; the endings, such as "incl. VAT", as written.
    articles: frozenset[str]
    header_endings: tuple[str, ...]

    # Words of a header that make it a cost, or another price than the one that was paid; words
    # beside which a total is the order's.
    costs: frozenset[str]
    side_prices: frozenset[str]
    order_sums: frozenset[str]
    # Headers of a maker's reports; the first is that of a price which is the whole line's.
    line_prices: Mapping[str, tuple[str, ...]]

    # Labels of rows that add up others, and of money without an order, which also stand in the
    # columns that `movement_columns` names. `label_texts` has both lists as written.
    totals: frozenset[str]
    movements: frozenset[str]
    label_texts: Mapping[str, tuple[str, ...]]
    movement_columns: frozenset[str]

    # Statuses of rows that are not sales; `returns` are so in a movement column and in a title.
    no_sale: frozenset[str]
    returns: frozenset[str]

    # Headers of columns that say for how many pieces a price is.
    price_units: frozenset[str]
    # A price with one of these words is less than the price asked.
    reduced_prices: frozenset[str]
    # Headers of what was paid for the row.
    paid_amounts: frozenset[str]
    # Words of headers of discounts and surcharges, unless a word of the `no_` list is there, too.
    discounts: frozenset[str]
    no_discounts: frozenset[str]
    surcharges: frozenset[str]
    no_surcharges: frozenset[str]
    # Headers of how many pieces or months one of the quantity has, of other numbers of pieces or
    # packs, and of pieces that the customer did not get, or not pay for.
    multipliers: frozenset[str]
    further_quantities: frozenset[str]
    unsold_quantities: frozenset[str]
    free_quantities: frozenset[str]

    # Items other than products, such as shipping; names and codes of rows about the file itself.
    side_items: frozenset[str]
    remarks: frozenset[str]
    remark_codes: frozenset[str]

    # Signs that a row may not be a sale: headers of columns that only returns and cancelled rows
    # fill, or in which such rows have a word of `no`; kinds of rows; what a return's number or
    # product begins with.
    no_sale_reasons: frozenset[str]
    sale_marks: frozenset[str]
    other_kinds: frozenset[str]
    return_names: frozenset[str]
    # Headers of the numbers of quotes and carts, and of lists of stock; titles of such lists.
    other_documents: frozenset[str]
    stock_columns: frozenset[str]
    other_titles: frozenset[str]

    # Headers of days that are not the order's own, such as that of its payment.
    other_days: frozenset[str]

    # What stands for no value or for the one above, in small letters.
    no_values: frozenset[str]

    # Headers of columns that say by a word of `yes` or `no` that a row is not a sale, and of those
    # that say it by a date.
    no_sale_marks: frozenset[str]
    no_sale_days: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]

    # A month's number by its name in any language; the words for one piece, as written.
    months: Mapping[str, int]
    units: tuple[str, ...]

    # The group of `headers.toml`, a language or a shop system, that a header name stands in, and
    # the groups in whose exports decimal commas, or days before months, are usual.
    header_groups: Mapping[str, str]
    decimal_comma: frozenset[str]
    day_first: frozenset[str]
    # The normalised forms of each header name (`name_forms`).
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    # The statuses that the contract names as sales.
    sale: frozenset[str] = frozenset()


# The sets of words that are read alike: all but those that `read_words` names.
_NORMALISED = tuple(
    each.name
    for each in fields(Words)
    if each.type == frozenset[str]
    and each.name not in ("no_values", "decimal_comma", "day_first", "sale")
)


def read_words(tables: Tables, groups: Tables) -> Words:
    """Read the words from the tables of `words.toml` and the groups of `headers.toml`.

    A list that is missing or malformed raises KeyError, AttributeError, TypeError or ValueError.
    """
    sets: Any = {name: frozenset(map(normalise, _all(tables[name]))) for name in _NORMALISED}
    return Words(
        **sets,
        header_endings=_texts(tables["header_endings"]),
        line_prices={
            maker: tuple(map(normalise, names)) for maker, names in tables["line_prices"].items()
        },
        label_texts={name: _texts(tables[name]) for name in ("totals", "movements")},
        no_values=frozenset(map(str.casefold, _all(tables["no_values"]))),
        months=_months(tables["months"]),
        units=_texts(tables["units"]),
        header_groups=_header_groups(groups),
        decimal_comma=frozenset(tables["habits"]["decimal_comma"]),
        day_first=frozenset(tables["habits"]["day_first"]),
        forms={
            header: name_forms(header, sets["articles"])
            for _, header in _headers(groups)
            if header != FALLBACK
        },
    )


def _header_groups(groups: Tables) -> dict[str, str]:
    found: dict[str, str] = {}
    for group, header in _headers(groups):
        for spelling in spellings(header):
            found.setdefault(spelling, group)
    return found


def _headers(groups: Tables) -> Iterator[tuple[str, str]]:
    """Yield each group with each of its header names, those of its fallback last."""
    for group, names in groups.items():
        for header in (*names, *names.get(FALLBACK, {})):
            yield group, header


def _all(languages: Mapping[str, list[str]]) -> Iterator[str]:
    for words in languages.values():
        yield from words


def _texts(languages: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return the words of all languages as written, each once."""
    return tuple(dict.fromkeys(_all(languages)))


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
