"""The first code in a function process: it sets up what AWS's sandbox has from the start.

Run as a script by a bare interpreter (`-S`: no site-packages). Standard library only; it takes
everything from the environment and then hands over to AWS's own runtime client.
"""

import os
import resource
import site
import sys
from pathlib import Path


def main() -> None:
    """Lay out /tmp and the import path, set the limits, start the runtime client."""
    if folder := os.environ.pop("_PRIVATE_TMP", None):
        _take_tmp(Path(folder), os.environ.pop("_KEPT_FOLDERS").split(os.pathsep))
    # the function first, then what AWS's runtime brings, then the standard library
    sys.path[0:1] = [os.environ["LAMBDA_TASK_ROOT"]]
    sys.path.append(os.environ["LAMBDA_RUNTIME_DIR"])
    site.setquit()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # for a single file at once; LocalStack's side watches the sum (disk.py)
    size = int(os.environ.pop("_EPHEMERAL_STORAGE_BYTES"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    from awslambdaric.__main__ import main as run_runtime_client

    run_runtime_client(["bootstrap", os.environ["_HANDLER"]])


def _take_tmp(folder: Path, kept: list[str]) -> None:
    # the module beside this script, not the package's: there is no package here
    import private_tmp  # type: ignore[import-not-found]

    private_tmp.put_in_place_of_tmp(folder, [Path(path) for path in kept if path])
    del sys.modules["private_tmp"]


if __name__ == "__main__":
    main()
