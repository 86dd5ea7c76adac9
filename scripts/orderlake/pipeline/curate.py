"""Bring the curated table up to date by the job of glue/order_jobs, as a process of this machine.

The job has an environment of its own (`make spark`): PyIceberg and Arrow are ten times as large as
all that the other commands need.
"""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orderlake.aws.session import Aws
from orderlake.errors import CurateFailed, MissingTool
from orderlake.pipeline.crawl import tables_of

MODULES = ("glue", "lambda")


@dataclass(frozen=True, slots=True)
class CurateResult:
    """What a run did; `unfinished` are raw files that a delivery was still working on.

    `columns_left_out` are columns of exports that have the name of one of the table's own.
    `maintained` counts the files, snapshots and orphans that went; it is empty without --maintain.
    """

    commits: int
    rows: int
    objects_added: int
    objects_removed: int
    unfinished: tuple[str, ...]
    columns_left_out: tuple[str, ...]
    maintained: Mapping[str, int]


def curate(aws: Aws, *options: str) -> CurateResult:
    """Run the job and return what it did; raises NotDeployed, MissingTool and CurateFailed."""
    tables_of(aws)  # raises NotDeployed
    python = aws.settings.root / ".tools" / "spark" / "bin" / "python"
    if not python.is_file():
        why = "PyIceberg, which writes the curated table, has an environment of its own"
        raise MissingTool(".tools/spark", why, "make spark, then the same command again")
    command = [str(python), "-m", "order_jobs.curate", *arguments(aws), *options]
    # It hears Ctrl-C as this process does.
    done = subprocess.run(
        command, env=environment(aws), capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise CurateFailed(lines[-1])
    return result_of(done.stdout)


def result_of(printed: str) -> CurateResult:
    """Return what the job printed in its last line."""
    found = json.loads(printed.strip().splitlines()[-1])
    lists = {name: tuple(value) for name, value in found.items() if isinstance(value, list)}
    return CurateResult(**found | lists)


def arguments(aws: Aws) -> Sequence[str]:
    """Return the job's arguments."""
    names = aws.names
    given = ["--processed-bucket", names.processed_bucket]
    given += ["--database", names.database, "--table", names.curated_table]
    endpoint = aws.settings.endpoint_url
    return [*given, "--endpoint-url", endpoint] if endpoint else given


def environment(aws: Aws) -> dict[str, str]:
    """Return the job's environment variables: this session's identity, and where its code is."""
    checkout = Path(__file__).resolve().parents[3]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    variables["PYTHONPATH"] = os.pathsep.join(str(checkout / folder) for folder in MODULES)
    variables["AWS_REGION"] = variables["AWS_DEFAULT_REGION"] = aws.region
    if (credentials := aws.session.get_credentials()) is not None:
        frozen = credentials.get_frozen_credentials()
        variables["AWS_ACCESS_KEY_ID"] = str(frozen.access_key)
        variables["AWS_SECRET_ACCESS_KEY"] = str(frozen.secret_key)
        if frozen.token:
            variables["AWS_SESSION_TOKEN"] = frozen.token
    return variables
