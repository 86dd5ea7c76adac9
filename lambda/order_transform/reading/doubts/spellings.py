"""Evidence that one product is written in two ways, so that sums per product part it. Pure."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator

from order_transform.contract.definition import PRODUCT_ID
from order_transform.reading.choices import Choice
from order_transform.reading.doubts.first_rows import FirstRows, doubt_of_texts

# Capital letters of Cyrillic and Greek that look like Latin ones, and dashes of several lengths.
_LOOK_ALIKE = str.maketrans(
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
    "\u2010\u2011\u2012\u2013\u2014\u2212",
    "ABEKMHOPCTYXABEZHIKMNOPTYX------",
)


def spellings(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of a product in two spellings that differ by case, spaces or letters that look alike."""
    texts = set(first.texts(PRODUCT_ID))
    if len(texts) == len(set(map(_look_of, texts))):  # as in nearly all files
        return
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for text in sorted(texts):
        alike[_look_of(text)].append(text)
    several = [group for group in alike.values() if len(group) > 1]
    odd = {text for group in several for text in group}
    found = [text for text in first.texts(PRODUCT_ID) if text in odd]
    one, other = several[0][:2]
    pair = f"'{one}' and '{other}'"
    if one.lower() != other.lower():  # the difference can only be seen so
        pair = f"{one!a} and {other!a}"
    yield doubt_of_texts(
        PRODUCT_ID,
        f"{pair} look alike and count as two products; such texts stand in {first.share(found)}",
        "write each product in one way",
        len(found),
    )


def _look_of(text: str) -> str:
    """Return a text as it looks whatever its case, its spaces and the script of its letters."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).upper().translate(_LOOK_ALIKE)
    return " ".join(text.upper().split())
