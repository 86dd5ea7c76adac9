"""The zip: same input, same bytes; no ballast; within Lambda's limits."""

import os
import zipfile
from pathlib import Path

import pytest
from orderlake.build import (
    UNZIPPED_MAX,
    ZIPPED_MAX,
    Package,
    add_tree,
    check_limits,
    dependency_files,
    find_uv,
    is_left_out,
    measure,
)
from orderlake.errors import BuildFailed

FILES = {
    "click/__init__.py": "x = 1\n",
    "click/native.so": "binary",
    "click/__pycache__/core.cpython-313.pyc": "cached",
    "click/tests/test_x.py": "assert True",
    "click-8.dist-info/METADATA": "Name: click",
    "click-8.dist-info/licenses/LICENSE": "text",
    "click-8.dist-info/RECORD": "hashes",
    "bin/click": "#!/bin/sh",
    "botocore/data/s3/2006-03-01/service-2.json.gz": "model",
    "botocore/data/ec2/2016-11-15/service-2.json.gz": "model",
    "botocore/data/endpoints.json": "{}",
}
KEPT = [
    "botocore/data/endpoints.json",
    "botocore/data/s3/2006-03-01/service-2.json.gz",
    "click-8.dist-info/METADATA",
    "click-8.dist-info/licenses/LICENSE",
    "click/__init__.py",
    "click/native.so",
]


def tree(folder: Path, names: list[str], mode: int, moment: int) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FILES[name], "utf-8")
        path.chmod(mode)
        os.utime(path, (moment, moment))
    return folder


def zipped(folder: Path) -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        add_tree(archive, folder, dependency_files(folder))
    return path


def test_order_times_and_permissions_of_the_files_do_not_show_in_the_zip(tmp_path: Path) -> None:
    one = zipped(tree(tmp_path / "one", list(FILES), 0o600, 1_000_000_000))
    two = zipped(tree(tmp_path / "two", list(FILES)[::-1], 0o755, 1_700_000_000))
    assert one.read_bytes() == two.read_bytes()


def test_another_content_is_another_key(tmp_path: Path) -> None:
    folder = tree(tmp_path / "one", list(FILES), 0o644, 1)
    before = measure(zipped(folder), tmp_path / "before.zip", 1)
    (folder / "click" / "__init__.py").write_text("x = 2\n", "utf-8")
    after = measure(zipped(folder), tmp_path / "after.zip", 1)
    assert before.key != after.key
    assert before.key == f"order_transform/{before.sha256}.zip"


def test_only_what_the_function_needs_is_packed(tmp_path: Path) -> None:
    path = zipped(tree(tmp_path / "one", list(FILES), 0o644, 1))
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == KEPT
        modes = {entry.filename: entry.external_attr >> 16 for entry in archive.infolist()}
    assert modes["click/__init__.py"] == 0o100644
    assert modes["click/native.so"] == 0o100755


@pytest.mark.parametrize("name", ["s3", "endpoints.json", "partitions.json", "_retry.json"])
def test_what_boto3_needs_to_call_s3_stays(name: str) -> None:
    assert not is_left_out(Path("botocore/data") / name)


@pytest.mark.parametrize(("size", "unzipped"), [(ZIPPED_MAX + 1, 1), (1, UNZIPPED_MAX + 1)])
def test_a_zip_over_a_limit_is_refused_with_the_limit(size: int, unzipped: int) -> None:
    with pytest.raises(BuildFailed, match="over Lambda's"):
        check_limits(Package(Path("a.zip"), "0" * 64, size, unzipped))


def test_a_zip_at_the_limits_passes() -> None:
    check_limits(Package(Path("a.zip"), "0" * 64, ZIPPED_MAX, UNZIPPED_MAX))


def test_the_projects_own_uv_goes_before_any_other(tmp_path: Path) -> None:
    own = tmp_path / ".tools" / "uv" / "bin" / "uv"
    own.parent.mkdir(parents=True)
    own.touch()
    assert find_uv(tmp_path) == str(own)
