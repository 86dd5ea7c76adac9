"""The first thing a function process runs: what AWS's sandbox arranges before the runtime client.

Run as a script by a bare interpreter (`-S`: no site-packages). Standard library only; it takes
everything from the environment and then hands over to AWS's own runtime client.
"""

import os
import resource
import site
import sys


def main() -> None:
    """Lay out the import path, set the limits, start the runtime client."""
    # the function first, then what AWS's runtime brings, then the standard library
    sys.path[0:1] = [os.environ["LAMBDA_TASK_ROOT"]]
    sys.path.append(os.environ["LAMBDA_RUNTIME_DIR"])
    site.setquit()
    _limit(resource.RLIMIT_CORE, 0)
    # the size of /tmp holds for a single file; a sum over files would need a filesystem of its own
    _limit(resource.RLIMIT_FSIZE, int(os.environ.pop("_EPHEMERAL_STORAGE_BYTES")))

    from awslambdaric.__main__ import main as run_runtime_client

    run_runtime_client(["bootstrap", os.environ["_HANDLER"]])


def _limit(what: int, value: int) -> None:
    resource.setrlimit(what, (value, value))


if __name__ == "__main__":
    main()
