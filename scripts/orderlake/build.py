"""The function's zip: the same input gives the same bytes, whoever builds it and when.

Dependencies are resolved by uv, with hashes and wheels only, for the function's platform, and
kept under build/ by what they were made from. It knows no AWS client.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from orderlake.errors import BuildFailed, MissingTool

# Lambda's quota for a zip given in the call, and for all that is unzipped.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
ZIPPED_MAX = 50 * 1024 * 1024
UNZIPPED_MAX = 250 * 1024 * 1024
# python3.13 runs on Amazon Linux 2023, whose glibc is 2.34; 2.28 is what wheels are built for.
PLATFORMS = {"x86_64": "x86_64-manylinux_2_28", "arm64": "aarch64-manylinux_2_28"}
# The earliest moment a zip can hold; every entry gets it.
MOMENT = (1980, 1, 1, 0, 0, 0)
# botocore ships a model of every service; the function calls S3 and nothing else.
BOTOCORE_KEPT = {"s3", "endpoints.json", "partitions.json", "_retry.json"}
BOTOCORE_KEPT |= {"sdk-default-configuration.json"}
# Left out: what only an installer, a test runner or a shell would read.
LEFT_OUT_FOLDERS = {"__pycache__", "tests", "test", "bin", "examples"}
LEFT_OUT_METADATA = {
    "RECORD",
    "INSTALLER",
    "REQUESTED",
    "direct_url.json",
    "WHEEL",
    "uv_cache.json",
}
LEFT_OUT_SUFFIXES = (".pyc", ".pyo", ".pyi", ".c", ".pyx", ".h")


@dataclass(frozen=True, slots=True)
class Package:
    """A built zip, its hash (SHA-256, hex) and its sizes in bytes."""

    path: Path
    sha256: str
    size_bytes: int
    unzipped_bytes: int

    @property
    def key(self) -> str:
        """The object key under which it is uploaded: a new content is a new key."""
        return f"order_transform/{self.sha256}.zip"


def build(root: Path, architecture: str, *, is_local: bool) -> Package:
    """Build the zip for an architecture; for the local AWS, for this machine's own system.

    Raises MissingTool without uv, BuildFailed where a wheel is missing or a limit is broken.
    """
    requirements = root / "lambda" / "requirements.txt"
    target = "host" if is_local and not runs_wheels_of_lambda() else PLATFORMS[architecture]
    dependencies = dependencies_zip(root, requirements, target)
    part = root / "build" / f"function-{target}.{os.getpid()}.part"
    shutil.copyfile(dependencies, part)
    try:
        with zipfile.ZipFile(part, "a") as archive:
            add_tree(archive, root / "lambda", code_files(root / "lambda" / "order_transform"))
            unzipped = sum(entry.file_size for entry in archive.infolist())
        package = measure(part, root / "build" / f"function-{target}.zip", unzipped)
    finally:
        part.unlink(missing_ok=True)
    check_limits(package)
    return package


def runs_wheels_of_lambda() -> bool:
    """Whether this machine runs the wheels that Lambda runs: Linux with a recent enough glibc."""
    name, version = platform.libc_ver()
    numbers = tuple(int(n) for n in version.split(".") if n.isdecimal())
    return name == "glibc" and numbers >= (2, 28)


def dependencies_zip(root: Path, requirements: Path, target: str) -> Path:
    """Return a zip of the dependencies, made once for each content of the requirements."""
    made_from = hashlib.sha256()
    # This module's own text counts, too: it says what is left out.
    for text in (requirements.read_bytes(), target.encode(), Path(__file__).read_bytes()):
        made_from.update(hashlib.sha256(text).digest())
    finished = root / "build" / f"dependencies-{target}-{made_from.hexdigest()[:16]}.zip"
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
    finally:
        shutil.rmtree(tree, ignore_errors=True)
        part.unlink(missing_ok=True)
    return finished


def install(root: Path, requirements: Path, tree: Path, target: str) -> None:
    """Unpack the pinned wheels of a platform into a folder."""
    arguments = ["--target", str(tree), "--require-hashes", "--only-binary", ":all:", "--no-deps"]
    arguments += ["--python-version", "3.13", "--link-mode", "copy", "-r", str(requirements)]
    if target != "host":
        arguments += ["--python-platform", target]
    done = subprocess.run(
        [find_uv(root), "pip", "install", "--quiet", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = " ".join(done.stderr.split())[-600:]
        raise BuildFailed(
            f"the function's dependencies for {target} cannot be installed: {reason}",
            "check the network, then run the same command again",
        )


def find_uv(root: Path) -> str:
    """Return the project's own uv, or one on PATH; raises MissingTool."""
    own = root / ".tools" / "uv" / "bin" / "uv"
    found = str(own) if own.exists() else shutil.which("uv")
    if not found:
        raise MissingTool("uv", "it fetches the function's dependencies", "install it: make deploy")
    return found


def dependency_files(tree: Path) -> Iterator[Path]:
    """Yield what of installed packages the function needs at run time."""
    for path in files_under(tree):
        relative = path.relative_to(tree)
        if not is_left_out(relative):
            yield path


def is_left_out(relative: Path) -> bool:
    """Whether a file of an installed package is of no use to a running function."""
    parts = relative.parts
    if parts[:2] == ("botocore", "data") and parts[2] not in BOTOCORE_KEPT:
        return True
    if LEFT_OUT_FOLDERS.intersection(parts[:-1]) or relative.name.endswith(LEFT_OUT_SUFFIXES):
        return True
    # METADATA and licences stay: importlib.metadata and the licences' own terms want them.
    return parts[0].endswith(".dist-info") and relative.name in LEFT_OUT_METADATA


def code_files(package: Path) -> Iterator[Path]:
    """Yield the function's own files."""
    return (p for p in files_under(package) if "__pycache__" not in p.parts)


def files_under(folder: Path) -> list[Path]:
    """Return a folder's files in an order that does not depend on the file system."""
    return sorted((p for p in folder.rglob("*") if p.is_file()), key=lambda p: p.as_posix())


def add_tree(archive: zipfile.ZipFile, root: Path, paths: Iterable[Path]) -> None:
    """Add files with a fixed time, fixed permissions and names relative to the root."""
    for path in paths:
        entry = zipfile.ZipInfo(path.relative_to(root).as_posix(), MOMENT)
        entry.create_system = 3  # Unix, also when built elsewhere
        entry.external_attr = (0o100755 if path.suffix == ".so" else 0o100644) << 16
        # The level is named, because a default may change; zlib itself gives the same bytes in
        # all its versions (zlib-ng, which some systems put in its place, gives others).
        archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=6)


def measure(part: Path, finished: Path, unzipped_bytes: int) -> Package:
    """Put a finished zip in its place and return its figures."""
    with part.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    part.replace(finished)
    return Package(finished, sha256, finished.stat().st_size, unzipped_bytes)


def check_limits(package: Package) -> None:
    """Raise BuildFailed where Lambda would refuse the zip."""
    for name, size, limit in (
        ("zipped", package.size_bytes, ZIPPED_MAX),
        ("unzipped", package.unzipped_bytes, UNZIPPED_MAX),
    ):
        if size > limit:
            raise BuildFailed(
                f"the function's zip is {size:,} bytes {name}, over Lambda's {limit:,}",
                f"see what fills it: python -m zipfile -l {package.path}",
            )
