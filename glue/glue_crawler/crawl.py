"""The entry point: takes a definition, a store and a catalog, and returns a plan of changes.

It lists, samples, groups, names and compares. It writes nothing and reads no clock: the run's id
and time are passed in.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Protocol

from glue_crawler.definition import CrawlerDefinition, Target
from glue_crawler.errors import NothingReadableError, ObjectUnreadableError, TooManyTablesError
from glue_crawler.grouping.folders import FoundTable, GroupingPolicy, group
from glue_crawler.grouping.survey import Content, Survey, tally_of
from glue_crawler.objects.listing import ObjectStore, StoredObject
from glue_crawler.objects.sample_memory import SampleMemory
from glue_crawler.objects.target_reader import TargetReader, Unread
from glue_crawler.planning.actions import Action
from glue_crawler.planning.changes import (
    plan_gone_partitions,
    plan_gone_table,
    plan_misfits,
    plan_partitions,
    plan_table,
)
from glue_crawler.planning.existing_tables import ExistingTables
from glue_crawler.planning.merging import UPDATED_BY
from glue_crawler.planning.query_hazards import (
    Notes,
    warn_of_given_up,
    warn_of_table,
    warn_of_target,
)
from glue_crawler.planning.table_input import (
    GlueDict,
    build_partition,
    build_table,
    location_of,
    name_collision,
    name_table,
)
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
    `BucketMissingError`, `DatabaseMissingError`, `ListingRefusedError`, `NothingReadableError`,
    `TooManyTablesError` and `CrawlStoppedError`; none of them leaves anything half done.
    """
    existing = ExistingTables(definition, catalog.tables(), catalog.partitions)
    crawling = _Crawl(definition, store, existing, run, executor, should_stop, memory)
    for target in definition.targets:
        crawling.crawl_target(target)
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
        self._run = run
        self._executor = executor
        self._should_stop = should_stop
        self._policy = GroupingPolicy(definition.combine_schemas, definition.table_level)
        self._actions: list[Action] = []
        self._warnings: list[str] = []
        self._notes = Notes()
        self._errors: list[str] = []
        self._objects = 0
        self._sampled = 0
        self._recalled = 0
        self._locations: set[str] = set()

    def crawl_target(self, target: Target) -> None:
        """List and sample one target, and plan its tables."""
        survey, single = self._survey(target)
        found = self._attach_new_folders(target, survey)
        root = target.path.rstrip("/") + "/" if target.path.strip("/") else ""
        grouping = group(survey, root, self._policy)
        found += [*grouping.tables, *single]
        self._warnings += grouping.warnings + warn_of_target(target, found)
        for table in found:
            self._plan(target, table)

    def finish(self) -> CrawlResult:
        """Plan the removal of what is gone, and return the result."""
        if self._errors and not self._sampled:
            raise NothingReadableError(self._errors[0])
        allowed = self._definition.table_threshold
        if allowed is not None and len(self._locations) > allowed:
            raise TooManyTablesError(self._definition.name, len(self._locations), allowed)
        if not self._definition.new_folders_only:
            for table in self._existing.gone(self._locations):
                self._actions += plan_gone_table(self._definition, table, self._run.now_ms)
        return CrawlResult(
            tuple(self._actions),
            (*self._notes.lines(), *self._warnings),
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

    def _plan(self, target: Target, found: FoundTable) -> None:
        location = location_of(target.bucket, found.path)
        if location in self._locations:
            return
        self._locations.add(location)
        present = self._existing.at(location)
        name = self._name(target, found, location, present)
        wanted = build_table(self._definition, target, found, name, self._run.id)
        plan = plan_table(self._definition, wanted, present, self._run.now_ms)
        self._actions += plan.actions
        if plan.given_up is not None:
            self._warnings.append(warn_of_given_up(name, plan.given_up))
            return
        self._warnings += warn_of_table(
            plan.table, found, inherits=self._definition.inherit_from_table
        )
        self._plan_partitions(target, found, plan.table, present)

    def _plan_partitions(
        self,
        target: Target,
        found: FoundTable,
        table: GlueDict,
        present: Mapping[str, Any] | None,
    ) -> None:
        there = self._existing.partitions_of(present)
        key_count = len(table.get("PartitionKeys") or ())
        fitting = [part for part in found.partitions if len(part.values) == key_count]
        if len(fitting) < len(found.partitions):
            self._warnings.append(
                f"{len(found.partitions) - len(fitting)} folders do not fit the partition keys "
                f"that table {table['Name']} has, and are left out"
            )
        wanted = [build_partition(self._definition, target, part) for part in fitting]
        self._actions += plan_misfits(self._definition, table, there)
        self._actions += plan_partitions(self._definition, table, wanted, there)
        if not self._definition.new_folders_only:
            self._plan_gone(table, {tuple(part["Values"]) for part in wanted}, there)

    def _plan_gone(
        self,
        table: GlueDict,
        kept: set[tuple[str, ...]],
        there: Mapping[tuple[str, ...], Mapping[str, Any]],
    ) -> None:
        key_count = len(table.get("PartitionKeys") or ())
        gone = [
            partition
            for values, partition in there.items()
            if values not in kept
            and len(values) == key_count
            and (partition.get("Parameters") or {}).get(UPDATED_BY) == self._definition.name
        ]
        self._actions += plan_gone_partitions(
            self._definition, table["Name"], gone, self._run.now_ms
        )

    def _name(
        self,
        target: Target,
        found: FoundTable,
        location: str,
        present: Mapping[str, Any] | None,
    ) -> str:
        if present is not None:
            return str(present["Name"])
        name = name_table(self._definition.table_prefix, target.bucket, found.path)
        if not self._existing.claim(name):
            name = name_collision(name, location)
            self._existing.claim(name)
        return name
