"""Check that objects are JSON Lines as Athena's SerDe reads them, before DuckDB loads them.

It reads files and judges them; it loads nothing. The rules are those of the OpenX JSON SerDe,
on which DuckDB's reader is either laxer or silent.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import duckdb
from isal import igzip, igzip_lib

from athena_sql.errors import UnreadableData, UnsupportedData

CHUNK_BYTES = 1 << 20
MOST_LINE_BYTES = 64 << 20
BLANK = "it has a blank line, which Athena reads as NULLs"
COMMA = "it has a comma before a closing bracket, which is not JSON"
ODD_COMMA = re.compile(rb",\s*[}\]]")
# A bracket is searched for quickly, unlike what may stand before it.
AFTER_COMMA_OR_SPACE = (re.compile(rb"\}(?<=[,\s]\})"), re.compile(rb"\](?<=[,\s]\])"))
STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
CONDITION = re.compile(rb":\s*(?:true|false)")
BLANK_LINE = re.compile(rb"\n[ \t\r]*\n")
ISAL_ERROR: Any = igzip_lib.IsalError  # a class, which its stub calls an instance
DAMAGE: tuple[type[Exception], ...] = (EOFError, OSError, ISAL_ERROR)
# Athena decompresses by the name's ending; DuckDB would read these as text.
UNSUPPORTED = (".bz2", ".snappy", ".lz4", ".zst", ".deflate", ".lzo")


@dataclass(frozen=True, slots=True)
class Source:
    """One object to read: its S3 address, for messages, and the file that holds its bytes.

    `deletes` are the paths of the files that may name deleted rows of it.
    """

    address: str
    path: Path
    deletes: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class PlainFiles:
    """Objects as plain text: by the path of the text, with what a look at every line told.

    `originals` are the paths of the objects themselves, in the same order. `has_condition` says
    whether a true or a false stands outside strings, or looks so. No line is longer than
    `line_bytes`.
    """

    sources: Mapping[str, Source]
    originals: Sequence[str]
    has_condition: bool
    line_bytes: int

    @property
    def paths(self) -> list[str]:
        """The paths of the texts."""
        return list(self.sources)


def check_sources(sources: Sequence[Source], copies: Path) -> PlainFiles:
    """Raise UnreadableData for the first object that is not made of whole, unblank lines.

    Returns the sources as plain text, in their order: what is compressed is written into the
    folder `copies`, since DuckDB decompresses more slowly, and would for each look at the file.
    """
    targets = [
        copies / f"{place}.json" if source.path.name.endswith(".gz") else None
        for place, source in enumerate(sources)
    ]
    with ThreadPoolExecutor(4) as pool:
        lines = list(pool.map(check_lines, sources, targets))
    plain = [target or source.path for source, target in zip(sources, targets, strict=True)]
    return PlainFiles(
        {
            str(path): Source(source.address, path)
            for source, path in zip(sources, plain, strict=True)
        },
        [str(source.path) for source in sources],
        any(line.has_condition for line in lines),
        max((line.line_bytes for line in lines), default=0),
    )


def check_lines(source: Source, target: Path | None) -> "Lines":
    """Raise UnreadableData for an unknown compression, a damaged gzip file, and for lines.

    Athena answers a blank line with a row of NULLs, DuckDB skips it: the counts would differ. A
    comma before a closing bracket is an error to Athena, and nothing to DuckDB. The text of a
    compressed file goes to `target`. Returns what was seen of the lines.
    """
    if source.address.lower().endswith(UNSUPPORTED):
        raise UnsupportedData(source.address, "its compression is not supported here")
    lines = Lines()
    if target is None:
        with source.path.open("rb") as handle:
            read_lines(handle, lines, None)
    else:
        try:
            with _open_gzip(source.path) as handle, written_over(target) as out:
                read_lines(handle, lines, out)
                out.truncate()
        except DAMAGE as error:
            raise UnreadableData(
                source.address, f"it is not a whole gzip file ({error})"
            ) from error
    if fault := lines.fault or lines.fault_of_end():
        kind = UnsupportedData if fault == BLANK else UnreadableData
        raise kind(source.address, fault)
    return lines


def written_over(path: Path) -> BinaryIO:
    """Open a file to write from its start, for `truncate` at the end.

    To write over the text of an earlier object is much cheaper than to make a new file.
    """
    path.touch()
    return path.open("r+b", buffering=0)


def _open_gzip(path: Path) -> BinaryIO:
    return cast(BinaryIO, igzip.open(path, "rb"))


def read_lines(handle: BinaryIO, lines: "Lines", out: BinaryIO | None) -> None:
    """Take note of a text up to its first fault, and copy it on the way."""
    while not lines.fault and (chunk := handle.read(CHUNK_BYTES)):
        lines.add(chunk)
        if out:
            out.write(chunk)


class Lines:
    """What is seen of a text that comes in pieces: why Athena reads it otherwise, conditions.

    No line is longer than `line_bytes`, which is at most one piece too large.
    """

    def __init__(self) -> None:
        self.fault: str | None = None
        self.has_condition = False
        self.line_bytes = 0
        self._unended_bytes = 0
        self._tail = b"\n"  # what a line end or a limit has not parted from the next piece

    def add(self, chunk: bytes) -> None:
        """Take note of the next piece."""
        self.line_bytes = max(self.line_bytes, self._unended_bytes + len(chunk))
        last_end = chunk.rfind(b"\n")
        carried = self._unended_bytes if last_end < 0 else 0
        self._unended_bytes = carried + len(chunk) - last_end - 1
        text = self._tail + chunk
        self.has_condition = self.has_condition or has_condition(text)
        if BLANK_LINE.search(text):
            self.fault = BLANK
        elif has_odd_comma(text):
            self.fault = COMMA
        self._tail = text[max(text.rfind(b"\n"), len(text) - CHUNK_BYTES) :]

    def fault_of_end(self) -> str | None:
        """Return what is wrong with the last line, which nothing ends, or None."""
        if len(self._tail) > 1 and not self._tail.strip():
            return BLANK
        return COMMA if has_odd_comma(self._tail + b"\n") else None


def has_condition(text: bytes) -> bool:
    """Whether a text has a true or a false that is not inside a string, or looks so."""
    found = b"true" in text or b"false" in text
    return found and CONDITION.search(text) is not None


def has_odd_comma(text: bytes) -> bool:
    """Whether a whole line has a comma before a closing bracket that is not inside a string."""
    if not any(bracket.search(text) for bracket in AFTER_COMMA_OR_SPACE):
        return False
    for found in ODD_COMMA.finditer(text):
        start, end = text.rfind(b"\n", 0, found.start()) + 1, text.find(b"\n", found.end())
        if end >= 0 and ODD_COMMA.search(STRING.sub(b"", text[start:end])):
            return True
    return False


def lines_of(files: PlainFiles) -> str:
    """Return the relation of all lines, `json`: `read_ndjson_objects($paths, ...)`."""
    return f"read_ndjson_objects($paths, filename = true, {object_size(files.line_bytes)})"


def object_size(line_bytes: int) -> str:
    """Return DuckDB's limit for a line: `maximum_object_size = 2097152`.

    Each thread takes twice as much memory, even for short lines.
    """
    return f"maximum_object_size = {min(max(line_bytes, 2 * CHUNK_BYTES), MOST_LINE_BYTES)}"


def check_kinds(
    connection: duckdb.DuckDBPyConnection, files: PlainFiles, columns: Mapping[str, str]
) -> None:
    """Raise UnreadableData for true or false outside booleans, and for other values in them.

    Trino reads `true` in a column of doubles as NULL, and `1` or `"yes"` in one of booleans as
    false; DuckDB reads 1.0 and true. Columns are name -> DuckDB type.
    """
    for name, kind in columns.items():
        if kind in ("DOUBLE", "FLOAT", "BOOLEAN"):
            test = "not in ('BOOLEAN', 'NULL')" if kind == "BOOLEAN" else "= 'BOOLEAN'"
            found = connection.execute(
                f"select filename from {lines_of(files)} "
                f"where json_type(json_extract(json, $path)) {test} limit 1",
                {"paths": files.paths, "path": f'$."{name}"'},
            ).fetchone()
            if found:
                reason = f"a value of '{name}' is not a {kind.lower()}, which reads otherwise"
                raise UnsupportedData(files.sources[found[0]].address, reason)


def find_spellings(
    connection: duckdb.DuckDBPyConnection, files: PlainFiles, columns: Sequence[str]
) -> dict[tuple[tuple[str, str], ...], list[str]]:
    """Group files (by path) by how they spell the columns: ((column, key), ...) -> paths.

    Athena matches keys without regard to case, DuckDB to the letter. Raises UnreadableData for a
    line that is not an object, and for a column that one file spells in two ways.
    """
    groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
    known = set(columns)
    for path, keys, objects_only in read_keys(connection, files):
        address = files.sources[path].address
        if not objects_only:
            raise UnreadableData(address, "it has a line that is not a JSON object")
        spelled: dict[str, str] = {}
        for key in sorted(keys):
            if spelled.setdefault(key.lower(), key) != key:
                raise UnreadableData(
                    address, f"its keys '{spelled[key.lower()]}' and '{key}' are one"
                )
        own = tuple((c, k) for c, k in spelled.items() if c in known and c != k)
        groups.setdefault(own, []).append(path)
    return groups


def read_keys(
    connection: duckdb.DuckDBPyConnection, files: PlainFiles
) -> Iterable[tuple[str, set[str], bool]]:
    """Yield (path, keys, whether every line is an object) for every file that has a line."""
    # Lists of keys, of which a file has few, are quicker to group by as texts.
    rows = connection.execute(
        "select filename, any_value(keys) "
        f"from (select filename, json_keys(json) as keys from {lines_of(files)}) "
        "group by filename, keys::varchar",
        {"paths": files.paths},
    )
    found: dict[str, set[str]] = {}
    without_keys = []
    for path, keys in rows.fetchall():
        found.setdefault(path, set()).update(keys or ())
        if not keys:  # true of a line without an object, too, and of `{}`
            without_keys.append(path)
    others: frozenset[str] = frozenset()
    if without_keys:
        others = files_with_other_lines(connection, files, without_keys)
    return [(path, keys, path not in others) for path, keys in found.items()]


def files_with_other_lines(
    connection: duckdb.DuckDBPyConnection, files: PlainFiles, paths: list[str]
) -> frozenset[str]:
    """Return which of these paths have a line that is not an object."""
    rows = connection.execute(
        f"select distinct filename from {lines_of(files)} where json_type(json) <> 'OBJECT'",
        {"paths": paths},
    )
    return frozenset(path for (path,) in rows.fetchall())


def check_nested_keys(
    connection: duckdb.DuckDBPyConnection, files: PlainFiles, column: str
) -> None:
    """Raise UnreadableData for a key with capitals inside a column of structs.

    Glue writes nested names in lower case and Athena matches them so; DuckDB would read a NULL.
    """
    found = connection.execute(
        f"""
        select filename
        from {lines_of(files)}
        where regexp_matches(
            cast(json_structure(json_extract(json, $path)) as varchar), '"[^"]*[A-Z][^"]*":'
        )
        limit 1
        """,
        {"paths": files.paths, "path": f'$."{column}"'},
    ).fetchone()
    if found:
        address = files.sources[found[0]].address
        raise UnsupportedData(address, f"a key inside '{column}' has capitals, which reads as NULL")
