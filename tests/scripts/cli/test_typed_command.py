"""The commands that messages name can be typed where the user is, and in the user's way."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from orderlake.cli.make_target import TARGETS
from orderlake.cli.typed_command import (
    CHECKOUT,
    TypedCommand,
    orderlake_of,
    program_of,
    remember_typed,
    typed_command,
)

PROGRAM = Path(sys.prefix, "bin", "orderlake")
BY_MAKE = TypedCommand(".venv/bin/orderlake")
ELSEWHERE = TypedCommand(is_make=False, checkout="/opt/order lake")


@pytest.mark.parametrize(
    ("hint", "elsewhere"),
    [
        ("next: make crawl", "next: orderlake crawl"),
        ("start it: make local-up", "start it: orderlake local up"),
        ("make up deploy", "orderlake local up && orderlake deploy"),
        (
            "upload some: make upload FILE=orders.csv crawl; then look",
            "upload some: orderlake upload orders.csv && orderlake crawl; then look",
        ),
        ("(make local-down)", "(orderlake local down)"),
        (
            "try: make report ARGS=--open, make destroy",
            "try: orderlake report --open, orderlake destroy",
        ),
        ("make demo KEEP=1, then wait", "orderlake demo --keep, then wait"),
        ("make query Q=top ARGS='--param a=b c'", "orderlake query --param a=b c top"),
        ("bring it again: make sync ENV=aws", "bring it again: orderlake sync --env aws"),
        ("see why: orderlake logs --errors", "see why: orderlake logs --errors"),
        ("make spark, then again", "make -C '/opt/order lake' spark, then again"),
        ("install it: make local-up", "install it: make -C '/opt/order lake' local-up"),
        (
            "install it: ORDERLAKE_PORT=4600 make local-up",
            "install it: ORDERLAKE_PORT=4600 make -C '/opt/order lake' local-up",
        ),
        ("free some, or: make clean", "free some, or: make -C '/opt/order lake' clean"),
        ("rows make sense, and make a table", "rows make sense, and make a table"),
        ("make up-to-date files", "make up-to-date files"),
    ],
)
def test_a_hint_of_make_is_one_of_orderlake_where_make_was_not_typed(
    hint: str, elsewhere: str
) -> None:
    assert ELSEWHERE.as_typed(hint) == elsewhere
    assert ELSEWHERE.as_typed(elsewhere) == elsewhere
    if "orderlake" not in hint:
        assert BY_MAKE.as_typed(hint) == hint


def test_after_make_a_hint_names_the_program_where_it_is() -> None:
    hint = "see why: orderlake logs --errors; settings: orderlake.toml; orderlake is here"
    told = hint.replace("orderlake logs", ".venv/bin/orderlake logs")
    assert BY_MAKE.as_typed(hint) == told


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_has_a_command(target: str) -> None:
    name = TARGETS[target].name
    hint = f"make {target} {name}=a.csv" if name else f"make {target}"
    assert orderlake_of(hint).startswith(f"orderlake {TARGETS[target].command}")


def test_a_hint_without_the_file_that_it_needs_stays() -> None:
    assert orderlake_of("make upload") == "make upload"


def test_the_program_is_named_as_the_shell_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.defpath)
    assert program_of(PROGRAM, Path(sys.prefix).parent) == ".venv/bin/orderlake"
    assert program_of(PROGRAM, tmp_path) == str(PROGRAM)
    assert program_of(Path("-c"), tmp_path) == "orderlake"
    monkeypatch.setenv("PATH", str(PROGRAM.parent))
    assert program_of(PROGRAM, tmp_path) == "orderlake"


def test_in_another_folder_a_command_names_only_what_can_be_typed_there(tmp_path: Path) -> None:
    # Where a local AWS of the checkout is up, its port counts.
    shutil.copy(CHECKOUT / "orderlake.toml", tmp_path)
    env = {
        "HOME": str(tmp_path),
        "PATH": os.defpath,
        "ORDERLAKE_PORT": "1025",
        "ORDERLAKE_ROOT": str(tmp_path),
    }
    done = subprocess.run(
        [PROGRAM, "status"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.stderr.splitlines()[-1] == f"  start it: ORDERLAKE_PORT=1025 {PROGRAM} local up"


def test_every_target_that_a_message_names_is_known() -> None:
    makefile = (CHECKOUT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    texts = [path.read_text("utf-8") for path in (CHECKOUT / "scripts/orderlake").rglob("*.py")]
    named = {found for text in texts for found in re.findall(r"\bmake ([a-z-]+)", text)}
    assert named & targets
    for target in named & targets:
        assert not ELSEWHERE.as_typed(f"make {target} FILE=a.csv").startswith(f"make {target}")


def test_how_a_command_was_typed_holds_until_it_ends() -> None:
    before = typed_command()
    with remember_typed("orderlake", is_make=False):
        assert not typed_command().is_make
    assert typed_command() == before
