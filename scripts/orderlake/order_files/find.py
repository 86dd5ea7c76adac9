"""Local order files: which paths are order files, and which raw key each one gets.

It looks only at names and sizes. `check_headers` and the function look into the files.
"""

from collections.abc import Iterable
from pathlib import Path

from order_transform.delivery import layout
from order_transform.formats.endings import known_endings

from orderlake.errors import UnreadableInput


def find_files(
    paths: Iterable[Path], raw_prefix: str = layout.RAW_PREFIX
) -> list[tuple[Path, str]]:
    """Return each file to send with its key below the prefix; a folder means its order files.

    A file in a folder keeps its path below that folder. Raises UnreadableInput for a path that is
    missing, empty or of a kind the function does not read.
    """
    found: list[tuple[Path, str]] = []
    for path in paths:
        if path.is_dir():
            inside = [p for p in sorted(path.rglob("*")) if is_order_file(p)]
            if not inside:
                raise UnreadableInput(path, "no order files in this folder", known_endings())
            found += [(p, f"{raw_prefix}{p.relative_to(path).as_posix()}") for p in inside]
        else:
            found.append((path, f"{raw_prefix}{path.name}"))
    for path, key in found:
        check_file(path, key)
    check_keys(found)
    return found


def is_order_file(path: Path) -> bool:
    """Whether the function reads files of this name, in any case."""
    return path.is_file() and layout.is_order_file(f"raw/{path.name}")


def check_file(path: Path, key: str) -> None:
    """Raise UnreadableInput if a path is not a readable order file."""
    if not path.exists():
        raise UnreadableInput(
            path, "there is no such file", "check the path; one to try: make sample"
        )
    if not path.is_file():
        raise UnreadableInput(path, "not a file", known_endings())
    if not is_order_file(path):
        raise UnreadableInput(path, "not an order file by its name", known_endings())
    if not is_utf8(key):
        shown = Path(ascii(str(path)))
        raise UnreadableInput(shown, "its name is not UTF-8, as keys in S3 have to be", "rename it")
    if path.stat().st_size == 0:
        raise UnreadableInput(path, "the file is empty", "an order file has at least a header line")
    try:
        path.open("rb").close()
    except PermissionError as error:
        raise UnreadableInput(path, "may not be read", "change its permissions") from error


def is_utf8(key: str) -> bool:
    """Whether a name that came from a file system can be a key in S3."""
    try:
        key.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def check_keys(found: Iterable[tuple[Path, str]]) -> None:
    """Raise UnreadableInput if two files would overwrite each other."""
    paths: dict[str, Path] = {}
    for path, key in found:
        if key in paths:
            reason = f"would overwrite {paths[key]}: both become {key}"
            raise UnreadableInput(path, reason, "rename one, or upload the folder above them")
        paths[key] = path
