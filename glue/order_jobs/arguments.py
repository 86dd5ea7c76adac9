"""A job's arguments, read by plain argparse: Glue passes `--name value` pairs and adds its own.

https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-glue-arguments.html
"""

import argparse
from collections.abc import Mapping, Sequence


def read_arguments(
    argv: Sequence[str], required: Sequence[str], optional: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return a job's own arguments by name, without dashes at their start.

    `optional` has their defaults. An argument without a value is empty. What else Glue passes
    (`--JOB_NAME`, ...) is left out. Ends the process with a usage line where one of `required` is
    missing.
    """
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for name in required:
        parser.add_argument(f"--{name}", required=True, dest=name, nargs="?", const="")
    for name, default in (optional or {}).items():
        parser.add_argument(f"--{name}", default=default, dest=name, nargs="?", const="")
    known, _ = parser.parse_known_args(list(argv))
    return {name: str(value) for name, value in vars(known).items()}
