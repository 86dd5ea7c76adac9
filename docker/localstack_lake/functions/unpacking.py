"""Unpack functions' code. Code that another function has already is linked, not unpacked again.

The stack's two functions share a zip of 777 files: to unpack it takes ten times as long as to link
its files. They are made read-only, so no function changes another's. The code of an earlier
LocalStack is linked, too (kept_code.py).
"""

from pathlib import Path
from threading import Lock
from typing import Protocol

from localstack_lake.functions.kept_code import Files, KeptCode, files_of, link_files


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

    def __init__(self, kept: KeptCode | None = None) -> None:
        self._kept = kept
        self._lock = Lock()
        self._unpacked: dict[str, tuple[Path, Files]] = {}

    def unpack(self, code: Code) -> None:
        """Make the code's own folder. A folder of the user's stays as it is."""
        if code.is_hot_reloading():
            code.prepare_for_execution()
            return
        with self._lock:
            own, digest = code.get_unzipped_code_location(), code.code_sha256
            known = self._find(digest)
            if known and link_files(*known, own):
                files = known[1]
            else:
                code.prepare_for_execution()
                _make_read_only(own)
                files = files_of(own)
                if self._kept:
                    self._kept.keep(digest, own, files)
            self._unpacked[digest] = own, files

    def _find(self, digest: str) -> tuple[Path, Files] | None:
        return self._unpacked.get(digest) or (self._kept.find(digest) if self._kept else None)


def _make_read_only(folder: Path) -> None:
    """Files only: LocalStack could not remove folders that are, and Python keeps bytecode there."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.chmod(0o555)
