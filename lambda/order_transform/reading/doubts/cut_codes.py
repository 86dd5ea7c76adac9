"""Evidence that a spreadsheet has cut the zeros of barcodes (EAN, UPC), which have a check digit.

The number of digits alone proves nothing, since codes of several lengths are usual. Pure.
"""

from collections.abc import Iterator

from order_transform.contract.definition import PRODUCT_ID
from order_transform.reading.choices import Choice
from order_transform.reading.doubts.first_rows import FirstRows, doubt_of_texts

_LENGTHS = (12, 13)  # of UPC and EAN codes
_SHORTEST, _LONGEST = 9, 13  # a zero or some are cut from a code of 9 to 11 digits
_FEWEST = 3  # different codes of either kind: each is right by chance in one of ten cases


def cut_codes(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of barcodes with too few digits whose check digit is right, as is that of all others."""
    texts = first.texts(PRODUCT_ID)
    if not texts or not _has_length_of_code(texts[0]):  # as in most files
        return
    codes = set(texts)
    cut = {code for code in codes if len(code) < min(_LENGTHS)}
    if not _FEWEST <= len(cut) <= len(codes) - _FEWEST:
        return
    if all(_has_length_of_code(code) and _is_checked(code) for code in codes):
        found = [text for text in texts if text in cut]
        yield doubt_of_texts(
            PRODUCT_ID,
            f"'{found[0]}', in {first.share(found)}: a barcode whose zeros in front a spreadsheet"
            f" has cut, such as {found[0]:0>{min(_LENGTHS)}}",
            "export this column as a text",
            len(found),
        )


def _has_length_of_code(text: str) -> bool:
    return _SHORTEST <= len(text) <= _LONGEST and text.isascii() and text.isdecimal()


def _is_checked(code: str) -> bool:
    """Tell whether the last digit is the check digit, which zeros in front do not change.

    From there to the front the digits count once and three times in turn
    (https://www.gs1.org/services/how-calculate-check-digit-manually).
    """
    digits = [int(digit) for digit in reversed(code)]
    return (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0
