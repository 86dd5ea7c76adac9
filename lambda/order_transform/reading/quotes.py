"""White space beside the quotes of a text, looked for in its bytes. Pure.

A quick reader and a careful one part where it stands outside a quoted cell, as in `"5" ,`. Within
one, as in `"PLATE ""ROSE"" "`, both read the same.
"""

import codecs
import re

# What may stand outside the quotes that begin and end a cell: a delimiter, a line's end, and
# another quote, since two of them within a cell are read as an end and a new beginning.
_MISPLACED = re.compile(rb'"(?:(?<=[^,;\t|\r\n"]")|(?=[^,;\t|\r\n"]))')


def has_misplaced_quote(text: bytes, *, is_inside: bool) -> bool:
    """Tell whether a text with white space beside a quote has anything beside one outside a cell.

    `is_inside`: the text begins within a quoted cell. A stray quote is told, too; cells of another
    delimiter than the usual ones are taken for one.
    """
    if b' "' not in text and b'" ' not in text:
        return False
    return _MISPLACED.search(_outside(text.removeprefix(codecs.BOM_UTF8), is_inside)) is not None


def _outside(text: bytes, is_inside: bool) -> bytes:
    """Return a text with each quoted cell shortened to one quote: `a,"b",c` becomes `a,",c`."""
    parts = text.split(b'"')
    first = b'"' if is_inside else b""
    last = b'"' if len(parts) % 2 == is_inside else b""
    return first + b'"'.join(parts[is_inside::2]) + last
