"""The backfill's job on one core, on two, on a cluster of two workers, and in a plain process.

    python bench/backfill.py [--files 24] [--rows 100_000]

Everything runs on this machine, and so does the local AWS that stores the objects. Its processor
time is not counted. In the last run, an executor is killed when some files are done. Every run has
to write the same objects, byte for byte.
"""

import argparse
import hashlib
import os
import platform
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import psutil
from lakes import REGION, ROOT, LocalAws, free_port, wait_for
from orderlake.deploy.build import build
from orderlake.deploy.job_files import job_files

SPARK = ROOT / ".tools" / "spark"
RAW, PROCESSED, CODE = "bench-raw", "bench-processed", "bench-code"
PLAIN = """
import sys
from order_jobs.arguments import read_arguments
from order_jobs.backfill import OPTIONAL, REQUIRED
from order_jobs.backfilling.deliver import BackfillSettings, deliver_tasks, open_delivery, open_s3
from order_jobs.backfilling.listing import list_order_files, read_place
from order_jobs.backfilling.tasks import into_tasks
given = read_arguments(sys.argv[1:], REQUIRED, OPTIONAL)
place = read_place(given["source"])
settings = BackfillSettings(place.bucket, True, given["raw-prefix"], given["processed-bucket"],
                            given["compression"], given["function-package"])
open_delivery(settings)
tasks = into_tasks(list_order_files(open_s3(), place, settings.raw_prefix))
list(deliver_tasks(settings, tasks, lambda result: None))
"""


@dataclass(slots=True)
class ProcessorTime:
    """Seconds of processor time that processes and all their children took."""

    roots: list[int] = field(default_factory=list)
    seconds: dict[int, float] = field(default_factory=dict)
    is_over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Look at all processes until the end."""
        while not self.is_over.wait(0.1):
            self.look()

    def look(self) -> None:
        """Remember what each process took by now."""
        for root in self.roots:
            try:
                parent = psutil.Process(root)
                every = [parent, *parent.children(recursive=True)]
            except psutil.NoSuchProcess:
                continue
            for process in every:
                try:
                    times = process.cpu_times()
                except psutil.NoSuchProcess:
                    continue
                self.seconds[process.pid] = times.user + times.system


@dataclass(frozen=True, slots=True)
class Shop:
    """The local AWS with order files, the job's files, and how to start the job."""

    lake: LocalAws
    environment: Mapping[str, str]
    words: tuple[str, ...]
    folder: Path

    def empty(self) -> None:
        """Remove all outputs."""
        s3 = self.lake.client("s3")
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=PROCESSED):
            for entry in page.get("Contents", []):
                s3.delete_object(Bucket=PROCESSED, Key=entry["Key"])

    def keys(self, prefix: str) -> list[str]:
        """Return the keys of outputs below a prefix."""
        pages = self.lake.client("s3").get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=PROCESSED, Prefix=prefix)
        return [entry["Key"] for page in found for entry in page.get("Contents", [])]

    def digest(self) -> str:
        """Return a hash of all data objects, keys and bytes."""
        s3, found = self.lake.client("s3"), hashlib.sha256()
        for key in [*self.keys("processed/"), *self.keys("rejected/")]:
            body = s3.get_object(Bucket=PROCESSED, Key=key)["Body"].read()
            found.update(key.encode() + hashlib.sha256(body).digest())
        return found.hexdigest()

    def submit(self, master: str) -> list[str]:
        """Return the words that start the job on Spark."""
        own = {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1"}
        own |= {"spark.executor.memory": "512m", "spark.local.dir": str(self.folder)}
        settings = [word for pair in own.items() for word in ("--conf", "=".join(pair))]
        program = str(SPARK / "bin" / "spark-submit")
        code = ["--py-files", str(self.folder / "order_jobs.zip"), str(self.folder / "backfill.py")]
        return [program, "--master", master, *settings, *code, *self.words]


@contextmanager
def shop_with_files(folder: Path, files: int, rows: int) -> Iterator[tuple[Shop, int]]:
    """Yield a shop with this many files, and their size in bytes."""
    root = folder / "lake"
    root.mkdir()
    for entry in ROOT.iterdir():
        if entry.name not in (".git", ".orderlake", "build"):
            (root / entry.name).symlink_to(entry)
    lake = LocalAws(root, free_port())
    lake.type("local", "up")
    try:
        s3 = lake.client("s3")
        for bucket in (RAW, PROCESSED, CODE):
            s3.create_bucket(Bucket=bucket)
        sample = folder / "sample.csv"
        lake.type("sample", "--rows", str(rows), "--out", str(sample))
        for number in range(files):
            s3.upload_file(str(sample), RAW, f"raw/2024-01-{number % 28 + 1:02}/{number}.csv")
        package = build(ROOT, platform.machine().replace("aarch64", "arm64"), is_local=True)
        found = job_files(ROOT / "glue", package.path)
        for name, content in found.contents.items():
            (folder / name).write_bytes(content)
            s3.put_object(Bucket=CODE, Key=f"{found.folder}/{name}", Body=content)
        given = {
            "source": f"s3://{RAW}/raw/",
            "raw-bucket": RAW,
            "raw-prefix": "raw/",
            "processed-bucket": PROCESSED,
            "function-package": f"s3://{CODE}/{found.folder}/function.zip",
        }
        words = tuple(word for name, value in given.items() for word in (f"--{name}", value))
        shop = Shop(lake, environment_of(lake, folder), words, folder)
        yield shop, files * sample.stat().st_size
    finally:
        lake.type("local", "down")


def environment_of(lake: LocalAws, folder: Path) -> dict[str, str]:
    """Return the environment that the job's processes have."""
    key = lake.client("s3")._request_signer._credentials
    return {
        "PATH": f"{SPARK / 'bin'}:/usr/bin:/bin",
        "JAVA_HOME": str(SPARK / "java"),
        "PYTHONPATH": str(ROOT / "glue"),
        "PYSPARK_PYTHON": str(SPARK / "bin" / "python"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_HOSTNAME": "localhost",
        "TMPDIR": str(folder),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{lake.port}",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": key.access_key,
        "AWS_SECRET_ACCESS_KEY": key.secret_key,
    }


@contextmanager
def cluster(shop: Shop, spent: ProcessorTime) -> Iterator[str]:
    """Yield the address of a standalone cluster of two workers with one core each."""
    port = free_port()
    master = f"spark://127.0.0.1:{port}"
    kind = "org.apache.spark.deploy"
    own = ["--host", "127.0.0.1", "--webui-port", "0"]
    commands = [[f"{kind}.master.Master", *own, "--port", str(port)]]
    commands += [
        [f"{kind}.worker.Worker", *own, "--cores", "1", "--memory", "1g", master] for _ in range(2)
    ]
    started = []
    with (shop.folder / "cluster.log").open("a") as log:
        for number, command in enumerate(commands):
            words = [str(SPARK / "bin" / "spark-class"), *command]
            work = {"SPARK_WORKER_DIR": str(shop.folder / f"work-{number}")}
            started.append(
                subprocess.Popen(words, env={**shop.environment, **work}, stdout=log, stderr=log)
            )
            wait_for(port)
    spent.roots += [process.pid for process in started]
    try:
        yield master
    finally:
        spent.look()
        for process in started:
            process.terminate()
            process.wait(30)


def kill_executor(shop: Shop, spent: ProcessorTime, files: int) -> None:
    """Kill one executor when a quarter of the files is done."""
    while len(shop.keys("processed/")) < files / 4:
        time.sleep(0.05)
    for root in spent.roots:
        for process in psutil.Process(root).children(recursive=True):
            if "CoarseGrainedExecutorBackend" in " ".join(process.cmdline()):
                process.send_signal(signal.SIGKILL)
                return
    raise AssertionError("there is no executor to kill")


def measure(
    shop: Shop,
    words: list[str],
    spent: ProcessorTime,
    meanwhile: Callable[[], None] = lambda: None,
) -> tuple[float, float]:
    """Run the job; return its seconds, and those of processor time."""
    shop.empty()
    watcher = threading.Thread(target=spent.watch)
    watcher.start()
    begun = time.perf_counter()
    with (shop.folder / "job.log").open("a") as log:
        process = subprocess.Popen(words, env=shop.environment, stdout=log, stderr=log)
        spent.roots.append(process.pid)
        meanwhile()
        status = process.wait()
    seconds = time.perf_counter() - begun
    spent.is_over.set()
    watcher.join()
    if status:
        raise SystemExit((shop.folder / "job.log").read_text()[-3000:])
    return seconds, sum(spent.seconds.values())


def contenders(shop: Shop, files: int) -> Iterator[tuple[str, tuple[float, float]]]:
    """Yield each run's name and what it took."""
    plain = [str(SPARK / "bin" / "python"), "-c", PLAIN, *shop.words]
    yield "a plain process", measure(shop, plain, ProcessorTime())
    for master in ("local[1]", "local[2]"):
        yield master, measure(shop, shop.submit(master), ProcessorTime())
    spent = ProcessorTime()
    with cluster(shop, spent) as master:
        yield "two workers", measure(shop, shop.submit(master), spent)
    spent = ProcessorTime()
    with cluster(shop, spent) as master:
        kill = partial(kill_executor, shop, spent, files)
        yield "two workers, one killed", measure(shop, shop.submit(master), spent, kill)


def main() -> None:
    """Print a table of all runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=24)
    parser.add_argument("--rows", type=int, default=100_000)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="bench-backfill-") as name,
        shop_with_files(Path(name), given.files, given.rows) as (shop, size_bytes),
    ):
        print(f"{given.files} files, {size_bytes / 1e6:,.0f} MB, {os.cpu_count()} cores")
        print(
            "| | wall s | CPU s | MB per CPU s | the same bytes |\n| --- | --: | --: | --: | --- |"
        )
        expected = ""
        for title, (seconds, spent) in contenders(shop, given.files):
            found = shop.digest()
            expected = expected or found
            rate = size_bytes / 1e6 / spent
            is_equal = "yes" if found == expected else "NO"
            print(
                f"| {title} | {seconds:.1f} | {spent:.1f} | {rate:.1f} | {is_equal} |", flush=True
            )


if __name__ == "__main__":
    main()
