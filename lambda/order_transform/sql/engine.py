"""DuckDB for one file: its resources, and a connection to it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb


@dataclass(frozen=True, slots=True)
class Engine:
    """The resources of DuckDB: threads, and memory in MiB before it spills to the work folder.

    A file of `large_bytes` or more has a database of its own, and its reading is first guessed
    from its `first_records`. The others share one, which cannot spill: to start one takes as long
    as to transform a small file. It has one thread: DuckDB shares out work by 122,880 rows, and to
    ask a second thread took a tenth of the processor time.
    """

    threads: int = 2
    memory_mib: int = 256
    large_bytes: int = 4 << 20
    first_records: int = 2_000

    def is_large(self, size_bytes: int) -> bool:
        """Tell whether a file of this size is a large one."""
        return size_bytes >= self.large_bytes

    def with_more_room(self) -> "Engine":
        """Return one thread with more memory, for rows of very many or very long cells.

        All files are large ones to it, so that it can spill.
        """
        return Engine(1, self.memory_mib * 5 // 2, 0, self.first_records)


class FileDatabase:
    """A connection to DuckDB for one file; `keeps_rows` tells that the file is a small one."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, *, keeps_rows: bool) -> None:
        self.connection = connection
        self.keeps_rows = keeps_rows
        self._kept: dict[str, str] = {}

    def execute(
        self, statement: str, parameters: Sequence[object] | None = None
    ) -> duckdb.DuckDBPyConnection:
        """Run a statement; its rows are fetched from what this returns."""
        return self.connection.execute(statement, parameters)

    def kept(self, rows: str) -> str:
        """Return a table with the rows of a subquery; of a large file the subquery itself.

        To plan a statement takes as long as to run it over a thousand rows, so what several
        statements over a small file have in common is planned, and run, only once.
        """
        if not self.keeps_rows:
            return rows
        if rows not in self._kept:
            table = f"kept_{len(self._kept)}"
            self.execute(f"CREATE TEMP TABLE {table} AS FROM {rows}")
            self._kept[rows] = table
        return self._kept[rows]


@contextmanager
def connected(engine: Engine, size_bytes: int, work_dir: Path) -> Iterator[FileDatabase]:
    """Connect to a database for one file of this size; temporary tables end with the block."""
    is_large = engine.is_large(size_bytes)
    if is_large:
        connection = _database(engine.threads, engine.memory_mib, str(work_dir / "spill"))
    else:
        connection = _shared_database(engine.memory_mib).cursor()
    try:
        yield FileDatabase(connection, keeps_rows=not is_large)
    finally:
        connection.close()


@lru_cache(maxsize=1)
def _shared_database(memory_mib: int) -> duckdb.DuckDBPyConnection:
    return _database(1, memory_mib, "")


def _database(threads: int, memory_mib: int, spill: str) -> duckdb.DuckDBPyConnection:
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": str(threads),
        "memory_limit": f"{memory_mib}MiB",
        "temp_directory": spill,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        # No file is read by two jobs, and one may be changed within its clock's tick.
        "enable_external_file_cache": "false",
        # From this version of the format on, a decimal of 18 digits has 64 bits and not 128.
        "arrow_output_version": "1.5",
        # It makes a TRY_CAST of a CSV file's cell the type of its column, and then fails at a date
        # such as 2026-02-30, for which TRY_CAST is null.
        "disabled_optimizers": "type_pushdown",
    }
    return duckdb.connect(":memory:", config=settings)
