"""The place where one file is fetched and transformed: a temporary folder, a timer, randomness."""

import random
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from order_transform.contract.definition import Contract
from order_transform.delivery.protocol import TransformOutput
from order_transform.sql.engine import Engine
from order_transform.transform import transform
from order_transform.writing.compression import compressed
from order_transform.writing.result import Result


@dataclass(frozen=True, slots=True)
class LocalTransformRunner:
    """A `delivery.protocol.TransformRunner` on local disk."""

    contract: Contract
    compression: str
    engine: Engine

    @contextmanager
    def transformed(
        self, download: Callable[[Path], None], version_tag: str
    ) -> Iterator[TransformOutput]:
        """Fetch and transform one file; its outputs are there until the block ends."""
        with tempfile.TemporaryDirectory(prefix="orderlake-") as folder:
            work_dir = Path(folder) / "work"
            work_dir.mkdir()
            source = Path(folder) / "raw"
            start = perf_counter()
            download(source)
            fetched = perf_counter()
            result = self._transform(source, work_dir, version_tag)
            done = perf_counter()
            timings = {"download_seconds": fetched - start, "transform_seconds": done - fetched}
            yield TransformOutput(result, timings)

    def _transform(self, source: Path, work_dir: Path, version_tag: str) -> Result:
        return transform(
            source,
            work_dir,
            self.contract,
            compression=self.compression,
            version_tag=version_tag,
            engine=self.engine,
        )

    def empty(self, version_tag: str) -> bytes:
        """Return a processed object without rows, unlike that of any other version_tag."""
        return compressed(b"", version_tag)

    def new_claim(self) -> str:
        """Return a text that no other attempt has."""
        return uuid.uuid4().hex

    def wait(self, attempt: int) -> None:
        """Sleep a random while, up to 0.1 s at first and up to 6.4 s in the end."""
        time.sleep(random.uniform(0, 0.1 * 2 ** min(attempt, 6)))  # noqa: S311 (no secret)
