"""What counts as a save, and which saves are not worth a deployment."""

import os
from pathlib import Path

import pytest
from orderlake.local_aws import watch_sources


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    code = tmp_path / "lambda" / "order_transform"
    (code / "__pycache__").mkdir(parents=True)
    for name in ("handler.py", "contract.toml", ".handler.py.swp", "__pycache__/handler.pyc"):
        (code / name).write_text("x = 1\n", "utf-8")
    (tmp_path / "template.yaml").write_text("Resources: {}\n", "utf-8")
    return tmp_path


def names(files: watch_sources.Files) -> set[str]:
    return {path.name for path in files}


def test_only_what_a_deployment_is_made_of_is_looked_at(checkout: Path) -> None:
    assert names(watch_sources.file_stamps(checkout)) == {
        "handler.py",
        "contract.toml",
        "template.yaml",
    }


def test_a_save_without_a_change_of_size_is_noticed(checkout: Path) -> None:
    before = watch_sources.file_stamps(checkout)
    path = checkout / "lambda" / "order_transform" / "handler.py"
    path.write_text("x = 2\n", "utf-8")
    os.utime(path, ns=(1, before[path][0] + 1))
    assert watch_sources.changed_files(before, watch_sources.file_stamps(checkout)) == [path]


def test_a_new_file_and_a_removed_one_are_noticed(checkout: Path) -> None:
    before = watch_sources.file_stamps(checkout)
    folder = checkout / "lambda" / "order_transform"
    (folder / "contract.toml").unlink()
    (folder / "added.py").write_text("", "utf-8")
    changed = watch_sources.changed_files(before, watch_sources.file_stamps(checkout))
    assert [path.name for path in changed] == ["added.py", "contract.toml"]


def test_nothing_saved_is_nothing_changed(checkout: Path) -> None:
    assert (
        watch_sources.changed_files(
            watch_sources.file_stamps(checkout), watch_sources.file_stamps(checkout)
        )
        == []
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"x = 1\n", None),
        (b"x = 1\ndef handle(:\n", "handler.py, line 2: invalid syntax"),
        ("x = 'gr\u00fc\u00dfe'\n".encode("latin-1"), "handler.py, line 1: (unicode"),
    ],
)
def test_code_that_python_cannot_read_is_told_with_its_line(
    tmp_path: Path, text: bytes, fault: str | None
) -> None:
    path = tmp_path / "handler.py"
    path.write_bytes(text)
    found = watch_sources.syntax_fault([path])
    assert found is None if fault is None else (found or "").startswith(fault)


def test_a_removed_or_foreign_file_has_no_fault(tmp_path: Path) -> None:
    contract = tmp_path / "contract.toml"
    contract.write_text("= not python", "utf-8")
    assert watch_sources.syntax_fault([tmp_path / "gone.py", contract]) is None
