"""The lists beside the contract: header names, currencies, and what words in cells mean.

`headers.toml`, `currencies.toml` and `words.toml` ship with the function; each says at its top
how it is written. A mistake in one is a `ContractError` that names the file and the entry.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from order_transform.contract.errors import ContractError
from order_transform.contract.header_names import normalise
from order_transform.contract.words import FALLBACK, Words, read_words

HEADERS, CURRENCIES, WORDS = FILES = ("headers.toml", "currencies.toml", "words.toml")


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
        for header, field in _pairs(f"{group}.{FALLBACK}", names.get(FALLBACK, {})):
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
        if header == FALLBACK and isinstance(meaning, dict):
            continue
        several = group.endswith(FALLBACK) and isinstance(meaning, list)
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
        return read_words(tables, groups)
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        reason = f"a list is missing or is not of texts ({error})"
        raise ContractError(WORDS, 0, reason) from error
