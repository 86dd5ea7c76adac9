"""The folder that keeps objects as they come."""

import json
import resource
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from localstack_lake.s3.journal import JOURNAL_FILE, OBJECTS_FOLDER, Journal


def lines(folder: Path) -> list[dict[str, str | None]]:
    return [json.loads(line) for line in (folder / JOURNAL_FILE).read_text("utf-8").splitlines()]


def test_an_object_is_there_once_it_is_kept(tmp_path: Path) -> None:
    Journal(tmp_path / "kept").keep("raw/a b.csv.gz", "e1", [b"one", b"two"])
    (line,) = lines(tmp_path / "kept")
    assert line["key"] == "raw/a b.csv.gz"
    assert str(line["file"]).endswith(".csv.gz")
    assert (tmp_path / "kept" / OBJECTS_FOLDER / str(line["file"])).read_bytes() == b"onetwo"


def test_an_object_that_breaks_off_leaves_no_line(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        Journal(tmp_path).keep("raw/a.csv", "e1", broken())
    assert not (tmp_path / JOURNAL_FILE).exists()
    assert list((tmp_path / OBJECTS_FOLDER).iterdir()) == []


@pytest.fixture
def limit_files() -> Iterator[Callable[[int], None]]:
    """Return a function that lets no file of this process become larger than so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_line_that_the_disk_does_not_take_whole_is_cut(
    tmp_path: Path, limit_files: Callable[[int], None]
) -> None:
    journal, path = Journal(tmp_path), tmp_path / JOURNAL_FILE
    journal.forget("raw/a.csv")
    whole = path.stat().st_size
    limit_files(whole + 9)
    with pytest.raises(OSError, match="too large"):
        journal.forget("raw/b.csv")
    assert path.stat().st_size == whole
    limit_files(whole * 2)
    journal.forget("raw/c.csv")
    assert [line["key"] for line in lines(tmp_path)] == ["raw/a.csv", "raw/c.csv"]


def test_a_line_that_a_killed_process_left_unfinished_is_cut_at_the_next_start(
    tmp_path: Path,
) -> None:
    Journal(tmp_path).forget("raw/a.csv")
    with (tmp_path / JOURNAL_FILE).open("a") as file:
        file.write('{"key": "raw/b')
    Journal(tmp_path).forget("raw/c.csv")
    assert [line["key"] for line in lines(tmp_path)] == ["raw/a.csv", "raw/c.csv"]


def test_many_at_once_are_all_kept(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: journal.keep(f"raw/{n}.csv", "e", [b"x"]), range(100)))
        list(pool.map(lambda n: journal.forget(f"raw/{n}.csv"), range(50)))
    written = lines(tmp_path)
    assert len(written) == 150
    assert sum(line["file"] is None for line in written) == 50
