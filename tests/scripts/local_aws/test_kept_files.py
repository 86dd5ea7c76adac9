"""The folder that keeps raw files: read as written, and never half of it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from orderlake.errors import BadSetting
from orderlake.local_aws.kept_files import (
    ARCHIVE_FILE,
    OBJECTS_FOLDER,
    Archive,
    KeptFile,
    read_archive,
    write_archive,
)

KEPT = st.builds(
    KeptFile, key=st.text(min_size=1), file=st.from_regex(r"[0-9a-f]{8}", fullmatch=True)
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / OBJECTS_FOLDER).mkdir()
    return tmp_path


@given(st.lists(KEPT, max_size=5), st.booleans())
def test_a_list_is_read_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, files: list[KeptFile], is_crawled: bool
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    (folder / OBJECTS_FOLDER).mkdir()
    archive = Archive(tuple(files), is_crawled)
    write_archive(folder, archive)
    assert read_archive(folder) == archive


def test_a_new_folder_keeps_nothing(tmp_path: Path) -> None:
    assert read_archive(tmp_path) is None
    assert read_archive(tmp_path / "not-there") is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": [{"key": "a"}], "is_crawled": true}'])
def test_a_list_that_is_none_is_refused_rather_than_overwritten(folder: Path, text: str) -> None:
    (folder / ARCHIVE_FILE).write_text(text, "utf-8")
    with pytest.raises(BadSetting, match="--persist"):
        read_archive(folder)


def test_files_that_the_list_no_longer_names_are_removed_and_no_others(folder: Path) -> None:
    for name in ("old.csv", "same.csv", "left.csv.part"):
        (folder / OBJECTS_FOLDER / name).write_text(name, "utf-8")
    (folder / "notes.txt").write_text("mine", "utf-8")
    write_archive(folder, Archive((KeptFile("raw/same.csv", "same.csv"),)))
    assert [path.name for path in (folder / OBJECTS_FOLDER).iterdir()] == ["same.csv"]
    assert (folder / "notes.txt").exists()
