"""Unpacked code that outlives LocalStack, so that the same zip is unpacked once and not per start.

To unpack the stack's zip takes most of a second of processor, for which its function waits. The
files are linked and never copied.
"""

import json
import os
import shutil
from base64 import b64decode
from contextlib import suppress
from pathlib import Path

VARIABLE = "LAKE_CODE_FOLDER"
_KEPT = 2  # zips: that of the stack, and that of the change which is being tried


class KeptCode:
    """A folder with the files of each zip, and for each a note of what was unpacked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, digest: str) -> Path | None:
        """Return the folder of a zip by its digest, unless any of its files has changed since."""
        place = self._place(digest)
        try:
            noted = json.loads(_note_of(place).read_text())
        except (OSError, ValueError):
            return None
        if noted != _files_of(place):
            return None
        os.utime(_note_of(place))
        return place

    def keep(self, digest: str, unpacked: Path) -> None:
        """Keep the files of a zip that was just unpacked, and let go of all but the newest zips."""
        place = self._place(digest)
        with suppress(OSError):  # as where the folder is on another disk
            self._remove(place)
            self._folder.mkdir(parents=True, exist_ok=True)
            if link_files(unpacked, place):
                _note_of(place).write_text(json.dumps(_files_of(place)))
            notes = sorted(self._folder.glob("*.json"), key=lambda note: -note.stat().st_mtime)
            for note in notes[_KEPT:]:
                self._remove(note.with_suffix(""))

    def _place(self, digest: str) -> Path:
        return self._folder / b64decode(digest).hex()

    def _remove(self, place: Path) -> None:
        _note_of(place).unlink(missing_ok=True)
        shutil.rmtree(place, ignore_errors=True)


def link_files(known: Path, own: Path) -> bool:
    """Link all files of a folder into a new one; False where that cannot be done."""
    if own.exists():
        return True
    unfinished = own.with_name("linking")
    try:
        shutil.copytree(known, unfinished, copy_function=os.link, symlinks=True)
        unfinished.rename(own)
    except (OSError, shutil.Error):  # it was removed meanwhile, or the disk has no links
        shutil.rmtree(unfinished, ignore_errors=True)
        return False
    return True


def _note_of(place: Path) -> Path:
    return place.with_suffix(".json")


def _files_of(folder: Path) -> dict[str, list[int]]:
    """Return the size and the time of the last change of each file."""
    found = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            stat = os.lstat(f"{parent}/{name}")
            place = os.path.relpath(f"{parent}/{name}", folder)
            found[place] = [stat.st_size, stat.st_mtime_ns]
    return found
