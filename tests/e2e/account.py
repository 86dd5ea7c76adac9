"""An account on an AWS-compatible server, and the commands of `--env aws` typed in it."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ministack
from botocore.exceptions import ClientError
from forked_command import run_command
from recorded_calls import record_calls

from .checkout import ROOT

REGION = "eu-west-1"
PREFIX = "other-shop"
STACK = f"{PREFIX}-orders"


@dataclass(frozen=True, slots=True)
class Account:
    """An account on a server, and a project folder to type commands in."""

    server: str
    endpoint_url: str
    root: Path
    access_key_id: str = "test"
    secret_access_key: str = "test"
    prefix: str = PREFIX
    region: str = REGION

    @property
    def calls(self) -> Path:
        return self.root / "calls.jsonl"

    def made(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.calls.read_text("utf-8").splitlines()]

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "ORDERLAKE_"))}
        return kept | {
            "ORDERLAKE_ROOT": str(self.root),
            "ORDERLAKE_PREFIX": self.prefix,
            # What the server runs the function on: this machine.
            "ORDERLAKE_ARCHITECTURE": "arm64" if os.uname().machine == "aarch64" else "x86_64",
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_REGION": self.region,
            "CALLS": str(self.calls),
            "AWS_ACCESS_KEY_ID": self.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret_access_key,
            **self.own_variables(),
        }

    def own_variables(self) -> dict[str, str]:
        """What a special project adds to the environment of its commands."""
        return {}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        done = run_command(
            (command[0], "--env", "aws", *command[1:]),
            self.root,
            self.environment,
            timeout_seconds=180,
            prepare=record_calls,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done

    def ok(self, *command: str) -> str:
        done = self.run(*command)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def aws(self, service: str) -> Any:
        keys = self.access_key_id, self.secret_access_key
        return ministack.client(self.endpoint_url, service, self.region, *keys)

    def stack_status(self) -> str | None:
        try:
            client = self.aws("cloudformation")
            (found,) = client.describe_stacks(StackName=f"{self.prefix}-orders")["Stacks"]
        except ClientError:
            return None
        return str(found["StackStatus"])

    def template(self, old: str = "", new: str = "") -> None:
        """Write the template anew, with one change."""
        text = (ROOT / "template.yaml").read_text("utf-8")
        assert old in text
        (self.root / "template.yaml").write_text(text.replace(old, new, 1), "utf-8")

    def buckets(self) -> list[str]:
        listed = self.aws("s3").list_buckets()["Buckets"]
        return [b["Name"] for b in listed if b["Name"].startswith(f"{self.prefix}-")]
