"""The file of --out: written under another name, then renamed. Only regular files are replaced."""

import contextlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from orderlake.errors import BadSetting, WrongUse

STANDARD_OUTPUT = Path("-")
# The longest start of a name that an unfinished file has: a name has at most 255 bytes.
NAME_SHOWN = 200
UNFINISHED = re.compile(r"\.(.+)\.\d+\.part")


@contextlib.contextmanager
def out_file(option: str, out: Path, *, is_replaced: bool = True) -> Iterator[Path]:
    """Yield a path to write to; its file replaces `out` when the block ends.

    `-` is standard output. A block that fails, or writes nothing, leaves `out` as it was. Raises
    BadSetting if `out` is not a regular file, and WrongUse if it may not be replaced.
    """
    if out == STANDARD_OUTPUT:
        with tempfile.TemporaryDirectory(prefix="orderlake-") as folder:
            part = Path(folder) / "out"
            yield part
            print_file(part)
        return
    target = checked_target(option, out, is_replaced=is_replaced)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name[:NAME_SHOWN]}.{os.getpid()}.part")
    try:
        yield part
        if part.exists():
            part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def wanted_file(path: str) -> str:
    """Return the file that an unfinished one was to become; any other path as it is."""
    found = UNFINISHED.fullmatch(Path(path).name)
    return str(Path(path).with_name(found[1])) if found else path


def checked_target(option: str, out: Path, *, is_replaced: bool) -> Path:
    """Return the file that would be written, behind any links; raises the errors of `out_file`."""
    target = out.resolve()
    is_system = target.parts[1:2] in (("dev",), ("proc",), ("sys",))
    if is_system or (target.exists() and not target.is_file()):
        rule = "a regular file, or - for standard output"
        raise BadSetting(option, str(out), "command line", rule)
    if target.exists() and not is_replaced:
        raise WrongUse(f"{out} is there already", "name another file, or replace it: --force")
    return target


def print_file(path: Path) -> None:
    """Copy a file to standard output, byte for byte."""
    if path.exists():
        sys.stdout.flush()
        with path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()
