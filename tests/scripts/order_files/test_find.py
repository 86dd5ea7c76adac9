"""Which files are sent, under which keys, and which are refused before anything is sent."""

import subprocess
import sys
from pathlib import Path

import pytest
from orderlake.errors import UnreadableInput
from orderlake.order_files.find import find_files


def order_file(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("price,quantity\n1,2\n", "utf-8")
    return path


def test_a_file_goes_under_raw_by_its_name(tmp_path: Path) -> None:
    path = order_file(tmp_path / "Orders 1.CSV")
    assert find_files([path]) == [(path, "raw/Orders 1.CSV")]


def test_a_folder_gives_its_order_files_with_their_paths(tmp_path: Path) -> None:
    first = order_file(tmp_path / "dt=2026-11-22" / "a.csv")
    second = order_file(tmp_path / "dt=2026-11-23" / "a.csv.gz")
    order_file(tmp_path / "readme.md")
    assert find_files([tmp_path]) == [
        (first, "raw/dt=2026-11-22/a.csv"),
        (second, "raw/dt=2026-11-23/a.csv.gz"),
    ]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match="there is no such file"):
        find_files([tmp_path / "none.csv"])


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.touch()
    with pytest.raises(UnreadableInput, match="the file is empty"):
        find_files([path])


def test_a_file_that_the_function_would_skip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match=r"order files end in \.csv"):
        find_files([order_file(tmp_path / "orders.pdf")])


def test_a_folder_without_order_files_is_refused(tmp_path: Path) -> None:
    order_file(tmp_path / "readme.md")
    with pytest.raises(UnreadableInput, match="no order files in this folder"):
        find_files([tmp_path])


def test_two_files_of_one_name_are_refused_rather_than_overwritten(tmp_path: Path) -> None:
    paths = [order_file(tmp_path / day / "a.csv") for day in ("one", "two")]
    with pytest.raises(UnreadableInput, match=r"both become raw/a\.csv"):
        find_files(paths)


def test_the_local_transform_needs_no_aws_library(tmp_path: Path) -> None:
    path = order_file(tmp_path / "orders.csv")
    code = (
        "import sys; sys.modules['boto3'] = sys.modules['botocore'] = None\n"
        f"from orderlake.cli import main; main(['transform', {str(path)!r}, '--out', "
        f"{str(tmp_path / 'out')!r}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr  # no product: refused, but read
    assert "no_required_column" in done.stdout
