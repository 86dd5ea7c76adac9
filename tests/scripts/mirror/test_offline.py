"""`--env offline` and `--offline` open no connection: the kernel ends a process that tries.

A filter of the kernel (seccomp) allows every call but the one that makes a socket, for Python, for
DuckDB and for whatever else is loaded. That it bites is shown by commands that do connect.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sql_lake import SETTLED_COLUMNS, mirror_with

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.uname().machine not in ("x86_64", "aarch64"),
    reason="not Linux on x86_64 or aarch64, for which the number of the socket call is known",
)
ROOT = Path(__file__).resolve().parents[3]
QUERY = "top_products.sql"
LINES = '{"product_id":"MUG","quantity":2,"total_amount":15.9}\n'
# Two programs for the kernel's filter: jump over the kill where the call is not `socket`.
SEALED = """if True:
    import ctypes, os, struct, sys

    SOCKET = {"x86_64": 41, "aarch64": 198}[os.uname().machine]
    LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
    KILL_PROCESS, ALLOW = 0x80000000, 0x7FFF0000
    NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2
    steps = [
        (LOAD, 0, 0, 0),
        (JUMP_IF_EQUAL, 0, 1, SOCKET),
        (RETURN, 0, 0, KILL_PROCESS),
        (RETURN, 0, 0, ALLOW),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
    assert libc.prctl(SECCOMP, FILTER, program) == 0, os.strerror(ctypes.get_errno())
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "orderlake.toml").write_text('prefix = "shop"\n', "utf-8")
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / QUERY).symlink_to(ROOT / "queries" / QUERY)
    folder = tmp_path / ".orderlake" / "mirror" / "local" / "shop"
    mirror_with(folder, {"a.json.gz": LINES}, SETTLED_COLUMNS)
    return tmp_path


def sealed(project: Path, then: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process that may not make a socket."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "ORDERLAKE_"))}
    # An address that would be asked, were any.
    own = {"ORDERLAKE_ROOT": str(project), "ORDERLAKE_ENDPOINT_URL": "http://127.0.0.1:9"}
    return subprocess.run(
        [sys.executable, "-c", f"{SEALED}    {then}", *arguments],
        env=kept | own,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def command(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return sealed(project, "from orderlake.cli import main; main()", *arguments)


@pytest.mark.parametrize(
    "connecting",
    [
        "import socket; socket.socket()",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')",
        "import threading, socket; threading.Thread(target=socket.socket).start()",
        "import duckdb; duckdb.sql(\"from read_csv('http://127.0.0.1:9/a.csv')\")",
    ],
)
def test_a_process_that_connects_is_ended_by_the_kernel(project: Path, connecting: str) -> None:
    done = sealed(project, connecting)
    assert done.returncode == -signal.SIGSYS


def test_a_query_of_the_local_aws_is_ended_by_the_kernel(project: Path) -> None:
    assert command(project, "query", "top_products").returncode == -signal.SIGSYS


@pytest.mark.parametrize("option", [["--env", "offline"], ["--offline"]])
def test_an_offline_query_opens_no_connection(project: Path, option: list[str]) -> None:
    # The first reads the JSON, the second the cache that the first has made.
    for form, answer in (("table", "15.90"), ("csv", '"MUG",15.900000')):
        done = command(project, "query", "top_products", *option, "--format", form)
        assert answer in done.stdout
        assert done.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-e", "select country from processed_orders"), "needs country"),
        (("top_products", "--prefix", "other"), "nothing is mirrored"),
    ],
)
def test_no_complaint_opens_one(project: Path, arguments: tuple[str, ...], told: str) -> None:
    done = command(project, "query", *arguments, "--offline")
    assert told in done.stderr
    assert done.returncode in (1, 2)


def test_neither_do_an_offline_report_and_a_comparison_on_the_mirror(project: Path) -> None:
    assert command(project, "report", "--env", "offline").returncode == 0
    done = command(project, "parity", "top_products", "--left", "duckdb", "--right", "duckdb")
    assert "equal, 1 row\n" in done.stdout
