"""Unpacked code that outlives LocalStack, so that the same zip is unpacked once and not per start.

To unpack the stack's zip takes most of a second of processor, for which its function waits. The
files are linked and never copied. Several LocalStacks may share the folder, so each of them may
remove files while another links them: code and its note appear and go in one step, and linked files
are compared with what was unpacked.
"""

import json
import os
import shutil
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

VARIABLE = "LAKE_CODE_FOLDER"
_KEPT = 2  # zips: that of the stack, and that of the change which is being tried
_UNFINISHED = "unfinished-"

Files = dict[str, list[int]]  # the size in bytes and the time of the last change in ns, by place


class KeptCode:
    """A folder with one folder per zip, which has its files and a note of what was unpacked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, digest: str) -> tuple[Path, Files] | None:
        """Return the folder of a zip by its digest, and the files that were unpacked there."""
        place = self._place(digest)
        try:
            noted: Files = json.loads((place / "files.json").read_text())
            os.utime(place)
        except (OSError, ValueError):  # it was never kept, or another LocalStack removes it now
            return None
        return place / "code", noted

    def keep(self, digest: str, unpacked: Path, files: Files) -> None:
        """Keep the files of a zip that was just unpacked, and let go of all but the newest zips."""
        place = self._place(digest)
        with suppress(OSError):  # as where the folder is on another disk, or another one keeps it
            self._remove(place)
            with self._unfinished() as unfinished:
                if link_files(unpacked, files, unfinished / "code"):
                    (unfinished / "files.json").write_text(json.dumps(files))
                    unfinished.rename(place)
            for old in self._old_folders():
                self._remove(old)

    def _old_folders(self) -> list[Path]:
        """Zips that were not used last, and what a process left that was killed as it kept one."""
        left = set(self._folder.glob(f"{_UNFINISHED}*"))
        kept = sorted(set(self._folder.iterdir()) - left, key=_changed_at)
        hour_ago = time.time() - 3600
        return kept[:-_KEPT] + [old for old in left if _changed_at(old) < hour_ago]

    def _place(self, digest: str) -> Path:
        return self._folder / b64decode(digest).hex()

    def _remove(self, place: Path) -> None:
        """Rename it first: what is linked meanwhile by its name fails, and never lacks a part."""
        with self._unfinished() as gone, suppress(OSError):
            place.rename(gone / "code")

    @contextmanager
    def _unfinished(self) -> Iterator[Path]:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = Path(mkdtemp(prefix=_UNFINISHED, dir=self._folder))
        try:
            yield unfinished
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)


def link_files(known: Path, files: Files, own: Path) -> bool:
    """Link a folder's files into a new one; False where one has changed, or links are impossible.

    They are compared after they were linked: before, another process could still change them.
    """
    if own.exists():
        return True
    unfinished = own.with_name("linking")
    try:
        shutil.copytree(known, unfinished, copy_function=os.link, symlinks=True)
        if files != files_of(unfinished):
            raise FileNotFoundError(f"{known}: a part of it was removed or changed")
        unfinished.rename(own)
    except (OSError, shutil.Error):  # it was removed meanwhile, or the disk has no links
        shutil.rmtree(unfinished, ignore_errors=True)
        return False
    return True


def _changed_at(folder: Path) -> float:
    return folder.stat().st_mtime


def files_of(folder: Path) -> Files:
    """Return what tells that a file is still the one that was unpacked, for each file.

    Bytecode does not count: Python writes it beside the code of a function that runs.
    """
    found = {}
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            stat = os.lstat(f"{parent}/{name}")
            place = os.path.relpath(f"{parent}/{name}", folder)
            found[place] = [stat.st_size, stat.st_mtime_ns]
    return found
