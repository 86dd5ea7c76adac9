"""Objects, where they come from, and which of them a target leaves out.

The store is a seam: S3 in an emulator, a folder on a disk, or a dict in a test.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from glue_crawler.errors import InvalidCrawlerError

PAGE_KEYS = 1000
# No key in a folder comes after the folder and this.
LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object of a listing: its key and its size in bytes."""

    key: str
    size_bytes: int


class ObjectStore(Protocol):
    """What a crawl needs of a store. Both methods may be called from several threads."""

    def list_objects(self, bucket: str, prefix: str, start_after: str) -> Iterator[StoredObject]:
        """Yield objects under a prefix in key order, from the first key after `start_after`.

        Raises `BucketMissingError` or `ListingRefusedError`.
        """
        ...

    def read_range(self, bucket: str, key: str, start: int, length: int) -> bytes:
        """Return up to `length` bytes from byte `start`. Raises `ObjectUnreadableError`."""
        ...


@dataclass(frozen=True, slots=True)
class KnownFolders:
    """Folders that an earlier crawl has seen: tables' own, and partitions.

    A table's folder may hold new folders; a partition's has none that could be of its table.
    """

    tables: frozenset[str] = frozenset()
    partitions: frozenset[str] = frozenset()

    def has(self, folder: str) -> bool:
        """Tell whether a folder was seen."""
        return folder in self.tables or folder in self.partitions


def list_target(
    store: ObjectStore, bucket: str, path: str, known: KnownFolders
) -> Iterator[StoredObject]:
    """Yield the objects of one include path, leaving out empty ones and known folders.

    `path` is the key part of the include path, which names a folder or one object. A listing
    stands still in a known partition for one page at most and then jumps over the rest of it, so
    that a crawl of new folders does not pay for the old ones.
    """
    stem = path.rstrip("/")
    start_after: str | None = ""
    while start_after is not None:
        listing, start_after = store.list_objects(bucket, stem, start_after), None
        for count, item in enumerate(listing, start=1):
            folder = folder_of(item.key)
            if folder in known.partitions and count >= PAGE_KEYS:
                start_after = folder + LAST_CHARACTER
                break
            if item.size_bytes > 0 and _is_under(item.key, stem) and not known.has(folder):
                yield item


def _is_under(key: str, stem: str) -> bool:
    return not stem or key == stem or key.startswith(f"{stem}/")


def folder_of(key: str) -> str:
    """Return the folder of a key, with its trailing slash; the empty string at a bucket's root."""
    return key[: key.rfind("/") + 1]


def is_excluded(relative_key: str, globs: tuple[str, ...]) -> bool:
    """Tell whether a key, relative to the include path, matches one of the exclusion patterns."""
    return any(glob_to_regex(glob).fullmatch(relative_key) for glob in globs)


@lru_cache(maxsize=256)
def glob_to_regex(glob: str) -> re.Pattern[str]:
    r"""Translate an exclusion pattern of a crawler.

    The rules are AWS's (Glue, "Define crawler", exclude patterns): `*` and `?` do not cross `/`,
    `**` does, `[a-z]` and `[!a]` match one character, `{a,b}` is a choice that does not nest, and
    `\` takes the next character as it is. Raises `InvalidCrawlerError` for a pattern left open.
    """
    parts: list[str] = []
    position, in_choice = 0, False
    while position < len(glob):
        char = glob[position]
        if char == "{" and not in_choice:
            in_choice = True
            parts.append("(?:")
        elif char == "}" and in_choice:
            in_choice = False
            parts.append(")")
        elif char == "," and in_choice:
            parts.append("|")
        else:
            text, position = _translate_token(glob, position)
            parts.append(text)
            continue
        position += 1
    if in_choice:
        raise InvalidCrawlerError(f"Exclusion pattern {glob!r} has an open {{")
    return re.compile("".join(parts), re.DOTALL)


def _translate_token(glob: str, position: int) -> tuple[str, int]:
    char = glob[position]
    if glob.startswith("**", position):
        return ".*", position + 2
    if char == "*":
        return "[^/]*", position + 1
    if char == "?":
        return "[^/]", position + 1
    if char == "[":
        return _translate_class(glob, position)
    if char == "\\":
        if position + 1 == len(glob):
            raise InvalidCrawlerError(f"Exclusion pattern {glob!r} ends in a backslash")
        return re.escape(glob[position + 1]), position + 2
    return re.escape(char), position + 1


def _translate_class(glob: str, position: int) -> tuple[str, int]:
    end = glob.find("]", position + 2)
    if end < 0:
        raise InvalidCrawlerError(f"Exclusion pattern {glob!r} has an open [")
    inner = glob[position + 1 : end]
    negated = inner.startswith("!")
    members = "".join(char if char == "-" else re.escape(char) for char in inner.removeprefix("!"))
    # Inside brackets a slash is never matched, as between them.
    return f"(?!/)[{'^' if negated else ''}{members}]", end + 1
