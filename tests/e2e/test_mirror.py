"""Real `sync` processes, killed in the middle or two at once, and what is left then."""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from .conftest import Lake
from .stalling import stalling_wire

pytestmark = pytest.mark.e2e

PREFIX = "cut"
BUCKET = "cut-data"
OBJECTS = 8
LINES = 20_000
COLUMNS = (("product_id", "string"), ("quantity", "int"))
SERDE = "org.openx.data.jsonserde.JsonSerDe"
COUNT = "select count(*) as n, sum(quantity) as units from processed_orders"


@dataclass(frozen=True, slots=True)
class Shop:
    """A table of objects in the local AWS, of a prefix of its own."""

    lake: Lake
    objects: dict[str, bytes]

    @property
    def folder(self) -> Path:
        return self.lake.root / ".orderlake" / "mirror" / "local" / PREFIX

    def files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def unfinished(self) -> list[Path]:
        return [path for path in self.files() if path.name.endswith(".part")]

    def start(self, *command: str, endpoint_url: str | None = None) -> subprocess.Popen[str]:
        own = {"ORDERLAKE_ENDPOINT_URL": endpoint_url} if endpoint_url else {}
        return subprocess.Popen(
            [sys.executable, "-m", "orderlake", *command, "--prefix", PREFIX],
            cwd=self.lake.root,
            env=self.lake.environment | own,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def assert_whole(self) -> None:
        """The mirror holds the objects' bytes, and no file that nobody wants."""
        kept = [path.read_bytes() for path in self.files() if "objects" in path.parts]
        assert sorted(kept) == sorted(self.objects.values())
        assert self.unfinished() == []
        answer = self.lake.json("query", "-e", COUNT, "--prefix", PREFIX, "--format", "json")
        assert answer == [{"n": OBJECTS * LINES, "units": sum(range(OBJECTS)) * LINES}]


@pytest.fixture
def shop(lake: Lake) -> Iterator[Shop]:
    chance, s3, glue = random.Random(7), lake.aws("s3"), lake.aws("glue")
    objects = {}
    s3.create_bucket(Bucket=BUCKET)
    for number in range(OBJECTS):
        line = '{{"product_id":"{}","quantity":{}}}\n'
        text = "".join(line.format(chance.randbytes(30).hex(), number) for _ in range(LINES))
        objects[f"orders/{number}.json"] = text.encode()
        s3.put_object(Bucket=BUCKET, Key=f"orders/{number}.json", Body=text.encode())
    glue.create_database(DatabaseInput={"Name": f"{PREFIX}_orders"})
    storage = {
        "Location": f"s3://{BUCKET}/orders/",
        "Columns": [{"Name": name, "Type": kind} for name, kind in COLUMNS],
        "SerdeInfo": {"SerializationLibrary": SERDE},
    }
    glue.create_table(
        DatabaseName=f"{PREFIX}_orders",
        TableInput={"Name": f"{PREFIX}_processed_orders", "StorageDescriptor": storage},
    )
    shop = Shop(lake, objects)
    yield shop
    shutil.rmtree(shop.folder)
    glue.delete_database(Name=f"{PREFIX}_orders")
    for key in objects:
        s3.delete_object(Bucket=BUCKET, Key=key)
    s3.delete_bucket(Bucket=BUCKET)


def has_open(pid: int, path: Path) -> bool:
    """Whether a process has a file open, as the kernel lists it."""
    try:
        return any(link.readlink() == path for link in Path(f"/proc/{pid}/fd").iterdir())
    except FileNotFoundError:
        return False


def test_a_sync_that_is_killed_in_the_middle_is_completed_by_the_next(shop: Shop) -> None:
    # The objects are of one size: two and a half of them leave at least one unfinished.
    some = sum(map(len, shop.objects.values())) * 5 // (2 * OBJECTS)
    with stalling_wire(shop.lake.port, some) as wire:
        process = shop.start("sync", endpoint_url=wire.endpoint_url)
        assert wire.has_stalled.wait(120)
        deadline = time.monotonic() + 60
        while not shop.unfinished():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL
    unfinished = shop.unfinished()
    assert unfinished
    assert not (shop.folder / "snapshot.json").exists()
    report = shop.lake.json("sync", "--json", "--prefix", PREFIX)
    assert report["downloaded"] + report["unchanged"] == OBJECTS
    assert report["downloaded"] >= len(unfinished)
    shop.assert_whole()
    # Killed again, over a whole mirror: what it held still answers, and the next brings the rest.
    changed = b'{"product_id":"new","quantity":0}\n' * LINES
    shop.objects["orders/0.json"] = changed
    shop.lake.aws("s3").put_object(Bucket=BUCKET, Key="orders/0.json", Body=changed)
    with stalling_wire(shop.lake.port, len(changed) // 2) as wire:
        process = shop.start("sync", endpoint_url=wire.endpoint_url)
        assert wire.has_stalled.wait(120)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
    offline = ("query", "-e", COUNT, "--prefix", PREFIX, "--offline", "--format", "json")
    assert shop.lake.json(*offline) == [{"n": OBJECTS * LINES, "units": 28 * LINES}]
    assert shop.lake.json("sync", "--json", "--prefix", PREFIX)["downloaded"] == 1
    shop.assert_whole()


def test_of_two_syncs_at_once_the_second_waits_and_finds_all_done(shop: Shop) -> None:
    with stalling_wire(shop.lake.port, 1 << 20) as wire:
        first = shop.start("sync", "--json", endpoint_url=wire.endpoint_url)
        assert wire.has_stalled.wait(120)
        # The first holds the mirror by now, and goes on only when the second asks for it.
        second = shop.start("sync", "--json")
        deadline = time.monotonic() + 60
        while not has_open(second.pid, shop.folder / "lock"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert second.poll() is None
        wire.is_released.set()
        ends = [process.communicate(timeout=120) for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0), ends
    downloads = [int(out.partition('"downloaded": ')[2].partition(",")[0]) for out, _ in ends]
    assert downloads == [OBJECTS, 0]
    shop.assert_whole()


def test_status_names_order_lines_that_stand_in_two_files(lake: Lake, tmp_path: Path) -> None:
    header = "Order ID,SKU,Qty,Price,Currency,Order Date\n"
    names = ["overlap-one-2026-11-20.csv", "overlap-two-2026-11-20.csv"]
    for name in names:
        rows = "OVER-1,A,2,10.05,EUR,2026-11-05\n"
        (tmp_path / name).write_text(f"{header}{rows}{name},B,1,1.00,EUR,2026-11-05\n", "utf-8")
    lake.ok("upload", *(str(tmp_path / name) for name in names))
    lake.ok("crawl")
    told = "order OVER-1, product A, 2026-11-05: 20.10 EUR in "
    told += " and ".join(f"raw/{name}" for name in names)
    repeated = lake.json("status", "--json")["repeated"]
    (line,) = [one for one in repeated["lines"] if one["order_id"] == "OVER-1"]
    assert line["files"] == [f"raw/{name}" for name in names]
    if repeated["count"] == 1:
        assert told in lake.ok("status")
