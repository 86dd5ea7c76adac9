"""Two local AWS to measure against: LocalStack with our plugin, and ministack; both on loopback."""

import gzip
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from orderlake.mirror.store import MirrorStore
from orderlake.mirror.sync import Lake

ROOT = Path(__file__).resolve().parents[1]
REGION = "us-east-1"
BUCKET = "shop-processed-000000000000-us-east-1"
BENCH_BUCKET = "bench-orders"
OWN = {".git", ".orderlake", "build"}
LINE = '{"product_id":"A","price":1.5,"quantity":2,"total_amount":3.0}\n'


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def client(service: Any, port: int, key: tuple[str, str] = ("test", "test")) -> Any:
    """Return a client of the server on a port."""
    return boto3.client(
        service,
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name=REGION,
        aws_access_key_id=key[0],
        aws_secret_access_key=key[1],
        config=Config(s3={"addressing_style": "path"}),
    )


@dataclass(frozen=True, slots=True)
class LocalAws:
    """LocalStack with a crawled table, and a project folder to type commands in."""

    root: Path
    port: int

    def type(self, *command: str) -> None:
        """Run a command as a user types it; it must succeed."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        own = {"ORDERLAKE_ROOT": str(self.root), "ORDERLAKE_PORT": str(self.port)}
        typed = [sys.executable, "-m", "orderlake", *command]
        subprocess.run(typed, check=True, capture_output=True, env=kept | own)

    def client(self, service: Any) -> Any:
        """Return a client with the access key that `local up` made."""
        state = json.loads((self.root / ".orderlake/local/state.json").read_text("utf-8"))
        key = (state["access_key_id"], state["secret_access_key"])
        return client(service, self.port, key)

    def sync(self) -> float:
        """Return how long the command `sync` takes, its start included."""
        start = time.perf_counter()
        self.type("sync")
        return time.perf_counter() - start

    def reader(self) -> Lake:
        """Return the lake as the command `sync` connects to it."""
        glue, s3 = self.client("glue"), self.client("s3")
        return Lake(glue, s3, "shop_orders", "'local'")

    def download_all(self) -> None:
        """List the bucket and get every object, one after another."""
        s3 = self.client("s3")
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
            for entry in page["Contents"]:
                s3.get_object(Bucket=BUCKET, Key=entry["Key"])["Body"].read()


@contextmanager
def local_aws(root: Path, objects: int) -> Iterator[LocalAws]:
    """Yield LocalStack with this many objects of 100 orders each under the table's root."""
    root.mkdir()
    for entry in ROOT.iterdir():
        if entry.name not in OWN:
            (root / entry.name).symlink_to(entry)
    lake = LocalAws(root, free_port())
    lake.type("local", "up")
    try:
        lake.type("deploy")
        s3, data = lake.client("s3"), gzip.compress((LINE * 100).encode())
        for number in range(objects):
            key = f"processed/orders/dt=2026-01-{number % 28 + 1:02}/part-{number}.json.gz"
            s3.put_object(Bucket=BUCKET, Key=key, Body=data)
        lake.type("crawl")
        yield lake
    finally:
        lake.type("local", "down")


@contextmanager
def ministack_athena(folder: Path, store: MirrorStore) -> Iterator[Callable[[str], object]]:
    """Yield a way to ask ministack's Athena, with the mirror's objects in its S3."""
    port = free_port()
    program = ROOT / ".tools" / "ministack" / "bin" / "ministack"
    own = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "ATHENA_ENGINE": "duckdb"}
    with (folder / "ministack.log").open("w") as log:
        server = subprocess.Popen(
            [program], env=os.environ | own, cwd=folder, stdout=log, stderr=log
        )
    try:
        wait_for(port)
        fill(lambda service: client(service, port), store, "shop_orders")
        yield lambda sql: ask_athena(client("athena", port), sql, "shop_orders")
    finally:
        server.terminate()
        server.wait(20)


def wait_for(port: int) -> None:
    """Return once something listens on a port; raises TimeoutError after a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError(f"nothing listens on port {port}")


def fill(connect: Callable[[str], Any], store: MirrorStore, database: str) -> None:
    """Put a mirror's objects and table into a server."""
    s3, glue = connect("s3"), connect("glue")
    snapshot = store.read()
    s3.create_bucket(Bucket=BENCH_BUCKET)
    for entry in snapshot.objects:
        s3.upload_file(str(store.path_of(entry)), BENCH_BUCKET, entry.key)
    glue.create_database(DatabaseInput={"Name": database})
    table = {**snapshot.glue_tables[0]["Table"], "TableType": "EXTERNAL_TABLE"}
    table["Parameters"] = {"classification": "json"}
    storage = table["StorageDescriptor"]
    key = storage["Location"].removeprefix("s3://").partition("/")[2]
    table["StorageDescriptor"] = {**storage, "Location": f"s3://{BENCH_BUCKET}/{key}"}
    table.pop("DatabaseName")
    glue.create_table(DatabaseName=database, TableInput=table)


def ask_athena(athena: Any, sql: str, database: str, bucket: str = BENCH_BUCKET) -> list[Any]:
    """Run a query in Athena to its end, and return its rows."""
    started = athena.start_query_execution(
        QueryString=re.sub(r"(?<!shop_)processed_orders", "shop_processed_orders", sql),
        QueryExecutionContext={"Database": database},
        ResultConfiguration={"OutputLocation": f"s3://{bucket}/results/"},
    )["QueryExecutionId"]
    while True:
        execution = athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]
        status = execution["Status"]
        if status["State"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
            break
        time.sleep(0.01)
    assert status["State"] == "SUCCEEDED", status.get("StateChangeReason")
    return list(athena.get_query_results(QueryExecutionId=started)["ResultSet"]["Rows"])
