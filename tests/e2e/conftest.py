"""A local AWS for many end-to-end tests: started by the commands a user types, stopped at the end.

There is one a process: where several share the tests, each has its own.

It runs in a folder of its own that links to the checkout, so that a developer's local AWS, mirror
and state stay as they are.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from forked_command import run_command

from .checkout import ROOT, free_port, linked_checkout

__all__ = ["ROOT", "Lake", "free_port", "linked_checkout"]


@dataclass(frozen=True, slots=True)
class Lake:
    """A project folder and how to type commands in it."""

    root: Path
    port: int

    @property
    def environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "ORDERLAKE_ROOT": str(self.root),
            "ORDERLAKE_PORT": str(self.port),
            "NO_COLOR": "1",
            # LocalStack runs a failed event again at once, where AWS waits a minute.
            "LAMBDA_RETRY_BASE_DELAY": "0",
            **self.own_variables(),
        }

    def own_variables(self) -> dict[str, str]:
        """What a special project adds to the environment of its commands."""
        return {}

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start the whole program, for a test that does something while it runs."""
        # A shell starts what it runs in the background deaf to Ctrl-C, and so its children; a
        # test that presses Ctrl-C needs a command that hears it, wherever the tests were started.
        hear = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
        # Without a file DuckDB takes a program for a person's session, and draws a progress bar
        # into the answer of a query that takes two seconds.
        hear += "; import __main__; __main__.__file__ = 'orderlake'"
        return subprocess.Popen(
            [sys.executable, "-c", f"{hear}; from orderlake.cli import main; main()", *command],
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *command: str, timeout: float = 240) -> subprocess.CompletedProcess[str]:
        done = run_command(command, self.root, self.environment, timeout)
        assert "Traceback" not in done.stdout + done.stderr
        return done

    def ok(self, *command: str) -> str:
        done = self.run(*command)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    @property
    def credentials(self) -> dict[str, Any]:
        """The access key that `local up` made, as a client of AWS takes it."""
        variables = self.json("local", "env", "--json")
        return {
            "aws_access_key_id": variables["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": variables["AWS_SECRET_ACCESS_KEY"],
        }

    def aws(self, service: Any) -> Any:
        credentials = self.credentials
        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{self.port}",
            region_name="us-east-1",
            aws_access_key_id=credentials["aws_access_key_id"],
            aws_secret_access_key=credentials["aws_secret_access_key"],
            config=Config(s3={"addressing_style": "path"}),
        )

    def json(self, *command: str) -> Any:
        return json.loads(self.ok(*command))


@pytest.fixture(scope="session")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """A project whose local AWS is up, with nothing deployed by this fixture."""
    lake = Lake(linked_checkout(tmp_path_factory.mktemp("lake")), free_port())
    try:
        # In Docker (ORDERLAKE_RUNTIME, which the command reads) the image is built here.
        assert lake.run("local", "up", timeout=1800).returncode == 0
        yield lake
    finally:
        lake.run("local", "down")


@pytest.fixture(scope="session")
def lake(local_aws: Lake) -> Lake:
    """The project with its stack deployed."""
    local_aws.ok("deploy", "--env", "local")
    return local_aws
