"""The surroundings in which one file is transformed: a temporary folder, a timer, randomness."""

import os
import random
import shutil
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter

from order_transform.contract.definition import Contract
from order_transform.delivery.protocol import TransformOutput
from order_transform.reading.closer_look import Circumstances
from order_transform.sql.engine import Engine
from order_transform.transform import transform
from order_transform.writing.compression import compressed
from order_transform.writing.result import Result

WORK_FOLDER = "orderlake-transform-"


def remove_leftovers(folder: Path) -> None:
    """Remove the work folders of earlier calls that were killed.

    Lambda keeps /tmp when it ends a function for its time or memory; otherwise each killed call
    would leave less room for the next. A process transforms one file at a time.
    https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
    """
    for path in folder.glob(f"{WORK_FOLDER}*-*"):
        owner = path.name.removeprefix(WORK_FOLDER).partition("-")[0]
        if owner.isdecimal() and not _is_another_process(int(owner)):
            shutil.rmtree(path, ignore_errors=True)


def _is_another_process(pid: int) -> bool:
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@dataclass(frozen=True, slots=True)
class LocalTransformRunner:
    """A `delivery.protocol.TransformRunner` on local disk."""

    contract: Contract
    compression: str
    engine: Engine

    @contextmanager
    def transformed(
        self, key: str, download: Callable[[Path], date | None], version_tag: str
    ) -> Iterator[TransformOutput]:
        """Fetch and transform one file; its outputs are there until the block ends."""
        remove_leftovers(Path(tempfile.gettempdir()))
        with tempfile.TemporaryDirectory(prefix=f"{WORK_FOLDER}{os.getpid()}-") as folder:
            work_dir = Path(folder) / "work"
            work_dir.mkdir()
            source = Path(folder) / "raw"
            start = perf_counter()
            uploaded = download(source)
            fetched = perf_counter()
            result = self._transform(source, work_dir, version_tag, Circumstances(key, uploaded))
            done = perf_counter()
            timings = {"download_seconds": fetched - start, "transform_seconds": done - fetched}
            yield TransformOutput(result, timings)

    def _transform(
        self, source: Path, work_dir: Path, version_tag: str, around: Circumstances
    ) -> Result:
        return transform(
            source,
            work_dir,
            self.contract,
            compression=self.compression,
            version_tag=version_tag,
            around=around,
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
