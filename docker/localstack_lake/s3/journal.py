"""A folder that keeps objects as they come: their bytes, and a journal of additions and removals.

A line of the journal is JSON: `{"key": ..., "file": ...}` for an object whose bytes lie in the
folder's `objects/` under that name, and `"file": null` for one that was deleted. A later line
about a key replaces an earlier one. It knows nothing of LocalStack.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from threading import Lock

JOURNAL_FILE = "journal.jsonl"
OBJECTS_FOLDER = "objects"


class Journal:
    """Writes into one folder, from any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        (folder / OBJECTS_FOLDER).mkdir(parents=True, exist_ok=True)
        self._cut_unfinished_line()

    def keep(self, key: str, etag: str, chunks: Iterable[bytes]) -> None:
        """Keep an object; once this returns, it outlives the process. Raises OSError."""
        path = self._folder / OBJECTS_FOLDER / file_name(key, etag)
        if not path.exists():
            part = path.with_name(f"{path.name}.{os.urandom(4).hex()}.part")
            try:
                with part.open("wb") as file:
                    for chunk in chunks:
                        file.write(chunk)
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
        self._append({"key": key, "file": path.name})

    def forget(self, key: str) -> None:
        """Write down that an object was deleted; its bytes stay until the folder is tidied."""
        self._append({"key": key, "file": None})

    def _append(self, line: dict[str, str | None]) -> None:
        text = json.dumps(line, ensure_ascii=False) + "\n"
        with self._lock:
            try:
                with (self._folder / JOURNAL_FILE).open("a", encoding="utf-8") as file:
                    file.write(text)
            except OSError:
                self._cut_unfinished_line()
                raise

    def _cut_unfinished_line(self) -> None:
        """Remove what a full disk or a killed process left of a line: the next one follows it."""
        path = self._folder / JOURNAL_FILE
        if path.is_file():
            os.truncate(path, path.read_bytes().rfind(b"\n") + 1)


def file_name(key: str, etag: str) -> str:
    """Return the name of an object's file: the same for the same bytes under the same key.

    Its end tells the kind of file, for a person and for an upload's media type.
    """
    mark = hashlib.sha256(f"{key}\0{etag}".encode()).hexdigest()
    return f"{mark[:32]}{''.join(Path(key).suffixes[-2:])}"
