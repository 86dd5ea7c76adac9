"""Read one target: its objects with their samples, in the order of the listing.

It applies exclusions and the sample size, reads many objects at a time, and none that the memory
of an earlier crawl knows.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from enum import Enum, auto

from glue_crawler.classifiers.definition import Classifier
from glue_crawler.errors import CrawlStoppedError, ObjectUnreadableError
from glue_crawler.objects.exclusions import is_excluded
from glue_crawler.objects.listing import (
    KnownFolders,
    ObjectStore,
    StoredObject,
    folder_of,
    list_target,
)
from glue_crawler.objects.sample_memory import SampleMemory, digest_object
from glue_crawler.objects.sampling import sample_object
from glue_crawler.objects.target import Target
from glue_crawler.reading.sample import Sample

# Samples in flight at once: enough to hide a store's latency, few enough to bound memory.
WINDOW = 32


class Unread(Enum):
    """Why an object has no sample: beyond the sample size, or nothing in it."""

    NOT_WANTED = auto()
    EMPTY = auto()


type Outcome = Sample | Unread | ObjectUnreadableError


class TargetReader:
    """Lists and samples one target."""

    def __init__(
        self,
        store: ObjectStore,
        target: Target,
        known: KnownFolders,
        classifiers: Sequence[Classifier],
        should_stop: Callable[[], bool],
        memory: SampleMemory | None = None,
    ) -> None:
        self._memory = memory
        self.recalled = 0
        self._store = store
        self._target = target
        self._known = known
        self._classifiers = classifiers
        self._should_stop = should_stop

    def read(self, executor: Executor | None) -> Iterator[tuple[StoredObject, Outcome]]:
        """Yield each object and what came of it. Raises `CrawlStoppedError`."""
        waiting: deque[tuple[StoredObject, Callable[[], Outcome]]] = deque()
        for item, wanted in self._list():
            waiting.append((item, self._begin(item, wanted, executor)))
            if len(waiting) >= WINDOW:
                ready, finish = waiting.popleft()
                yield ready, finish()
        for ready, finish in waiting:
            yield ready, finish()

    def _list(self) -> Iterator[tuple[StoredObject, bool]]:
        """Yield each object that is not excluded, and whether it is to be sampled."""
        target, taken = self._target, dict[str, int]()
        stem = target.path.rstrip("/")
        for item in list_target(self._store, target.bucket, target.path, self._known):
            if self._should_stop():
                raise CrawlStoppedError("The crawl was stopped.")
            if is_excluded(item.key[len(stem) :].lstrip("/"), target.exclusions):
                continue
            folder = folder_of(item.key)
            taken[folder] = taken.get(folder, 0) + 1
            yield item, target.sample_size is None or taken[folder] <= target.sample_size

    def _begin(
        self, item: StoredObject, wanted: bool, executor: Executor | None
    ) -> Callable[[], Outcome]:
        """Start sampling an object; the function returned waits for the outcome."""
        if not wanted:
            return lambda: Unread.NOT_WANTED
        if self._memory is None or not item.etag:
            return self._begin_reading(item, executor)
        memory, digest = self._memory, digest_object(self._target.bucket, item, self._classifiers)
        recalled = memory.recall(digest)
        if recalled is not None:
            self.recalled += 1
            [sample] = recalled
            return lambda: sample or Unread.EMPTY
        finish = self._begin_reading(item, executor)

        def finish_and_keep() -> Outcome:
            outcome = finish()
            if not isinstance(outcome, ObjectUnreadableError):
                memory.keep(digest, outcome if isinstance(outcome, Sample) else None)
            return outcome

        return finish_and_keep

    def _begin_reading(
        self, item: StoredObject, executor: Executor | None
    ) -> Callable[[], Outcome]:
        if executor is None:
            return lambda: self._sample(item)
        return executor.submit(self._sample, item).result

    def _sample(self, item: StoredObject) -> Outcome:
        def read(start: int, length: int) -> bytes:
            return self._store.read_range(self._target.bucket, item.key, start, length)

        try:
            return sample_object(read, item.size_bytes, self._classifiers) or Unread.EMPTY
        except ObjectUnreadableError as error:
            return error
