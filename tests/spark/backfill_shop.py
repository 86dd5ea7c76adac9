"""A deployed shop whose function has read many files, and their rows as it wrote them."""

import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.conftest import ROOT, Lake

from .conftest import Jobs

RAW, PROCESSED = "shop-raw-000000000000-us-east-1", "shop-processed-000000000000-us-east-1"
JOB = "shop-order-backfill"
DATA = ("processed/orders/", "rejected/")
SHARED = ROOT.parent / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Shop:
    """A deployed shop and what its function made of the files in raw/."""

    lake: Lake
    jobs: Jobs
    made: dict[str, bytes]

    def forget(self) -> None:
        """Remove all outputs and reports, as if the function had never run."""
        s3 = self.lake.aws("s3")
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=PROCESSED):
            found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
            if objects:
                s3.delete_objects(Bucket=PROCESSED, Delete={"Objects": objects})

    def start(self, source: str) -> str:
        return self.jobs.start(JOB, Arguments={"--source": source})

    def reports(self) -> int:
        listed = self.lake.aws("s3").list_objects_v2(Bucket=PROCESSED, Prefix="reports/")
        return int(listed["KeyCount"])

    def wait_for_reports(self, run: str, count: int) -> None:
        """Wait until a run is in the middle of its work."""
        while self.reports() < count:
            assert self.jobs.look(JOB, run)["JobRunState"] in ("STARTING", "RUNNING")
            time.sleep(0.05)

    def check_bytes(self) -> None:
        outputs = data_objects(self.lake)
        assert outputs.keys() == self.made.keys()
        assert [key for key, data in outputs.items() if data != self.made[key]] == []


def data_objects(lake: Lake) -> dict[str, bytes]:
    """Processed and rejected rows; reports differ in their claims and timings."""
    s3 = lake.aws("s3")
    found = {}
    for prefix in DATA:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=PROCESSED, Prefix=prefix):
            for entry in page.get("Contents", []):
                found[entry["Key"]] = s3.get_object(Bucket=PROCESSED, Key=entry["Key"])[
                    "Body"
                ].read()
    return found


def write_files(folder: Path, count: int) -> None:
    """Write files with dirt of every kind, and copy those that are shared, where there are any."""
    sys.path.insert(0, str(ROOT / "bench"))
    from dirty_orders import dirty_file

    chance = random.Random(7)
    for number in range(count):
        data = dirty_file(chance)
        ending = ".csv.gz" if data.startswith(b"\x1f\x8b") else ".csv"
        (folder / f"dirty-{number:03}{ending}").write_bytes(data)
    for path in SHARED.glob("*.*sv") if SHARED.is_dir() else ():
        (folder / path.name).write_bytes(path.read_bytes())


def open_shop(lake: Lake, jobs: Jobs, folder: Path, count: int) -> Shop:
    """Deploy, and let the function read this many files."""
    lake.ok("deploy")
    write_files(folder, count)
    lake.run("upload", str(folder), "--no-check", timeout=900)
    return Shop(lake, jobs, data_objects(lake))
