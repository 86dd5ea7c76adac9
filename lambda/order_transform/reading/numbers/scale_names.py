"""Texts which say that amounts are in thousands, in millions or in cents. Pure."""

import re

# `TEUR`, `k€`, `EUR '000`, `in thousands`; a shop may be called `Mio` or `50 Cent`.
_CODE = "(?:eur|usd|gbp|chf|inr|pln|sek|nok|dkk|jpy|cny|rmb|krw)"
_SIGN = "[\u20ac$\u00a3]"
_WORDS = (
    "thousands?|millions?|mio|mn|hundreds|lakhs?|crores?|tausend|millionen|milliers|millones|migliaia"
    "|milioni|milhares|milh\u00f5es|duizenden|duizendtallen|miljoenen|tusen|tusental|miljoner|tysi\u0105cach"
    "|tis\u00edc\u00edch|cents?|pence|pennies|centimes|centavos|c\u00e9ntimos|centesimi|groszach|\u00f6re|\u00f8re"
)
_SCALE = re.compile(
    rf"(?<!\w)(?:[tk](?:{_CODE}| ?{_SIGN})|{_SIGN} ?(?:[km]|'?000s?)|{_CODE} '?000s?|'000s?"
    r"|tsd\.?|\u0442\u044b\u0441\.?)(?![\w'])"
    r"|(?:\u5358\u4f4d|\u5355\u4f4d|\u55ae\u4f4d|\ub2e8\uc704)\s*[:\uff1a]?\s*[\u5343\u767e\u4e07\u842c\u5104\u5146\ucc9c\ub9cc\uc5b5]"
    rf"|\b(?:in|en|em|im|i|v|w)\s+(?:{_CODE}\s+|{_SIGN}\s*)?(?:{_WORDS})\b|\ben\s+miles\b",
    re.IGNORECASE,
)


def scale_in(text: str) -> str:
    """Return the words of a text that say so; empty where it has none."""
    match = _SCALE.search(text)
    return match[0].strip() if match else ""
