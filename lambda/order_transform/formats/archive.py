"""Archives: each order file in a zip is unpacked to a file of its own, never by its own name."""

import errno
import hashlib
import lzma
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from order_transform.formats.endings import has_known_ending, known_endings
from order_transform.formats.kinds import Kind, kind_of
from order_transform.formats.zip_directory import open_zip
from order_transform.refusal import FileRefused

MOST_MEMBERS = 500
_CHUNK = 1 << 19
# The errors of zipfile for damaged data; Python's own errors are in `_extract`.
_OF_DATA = (zipfile.BadZipFile, lzma.LZMAError, struct.error)
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
# Files that macOS and Windows add to an archive by themselves.
_SYSTEM_FILES = ("__macosx", ".ds_store", "thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """One file of an archive, unpacked to `path`, or the reason why it is not read."""

    name: str
    path: Path | None
    refusal: FileRefused | None = None


def unpack(source: Path, folder: Path, most_bytes: int) -> Iterator[ArchiveMember]:
    """Yield the order files of an archive, one at a time, and each other file with its reason.

    Raises `FileRefused` for an archive that is damaged, or has too many files or bytes.
    """
    folder.mkdir()
    with open_zip(source) as archive:
        entries = [entry for entry in archive.infolist() if not _is_of_the_system(entry)]
        if len(entries) > MOST_MEMBERS:
            message = f"the archive has more than {MOST_MEMBERS} files; split it"
            raise FileRefused("too_large", message)
        names = Counter(entry.filename for entry in entries)
        contents: dict[bytes, str] = {}
        left = most_bytes
        for number, entry in enumerate(entries):
            refusal = _refusal(entry, names)
            path = folder / str(number)
            if not refusal:
                try:
                    left -= _extract(archive, entry, path, left)
                    refusal = _refusal_of_content(path, entry.filename, contents)
                except FileRefused as refused:
                    if refused.code == "too_large":
                        raise
                    refusal = refused
            yield ArchiveMember(entry.filename, None if refusal else path, refusal)


def _is_of_the_system(entry: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(entry.filename.lower()).parts
    return entry.is_dir() or any(part in _SYSTEM_FILES or part.startswith("._") for part in parts)


def _refusal(entry: zipfile.ZipInfo, names: Counter[str]) -> FileRefused | None:
    """Return why a member is not even unpacked."""
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.as_posix().split("/")[0]:
        return FileRefused("unsafe_name", "its name points out of the archive; pack it again")
    if names[entry.filename] > 1:
        message = f"{names[entry.filename]} files in the archive have this name; rename them"
        return FileRefused("same_name", message)
    if entry.filename.lower().endswith(_ARCHIVES):
        return _nested()
    if not has_known_ending(path.name):
        return FileRefused("not_an_order_file", known_endings())
    if entry.flag_bits & 1:
        return FileRefused("protected", "it has a password; pack it without one")
    return None


def _refusal_of_content(path: Path, name: str, contents: dict[bytes, str]) -> FileRefused | None:
    """Return why an unpacked member is not read; `contents` has the names of those before it."""
    if kind_of(path) is Kind.ARCHIVE:
        return _nested()
    with path.open("rb") as file:
        first = contents.setdefault(hashlib.file_digest(file, "sha256").digest(), name)
    if first == name:
        return None
    return FileRefused("same_content", f"it has the same bytes as {first}; remove one of them")


def _nested() -> FileRefused:
    return FileRefused("nested_archive", "it is an archive itself; upload that by itself")


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, most_bytes: int) -> int:
    """Unpack one member and return its size; raises `FileRefused` beyond `most_bytes`."""
    size = 0
    try:
        with archive.open(entry) as packed, path.open("wb") as out:
            while chunk := packed.read(_CHUNK):
                size += len(chunk)
                if size > most_bytes:
                    message = "the archive holds more than the contract's decompressed_bytes"
                    raise FileRefused("too_large", f"{message}; split it")
                out.write(chunk)
    except (OSError, zlib.error, EOFError, ValueError, RuntimeError, *_OF_DATA) as error:
        # The error of damaged bz2 data has no number.
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise  # an error of the disk, not an impossible place in the archive
        raise FileRefused("damaged", f"its data is damaged ({error}); pack it again") from error
    return size
