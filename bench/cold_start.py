"""How large the function's zip is, and how long its code takes to load, with and without bytecode.

`.venv/bin/python bench/cold_start.py` builds the zip for this machine's processor and unpacks it
twice, once without its `__pycache__`. New processes then import the handler from each, in turns,
and may write no bytecode: Lambda's code folder is read-only. The figures are processor seconds.
"""

import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from orderlake.deploy.build import build
from orderlake.settings import own_architecture

ROOT = Path(__file__).resolve().parents[1]
TIMES = 9
HANDLER = "import order_transform.handler"


def unpacked(archive: Path, folder: Path) -> Path:
    """Return a folder with the zip's content."""
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder)
    return folder


def without_bytecode(archive: Path, folder: Path) -> Path:
    """Return a folder with the zip's content, as it was before it held bytecode."""
    for compiled in [*unpacked(archive, folder).rglob("__pycache__")]:
        shutil.rmtree(compiled)
    return folder


def processor_seconds(code: Path) -> float:
    """Return what one new process needs to import the handler from a folder."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    program = f"import sys; sys.path.insert(0, {str(code)!r}); {HANDLER}"
    subprocess.run([sys.executable, "-ISB", "-c", program], check=True, cwd=code)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def turns(folders: dict[str, Path]) -> Iterator[tuple[str, float]]:
    """Yield (which folder, seconds), after one turn that only fills the system's file cache."""
    for number in range(TIMES + 1):
        for name, folder in folders.items():
            seconds = processor_seconds(folder)
            if number:
                yield name, seconds


def main() -> None:
    """Print the sizes, the times and their ratio."""
    package = build(ROOT, own_architecture(), is_local=False)
    print(f"zip {package.size_bytes / 1e6:.1f} MB, unzipped {package.unzipped_bytes / 1e6:.1f} MB")
    with tempfile.TemporaryDirectory() as folder:
        folders = {
            "without bytecode": without_bytecode(package.path, Path(folder, "without")),
            "as shipped": unpacked(package.path, Path(folder, "shipped")),
        }
        taken: dict[str, list[float]] = {name: [] for name in folders}
        for name, seconds in turns(folders):
            taken[name].append(seconds)
    middle = {name: statistics.median(times) for name, times in taken.items()}
    for name, times in taken.items():
        print(f"{name:<17} median {middle[name]:.2f} s, best {min(times):.2f} s")
    print(f"ratio {middle['without bytecode'] / middle['as shipped']:.1f}")


if __name__ == "__main__":
    main()
