"""Deliveries on a storage in memory, run a call at a time in any order, and ended at any call."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from pathlib import Path

from memory_s3 import MemoryS3
from order_transform.compression import OutputFile
from order_transform.contract import Contract
from order_transform.contract_file import default_contract_text, parse_contract
from order_transform.delivery import ContendedError, Delivered, Delivery, Made
from order_transform.layout import outputs_for
from order_transform.transform import Counts, Result

RAW, PROCESSED = "raw-bucket", "processed-bucket"
KEY = "raw/2026-11-22/orders.csv"
CONTRACT: Contract = parse_contract(default_contract_text())


@dataclass
class FakeWorkshop:
    """A workshop whose raw files say what becomes of them: `rows`, `rejects` or `refused`."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=count)
    waits: list[int] = field(default_factory=list)

    @contextmanager
    def made(self, download: Callable[[Path], None], mark: str) -> Iterator[Made]:
        number = next(self.numbers)
        raw = self.folder / f"raw-{number}"
        download(raw)
        words = raw.read_bytes().split()
        raw.unlink()
        refusal = ("empty", "nothing in it") if b"refused" in words else None
        result = Result(
            counts=Counts(len(words), len(words), 0, 0),
            refusal=refusal,
            total_amount=Decimal(len(words)),
            processed=self._file(number, b"rows", words, mark) if not refusal else None,
            rejected=self._file(number, b"rejects", words, mark),
        )
        yield Made(result, {"transform_seconds": 0.0})
        for file in (result.processed, result.rejected):
            if file:
                file.path.unlink()

    def _file(self, number: int, kind: bytes, words: list[bytes], mark: str) -> OutputFile | None:
        if kind not in words:
            return None
        data = output_of(b" ".join(words), kind, mark)
        path = self.folder / f"{kind.decode()}-{number}"
        path.write_bytes(data)
        return OutputFile(path, len(data), hashlib.sha256(data).hexdigest())

    def empty(self, mark: str) -> bytes:
        return b"empty " + mark.encode()

    def new_claim(self) -> str:
        return f"claim-{next(self.numbers)}"

    def wait(self, attempt: int) -> None:
        self.waits.append(attempt)


def output_of(raw: bytes, kind: bytes, mark: str = "") -> bytes:
    """Return what a raw file's output holds; its mark is the last line."""
    return kind + b" of " + raw + b"\n" + mark.encode()


def new_delivery(storage: MemoryS3, workshop: FakeWorkshop, compression: str = "gzip") -> Delivery:
    return Delivery(storage, workshop, CONTRACT, PROCESSED, compression)


class Crashed(Exception):
    """The function's process ended here."""


class Running:
    """One delivery in a thread that moves only when told, from gate to gate."""

    def __init__(self, run: Callable[[], Delivered]) -> None:
        self.outcome: Delivered | Exception | None = None
        self._run, self._dying = run, False
        self._go, self._paused = threading.Semaphore(0), threading.Semaphore(0)
        self._thread = threading.Thread(target=self._main, daemon=True)
        self._thread.start()

    def _main(self) -> None:
        self._go.acquire()
        try:
            if self._dying:
                raise Crashed
            self.outcome = self._run()
        except (Crashed, ContendedError) as error:
            self.outcome = error
        self._paused.release()

    def pass_gate(self) -> None:
        self._paused.release()
        self._go.acquire()
        if self._dying:
            raise Crashed

    def step(self) -> bool:
        """Let it run to its next gate; tell whether it has ended."""
        if self.outcome is None:
            self._go.release()
            self._paused.acquire()
        return self.outcome is not None

    def crash(self) -> None:
        """End it at the gate where it stands."""
        self._dying = True
        while not self.step():
            pass

    def owns_this_thread(self) -> bool:
        return self._thread is threading.current_thread()


class Stage:
    """A storage and the deliveries that run on it side by side."""

    def __init__(self, folder: Path, unversioned: frozenset[str] = frozenset()) -> None:
        self.storage = MemoryS3(unversioned=unversioned)
        self.workshop = FakeWorkshop(folder)
        self.delivery = new_delivery(self.storage, self.workshop)
        self.running: list[Running] = []
        self.storage.gate = self._gate

    def start(self, key: str) -> Running:
        one = Running(lambda: self.delivery.deliver(RAW, key))
        self.running.append(one)
        return one

    def _gate(self, _: str) -> None:
        for one in self.running:
            if one.owns_this_thread():
                one.pass_gate()

    def deliver(self, key: str) -> Delivered:
        """Run one delivery from begin to end, alone."""
        return self.delivery.deliver(RAW, key)


def expected_outputs(stage: Stage) -> dict[str, bytes]:
    """Return what a clean run on the newest version leaves, without the marks and the report."""
    newest = stage.storage.newest(RAW, KEY)
    if newest is None or newest.data is None:
        return {}
    words, keys = newest.data.split(), outputs_for(KEY)
    left = {}
    if b"rows" in words and b"refused" not in words:
        left[keys.processed] = output_of(newest.data, b"rows")
    if b"rejects" in words:
        left[keys.rejected] = output_of(newest.data, b"rejects")
    return left


def check_settled(stage: Stage) -> None:
    """Check that what a reader sees is what a clean run leaves, and nothing beside it."""
    visible = stage.storage.visible(PROCESSED)
    report = visible.pop(outputs_for(KEY).report, None)
    bare = {key: data.rpartition(b"\n")[0] + b"\n" for key, data in visible.items()}
    assert bare == expected_outputs(stage)
    newest = stage.storage.newest(RAW, KEY)
    body = json.loads(report) if report else None
    if newest is None:
        assert body is None or (body["outcome"] == "removed" and body["unsettled"])
        return
    assert body is not None
    assert body["outcome"] == ("refused" if b"refused" in (newest.data or b"") else "done")
    assert body["source"]["etag"] == newest.etag
    found = {output["key"]: output["etag"] for output in body["outputs"]}
    there = {key: stage.storage.newest(PROCESSED, key) for key in visible}
    assert found == {key: version.etag for key, version in there.items() if version}
