"""The served report of a running local AWS shows uploads by itself."""

import json
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .conftest import Lake, free_port

pytestmark = pytest.mark.e2e

# On a machine of its own it takes one second; tests run on busy ones.
PATIENCE_SECONDS = 60.0
ORDERS = "Order ID,SKU,Qty,Price,Order Date\n1,A,2,10.10,{day}\n2,B,0,1.00,{day}\n"


@dataclass(frozen=True, slots=True)
class Served:
    """A served report: what an open page hears from it."""

    address: str

    def read(self, path: str) -> str:
        with urllib.request.urlopen(self.address + path, timeout=5) as answer:
            return str(answer.read().decode())

    def news(self) -> dict[str, Any]:
        return dict(json.loads(self.read("news")))

    def wait_for(self, is_so: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_so(news := self.news()):
            assert time.monotonic() < deadline, news
            time.sleep(0.1)
        return news


@pytest.fixture
def served(lake: Lake) -> Iterator[Served]:
    port = free_port()
    process = lake.start("report", "--serve", "--port", str(port))
    try:
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith(f"http://127.0.0.1:{port}/ follows the local AWS"), line
        yield Served(f"http://127.0.0.1:{port}/")
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "stopped\n", "")


def test_an_upload_shows_at_once_and_in_the_answers_after_a_crawl(
    lake: Lake, served: Served, tmp_path: Path
) -> None:
    orders = tmp_path / "served-2026-11-22.csv"
    orders.write_text(ORDERS.format(day="2031-05-06"), "utf-8")
    before = served.news()
    assert "2031-05-06" not in served.read("")
    lake.ok("upload", str(orders))
    # Files of other tests may have rejects of this kind, too.
    changed = served.wait_for(lambda news: bool(news["health"] != before["health"]))
    assert changed["health"] != before["health"]
    shown = served.wait_for(lambda news: "zero" in news["parts"]["health-panel"])
    assert "zero" in shown["parts"]["health-panel"]
    lake.ok("crawl")
    served.wait_for(lambda news: bool(news["data"] != before["data"]))
    assert "ordered" in served.read("")
    served.wait_for(lambda news: "2031-05-06" in served.read(""))
    assert served.news()["problem"] == ""
