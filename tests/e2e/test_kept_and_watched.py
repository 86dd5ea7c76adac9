"""A local AWS of its own: kept from run to run, redeployed on save, killed in every way.

Each of these stops and starts, so they share one start where they can, and none with other tests.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from orderlake.local_aws.container import LABEL, project_of

from .conftest import ROOT, Lake, free_port, linked_checkout

pytestmark = [pytest.mark.e2e, pytest.mark.long]
IS_CONTAINER = os.environ.get("ORDERLAKE_RUNTIME") == "docker"
on_this_machine = pytest.mark.skipif(
    IS_CONTAINER or not Path("/proc/self").exists(),
    reason="no /proc of this machine shows the processes to kill",
)

ORDERS = "Order ID,SKU,Qty,Unit Price\n1,A,2,10.10\n2,B,3,0.30\n3,A,1,n/a\n"
SQL = "select product_id, sum(total_amount) as revenue from processed_orders group by 1 order by 1"
FUNCTION = "shop-order-transform"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Lake]:
    """Return a checkout of its own, with a copy of the function's code, and nothing running."""
    root = linked_checkout(tmp_path)
    (root / "lambda").unlink()
    shutil.copytree(ROOT / "lambda", root / "lambda", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "orders-2026-11-21.csv").write_text(ORDERS)
    lake = Lake(root, free_port())
    yield lake
    lake.run("local", "down", "--discard")
    assert processes_of(lake) == []


def processes_of(lake: Lake) -> list[int]:
    """Return the processes of this machine that run anything from the checkout's data folder."""
    mark = os.fsencode(lake.root.resolve() / ".orderlake" / "local")
    return [
        int(folder.name)
        for folder in Path("/proc").iterdir()
        if folder.name.isdecimal() and mark in environment(folder)
    ]


def environment(folder: Path) -> bytes:
    try:
        return (folder / "environ").read_bytes()
    except OSError:
        return b""


def until(is_so: Callable[[], Any], what: str, seconds: float = 15) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := is_so():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


@pytest.mark.timeout(600)  # three starts and a dozen commands, on a machine that may be busy
def test_queries_answer_when_nothing_runs_and_what_is_kept_comes_back_even_after_a_kill(
    own: Lake,
) -> None:
    own.ok("local", "up", "--persist", "kept")
    own.ok("deploy")
    own.ok("upload", "orders-2026-11-21.csv")
    own.ok("crawl")
    before = own.ok("query", "-e", SQL, "--format", "csv")
    assert '"A",20.2' in before
    top = own.ok("query", "top_products", "--format", "csv")
    assert "1 raw file kept in" in own.run("local", "down").stderr
    assert own.ok("query", "-e", SQL, "--format", "csv") == before
    assert own.ok("query", "top_products", "--format", "csv") == top
    started = own.json("local", "up", "--persist", "kept", "--json")
    assert own.json("status", "--json")["waiting"] == []
    assert own.ok("query", "-e", SQL, "--format", "csv") == before
    late = own.root / "orders-2026-11-22.csv"
    late.write_text(ORDERS.replace("10.10", "5.00"))
    gone = own.root / "orders-2026-11-23.csv"
    gone.write_text(ORDERS)
    own.ok("upload", str(late), str(gone))
    bucket = "shop-raw-000000000000-us-east-1"
    own.aws("s3").delete_object(Bucket=bucket, Key="raw/orders-2026-11-23.csv")
    if IS_CONTAINER:
        label = f"label={LABEL}={project_of(own.root)}"
        found = subprocess.run(["docker", "ps", "-q", "--filter", label], capture_output=True)
        subprocess.run(["docker", "kill", *found.stdout.decode().split()], check=True)
    else:
        os.killpg(started["pid"], signal.SIGKILL)
    own.ok("local", "up", "--persist", "kept")
    files = own.json("status", "--json")["files"]
    assert files == 2, "the file that came after the last save, too, and not the deleted one"


def test_without_persist_a_start_is_clean(own: Lake) -> None:
    own.ok("local", "up")
    own.aws("s3").create_bucket(Bucket="of-the-first-run")
    temporary = own.root / ".orderlake" / "local" / "localstack" / "tmp"
    found = [*temporary.glob("*/of-the-first-run")]
    assert IS_CONTAINER or found, "its objects lie in no other checkout's way"
    own.ok("local", "down")
    own.ok("local", "up")
    assert own.aws("s3").list_buckets()["Buckets"] == []


@on_this_machine
def test_whatever_is_killed_leaves_no_trace_to_the_next_start(own: Lake) -> None:
    starting = own.start("local", "up")
    [orphan] = until(lambda: processes_of(own), "the start of LocalStack")
    starting.kill()
    starting.communicate()
    taken_over = own.json("local", "up", "--json")
    assert taken_over["pid"] == orphan, "a start that was killed is taken over"

    own.ok("deploy")
    own.ok("upload", "orders-2026-11-21.csv")
    assert len(processes_of(own)) > 1, "LocalStack and a warm function"
    os.kill(orphan, signal.SIGKILL)
    until(lambda: processes_of(own) == [], "its functions have ended, too")
    again = own.json("local", "up", "--json")
    assert again["is_new"]
    assert again["port"] == taken_over["port"]

    # As if its start had been killed before it wrote down what it had started.
    (own.root / ".orderlake" / "local" / "state.json").unlink()
    done = own.run("local", "up")
    assert done.returncode == 0
    assert "ended a local AWS that an earlier run had left behind" in done.stderr
    assert again["pid"] not in processes_of(own)


def line_of(process: subprocess.Popen[str], wanted: str) -> str:
    """Return the next line that the process prints with this in it."""
    for line in process.stdout or ():
        if wanted in line:
            return line
    raise AssertionError(f"ended without {wanted!r}: {process.communicate()}")


def test_a_saved_file_is_live_at_once_and_a_broken_one_is_not_deployed(own: Lake) -> None:
    watching = own.start("local", "up", "--watch")
    try:
        assert "live" in line_of(watching, "the checkout: ")
        contract = own.root / "lambda" / "order_transform" / "handler.py"
        good = contract.read_text("utf-8")
        functions = own.aws("lambda")
        before = functions.get_function_configuration(FunctionName=FUNCTION)["CodeSha256"]
        contract.write_text(f"{good}\nSAVED = True\n", "utf-8")
        assert "handler.py: live" in line_of(watching, "handler.py")
        after = functions.get_function_configuration(FunctionName=FUNCTION)["CodeSha256"]
        assert after != before
        contract.write_text("def handle(:\n", "utf-8")
        assert "line 1" in line_of(watching, "not deployed")
        assert functions.get_function_configuration(FunctionName=FUNCTION)["CodeSha256"] == after
    finally:
        watching.send_signal(signal.SIGINT)
        try:
            out, err = watching.communicate(timeout=30)
        finally:
            watching.kill()
    assert "still up" in out
    assert "Traceback" not in err
