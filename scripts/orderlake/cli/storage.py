"""Explain a full disk, a read-only folder or a missing permission. Changes nothing."""

import contextlib
import errno
import os
import re
from collections.abc import Iterable
from pathlib import Path

from orderlake.cli.out_file import wanted_file
from orderlake.errors import StorageRefused

FREE_SPACE = "free some space, then run the same command again; how much is left: orderlake doctor"
OTHER_PLACE = "change its permissions, or name another place"
WRITABLE_PLACE = "name another place, or work in a copy that can be written"
NO_SPACE = "no space is left on its disk"
REASONS = {
    errno.ENOSPC: (NO_SPACE, FREE_SPACE),
    errno.EDQUOT: ("your disk quota is used up", FREE_SPACE),
    errno.EFBIG: ("it would become larger than this system allows", "see: ulimit -f"),
    errno.EROFS: ("it lies on a read-only file system", WRITABLE_PLACE),
    errno.EACCES: ("its permissions forbid it", OTHER_PLACE),
    errno.EPERM: ("the system forbids it", OTHER_PLACE),
    errno.EMFILE: ("too many files are open at once", "allow more: ulimit -n 4096"),
}
# How DuckDB writes the system's error number.
DUCKDB_NUMBER = re.compile(r'"errno" ?: ?"(\d+)"')
DUCKDB_PATH = re.compile(r'file \\?"(.+?)\\?"')
# Refused connections have nothing to do with storage.
CONNECTIONS = (ConnectionError, TimeoutError)


def fullest_folder(folders: Iterable[Path]) -> str:
    """Return the folder whose disk has the least room; what failed may have made room since."""
    import shutil

    free: dict[str, int] = {}
    for folder in folders:
        with contextlib.suppress(OSError):
            free[str(folder.absolute())] = shutil.disk_usage(folder).free
    return min(free, key=free.__getitem__, default="")


def storage_refusal(error: BaseException) -> StorageRefused | None:
    """Return the error for a file that this machine refused, or None for any other error."""
    if isinstance(error, OSError) and not isinstance(error, CONNECTIONS):
        return system_refusal(error)
    if type(error).__module__.partition(".")[0] in ("duckdb", "_duckdb"):
        number, path = DUCKDB_NUMBER.search(str(error)), DUCKDB_PATH.search(str(error))
        if number:
            return refusal_of(int(number[1]), path[1] if path else "")
    return None


def system_refusal(error: OSError) -> StorageRefused | None:
    """Return the error for a system error; None if that names neither a reason nor a file."""
    # Of two files, the second is the one that is written.
    name = error.filename2 or error.filename
    path = os.fsdecode(name) if isinstance(name, str | bytes) else ""
    if error.errno in REASONS or path:
        return refusal_of(error.errno or 0, path)
    return None


def refusal_of(number: int, path: str) -> StorageRefused:
    """Return the error for a system error number and a file, if the file is known."""
    reason, next_step = REASONS.get(number, (os.strerror(number).lower(), "check the path"))
    return StorageRefused(wanted_file(path), reason, next_step)
