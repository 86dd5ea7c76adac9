"""Unpack functions' code. Code that another function has already is linked, not unpacked again.

The stack's two functions share a zip of 777 files: to unpack it takes ten times as long as to link
its files. They are made read-only, so no function changes another's.
"""

import os
import shutil
from pathlib import Path
from threading import Lock
from typing import Protocol


class Code(Protocol):
    """What is needed of LocalStack's S3Code and HotReloadingCode."""

    @property
    def code_sha256(self) -> str:
        """The digest of the zip."""

    def prepare_for_execution(self) -> None:
        """Unpack it to its own folder, unless that exists."""

    def get_unzipped_code_location(self) -> Path:
        """Return its own folder."""

    def is_hot_reloading(self) -> bool:
        """Whether it is a folder of the user's."""


class Unpacking:
    """Remembers where each zip, by its digest, is unpacked."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._folders: dict[str, Path] = {}

    def unpack(self, code: Code) -> None:
        """Make the code's own folder. A folder of the user's stays as it is."""
        if code.is_hot_reloading():
            code.prepare_for_execution()
            return
        with self._lock:
            own, known = code.get_unzipped_code_location(), self._folders.get(code.code_sha256)
            if not (known and known != own and _link(known, own)):
                code.prepare_for_execution()
                _make_read_only(own)
            self._folders[code.code_sha256] = own


def _link(known: Path, own: Path) -> bool:
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


def _make_read_only(folder: Path) -> None:
    """Files only: LocalStack could not remove folders that are, and Python keeps bytecode there."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.chmod(0o555)
