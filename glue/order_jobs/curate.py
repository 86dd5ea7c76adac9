"""The job that brings the curated table up to date: as a Glue job, or as a process of a machine.

It needs no Spark. It prints what it did as one line of JSON, with the message `curated`.
"""

import json
import logging
import sys
from collections.abc import Sequence

from order_jobs.arguments import read_arguments

REQUIRED = ("processed-bucket", "database", "table")
# `function-package` is the address of the function's zip, empty where its package is installed;
# `maintain` and `rebuild` are yes or no.
OPTIONAL = {"function-package": "", "maintain": "no", "rebuild": "no"}


def main(argv: Sequence[str]) -> None:
    """Run with a job's arguments; raises CannotCurate."""
    given = read_arguments(argv, REQUIRED, OPTIONAL)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    if address := given["function-package"]:
        from order_jobs.backfilling.deliver import open_s3
        from order_jobs.backfilling.function_package import use_package

        use_package(open_s3(), address)
    # What follows imports the function's package.
    from order_jobs.curated.job import CurateOrder, run_job

    order = CurateOrder(
        given["processed-bucket"],
        given["database"],
        given["table"],
        is_maintained=given["maintain"] == "yes",
        is_rebuilt=given["rebuild"] == "yes",
    )
    print(json.dumps({"message": "curated", **run_job(order)}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
