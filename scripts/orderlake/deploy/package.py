"""The function's zip as a file: how entries are written, its figures, Lambda's limits.

The same entries give the same bytes. build.py decides what goes into the zip.
"""

import hashlib
import json
import marshal
import os
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.util import MAGIC_NUMBER, source_hash
from pathlib import Path, PurePosixPath

from order_transform.contract import compiled_lists

from orderlake.errors import BuildFailed

# Lambda's quota for a zip given in the call, and for all that is unzipped.
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
ZIPPED_MAX = 50 * 1024 * 1024
UNZIPPED_MAX = 250 * 1024 * 1024
# The earliest moment a zip can hold; every entry gets it.
MOMENT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class JobFiles:
    """What Glue's jobs run: contents by name, and the folder of their keys."""

    folder: str
    contents: Mapping[str, bytes]

    def by_key(self) -> dict[str, bytes]:
        """Return the contents by their keys in the artifact bucket."""
        return {f"{self.folder}/{name}": content for name, content in self.contents.items()}


@dataclass(frozen=True, slots=True)
class Package:
    """A built zip, its hash (SHA-256, hex) and its sizes in bytes.

    `jobs` goes with it where Glue's jobs are switched on.
    """

    path: Path
    sha256: str
    size_bytes: int
    unzipped_bytes: int
    jobs: JobFiles | None = None

    @property
    def key(self) -> str:
        """The object key of the upload: new content gets a new key."""
        return f"order_transform/{self.sha256}.zip"


def read_package(finished: Path) -> Package | None:
    """Return the figures of a zip that was built before; None if the zip or they are incomplete."""
    try:
        figures = json.loads(finished.with_suffix(".json").read_text("utf-8"))
        package = Package(finished, **figures)
        return package if finished.stat().st_size == package.size_bytes else None
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None


def write_package(package: Package) -> Package:
    """Write a zip's figures down beside it, in one step."""
    figures = asdict(package)
    del figures["path"], figures["jobs"]
    part = package.path.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(figures) + "\n", "utf-8")
    part.replace(package.path.with_suffix(".json"))
    return package


def add_tree(archive: zipfile.ZipFile, root: Path, paths: Iterable[Path]) -> None:
    """Add files with names relative to the root, and what Python would make of them at a start."""
    for path in paths:
        name, content = path.relative_to(root).as_posix(), path.read_bytes()
        add_entry(archive, name, content)
        if path.suffix == ".py":
            add_entry(archive, bytecode_name(name), bytecode(content, name))
        if path.name == Path(compiled_lists.__file__).name:
            compiled = compiled_lists.COMPILED.relative_to(compiled_lists.HERE)
            folder = PurePosixPath(name).parent
            add_entry(archive, str(folder / compiled), compiled_lists.compile_lists(path.parent))


def add_entry(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add one file with a fixed time and fixed permissions."""
    entry = zipfile.ZipInfo(name, MOMENT)
    entry.create_system = 3  # Unix, also when built elsewhere
    entry.external_attr = (0o100755 if name.endswith(".so") else 0o100644) << 16
    # The level is named, because a default may change; zlib itself gives the same bytes in
    # all its versions (zlib-ng, which some systems put in its place, gives others).
    archive.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=6)


def bytecode_name(name: str) -> str:
    """Return the name in the zip under which Python 3.13 looks for a module's bytecode."""
    path = PurePosixPath(name)
    return str(path.parent / "__pycache__" / f"{path.stem}.cpython-313.pyc")


def bytecode(source: bytes, name: str) -> bytes:
    """Return a module's bytecode, in a form that Python uses without checking the source.

    Lambda's code folder is read-only, so that without it each cold start compiles everything. The
    form is that of PEP 552 (a hash that is not checked). Marshal's version 2 writes no references
    between objects: with them the bytes would depend on what else the building process holds.
    Raises BuildFailed for a module that Python cannot read.
    """
    try:
        code = compile(source, f"/var/task/{name}", "exec", dont_inherit=True, optimize=0)
    except SyntaxError as error:
        raise BuildFailed(
            f"{name}, line {error.lineno}: {error.msg}", "correct the file, then deploy again"
        ) from error
    unchecked_hash = (0b01).to_bytes(4, "little")
    return MAGIC_NUMBER + unchecked_hash + source_hash(source) + marshal.dumps(code, 2)


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
