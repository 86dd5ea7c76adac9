"""What the curated table is made of: the processed objects of raw files. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """One processed object and the raw file it was made from; a file of many tables has several.

    `etag` has no quotes: another ETag is another piece.
    """

    source_key: str
    object_key: str
    etag: str


# What a snapshot's summary says of the objects that its rows come from: their digest.
OWN_PROPERTIES = "orderlake."
CONTENT = f"{OWN_PROPERTIES}content"
# The same of all rows of these objects, also of orders that count in a newer export only, and the
# contract's rule for such orders.
SOURCES = f"{OWN_PROPERTIES}sources"
REPEATED_ORDERS = f"{OWN_PROPERTIES}repeated_orders"


def content_digest(objects: Iterable[tuple[str, str]]) -> str:
    """Return a hash of the objects that rows come from, by key and ETag: equal for equal rows.

    Each object counts as its key, a tab, its ETag without quotes and a line feed, in their order.
    """
    lines = sorted(f"{key}\t{etag}\n" for key, etag in objects)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
