"""Check that the mirror's files are still what was downloaded.

Sizes are checked at every query, checksums when a file is loaded. It opens no connection. A changed
file is removed, so that the next sync downloads it again.
"""

import concurrent.futures  # which loads its threads only where they are used
import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from orderlake.errors import DamagedMirror
from orderlake.mirror.store import MirroredObject, MirrorStore, Snapshot

READERS = 4


def sum_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def sums_of(
    store: MirrorStore, entries: Iterable[MirroredObject], known: Mapping[str, str]
) -> dict[str, str]:
    """Return the checksum of every object's file by its name; known ones are not computed again."""
    return {
        entry.file_name: known.get(entry.file_name) or sum_of(store.path_of(entry))
        for entry in entries
    }


def check_sizes(store: MirrorStore, snapshot: Snapshot) -> None:
    """Raise DamagedMirror if a file of the snapshot is gone or cut off, even with a full cache."""
    for entry in snapshot.objects:
        try:
            size = store.path_of(entry).stat().st_size
        except FileNotFoundError as error:
            raise DamagedMirror(store.folder, f"the copy of {entry.address} is gone") from error
        if size != entry.size_bytes:
            what = f"the copy of {entry.address} has {size:,} of {entry.size_bytes:,} bytes"
            raise DamagedMirror(store.folder, what)


def check_content(store: MirrorStore, snapshot: Snapshot, entries: list[MirroredObject]) -> None:
    """Remove the files that are not what was downloaded; raises DamagedMirror if there are any.

    The caller holds the store's exclusive lock. A snapshot of an older version has no checksums.
    """
    checked = [entry for entry in dict.fromkeys(entries) if entry.file_name in snapshot.sums]
    with concurrent.futures.ThreadPoolExecutor(READERS) as pool:
        sums = pool.map(sum_of, map(store.path_of, checked))
        pairs = zip(checked, sums, strict=True)
        changed = [entry for entry, found in pairs if found != snapshot.sums[entry.file_name]]
    for entry in changed:
        store.path_of(entry).unlink()
    if changed:
        more = f" and {len(changed) - 1:,} more" if len(changed) > 1 else ""
        what = f"the copy of {changed[0].address}{more} was changed since it was downloaded"
        raise DamagedMirror(store.folder, what)
