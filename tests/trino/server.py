"""A Trino server as a process on loopback, with the catalogs that a test names."""

import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools" / "trino"
VERSION = "435"
STARTED = "SERVER STARTED"
START_SECONDS = 240
CONFIG = """coordinator=true
node-scheduler.include-coordinator=true
node.environment=test
node.internal-address=127.0.0.1
node.bind-ip=127.0.0.1
http-server.http.port={port}
discovery.uri=http://127.0.0.1:{port}
plugin.dir={tools}/plugin
catalog.config-dir={folder}/catalog
query.max-memory=1GB
query.max-memory-per-node=600MB
memory.heap-headroom-per-node=300MB
"""


def find_java() -> str | None:
    """Return a Java that this Trino runs on (17 to 21), or None."""
    home = os.environ.get("JAVA_HOME")
    debian = Path("/usr/lib/jvm").glob("java-17-*/bin/java")
    for candidate in (f"{home}/bin/java" if home else None, shutil.which("java"), *debian):
        if candidate is None or not Path(candidate).exists():
            continue
        told = subprocess.run([candidate, "-version"], capture_output=True, text=True, check=False)
        found = re.search(r'version "(\d+)', told.stderr)
        if found and 17 <= int(found[1]) <= 21:
            return str(candidate)
    return None


def why_not() -> str | None:
    """Return what is missing for a Trino server, or None."""
    if not (TOOLS / ".stamp-trino").is_file():
        return "no Trino server in .tools/trino: `make test-trino` fetches it"
    return None if find_java() else "no Java 17 to 21, which Trino 435 runs on"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: Path, catalogs: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Yield the address of a server with these catalogs; it is stopped at the end."""
    port = free_port()
    (folder / "catalog").mkdir(parents=True)
    for name, properties in catalogs.items():
        text = "".join(f"{key}={value}\n" for key, value in properties.items())
        (folder / "catalog" / f"{name}.properties").write_text(text)
    config = folder / "config.properties"
    config.write_text(CONFIG.format(port=port, tools=TOOLS, folder=folder))
    command = [
        find_java() or "java",
        "-Xmx2G",
        "-Djdk.attach.allowAttachSelf=true",
        "-Duser.timezone=UTC",
        f"-Dconfig={config}",
        "-cp",
        f"{TOOLS}/lib/*",
        str(Path(__file__).with_name("Launch.java")),
        VERSION,
    ]
    log = folder / "log.txt"
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder)
    try:
        wait_for_start(process, log)
        url = f"http://127.0.0.1:{port}"
        wait_for_node(url, process)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for_node(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return once the server runs a statement; a while after its start it has no node for one."""
    deadline = time.monotonic() + START_SECONDS
    while not runs_a_statement(url):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("Trino has no node that runs statements")
        time.sleep(0.5)


def runs_a_statement(url: str) -> bool:
    """Whether the server answers a statement; it says `No nodes available` while it cannot."""
    request = urllib.request.Request(
        f"{url}/v1/statement",
        data=b"select count(*) from (values 1)",
        headers={"X-Trino-User": "test"},
    )
    page: dict[str, Any] = {}
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            page = json.load(answer)
        while "nextUri" in page:
            with urllib.request.urlopen(page["nextUri"], timeout=30) as answer:
                page = json.load(answer)
    except OSError:
        return False
    return "error" not in page


def wait_for_start(process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the server answers; raises with the log's end where it does not."""
    deadline = time.monotonic() + START_SECONDS
    while STARTED not in log.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("Trino did not start:\n" + log.read_text(errors="replace")[-3000:])
        time.sleep(0.5)
