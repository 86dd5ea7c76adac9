"""A crawl of many objects and the crawl after it: seconds and peak memory, and a tenth of them.

Each crawl runs in a process of its own over objects that are made as they are read:
`.venv/bin/python bench/crawl.py --partitions 1000 --files 100`.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

from glue_crawler.crawl import Run, crawl
from glue_crawler.definition import read_definition
from glue_crawler.objects.listing import StoredObject
from glue_crawler.objects.sample_memory import SampleMemory

LINES = b'{"id":1,"price":2.5,"sku":"a","order_date":"2026-11-22"}\n' * 20


class MadeStore:
    """Partitions of equal files that lie nowhere; counts what is read."""

    def __init__(self, partitions: int, files: int) -> None:
        self.partitions, self.files, self.reads = partitions, files, 0

    def list_objects(self, bucket: str, prefix: str, start_after: str) -> Iterator[StoredObject]:
        """Yield every object in the order of keys."""
        for partition in range(self.partitions):
            for file in range(self.files):
                key = f"data/dt={partition:06}/{file:06}.json"
                if key > start_after:
                    yield StoredObject(key, len(LINES), "etag")

    def read_range(self, bucket: str, key: str, start: int, length: int) -> bytes:
        """Return the same lines for every object."""
        self.reads += 1
        return LINES[start : start + length]


class NoCatalog:
    """Nothing is registered yet."""

    def tables(self) -> list[Mapping[str, Any]]:
        """Return no tables."""
        return []

    def partitions(self, table_name: str) -> list[Mapping[str, Any]]:
        """Return no partitions."""
        return []


def measure(partitions: int, files: int) -> dict[str, float]:
    """Crawl twice, and return objects, CPU seconds of both and peak memory in MiB."""
    targets = {"S3Targets": [{"Path": "s3://shop/data/"}]}
    definition = read_definition({"Name": "bench", "DatabaseName": "d", "Targets": targets})
    store, memory = MadeStore(partitions, files), SampleMemory()
    times = [time.process_time()]
    for _ in range(2):
        result = crawl(definition, store, NoCatalog(), Run("run", 0), memory=memory)
        times.append(time.process_time())
    if store.reads != result.objects:
        raise SystemExit(f"the second crawl read {store.reads - result.objects:,} objects")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    first, second = times[1] - times[0], times[2] - times[1]
    return {"objects": result.objects, "first": first, "second": second, "peak_mib": peak}


def in_own_process(partitions: int, files: int) -> dict[str, float]:
    """Measure in a new process, so that its peak is its own."""
    command = [sys.executable, __file__, "--once", str(partitions), str(files)]
    found: dict[str, float] = json.loads(subprocess.check_output(command))
    return found


def main() -> None:
    """Print one line for each size, and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--partitions", type=int, default=1000)
    parser.add_argument("--files", type=int, default=100, help="in each partition")
    parser.add_argument("--once", nargs=2, type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.once:
        print(json.dumps(measure(*asked.once)))
        return
    small = in_own_process(asked.partitions, max(1, asked.files // 10))
    large = in_own_process(asked.partitions, asked.files)
    for found in (small, large):
        print(f"{found['objects']:>9,.0f} objects {found['first']:8.1f} s", end="")
        print(f", again {found['second']:6.1f} s", end="")
        print(f" {found['peak_mib']:6.0f} MiB")
    ratios = {name: large[name] / small[name] for name in small}
    print(f"ratios: time {ratios['first']:.1f}, memory {ratios['peak_mib']:.2f}", end="")
    print(f", objects {ratios['objects']:.1f}")


if __name__ == "__main__":
    main()
