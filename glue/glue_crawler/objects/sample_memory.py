"""What a crawl learnt of single objects, kept for the next crawl of the same crawler.

AWS's crawler "keeps track of previously crawled data" and looks for what is new or changed
(docs.aws.amazon.com/glue/latest/dg/add-classifier.html and crawler-running.html). Here an object
is read again when its bytes or the custom classifiers have changed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from glue_crawler.classifiers.definition import Classifier
from glue_crawler.objects.listing import StoredObject
from glue_crawler.reading.sample import Format, Sample
from glue_crawler.schema.columns import Schema

# Of a crawler with more objects, the rest is read in each crawl: about 420 bytes are kept of each.
MAX_OBJECTS = 250_000


class SampleMemory:
    """The samples of one crawler's last crawl, by a digest of all that a sample depends on.

    It is for one crawl at a time and for one thread, as a crawler runs once at a time.
    """

    def __init__(self) -> None:
        self._last: dict[bytes, Sample | None] = {}
        self._next: dict[bytes, Sample | None] = {}
        # Formats that are equal may differ in what they carry along, so by their text.
        self._formats: dict[str, Format] = {}
        self._schemas: dict[Schema, Schema] = {}

    def __len__(self) -> int:
        return len(self._last)

    def recall(self, digest: bytes) -> tuple[Sample | None] | None:
        """Return the outcome of an object that was read before, None where it was not."""
        # A crawl that was stopped has left what it read behind.
        for known in (self._next, self._last):
            if digest in known:
                self._next[digest] = known[digest]
                return (known[digest],)
        return None

    def keep(self, digest: bytes, sample: Sample | None) -> None:
        """Keep the outcome of reading an object: its sample, or None for nothing in it."""
        if len(self._next) >= MAX_OBJECTS:
            return
        self._next[digest] = self._share(sample) if sample else None

    def _share(self, sample: Sample) -> Sample:
        """Let equal formats and schemas be the same objects: most files share a handful."""
        kind = self._formats.setdefault(repr(sample.format), sample.format)
        schema = self._schemas.setdefault(sample.schema, sample.schema)
        return replace(sample, format=kind, schema=schema)

    def end_crawl(self) -> None:
        """Forget the objects that were not seen in this crawl."""
        self._last, self._next = self._next, {}
        self._formats, self._schemas = {}, {}
        for sample in filter(None, self._last.values()):
            self._formats.setdefault(repr(sample.format), sample.format)
            self._schemas.setdefault(sample.schema, sample.schema)


def digest_object(bucket: str, item: StoredObject, classifiers: Sequence[Classifier]) -> bytes:
    """Digest all that an object's sample depends on, from its place to the classifiers."""
    parts = (bucket, item.key, item.etag, str(item.size_bytes), repr(tuple(classifiers)))
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).digest()
