"""What a running local AWS writes into the folder of `local up --persist` as raw files come.

The writer is localstack_lake.s3.journal: the files' bytes under objects/, and a line per file.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from orderlake.errors import BadSetting
from orderlake.settings import Settings

JOURNAL_FILE = "journal.jsonl"
OBJECTS_FOLDER = "objects"
FOLDER_RULE = "a folder that an earlier `local up --persist` was given, or a new one"


def kept_objects_variables(settings: Settings, folder: str) -> dict[str, str]:
    """Return the variables that make the local AWS keep raw files in a folder as they come."""
    if not folder:
        return {}
    buckets = settings.raw_bucket or f"{settings.prefix}-raw-*"
    return {"LAKE_KEEP_FOLDER": folder, "LAKE_KEEP_BUCKETS": buckets}


def read_journal(folder: Path) -> list[dict[str, Any]]:
    """Return what was added and removed since the last save, oldest first; raises BadSetting.

    A last line without a line end is about a file whose upload was never confirmed.
    """
    path = folder / JOURNAL_FILE
    try:
        # Not splitlines(), which takes some characters of a key for the end of a line.
        lines = [json.loads(line) for line in read_whole_lines(folder).split("\n")[:-1]]
        return [{"key": line["key"], "file": line["file"]} for line in lines]
    except (ValueError, KeyError, TypeError) as error:
        raise BadSetting("--persist", str(folder), str(path), FOLDER_RULE) from error


def drop_journal(folder: Path) -> None:
    """Drop everything since the last save."""
    (folder / JOURNAL_FILE).unlink(missing_ok=True)


def add_kept(copy: Path, folder: Path) -> None:
    """Add what a container kept to a folder: first the files, then the lines that name them."""
    objects = folder / OBJECTS_FOLDER
    objects.mkdir(parents=True, exist_ok=True)
    for path in copy.glob(f"{OBJECTS_FOLDER}/*"):
        if path.suffix != ".part" and not (objects / path.name).exists():
            part = objects / f"{path.name}.part"
            shutil.copyfile(path, part)
            part.replace(objects / path.name)
    lines = read_whole_lines(copy)
    if lines:
        with (folder / JOURNAL_FILE).open("a", encoding="utf-8") as journal:
            journal.write(lines)


def read_whole_lines(folder: Path) -> str:
    """Return a journal without a last line that has no end: no client was told of its file."""
    path = folder / JOURNAL_FILE
    if not path.is_file():
        return ""
    whole, end, _ = path.read_text("utf-8").rpartition("\n")
    return whole + end
