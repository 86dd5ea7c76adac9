"""Unpacked code is kept for the next LocalStack, as long as nothing has changed it."""

import os
import shutil
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from localstack_lake.functions.kept_code import Files, KeptCode, files_of, link_files


def unpacked(folder: Path, text: str = "code") -> Path:
    (folder / "package").mkdir(parents=True)
    (folder / "package/module.py").write_text(text)
    return folder


def keep(kept: KeptCode, name: str, code: Path) -> None:
    kept.keep(digest(name), code, files_of(code))


def digest(text: str) -> str:
    return b64encode(text.encode()).decode()


def test_the_files_of_a_zip_are_found_again(tmp_path: Path) -> None:
    code = unpacked(tmp_path / "function/code")
    keep(KeptCode(tmp_path / "kept"), "a/b", code)
    found = KeptCode(tmp_path / "kept").find(digest("a/b"))
    assert found is not None
    assert found[1] == files_of(code)
    assert (found[0] / "package/module.py").samefile(code / "package/module.py")
    assert KeptCode(tmp_path / "kept").find(digest("other")) is None


def test_code_that_was_changed_since_is_not_linked(tmp_path: Path) -> None:
    kept, code = KeptCode(tmp_path / "kept"), unpacked(tmp_path / "function/code")
    for change in ("run", "write", "touch", "add", "remove"):
        keep(kept, change, code)
        found = kept.find(digest(change))
        assert found is not None
        folder, _ = found
        module = folder / "package/module.py"
        match change:
            case "run":
                (folder / "package/__pycache__").mkdir()
                (folder / "package/__pycache__/module.pyc").touch()
            case "write":
                module.write_text("other code")
            case "touch":
                os.utime(module, ns=(0, 0))
            case "add":
                (folder / "new").touch()
            case "remove":
                module.unlink()
        assert link_files(*found, tmp_path / change) == (change == "run"), change


def test_only_the_zips_that_were_used_last_are_kept(tmp_path: Path) -> None:
    kept = KeptCode(tmp_path / "kept")
    for number, name in enumerate(("first", "second", "third")):
        keep(kept, name, unpacked(tmp_path / name, name))
        os.utime(tmp_path / "kept" / name.encode().hex(), (number, number))
        if name == "second":
            kept.find(digest("first"))  # which makes it the newest
    assert kept.find(digest("second")) is None
    assert kept.find(digest("first")) is not None
    assert kept.find(digest("third")) is not None


def test_what_a_killed_process_left_is_removed_later(tmp_path: Path) -> None:
    for name, age_seconds in (("unfinished-now", 10), ("unfinished-old", 10_000)):
        unpacked(tmp_path / "kept" / name)
        os.utime(tmp_path / "kept" / name, (time.time() - age_seconds,) * 2)
    keep(KeptCode(tmp_path / "kept"), "a", unpacked(tmp_path / "code"))
    names = {place.name for place in (tmp_path / "kept").iterdir()}
    assert names == {b"a".hex(), "unfinished-now"}


def test_a_disk_that_cannot_keep_it_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("this is no folder")
    kept = KeptCode(tmp_path / "kept")
    keep(kept, "a", unpacked(tmp_path / "code"))
    assert not (tmp_path / "kept").is_dir()


def test_files_that_are_removed_while_they_are_linked_make_no_code_with_a_part(
    tmp_path: Path,
) -> None:
    code = unpacked(tmp_path / "code")
    (code / "other").mkdir()
    (code / "other/module.py").touch()
    files = files_of(code)
    shutil.rmtree(code / "other")
    assert not link_files(code, files, tmp_path / "own")
    assert list(tmp_path.iterdir()) == [code]


def test_several_localstacks_keep_and_link_the_same_code_at_once(tmp_path: Path) -> None:
    wrong: list[Files] = []

    def keep_and_link(process: int) -> None:
        kept, code = KeptCode(tmp_path / "kept"), unpacked(tmp_path / f"{process}/code")
        files = files_of(code)
        for turn in range(30):
            keep(kept, "same", code)
            found, own = kept.find(digest("same")), tmp_path / f"{process}/{turn}"
            if found and link_files(*found, own) and {*files_of(own)} != {*files}:
                wrong.append(files_of(own))

    with ThreadPoolExecutor(4) as processes:
        assert len(list(processes.map(keep_and_link, range(4)))) == 4
    assert wrong == []
    assert KeptCode(tmp_path / "kept").find(digest("same")) is not None
    assert len(list((tmp_path / "kept").iterdir())) == 1
