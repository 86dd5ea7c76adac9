"""ministack as a process on loopback: an AWS that others wrote from AWS's documentation."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".tools" / "ministack" / "bin" / "ministack"
WHY_NOT = "ministack is not installed: make test installs it"
START_SECONDS = 60


def client(endpoint_url: str, service: Any, region: str) -> Any:
    """A client of the server."""
    return boto3.client(
        service,
        endpoint_url=endpoint_url,
        region_name=region,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
    )


@contextmanager
def running_ministack(home: Path, port: int, **settings: str) -> Iterator[str]:
    """Yield the server's address once it answers; its files are in `home`, its log too."""
    own = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "HOME": str(home)}
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [PROGRAM],
            cwd=home,
            env={"PATH": os.environ["PATH"], "TMPDIR": str(home), **own, **settings},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_serving(address):
            assert process.poll() is None, (home / "log").read_text("utf-8")
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def is_serving(address: str) -> bool:
    """Whether a bucket can be listed."""
    try:
        client(address, "s3", "us-east-1").list_buckets()
    except (BotoCoreError, ClientError):
        return False
    return True
