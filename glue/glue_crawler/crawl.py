"""The entry point: takes a definition, a store and a catalog, and returns a plan of changes.

It lists, samples, groups, names and compares. It writes nothing and reads no clock: the run's id
and time are passed in.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any, Protocol

from glue_crawler.definition import CrawlerDefinition, split_url
from glue_crawler.errors import NothingReadableError, ObjectUnreadableError
from glue_crawler.grouping.folders import GroupingPolicy, group
from glue_crawler.grouping.found_tables import FoundTable
from glue_crawler.grouping.lake_formats import set_aside_lake_tables
from glue_crawler.grouping.survey import Content, Survey, tally_of
from glue_crawler.objects.listing import ObjectStore, StoredObject
from glue_crawler.objects.sample_memory import SampleMemory
from glue_crawler.objects.target import Target
from glue_crawler.objects.target_reader import TargetReader, Unread
from glue_crawler.planning.actions import Action
from glue_crawler.planning.existing_tables import ExistingTables
from glue_crawler.planning.query_hazards import Notes, warn_of_target
from glue_crawler.planning.table_input import location_of
from glue_crawler.planning.table_planner import TablePlanner
from glue_crawler.reading.sample import Sample


class Catalog(Protocol):
    """The catalog as a crawl reads it: `get-table` and `get-partition` shapes."""

    def tables(self) -> Iterable[Mapping[str, Any]]:
        """Return the database's tables. Raises `DatabaseMissingError`."""
        ...

    def partitions(self, table_name: str) -> Iterable[Mapping[str, Any]]:
        """Return one table's partitions."""
        ...


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a crawler: its id (a UUID) and when it began, in epoch milliseconds."""

    id: str
    now_ms: int


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """The result of a crawl: changes to make, warnings, errors of single objects, counts.

    Of the `objects` listed, `sampled` have a sample; `recalled` of these come from the memory.
    """

    actions: tuple[Action, ...]
    warnings: tuple[str, ...]
    errors: tuple[str, ...]
    objects: int
    sampled: int
    recalled: int


def crawl(
    definition: CrawlerDefinition,
    store: ObjectStore,
    catalog: Catalog,
    run: Run,
    *,
    executor: Executor | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    memory: SampleMemory | None = None,
) -> CrawlResult:
    """Crawl every target once and plan what the catalog must change.

    With an executor, objects are sampled many at a time; without, one after the other. With the
    memory of the crawler's last crawl, only objects that changed are read. Raises
    `BucketMissingError`, `DatabaseMissingError`, `TableMissingError`, `ListingRefusedError`,
    `NothingReadableError`, `TooManyTablesError` and `CrawlStoppedError`; none of them leaves
    anything half done.
    """
    existing = ExistingTables(definition, catalog.tables(), catalog.partitions)
    crawling = _Crawl(definition, store, existing, run, executor, should_stop, memory)
    for target in definition.targets:
        crawling.crawl_target(target)
    for name in definition.catalog_tables:
        crawling.crawl_table(name)
    if memory is not None:
        memory.end_crawl()
    return crawling.finish()


class _Crawl:
    def __init__(
        self,
        definition: CrawlerDefinition,
        store: ObjectStore,
        existing: ExistingTables,
        run: Run,
        executor: Executor | None,
        should_stop: Callable[[], bool],
        memory: SampleMemory | None,
    ) -> None:
        self._memory = memory
        self._definition = definition
        self._store = store
        self._existing = existing
        self._executor = executor
        self._should_stop = should_stop
        self._policy = GroupingPolicy(definition.combine_schemas, definition.table_level)
        self._planner = TablePlanner(definition, existing, run.id, run.now_ms)
        self._notes = Notes()
        self._errors: list[str] = []
        self._objects = 0
        self._sampled = 0
        self._recalled = 0

    def crawl_target(self, target: Target) -> None:
        """List and sample one target, and plan its tables."""
        survey, single = self._survey(target)
        left_alone = set_aside_lake_tables(survey)
        found = self._attach_new_folders(target, survey)
        grouping = group(survey, target.root, self._policy)
        found += [*grouping.tables, *single]
        self._planner.warnings += [*left_alone, *grouping.warnings]
        if found or not left_alone:
            self._planner.warnings += warn_of_target(target, found)
        for table in found:
            self._planner.plan(target, table)

    def crawl_table(self, name: str) -> None:
        """Bring one table of the catalog up to date: columns and partitions, but no new tables.

        Its folder makes one table, whatever its schemas, and its partition keys keep their names
        (docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html).
        """
        present = self._existing.named(name)
        target = Target(*split_url(str(present["StorageDescriptor"]["Location"])))
        survey, _ = self._survey(target)
        grouping = group(survey, target.root, GroupingPolicy(True, target.root.count("/") + 1))
        keys = tuple(key["Name"] for key in present.get("PartitionKeys") or ())
        for found in grouping.tables:
            if found.path == target.root:
                same = len(keys) == len(found.key_names)
                table = replace(found, key_names=keys) if same else found
                self._planner.plan(target, table, present)
            else:
                self._planner.warnings.append(
                    f"{found.path} is unlike the other files of table {name}, and is left out"
                )
        if not grouping.tables:
            self._planner.warnings.append(f"{target.url} of table {name} holds no objects to read")

    def finish(self) -> CrawlResult:
        """Plan the removal of what is gone, and return the result."""
        if self._errors and not self._sampled:
            raise NothingReadableError(self._errors[0])
        self._planner.finish()
        return CrawlResult(
            tuple(self._planner.actions),
            (*self._notes.lines(), *self._planner.warnings),
            tuple(self._errors),
            self._objects,
            self._sampled,
            self._recalled,
        )

    def _survey(self, target: Target) -> tuple[Survey, list[FoundTable]]:
        survey, single = Survey(), list[FoundTable]()
        stem = target.path.rstrip("/")
        for item, sample in self._read(target):
            if sample is None:
                survey.add_unsampled(item)
            elif item.key == stem:
                tally = tally_of(item, sample)
                content = Content(sample.format, sample.schema, sample.has_header, tally)
                single.append(FoundTable(item.key, content, is_file=True))
            else:
                survey.add(item, sample)
        return survey, single

    def _read(self, target: Target) -> Iterator[tuple[StoredObject, Sample | None]]:
        """Yield each object with its sample, None where it was not to be sampled."""
        reader = TargetReader(
            self._store,
            target,
            self._existing.known_folders(target.bucket),
            self._definition.classifiers,
            self._should_stop,
            self._memory,
        )
        for item, outcome in reader.read(self._executor):
            self._objects += 1
            if isinstance(outcome, ObjectUnreadableError):
                self._errors.append(
                    f"{outcome} Tables created did not infer schemas from this file."
                )
            elif isinstance(outcome, Sample):
                self._sampled += 1
                for note in outcome.notes:
                    self._notes.add(note, location_of(target.bucket, item.key))
                yield item, outcome
            elif outcome is Unread.NOT_WANTED:
                yield item, None
        self._recalled += reader.recalled

    def _attach_new_folders(self, target: Target, survey: Survey) -> list[FoundTable]:
        """Make new folders under known tables partitions of these (`CRAWL_NEW_FOLDERS_ONLY`)."""
        if not self._definition.new_folders_only:
            return []
        return self._existing.attach(target.bucket, survey, self._policy)
