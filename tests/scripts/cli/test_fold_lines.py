"""Lines on a terminal break between words."""

import os
import pty
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from orderlake.cli.fold_lines import cell_length, fold

NOTE = (
    "  note: price is read as the price of one piece: it differs in 3,886 of 9,644 rows; "
    "if wrong: set price_is in the contract"
)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal_and_no_word_is_broken(width: int) -> None:
    lines = fold(NOTE, width).split("\n")
    assert all(len(line) <= width for line in lines)
    assert " ".join(lines).split() == NOTE.split()
    assert all(line.startswith("    ") for line in lines[1:])


def test_a_text_beside_a_label_goes_on_below_itself() -> None:
    assert fold("rows      14,152 read: 14,099 accepted, 40 rejected", 40).split("\n") == [
        "rows      14,152 read: 14,099 accepted,",
        "          40 rejected",
    ]


def test_a_text_beside_two_labels_goes_on_below_itself() -> None:
    assert fold("ok       packages     orderlake 0.1.0, duckdb 2.0.0", 45).split("\n") == [
        "ok       packages     orderlake 0.1.0, duckdb",
        "                      2.0.0",
    ]


@pytest.mark.parametrize(
    "command",
    [
        'orderlake transform orders.csv --out results --map price="Our price"',
        "ORDERLAKE_PREFIX=tea make upload ENV=aws FILE=orders.csv crawl",
        '--map line_total="Total Sales"',
    ],
)
def test_a_command_and_an_option_stay_on_one_line(command: str) -> None:
    text = f"error: the column was not found among those of the file; type: {command}; then again"
    assert any(command in line for line in fold(text, 76).split("\n"))


def test_of_two_commands_each_stays_on_one_line() -> None:
    first = "ORDERLAKE_PREFIX=tea /opt/orderlake/.venv/bin/orderlake upload orders.csv"
    second = first.replace("upload orders.csv", "crawl")
    assert fold(f"  {first} && {second}", 90).split("\n") == [f"  {first} &&", f"    {second}"]


def test_a_line_that_fits_stays_as_it_is() -> None:
    text = "two  spaces   stay\n\n   and an empty line"
    assert fold(text, 40) == text


@given(st.text(alphabet="ab é漢-=;:,\n\x1b", max_size=300), st.integers(0, 60))
def test_nothing_but_white_space_changes(text: str, width: int) -> None:
    assert "".join(fold(text, width).split()) == "".join(text.split())


def test_colours_take_no_room() -> None:
    assert cell_length("\x1b[31merror:\x1b[0m") == len("error:")


def test_a_terminal_of_40_columns_breaks_no_word_of_an_error() -> None:
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "orderlake", "uplaod"]
    environment = os.environ | {"COLUMNS": "40", "NO_COLOR": "1"}
    subprocess.run(command, env=environment, stderr=follower, stdout=follower, check=False)
    os.close(follower)
    lines = os.read(leader, 100_000).decode().splitlines()
    os.close(leader)
    assert len(lines) > 3
    assert all(len(line) <= 40 for line in lines)
    assert "completion" in " ".join(lines).split()
