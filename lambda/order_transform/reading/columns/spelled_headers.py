"""The spellings under which headers are compared with the contract's names. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from order_transform.contract.definition import (
    Contract,
    Field,
    Rules,
)
from order_transform.contract.header_names import (
    bare_name,
    name_forms,
    normalise,
    plain_name,
)
from order_transform.contract.words import Words
from order_transform.reading.numbers.smallest_unit_names import HEADER_ENDINGS


def spelled_header(header: Sequence[str], contract: Contract) -> Iterator[list[str]]:
    """Yield the header as it is compared with names: first exactly, then ever more freely."""
    articles, endings = contract.words.articles, _endings(contract.rules)
    yield [normalise(cell) for cell in header]
    yield [plain_name(cell, articles) for cell in header]
    yield [bare_name(cell, articles, endings) for cell in header]


@lru_cache(maxsize=8)
def _endings(rules: Rules) -> frozenset[str]:
    # Not a lone letter: "Quantity A" is not what "R" for rand and "A$" are for.
    words = map(normalise, (*rules.currency_words, *rules.header_endings))
    return HEADER_ENDINGS.union(word for word in words if len(word) > 1 or not word.isascii())


@lru_cache(maxsize=64)
def aliases_of(field: Field, words: Words) -> frozenset[str]:
    """Return the forms of all names that give a field its column at once."""
    return frozenset().union(*(forms_of(name, words) for name in (field.name, *field.aliases)))


def forms_of(name: str, words: Words) -> tuple[str, ...]:
    """Return the normalised forms of a known name."""
    return words.forms.get(name) or name_forms(name, words.articles)


@lru_cache(maxsize=64)
def fallback_of(field: Field, words: Words) -> Mapping[str, None]:
    """Return the forms of a field's fallback names, in their order of preference."""
    return dict.fromkeys(form for name in field.fallback for form in forms_of(name, words))
