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


def content_digest(pieces: Iterable[Piece]) -> str:
    """Return a hash of the objects that rows come from, in hex: equal for equal rows.

    Each object counts as `KEY`, a tab, its ETag and a line feed, in the order of the keys.
    """
    lines = sorted(f"{piece.object_key}\t{piece.etag}\n" for piece in pieces)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
