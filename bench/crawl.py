"""A crawl of many objects: seconds and peak memory, as ratios to a crawl of a tenth of them.

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

LINES = b'{"id":1,"price":2.5,"sku":"a","order_date":"2026-11-22"}\n' * 20


class MadeStore:
    """Partitions of equal files that lie nowhere."""

    def __init__(self, partitions: int, files: int) -> None:
        self.partitions, self.files = partitions, files

    def list_objects(self, bucket: str, prefix: str, start_after: str) -> Iterator[StoredObject]:
        """Yield every object in the order of keys."""
        for partition in range(self.partitions):
            for file in range(self.files):
                key = f"data/dt={partition:06}/{file:06}.json"
                if key > start_after:
                    yield StoredObject(key, len(LINES))

    def read_range(self, bucket: str, key: str, start: int, length: int) -> bytes:
        """Return the same lines for every object."""
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
    """Crawl once, and return objects, seconds and peak memory in MiB."""
    targets = {"S3Targets": [{"Path": "s3://shop/data/"}]}
    definition = read_definition({"Name": "bench", "DatabaseName": "d", "Targets": targets})
    start = time.perf_counter()
    result = crawl(definition, MadeStore(partitions, files), NoCatalog(), Run("run", 0))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"objects": result.objects, "seconds": time.perf_counter() - start, "peak_mib": peak}


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
        print(f"{found['objects']:>9,.0f} objects {found['seconds']:8.1f} s", end="")
        print(f" {found['peak_mib']:6.0f} MiB")
    ratios = {name: large[name] / small[name] for name in small}
    print(f"ratios: time {ratios['seconds']:.1f}, memory {ratios['peak_mib']:.2f}", end="")
    print(f", objects {ratios['objects']:.1f}")


if __name__ == "__main__":
    main()
