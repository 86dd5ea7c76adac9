"""Open a zip only if its list of files has a reasonable size."""

import struct
import zipfile
from pathlib import Path

from order_transform.refusal import FileRefused

MOST_ENTRIES = 10_000
_MOST_LIST_BYTES = 8 << 20
_END = b"PK\x05\x06"
_LARGEST_END = (1 << 16) + 22


def open_zip(path: Path) -> zipfile.ZipFile:
    """Open a zip; raises `FileRefused` if its list is damaged or far too long.

    Python reads the whole list, which takes some hundred bytes of memory for each entry.
    https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.16
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - _LARGEST_END, 0))
        tail = file.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < 22:
        raise _damaged("it has no list of its files: it is cut short")
    entries, list_bytes = struct.unpack_from("<HL", tail, place + 10)
    if entries > MOST_ENTRIES or list_bytes > _MOST_LIST_BYTES:
        message = f"the archive lists more than {MOST_ENTRIES:,} files; split it"
        raise FileRefused("too_large", message)
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise _damaged(str(error)) from error


def _damaged(why: str) -> FileRefused:
    return FileRefused("damaged", f"the zip data is damaged ({why}); upload the file again")
