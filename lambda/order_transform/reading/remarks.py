"""Evidence that a row says something about the file, and is not an order. Pure.

It is not clear enough to reject a row, so it is told.
"""

import re
from collections.abc import Iterator

from order_transform.contract.definition import PRODUCT_ID
from order_transform.reading.choices import Choice
from order_transform.reading.first_rows import FirstRows, doubt_of_texts, shown
from order_transform.reading.rows import cell_at

_COMMENT = re.compile(r"\s*(?:#|//|--)\s")


def comments(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of rows that begin as comments do."""
    found = [row for row in first.rows if _COMMENT.match(cell_at(row, 0)) and first.is_paid(row)]
    if found:
        yield doubt_of_texts(
            PRODUCT_ID,
            f"{first.share(found)} begin as a comment does, such as '{shown(found[0])}', and count",
            "remove them from the file where they are not orders",
            len(found),
        )
