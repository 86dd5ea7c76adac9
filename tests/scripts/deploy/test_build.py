"""The zip: same input, same bytes; no ballast; within Lambda's limits."""

import os
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from order_transform.contract.compiled_lists import compile_lists
from orderlake.deploy.build import (
    add_code,
    check_storage,
    code_files,
    dependency_files,
    find_uv,
    fingerprint,
    is_left_out,
    one_at_a_time,
    remove_older,
    uv_environment,
)
from orderlake.deploy.package import (
    UNZIPPED_MAX,
    ZIPPED_MAX,
    Package,
    add_tree,
    bytecode,
    check_limits,
    measure,
    read_package,
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
    "click/__pycache__/__init__.cpython-313.pyc",
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


def test_a_cold_start_runs_the_packed_bytecode_and_compiles_nothing(tmp_path: Path) -> None:
    path = zipped(tree(tmp_path / "one", ["click/__init__.py"], 0o644, 1))
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "task")
    # The bytecode is believed without a look at the source, which says something else by now.
    (tmp_path / "task" / "click" / "__init__.py").write_text("x = 2\n", "utf-8")
    code = "import sys; sys.path.insert(0, sys.argv[1]); import click; print(click.x)"
    command = [sys.executable, "-I", "-S", "-c", code, str(tmp_path / "task")]
    assert subprocess.run(command, capture_output=True, check=True, text=True).stdout == "1\n"


def test_a_module_that_python_cannot_read_is_named_with_its_line() -> None:
    with pytest.raises(BuildFailed, match=r"a/handler\.py, line 2: "):
        bytecode(b"x = 1\ndef handle(:\n", "a/handler.py")


SET_AND_TEXTS = (
    b"NAMES = frozenset({'a', 'b', 'c', 'dd'})\ndef f(x):\n    return x in {'k', 'l', 'm'}\n"
)


def test_bytecode_does_not_depend_on_the_process_that_makes_it() -> None:
    code = (
        "import sys; from orderlake.deploy.package import bytecode; "
        "sys.stdout.buffer.write(bytecode(sys.stdin.buffer.read(), 'a/b.py'))"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            input=SET_AND_TEXTS,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert made == {bytecode(SET_AND_TEXTS, "a/b.py")}


@pytest.mark.parametrize("name", ["s3", "glue", "endpoints.json", "partitions.json", "_retry.json"])
def test_what_boto3_needs_to_call_s3_and_glue_stays(name: str) -> None:
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


def test_the_function_is_packed_whole_and_what_tools_leave_beside_it_is_not(
    tmp_path: Path,
) -> None:
    package = tmp_path / "order_transform"
    for name in ("handler.py", "contract.toml", "parts/one.py"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(name, "utf-8")
    for name in (".mypy_cache/3.13/cache.json", "__pycache__/handler.py", "handler.py~"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(name, "utf-8")
    names = [path.relative_to(package).as_posix() for path in code_files(package)]
    assert names == ["contract.toml", "handler.py", "parts/one.py"]


def test_every_tracked_file_of_the_function_is_packed() -> None:
    root = Path(__file__).resolve().parents[3]
    listed = subprocess.run(
        ["git", "ls-files", "lambda/order_transform"], cwd=root, capture_output=True, text=True
    )
    if listed.returncode or not listed.stdout:
        pytest.skip("this is not a git checkout, so git lists no files")
    packed = {p.relative_to(root).as_posix() for p in code_files(root / "lambda/order_transform")}
    assert {name for name in listed.stdout.split() if (root / name).exists()} <= packed


def test_a_moved_or_changed_file_is_another_function(tmp_path: Path) -> None:
    def of(name: str, text: str) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return fingerprint([path], "")

    assert len({of("a/x.py", "1"), of("b/x.py", "1"), of("a/x.py", "2"), of("a/y.py", "1")}) == 4
    assert of("a/x.py", "1") == of("a/x.py", "1")


@pytest.fixture
def built(tmp_path: Path) -> Package:
    folder = tree(tmp_path / "one", list(FILES), 0o644, 1)
    (tmp_path / "build").mkdir()
    finished = tmp_path / "build" / "function-x-1.zip"
    return add_code(zipped(folder), finished, folder, [folder / "click" / "__init__.py"])


def test_the_word_lists_are_in_the_zip_as_they_are_read_at_once(tmp_path: Path) -> None:
    root = Path(__file__).parents[3] / "lambda"
    contract = root / "order_transform" / "contract"
    with zipfile.ZipFile(tmp_path / "function.zip", "w") as archive:
        add_tree(archive, root, code_files(contract))
        compiled = archive.read("order_transform/contract/__pycache__/word_lists.json")
    assert compiled == compile_lists(contract)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_that_was_built_is_taken_by_its_figures_alone(built: Package) -> None:
    assert read_package(built.path) == built
    built.path.write_bytes(b"cut off")
    assert read_package(built.path) is None


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("figures", ["", "{}", '{"sha256": "a", "more": 1}'])
def test_a_zip_without_whole_figures_is_built_again(built: Package, figures: str) -> None:
    built.path.with_suffix(".json").write_text(figures, "utf-8")
    assert read_package(built.path) is None


def test_only_the_newest_zips_are_kept(tmp_path: Path) -> None:
    paths = [tmp_path / f"function-x-{number}.zip" for number in range(5)]
    for number, path in enumerate(paths):
        path.touch()
        path.with_suffix(".json").touch()
        os.utime(path, (number, number))
    remove_older(paths[-1], "function-x-*")
    left = [path.name for path in sorted(tmp_path.iterdir())]
    assert left == [f"function-x-{n}.{kind}" for n in (2, 3, 4) for kind in ("json", "zip")]


def test_builds_into_one_folder_take_turns(tmp_path: Path) -> None:
    order = []

    def build_second() -> None:
        with one_at_a_time(tmp_path / "build"):
            order.append("second")

    with ThreadPoolExecutor(1) as pool:
        with one_at_a_time(tmp_path / "build"):
            waiting = pool.submit(build_second)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.2)
            order.append("first")
        waiting.result(timeout=10)
    assert order == ["first", "second"]


def test_uv_follows_no_habit_but_where_packages_come_from(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    given = {
        "UV_PYTHON": "3.9",
        "UV_TARGET": "x",
        "PIP_USER": "1",
        "PYTHONPATH": "x",
        "UV_DEFAULT_INDEX": "an index",
        "UV_HTTP_TIMEOUT": "9",
        "PATH": "bin",
        "HOME": str(tmp_path / "home"),
    }
    found = uv_environment(tmp_path, given)
    wanted = {"UV_DEFAULT_INDEX", "UV_HTTP_TIMEOUT", "PATH", "HOME"}
    assert found == {name: given[name] for name in wanted}


@pytest.mark.parametrize("home", ["", "/proc/nonexistent"])
def test_without_a_usable_home_uv_keeps_its_cache_in_the_checkout(
    tmp_path: Path, home: str
) -> None:
    own = str(tmp_path / ".tools" / "cache" / "uv")
    if home:
        assert uv_environment(tmp_path, {"HOME": home})["UV_CACHE_DIR"] == own
    assert uv_environment(tmp_path, {"HOME": home, "UV_CACHE_DIR": "c"})["UV_CACHE_DIR"] == "c"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (
            "error: Failed to install: a.whl (a==1) cause: Failed to copy to `/b/d/a.py` cause: "
            "failed to copy file from /cache/a.py to /b/d/.tmpm1: No space left on device "
            "(os error 28)",
            "/b/d/.tmpm1",
        ),
        ("error: failed to write to file `/c/x y`: Read-only file system (os error 30)", "/c/x y"),
        ("error: I/O operation failed during extraction (os error 122)", None),
    ],
)
def test_a_disk_that_takes_no_dependency_is_told_as_such(text: str, path: str | None) -> None:
    with pytest.raises(OSError, match=r"space|Read-only|quota") as refused:
        check_storage(text)
    assert refused.value.filename == path


def test_a_refused_connection_is_not_a_matter_of_the_disk() -> None:
    check_storage("error: tcp connect error `/simple/a`: Connection refused (os error 111)")
