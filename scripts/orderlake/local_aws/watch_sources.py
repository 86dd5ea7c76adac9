"""Redeploys the function on the local AWS whenever its files, or the template, are saved.

It compares names, times and sizes a few times a second. This needs no library and works on every
system and on network disks.
"""

import time
from collections.abc import Callable
from pathlib import Path

from orderlake.aws.local_instance import Say
from orderlake.aws.session import Aws
from orderlake.deploy.redeploy import redeploy
from orderlake.errors import BuildFailed, DeployFailed

POLL_SECONDS = 0.15
type Files = dict[Path, tuple[int, int]]


def watch(aws: Aws, say: Say, goes_on: Callable[[], bool] = lambda: True) -> None:
    """Deploy now and after every save, until `goes_on` is false or Ctrl-C."""
    root = aws.settings.root
    deployed: Files = {}
    while goes_on():
        seen = file_stamps(root)
        if seen == deployed:
            time.sleep(POLL_SECONDS)
            continue
        changed = changed_files(deployed, seen) if deployed else []
        deployed = seen
        names = ", ".join(str(path.relative_to(root)) for path in changed[:3])
        say(f"{names or 'the checkout'}: {deploy(aws, changed)}")


def file_stamps(root: Path) -> Files:
    """Return time and size of each file that goes into a deployment."""
    code = root / "lambda"
    found = [root / "template.yaml", root / "orderlake.toml", code / "requirements.txt"]
    found += [p for p in (code / "order_transform").rglob("*") if "__pycache__" not in p.parts]
    files: Files = {}
    for path in found:
        try:
            status = path.stat()
        except FileNotFoundError:
            continue  # an editor is replacing it at this moment
        if path.is_file() and not path.name.startswith("."):
            files[path] = (status.st_mtime_ns, status.st_size)
    return files


def changed_files(before: Files, after: Files) -> list[Path]:
    """Return what was added, changed or removed. Pure."""
    names = sorted(before.keys() | after.keys())
    return [path for path in names if before.get(path) != after.get(path)]


def deploy(aws: Aws, changed: list[Path]) -> str:
    """Redeploy, and return the outcome; code that Python cannot read is not deployed."""
    if fault := syntax_fault(changed):
        return f"{fault}; not deployed"
    start = time.monotonic()
    try:
        count = redeploy(aws)
    except (BuildFailed, DeployFailed) as error:
        return f"not deployed: {error.message}"
    return f"{'live' if count else 'nothing to change'} ({time.monotonic() - start:.1f} s)"


def syntax_fault(paths: list[Path]) -> str | None:
    """Return the first error of Python's grammar in the files, with its line, or None."""
    for path in paths:
        if path.suffix != ".py" or not path.exists():
            continue
        try:
            compile(path.read_bytes(), path.name, "exec", dont_inherit=True)
        except SyntaxError as error:
            return f"{path.name}, line {error.lineno}: {error.msg}"
    return None
