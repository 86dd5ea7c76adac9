"""The folder that keeps raw files: read as written, and never half of it."""

from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from localstack_lake.s3.journal import Journal
from orderlake.errors import BadSetting
from orderlake.local_aws.kept_files import (
    ARCHIVE_FILE,
    Archive,
    KeptFile,
    forget_since_last_save,
    merge,
    read_archive,
    write_archive,
)
from orderlake.local_aws.kept_journal import (
    JOURNAL_FILE,
    OBJECTS_FOLDER,
    add_kept,
    kept_objects_variables,
)
from orderlake.settings import load

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
def test_a_file_that_is_not_a_list_is_refused_rather_than_overwritten(
    folder: Path, text: str
) -> None:
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


def test_without_a_stack_only_the_files_of_the_last_save_stay(folder: Path) -> None:
    for name in ("saved.csv", "later.csv"):
        (folder / OBJECTS_FOLDER / name).write_text(name, "utf-8")
    saved = Archive((KeptFile("raw/saved.csv", "saved.csv"),))
    write_archive(folder, saved)
    Journal(folder).keep("raw/later.csv", "e1", [b"later"])
    forget_since_last_save(folder)
    assert read_archive(folder) == saved
    assert [path.name for path in (folder / OBJECTS_FOLDER).iterdir()] == ["saved.csv"]


LINES = st.lists(
    st.fixed_dictionaries(
        {"key": st.sampled_from("abc"), "file": st.sampled_from([None, "x", "y"])}
    )
)


@given(st.lists(KEPT, max_size=3, unique_by=lambda kept: kept.key), LINES, LINES)
def test_the_last_line_about_a_key_decides(
    files: list[KeptFile], first: list[dict[str, str | None]], second: list[dict[str, str | None]]
) -> None:
    saved = Archive(tuple(files), True)
    both = merge(saved, [*first, *second])
    assert both == merge(merge(saved, first), second)
    last = {str(line["key"]): line["file"] for line in [*first, *second]}
    expected = {kept.key: kept.file for kept in files} | last
    found = {kept.key: kept.file for kept in both.files}
    assert found == {key: file for key, file in expected.items() if file is not None}


def test_what_came_since_the_last_save_is_read_with_it(folder: Path) -> None:
    write_archive(folder, Archive((KeptFile("raw/old.csv", "old"),), True))
    text = (
        '{"key": "raw/new.csv", "file": "new"}\n{"key": "raw/old.csv", "file": null}\n{"key": "ra'
    )
    (folder / JOURNAL_FILE).write_text(text, "utf-8")
    assert read_archive(folder) == Archive((KeptFile("raw/new.csv", "new"),), True)


@pytest.mark.parametrize("mark", ["\u2028", "\x85", "\x1c", "\r\n", "'\"\\", "\U0001f6d2"])
def test_every_character_of_a_key_is_kept(folder: Path, mark: str) -> None:
    journal = Journal(folder)
    journal.keep(f"raw/a{mark}b.csv", "e1", [b"one"])
    journal.keep("raw/z.csv", "e2", [b"two"])
    archive = read_archive(folder)
    assert archive is not None
    assert [kept.key for kept in archive.files] == [f"raw/a{mark}b.csv", "raw/z.csv"]


def test_a_save_takes_the_journal_with_it(folder: Path) -> None:
    (folder / JOURNAL_FILE).write_text('{"key": "a", "file": "b"}\n', "utf-8")
    write_archive(folder, Archive())
    assert read_archive(folder) == Archive()


def test_what_a_container_kept_is_added_to_the_folder(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    journal = Journal(copy)
    journal.keep("raw/a.csv", "e1", [b"one"])
    journal.keep("raw/b.csv", "e2", [b"two"])
    journal.forget("raw/a.csv")
    # It ended in the middle of a line, and of a file.
    with (copy / JOURNAL_FILE).open("a") as file:
        file.write('{"key": "raw/c.csv", "fi')
    (copy / "objects" / "c.csv.part").write_text("thr")
    Journal(folder).keep("raw/z.csv", "e0", [b"zero"])
    for _ in range(2):
        add_kept(copy, folder)
        archive = read_archive(folder)
        assert archive is not None
        contents = {
            kept.key: (folder / "objects" / kept.file).read_bytes() for kept in archive.files
        }
        assert contents == {"raw/z.csv": b"zero", "raw/b.csv": b"two"}
    assert not list((folder / "objects").glob("*.part"))


@pytest.mark.parametrize(
    ("text", "bucket"),
    [("", "shop-raw-000000000000-us-east-1"), ('[local]\nraw_bucket = "exports"\n', "exports")],
)
def test_files_are_kept_as_they_come_in_an_existing_raw_bucket_too(
    tmp_path: Path, text: str, bucket: str
) -> None:
    (tmp_path / "orderlake.toml").write_text(text, "utf-8")
    settings = load("local", environ={}, start=tmp_path)
    variables = kept_objects_variables(settings, "kept")
    assert fnmatchcase(bucket, variables["LAKE_KEEP_BUCKETS"])


def test_a_container_that_kept_nothing_adds_nothing(folder: Path, tmp_path: Path) -> None:
    add_kept(tmp_path / "none", folder)
    assert read_archive(folder) is None


@pytest.mark.parametrize("text", ["x\n", "[]\n", '{"key": "a"}\n'])
def test_a_file_that_is_not_a_journal_is_refused(folder: Path, text: str) -> None:
    (folder / JOURNAL_FILE).write_text(text, "utf-8")
    with pytest.raises(BadSetting, match="--persist"):
        read_archive(folder)
