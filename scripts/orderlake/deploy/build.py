"""The function's zip: the same input gives the same bytes on every machine and at any time.

uv resolves the dependencies with hashes, from wheels only, for the function's platform. Zips are
kept under build/ by the hash of their input. The module calls nothing of AWS.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from orderlake.deploy.package import (
    Package,
    add_tree,
    check_limits,
    measure,
    read_package,
    write_package,
)
from orderlake.errors import BuildFailed, MissingTool

# How uv, pip and Python are told elsewhere to install, and of it what belongs to the network.
HABITS = ("PIP_", "UV_", "PYTHON", "VIRTUAL_ENV", "CONDA")
SOURCES = (
    *("UV_INDEX", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_OFFLINE"),
    *("UV_NATIVE_TLS", "UV_SYSTEM_CERTS", "UV_INSECURE_HOST", "UV_CACHE_DIR", "UV_CONFIG_FILE"),
    *("UV_HTTP_", "UV_KEYRING_PROVIDER"),
)

# python3.13 runs on Amazon Linux 2023, whose glibc is 2.34; 2.28 is what wheels are built for.
PLATFORMS = {"x86_64": "x86_64-manylinux_2_28", "arm64": "aarch64-manylinux_2_28"}
# botocore ships a model of every service; the functions call S3 and Glue and nothing else.
BOTOCORE_KEPT = {"s3", "glue", "endpoints.json", "partitions.json", "_retry.json"}
BOTOCORE_KEPT |= {"sdk-default-configuration.json"}
# Left out: what only an installer, a test runner or a shell would read.
LEFT_OUT_FOLDERS = {"__pycache__", "tests", "test", "bin", "examples", "sboms"}
LEFT_OUT_FILES = {".lock"}
LEFT_OUT_METADATA = {
    "RECORD",
    "INSTALLER",
    "REQUESTED",
    "direct_url.json",
    "WHEEL",
    "uv_cache.json",
    "entry_points.txt",
    "top_level.txt",
    "zip-safe",
}
CODE_SUFFIXES = {".py", ".toml", ".json", ".sql"}
KEPT_ZIPS = 3
# How uv writes a system error: the last path before it is the one that was written.
UV_SYSTEM_ERROR = re.compile(
    r"(?:.*(?: |`)(?P<path>/[^`:]*)`?:)?.*?\(os error (?P<number>\d+)\)", re.DOTALL
)
DISK_REFUSALS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}
LEFT_OUT_SUFFIXES = (".pyc", ".pyo", ".pyi", ".c", ".pyx", ".h")


def build(root: Path, architecture: str, *, is_local: bool) -> Package:
    """Return the zip for an architecture; for the local AWS, for this machine's own system.

    It is built only if no zip was built from the same files before. Raises MissingTool without
    uv, BuildFailed where a wheel is missing or a limit is broken.
    """
    target = "host" if is_local and not runs_wheels_of_lambda() else PLATFORMS[architecture]
    requirements = root / "lambda" / "requirements.txt"
    code = code_files(root / "lambda" / "order_transform")
    # The code of the builder counts, too: it decides what is left out and how entries are written.
    builders = [Path(__file__), Path(__file__).with_name("package.py")]
    libraries = fingerprint([*builders, requirements], target)
    made_from = fingerprint(code, libraries)
    finished = root / "build" / f"function-{target}-{made_from}.zip"
    # A second build of the same files waits for the first one.
    with one_at_a_time(finished.parent):
        package = read_package(finished)
        if package is None:
            dependencies = dependencies_zip(root, requirements, target, libraries)
            package = add_code(dependencies, finished, root / "lambda", code)
            remove_older(finished, f"function-{target}-*")
    check_limits(package)
    return package


@contextlib.contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Let builds into one folder run one after the other."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fingerprint(paths: Iterable[Path], start: str) -> str:
    """Return a short hash of files' names and contents, and of what they are added to."""
    made_from = hashlib.sha256(start.encode())
    for path in paths:
        # Two names are enough to tell a file from one that was moved to another folder.
        name = "/".join(path.parts[-2:])
        for part in (name.encode(), path.read_bytes()):
            made_from.update(hashlib.sha256(part).digest())
    return made_from.hexdigest()[:16]


def add_code(dependencies: Path, finished: Path, root: Path, code: Iterable[Path]) -> Package:
    """Make the zip from the dependencies' zip and the function's own files."""
    part = finished.with_suffix(f".{os.getpid()}.zip.part")
    try:
        shutil.copyfile(dependencies, part)
        with zipfile.ZipFile(part, "a") as archive:
            add_tree(archive, root, code)
            unzipped = sum(entry.file_size for entry in archive.infolist())
        return write_package(measure(part, finished, unzipped))
    finally:
        part.unlink(missing_ok=True)


def remove_older(newest: Path, pattern: str) -> None:
    """Keep the newest few zips of a kind: another process may be uploading one of them."""
    found = [path for path in newest.parent.glob(pattern) if path.suffix == ".zip"]
    found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[KEPT_ZIPS:]:
        path.with_suffix(".json").unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def runs_wheels_of_lambda() -> bool:
    """Whether this machine runs the wheels that Lambda runs: Linux with a recent enough glibc."""
    name, version = platform.libc_ver()
    numbers = tuple(int(n) for n in version.split(".") if n.isdecimal())
    return name == "glibc" and numbers >= (2, 28)


def dependencies_zip(root: Path, requirements: Path, target: str, made_from: str) -> Path:
    """Return a zip of the dependencies, made once for each content of the requirements."""
    finished = root / "build" / f"dependencies-{target}-{made_from}.zip"
    if finished.is_file():
        return finished
    finished.parent.mkdir(exist_ok=True)
    tree = root / "build" / f"dependencies.{os.getpid()}"
    part = finished.with_suffix(f".{os.getpid()}.part")
    try:
        install(root, requirements, tree, target)
        with zipfile.ZipFile(part, "w") as archive:
            add_tree(archive, tree, dependency_files(tree))
        part.replace(finished)
        remove_older(finished, f"dependencies-{target}-*")
    finally:
        shutil.rmtree(tree, ignore_errors=True)
        part.unlink(missing_ok=True)
    return finished


def install(root: Path, requirements: Path, tree: Path, target: str) -> None:
    """Unpack the pinned wheels of a platform into a folder."""
    arguments = ["--target", str(tree), "--require-hashes", "--only-binary", ":all:", "--no-deps"]
    arguments += ["--python-version", "3.13", "--link-mode", "copy", "-r", str(requirements)]
    arguments += ["--python", sys.executable]
    if target != "host":
        arguments += ["--python-platform", target]
    done = subprocess.run(
        [find_uv(root), "pip", "install", "--quiet", *arguments],
        env=uv_environment(root, os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = " ".join(done.stderr.split())[-600:]
        check_storage(reason)
        raise BuildFailed(
            f"the function's dependencies for {target} cannot be installed: {reason}",
            "check the network, then run the same command again",
        )


def check_storage(text: str) -> None:
    """Raise OSError, with the path if there is one, where uv says that a disk took no file."""
    for written in UV_SYSTEM_ERROR.finditer(text):
        number = int(written["number"])
        if number in DISK_REFUSALS:
            raise OSError(number, os.strerror(number), written["path"])


def find_uv(root: Path) -> str:
    """Return the project's own uv, or one on PATH; raises MissingTool."""
    own = root / ".tools" / "uv" / "bin" / "uv"
    found = str(own) if own.exists() else shutil.which("uv")
    if not found:
        raise MissingTool("uv", "it fetches the function's dependencies", "install it: make deploy")
    return found


def uv_environment(root: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return uv's variables: where packages come from, but no other habit of this machine.

    The same as in scripts/setup.sh. If the home folder cannot be written, the cache is in .tools.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith(HABITS) or name.startswith(SOURCES)
    }
    home = Path(environ.get("HOME") or "/proc/none")
    cache = Path(environ.get("XDG_CACHE_HOME") or home / ".cache")
    with contextlib.suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
    if "UV_CACHE_DIR" not in kept and not os.access(cache, os.W_OK):
        kept["UV_CACHE_DIR"] = str(root / ".tools" / "cache" / "uv")
    return kept


def dependency_files(tree: Path) -> Iterator[Path]:
    """Yield the files of installed packages that the function needs at run time."""
    for path in files_under(tree):
        relative = path.relative_to(tree)
        if not is_left_out(relative):
            yield path


def is_left_out(relative: Path) -> bool:
    """Whether a running function never needs this file of an installed package."""
    parts = relative.parts
    if parts[:2] == ("botocore", "data") and parts[2] not in BOTOCORE_KEPT:
        return True
    # DuckDB's imitation of Spark, which nothing imports by itself.
    if parts[:2] == ("duckdb", "experimental") or relative.name in LEFT_OUT_FILES:
        return True
    if LEFT_OUT_FOLDERS.intersection(parts[:-1]) or relative.name.endswith(LEFT_OUT_SUFFIXES):
        return True
    # METADATA and licences stay: importlib.metadata and the terms of the licences need them.
    return parts[0].endswith(".dist-info") and relative.name in LEFT_OUT_METADATA


def code_files(package: Path) -> list[Path]:
    """Return the function's own files, without the files that tools leave beside them."""
    return [
        path
        for path in files_under(package)
        if path.suffix in CODE_SUFFIXES and not is_cached(path.relative_to(package))
    ]


def is_cached(relative: Path) -> bool:
    """Whether a file lies in a tool's cache, such as .mypy_cache or __pycache__."""
    return any(part.startswith((".", "__pycache__")) for part in relative.parts)


def files_under(folder: Path) -> list[Path]:
    """Return a folder's files in an order that does not depend on the file system."""
    return sorted((p for p in folder.rglob("*") if p.is_file()), key=lambda p: p.as_posix())
