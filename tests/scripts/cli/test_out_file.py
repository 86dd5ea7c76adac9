"""What --out may name: regular files, whole or not at all, and standard output."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from orderlake.cli import cli
from orderlake.cli.out_file import out_file, wanted_file
from orderlake.errors import BadSetting, WrongUse


def test_a_file_is_there_once_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "folder" / "out.csv"
    with out_file("--out", target) as part:
        part.write_text("new")
        assert not target.exists()
    assert target.read_text() == "new"
    assert list(target.parent.iterdir()) == [target]


def test_what_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")

    def write() -> None:
        with out_file("--out", target) as part:
            part.write_text("half")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        write()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_stays_a_link_and_its_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    with out_file("--out", tmp_path / "link") as part:
        part.write_text("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


@pytest.mark.parametrize("kind", ["folder", "fifo", "device", "link to a device"])
def test_what_is_not_a_file_is_refused_and_left(kind: str, tmp_path: Path) -> None:
    target = tmp_path / "target"
    match kind:
        case "folder":
            target.mkdir()
        case "fifo":
            os.mkfifo(target)
        case "device":
            target = Path("/dev/null")
        case _:
            target.symlink_to("/dev/null")
    before = target.lstat()
    with pytest.raises(BadSetting, match="regular file"), out_file("--out", target):
        raise AssertionError("nothing may be written")
    after = target.lstat()
    assert (before.st_ino, before.st_mode) == (after.st_ino, after.st_mode)


def test_a_file_that_may_not_be_replaced_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "mine.csv"
    target.write_text("my orders")
    with pytest.raises(WrongUse, match="--force"), out_file("--out", target, is_replaced=False):
        raise AssertionError("nothing may be written")
    assert target.read_text() == "my orders"


def test_sample_replaces_a_file_only_by_force(tmp_path: Path) -> None:
    target = tmp_path / "mine.csv"
    target.write_text("my orders")
    words = ["sample", "--rows", "3", "--out", str(target)]
    assert CliRunner().invoke(cli, words).exit_code == 2
    assert target.read_text() == "my orders"
    assert CliRunner().invoke(cli, [*words, "--force"]).exit_code == 0
    assert target.read_text().count("\n") == 4


def test_a_dash_is_standard_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["sample", "--rows", "2", "--out", "-"])
    assert done.output.startswith("order_id,order_date,")
    assert done.output.count("\n") == 3
    assert list(tmp_path.iterdir()) == []


def test_an_unfinished_file_is_told_by_the_name_that_was_asked_for(tmp_path: Path) -> None:
    for name in ("orders.csv", ".hidden", "a.1.part"):
        with out_file("--out", tmp_path / name) as part:
            assert wanted_file(str(part)) == str(tmp_path / name)
    assert wanted_file("/x/orders.csv") == "/x/orders.csv"
