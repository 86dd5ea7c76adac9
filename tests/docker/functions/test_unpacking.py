"""Code that two functions share is unpacked once, and each function keeps its own folder of it."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from localstack_lake.functions.kept_code import KeptCode
from localstack_lake.functions.unpacking import Unpacking


@dataclass
class Zip:
    """LocalStack's code of a function; its digest is its content."""

    folder: Path
    code_sha256: str = "a"
    is_users: bool = False
    times: int = 0

    def prepare_for_execution(self) -> None:
        self.times += 1
        if not self.folder.exists():
            (self.folder / "package").mkdir(parents=True)
            (self.folder / "package/module.py").write_text(self.code_sha256)

    def get_unzipped_code_location(self) -> Path:
        return self.folder

    def is_hot_reloading(self) -> bool:
        return self.is_users


def module(code: Zip) -> Path:
    return code.folder / "package/module.py"


def test_the_same_code_is_linked_and_other_code_is_unpacked(tmp_path: Path) -> None:
    unpacking = Unpacking()
    first, second = Zip(tmp_path / "1/code"), Zip(tmp_path / "2/code")
    other = Zip(tmp_path / "3/code", "b")
    for code in (first, second, other):
        unpacking.unpack(code)
    assert (first.times, second.times, other.times) == (1, 0, 1)
    assert module(second).samefile(module(first))
    assert module(other).read_text() == "b"
    assert all(module(code).stat().st_mode & 0o777 == 0o555 for code in (first, second, other))


def test_the_same_code_is_linked_by_a_later_localstack(tmp_path: Path) -> None:
    kept = KeptCode(tmp_path / "kept")
    first, second = Zip(tmp_path / "1/code", "abcd"), Zip(tmp_path / "2/code", "abcd")
    Unpacking(kept).unpack(first)
    Unpacking(kept).unpack(second)
    assert (first.times, second.times) == (1, 0)
    assert module(second).samefile(module(first))


def test_a_function_keeps_its_code_when_the_other_goes(tmp_path: Path) -> None:
    unpacking = Unpacking()
    first, second, third = (Zip(tmp_path / f"{number}/code") for number in range(3))
    unpacking.unpack(first)
    unpacking.unpack(second)
    shutil.rmtree(first.folder.parent)
    assert module(second).read_text() == "a"
    shutil.rmtree(second.folder.parent)
    unpacking.unpack(third)
    assert third.times == 1
    assert module(third).read_text() == "a"


def test_code_that_is_unpacked_already_stays(tmp_path: Path) -> None:
    unpacking, code = Unpacking(), Zip(tmp_path / "1/code")
    unpacking.unpack(Zip(tmp_path / "2/code"))
    unpacking.unpack(code)
    before = module(code).stat().st_ino
    unpacking.unpack(code)
    assert module(code).stat().st_ino == before


def test_a_folder_of_the_user_s_is_not_touched(tmp_path: Path) -> None:
    unpacking, code = Unpacking(), Zip(tmp_path / "own", is_users=True)
    unpacking.unpack(code)
    module(code).chmod(0o644)
    unpacking.unpack(code)
    assert module(code).stat().st_mode & 0o777 == 0o644
