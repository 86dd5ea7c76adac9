"""Decide which currency a price has, from its cells or its header. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from order_transform.contract.definition import Contract
from order_transform.contract.word_lists import Currencies
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.numbers.cells import currency_key, is_currency_sign

CURRENCY = "currency"
REMEDY = "set currency_of_sign in the contract, which has a sign and its code such as '$ CAD'"


@dataclass(frozen=True, slots=True)
class CurrencyReading:
    """How a row's currency is found where the file's own column for it says nothing.

    `field` is the price, or the line total where the file has no price.
    `codes` maps what stands in price cells (`currency_key`) to the code that is written; the key
    "" is for cells without a currency, and is there where the price's header has one. `contrary`
    maps the same keys to the texts in the currency's own column that mean another currency.
    """

    field: str
    codes: Mapping[str, str]
    contrary: Mapping[str, frozenset[str]]
    choices: tuple[Choice[object], ...]

    @property
    def proven_codes(self) -> frozenset[str]:
        """Return the codes that the file itself shows."""
        return frozenset(str(choice.value) for choice in self.choices if choice.is_proven)

    @property
    def is_from_cells(self) -> bool:
        """Tell whether any price cell has a currency beside its number."""
        return any(self.codes)


def read_currency(
    field: str, keys: Iterable[str], header: str, languages: frozenset[str], contract: Contract
) -> CurrencyReading | None:
    """Decide what the currencies beside prices mean; None where there are none.

    `keys` are those of the cells of `field` (`currency_key`), `header` is its header, and
    `languages` are the groups of `headers.toml` that the file's headers are from.
    """
    choose = _Chooser(languages, contract)
    choices: dict[str, Choice[object]] = {}
    if key := _header_key(header, choose.known):
        choices[""] = choose.code(key, f"the header '{header.strip()}' says so")
    in_header = choices[""].value if choices else None
    unknown = []
    for key in keys:
        if choose.possible(key):
            choices[key] = choose.code(key, f"'{key}' stands beside prices", in_header)
        elif is_currency_sign(key):
            unknown.append(_unknown(key))
    if not choices and not unknown:
        return None
    return CurrencyReading(
        field=field,
        codes={key: str(choice.value) for key, choice in choices.items()},
        contrary={
            key: choose.words_against(key or _header_key(header, choose.known)) for key in choices
        },
        choices=(*choices.values(), *unknown),
    )


class _Chooser:
    """Chooses the code of a sign, with the contract's lists and rules."""

    def __init__(self, languages: frozenset[str], contract: Contract) -> None:
        currencies = contract.currencies
        self.known = known_currencies(currencies)
        self._usual = {currencies.languages.get(language) for language in languages}
        rules = (text.rpartition(" ") for text in contract.rules.currency_of_sign)
        self._rule = {currency_key(sign): code for sign, _, code in rules}

    def possible(self, key: str) -> tuple[str, ...]:
        """Return the codes that a key may mean: one, several that share a sign, or none.

        Two currencies beside one number, `$ 5.00 USD`, mean what both can mean.
        """
        if key in self.known:
            return self.known[key]
        for place in range(1, len(key)):
            first, second = self.known.get(key[:place], ()), self.known.get(key[place:], ())
            if both := tuple(code for code in first if code in second):
                return both
        return ()

    def words_against(self, key: str) -> frozenset[str]:
        """Return the keys of all currencies that cannot be the same one."""
        possible = set(self.possible(key))
        return frozenset(word for word, codes in self.known.items() if not possible & set(codes))

    def code(self, key: str, because: str, in_header: object = None) -> Choice[object]:
        """Choose by the sign itself, the header, the headers' language, and last the contract."""
        possible = self.possible(key)
        if len(possible) == 1:
            return Choice(CURRENCY, possible[0], Certainty.PROVEN, because, "price")
        if in_header in possible:
            because += ", and the header says which"
            return Choice(CURRENCY, in_header, Certainty.PROVEN, because, "price")
        because += f"; it may be {', '.join(possible[:-1])} or {possible[-1]}"
        local = [code for code in possible if code in self._usual]
        if len(local) == 1:
            because += ", and the headers' language speaks for this one"
            return Choice(CURRENCY, local[0], Certainty.DOUBTFUL, because, "price", REMEDY)
        because += ", and the contract decides"
        chosen = self._rule.get(key, possible[0])
        return Choice(CURRENCY, chosen, Certainty.SETTLED, because, "price", REMEDY)


def tell_currency_texts(
    texts: Iterable[str | None], contract: Contract
) -> Iterator[Choice[object]]:
    """Yield what to tell of texts in the currency's own column that are not codes, such as `$`."""
    known = known_currencies(contract.currencies)
    for text in dict.fromkeys(filter(None, texts)):
        if re.fullmatch("[A-Z]{3}", text.strip()):
            continue
        codes = known.get(currency_key(text), ())
        meaning = f"may be {' or '.join(codes)}" if codes else "is in no list"
        yield Choice(
            name=CURRENCY,
            value=text,
            certainty=Certainty.DOUBTFUL,
            evidence=f"'{text}' stands in the currency's own column, and is kept; it {meaning}",
            field=CURRENCY,
            remedy="export codes of three letters, such as EUR",
        )


def known_currencies(currencies: Currencies) -> dict[str, tuple[str, ...]]:
    """Return the codes of every currency's key; `kr` and `kr.` are one."""
    words: dict[str, tuple[str, ...]] = {code: (code,) for code in currencies.codes}
    words |= {sign: (code,) for sign, code in currencies.signs.items()}
    words |= currencies.shared
    known: dict[str, tuple[str, ...]] = {}
    for word, codes in words.items():
        known.setdefault(currency_key(word), codes)
    return known


def _header_key(header: str, known: Mapping[str, tuple[str, ...]]) -> str:
    """Return the key of a header's currency: `Preis (EUR)`, `price_usd`, `Amount ($)`.

    Empty where it has none, or several: such a header says nothing of a row's.
    """
    keys = {currency_key(word) for word in _header_words(header)} & known.keys()
    return keys.pop() if len(keys) == 1 else ""


def _header_words(header: str) -> Iterator[str]:
    """Yield what may be a currency in a header: in brackets, a sign, in capitals, or at the end."""
    yield from re.findall(r"[(\[]\s*([^()\[\]]{1,5}?)\s*[)\]]", header)
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", header)
    words = re.findall(r"[^\W\d_]+\$?|[^\w\s()\[\].,;:/-]+", apart)
    for place, word in enumerate(words):
        is_last = place == len(words) - 1
        is_code = len(word) == 3 and word.isascii() and word.isupper()
        if is_currency_sign(word) or is_code or (is_last and len(word) > 1):
            yield word


def _unknown(key: str) -> Choice[object]:
    return Choice(
        name=CURRENCY,
        value="unknown",
        certainty=Certainty.DOUBTFUL,
        evidence=f"'{key}' stands beside prices, and no list says what it means",
        field="price",
        remedy="add it to currencies.toml",
    )
