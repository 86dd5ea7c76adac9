"""Unpacked code is kept for the next LocalStack, as long as nothing has changed it."""

import os
from base64 import b64encode
from pathlib import Path

from localstack_lake.functions.kept_code import KeptCode


def unpacked(folder: Path, text: str = "code") -> Path:
    (folder / "package").mkdir(parents=True)
    (folder / "package/module.py").write_text(text)
    return folder


def digest(text: str) -> str:
    return b64encode(text.encode()).decode()


def test_the_files_of_a_zip_are_found_again(tmp_path: Path) -> None:
    code = unpacked(tmp_path / "function/code")
    KeptCode(tmp_path / "kept").keep(digest("a/b"), code)
    found = KeptCode(tmp_path / "kept").find(digest("a/b"))
    assert found is not None
    assert (found / "package/module.py").samefile(code / "package/module.py")
    assert KeptCode(tmp_path / "kept").find(digest("other")) is None


def test_code_that_was_changed_since_is_not_found(tmp_path: Path) -> None:
    kept, code = KeptCode(tmp_path / "kept"), unpacked(tmp_path / "function/code")
    for change in ("write", "touch", "add", "remove"):
        kept.keep(digest(change), code)
        found = kept.find(digest(change))
        assert found is not None
        module = found / "package/module.py"
        match change:
            case "write":
                module.write_text("other code")
            case "touch":
                os.utime(module, ns=(0, 0))
            case "add":
                (found / "new").touch()
            case "remove":
                module.unlink()
        assert kept.find(digest(change)) is None, change


def test_only_the_zips_that_were_used_last_are_kept(tmp_path: Path) -> None:
    kept = KeptCode(tmp_path / "kept")
    for number, name in enumerate(("first", "second", "third")):
        kept.keep(digest(name), unpacked(tmp_path / name, name))
        note = tmp_path / "kept" / f"{name.encode().hex()}.json"
        os.utime(note, (number, number))
        if name == "second":
            kept.find(digest("first"))  # which makes it the newest
    assert kept.find(digest("second")) is None
    assert kept.find(digest("first")) is not None
    assert kept.find(digest("third")) is not None


def test_a_disk_that_cannot_keep_it_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("this is no folder")
    kept = KeptCode(tmp_path / "kept")
    kept.keep(digest("a"), unpacked(tmp_path / "code"))
    assert not (tmp_path / "kept").is_dir()
