"""The samples of a target by folder: each shape of file once, with its counts.

Memory is bounded by folders and shapes, not by objects: of an object only its numbers stay, and
its key only where its folder may yet fall into a table for each file.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from glue_crawler.objects.listing import StoredObject, folder_of
from glue_crawler.reading.sample import Format, Sample
from glue_crawler.schema.columns import Schema, join_schemas

# A folder of unlike files makes a table for each; beyond this many, only these. All folders
# together list ten thousand, so that memory does not grow with objects.
MAX_FILES_LISTED = 1000
MAX_FILES_LISTED_IN_ALL = 10_000


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts that add up: objects, stored bytes, and estimates of the rest.

    `record_chars` is what an average record is taken from: a CSV's quotes, line ends and header
    do not count.
    """

    objects: int = 0
    size_bytes: int = 0
    records: int = 0
    decoded_bytes: int = 0
    record_chars: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.objects + other.objects,
            self.size_bytes + other.size_bytes,
            self.records + other.records,
            self.decoded_bytes + other.decoded_bytes,
            self.record_chars + other.record_chars,
        )


def tally_of(item: StoredObject, sample: Sample) -> Tally:
    """Return the counts of one sampled object."""
    return Tally(1, item.size_bytes, sample.records, sample.decoded_bytes, sample.record_chars)


@dataclass(frozen=True, slots=True)
class Content:
    """What a set of files holds, taken together: a format, a schema, a header or not, counts."""

    format: Format
    schema: Schema
    has_header: bool
    tally: Tally


@dataclass(slots=True)
class Shape:
    """The files of one folder that are alike in every respect."""

    first_key: str
    tally: Tally = field(default_factory=Tally)
    files: dict[str, Tally] = field(default_factory=dict)


type ShapeKey = tuple[Format, Schema, bool]


class Survey:
    """Takes sampled objects in, in any order, and gives contents out in the order of keys."""

    def __init__(self) -> None:
        self._folders: dict[str, dict[ShapeKey, Shape]] = {}
        self._listed = 0
        # Equal schemas are kept once: ten thousand files mostly share a handful.
        self._schemas: dict[Schema, Schema] = {}

    @property
    def folders(self) -> Iterable[str]:
        """The folders that directly hold files."""
        return self._folders.keys()

    def add(self, item: StoredObject, sample: Sample) -> None:
        """Count one object."""
        schema = self._schemas.setdefault(sample.schema, sample.schema)
        shapes = self._folders.setdefault(folder_of(item.key), {})
        shape = shapes.setdefault((sample.format, schema, sample.has_header), Shape(item.key))
        tally = tally_of(item, sample)
        shape.tally += tally
        shape.first_key = min(shape.first_key, item.key)
        is_first = not shape.files
        if is_first or (
            len(shape.files) < MAX_FILES_LISTED and self._listed < MAX_FILES_LISTED_IN_ALL
        ):
            shape.files[item.key] = tally
            self._listed += 1

    def add_unsampled(self, item: StoredObject) -> None:
        """Count an object beyond the sample size as one more of its folder's first shape.

        Where nothing of the folder could be sampled, nothing is known of this object either.
        """
        shapes = self._folders.get(folder_of(item.key))
        if not shapes:
            return
        shape = min(shapes.values(), key=lambda shape: shape.first_key)
        known = shape.tally
        scale = item.size_bytes / max(1, known.size_bytes)
        counts = (known.records, known.decoded_bytes, known.record_chars)
        shape.tally = known + Tally(1, item.size_bytes, *(int(count * scale) for count in counts))

    def drop(self, folder: str) -> None:
        """Forget the files directly in a folder, because they found their place elsewhere."""
        self._folders.pop(folder, None)

    def contents(self, folder: str) -> list[tuple[Content, dict[str, Tally]]]:
        """Return the shapes of a folder, by their first key, each with its files."""
        shapes = self._folders.get(folder, {})
        ordered = sorted(shapes.items(), key=lambda entry: entry[1].first_key)
        return [
            (Content(kind, schema, header, shape.tally), shape.files)
            for (kind, schema, header), shape in ordered
        ]


def join_contents(contents: Iterable[Content]) -> Content:
    """Unite contents of one format: schemas in order, counts summed, the header of the most.

    Of formats that differ in their schema's text, that of the most columns stands for all.

    Raises `ValueError` where there is nothing to unite.
    """
    parts = list(contents)
    if not parts:
        raise ValueError("no contents to join")
    schema, tally = parts[0].schema, parts[0].tally
    for part in parts[1:]:
        schema, tally = join_schemas(schema, part.schema), tally + part.tally
    headed = sum(part.tally.objects for part in parts if part.has_header)
    fullest = max(parts, key=lambda part: len(part.schema.columns))
    return Content(fullest.format, schema, headed * 2 > tally.objects, tally)
