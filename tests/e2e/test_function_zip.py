"""The function's zip as it is shipped: for both processors, whole, lean, and the same every time.

It is built from the real wheels, so that a wheel for another system or a forgotten package shows
here and not at the first order.
"""

import json
import os
import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from orderlake.deploy.build import build, runs_wheels_of_lambda
from orderlake.deploy.package import UNZIPPED_MAX, ZIPPED_MAX, Package, bytecode_name
from orderlake.settings import own_architecture

from .conftest import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.long]

# e_machine of an ELF header: https://www.sco.com/developers/gabi/latest/ch4.eheader.html
MACHINES = {"x86_64": 0x3E, "arm64": 0xB7}
# Amazon Linux 2023, on which python3.13 runs.
GLIBC = (2, 34)
# The metadata that has to stay: importlib.metadata reads it, or a licence demands it.
METADATA = re.compile(r"METADATA|NOTICE|LICEN[CS]E|AUTHORS|COPYING", re.IGNORECASE)


@pytest.fixture(scope="module", params=MACHINES)
def built(request: pytest.FixtureRequest) -> tuple[str, Package]:
    return request.param, build(ROOT, request.param, is_local=False)


@pytest.fixture
def entries(built: tuple[str, Package]) -> Iterator[zipfile.ZipFile]:
    with zipfile.ZipFile(built[1].path) as archive:
        yield archive


def libraries(archive: zipfile.ZipFile) -> list[str]:
    return [name for name in archive.namelist() if re.search(r"\.so(\.\d+)*$", name)]


def test_it_is_far_below_lambda_s_limits(built: tuple[str, Package]) -> None:
    _, package = built
    assert package.size_bytes < ZIPPED_MAX * 0.6
    assert package.unzipped_bytes < UNZIPPED_MAX * 0.4


def test_every_library_is_for_the_function_s_processor(
    built: tuple[str, Package], entries: zipfile.ZipFile
) -> None:
    names = libraries(entries)
    assert {name.partition("/")[0].partition(".")[0] for name in names} >= {"_duckdb", "isal"}
    for name in names:
        head = entries.read(name)[:20]
        assert head[:4] == b"\x7fELF", name
        (machine,) = struct.unpack("<H", head[18:20])
        assert machine == MACHINES[built[0]], name
        assert "abi3" in name or "cpython-313" in name


def test_no_library_wants_a_newer_system_than_lambda_s(entries: zipfile.ZipFile) -> None:
    for name in libraries(entries):
        wanted = re.findall(rb"GLIBC_(\d+)\.(\d+)", entries.read(name))
        assert max((int(major), int(minor)) for major, minor in wanted) <= GLIBC, name


def test_nothing_is_in_it_that_a_running_function_does_not_need(entries: zipfile.ZipFile) -> None:
    for name in entries.namelist():
        *folders, file = name.split("/")
        assert not {"tests", "test", "examples", "bin"} & set(folders), name
        assert not file.endswith((".pyi", ".c", ".h", ".pyx")), name
        if folders and folders[0].endswith(".dist-info"):
            assert METADATA.search(file), name


def test_every_module_has_its_bytecode_and_no_bytecode_is_without_its_module(
    entries: zipfile.ZipFile,
) -> None:
    names = set(entries.namelist())
    modules = {name for name in names if name.endswith(".py")}
    assert {bytecode_name(name) for name in modules} == {n for n in names if n.endswith(".pyc")}


def test_every_pinned_package_is_in_it_and_no_other(entries: zipfile.ZipFile) -> None:
    pinned = re.findall(r"^([\w-]+)==", (ROOT / "lambda/requirements.txt").read_text(), re.M)
    packed = {
        name.partition("-")[0] for name in entries.namelist() if name.endswith("dist-info/METADATA")
    }
    assert packed == {name.replace("-", "_") for name in pinned}


def test_the_handler_runs_with_nothing_but_the_zip(
    built: tuple[str, Package], entries: zipfile.ZipFile, tmp_path: Path
) -> None:
    if built[0] != own_architecture() or not runs_wheels_of_lambda():
        pytest.skip("this machine cannot run the zip's libraries: another processor or system")
    entries.extractall(tmp_path)
    code = (
        f"import sys, json; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from order_transform.handler import handle\n"
        "print(json.dumps(handle({'Event': 's3:TestEvent'}, None)))\n"
        "strange = [m.__file__ for m in list(sys.modules.values()) if getattr(m, '__file__', None)"
        " and 'site-packages' in m.__file__]\n"
        "sys.exit(str(strange) if strange else 0)"
    )
    # Isolated, without site-packages: what is missing in the zip is missing here.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", code],
        env={"PROCESSED_BUCKET": "processed", "AWS_DEFAULT_REGION": "us-east-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"files": []}


def test_a_clean_build_elsewhere_gives_the_same_bytes(tmp_path: Path) -> None:
    for entry in ("lambda", ".tools"):
        (tmp_path / entry).symlink_to(ROOT / entry)
    # The build of this checkout is an earlier one, by the same code from the same files.
    here = build(ROOT, own_architecture(), is_local=False)
    before = os.umask(0o077)
    try:
        elsewhere = build(tmp_path, own_architecture(), is_local=False)
    finally:
        os.umask(before)
    assert elsewhere.path != here.path
    assert elsewhere.path.read_bytes() == here.path.read_bytes()
    assert elsewhere.sha256 == here.sha256
