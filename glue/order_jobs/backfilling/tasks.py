"""Which files a task of Spark gets. Pure.

A large file is a task of its own. Small files share one, so that a task's start does not cost more
than its work. Whatever a task has finished is not done again after it was interrupted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SMALL_BYTES = 4 << 20
TASK_BYTES = 16 << 20
TASK_FILES = 100


@dataclass(frozen=True, slots=True)
class OrderFile:
    """An order file in S3 and its size in bytes."""

    key: str
    size_bytes: int


type Task = tuple[OrderFile, ...]


def into_tasks(files: Iterable[OrderFile]) -> list[Task]:
    """Return tasks, the largest files first, so that the last ones to run are short."""
    ordered = sorted(files, key=lambda file: (-file.size_bytes, file.key))
    large = [(file,) for file in ordered if file.size_bytes >= SMALL_BYTES]
    return [*large, *_shared(file for file in ordered if file.size_bytes < SMALL_BYTES)]


def _shared(files: Iterable[OrderFile]) -> Iterator[Task]:
    task: list[OrderFile] = []
    size_bytes = 0
    for file in files:
        if task and (size_bytes + file.size_bytes > TASK_BYTES or len(task) == TASK_FILES):
            yield tuple(task)
            task, size_bytes = [], 0
        task.append(file)
        size_bytes += file.size_bytes
    if task:
        yield tuple(task)
