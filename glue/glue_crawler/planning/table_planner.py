"""Plan what the tables that were found change in the catalog, one after the other.

It names the tables and puts the steps together; what may change is decided in `changes`.
"""

from collections.abc import Mapping
from typing import Any

from glue_crawler.definition import CrawlerDefinition
from glue_crawler.errors import TooManyTablesError
from glue_crawler.grouping.found_tables import FoundTable
from glue_crawler.objects.target import Target
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
from glue_crawler.planning.query_hazards import warn_of_given_up, warn_of_table
from glue_crawler.planning.table_input import (
    GlueDict,
    build_partition,
    build_table,
    location_of,
    name_collision,
    name_table,
)


class TablePlanner:
    """Collects the actions and warnings of one crawl."""

    def __init__(
        self, definition: CrawlerDefinition, existing: ExistingTables, run_id: str, now_ms: int
    ) -> None:
        self._definition = definition
        self._existing = existing
        self._run_id = run_id
        self._now_ms = now_ms
        self._locations: set[str] = set()
        self.actions: list[Action] = []
        self.warnings: list[str] = []

    def finish(self) -> None:
        """Plan what becomes of tables that were not found again. Raises `TooManyTablesError`."""
        allowed = self._definition.table_threshold
        if allowed is not None and len(self._locations) > allowed:
            raise TooManyTablesError(self._definition.name, len(self._locations), allowed)
        if not self._definition.new_folders_only:
            for table in self._existing.gone(self._locations):
                self.actions += plan_gone_table(self._definition, table, self._now_ms)

    def plan(
        self, target: Target, found: FoundTable, present: Mapping[str, Any] | None = None
    ) -> None:
        """Plan one table and its partitions; `present` is the catalog's, found by place if None."""
        location = location_of(target.bucket, found.path)
        if present is None and location in self._locations:
            return
        self._locations.add(location)
        present = present or self._existing.at(location)
        name = self._name(target, found, location, present)
        wanted = build_table(self._definition, target, found, name, self._run_id)
        plan = plan_table(self._definition, wanted, present, self._now_ms)
        self.actions += plan.actions
        if plan.given_up is not None:
            self.warnings.append(warn_of_given_up(name, plan.given_up))
            return
        self.warnings += warn_of_table(
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
            self.warnings.append(
                f"{len(found.partitions) - len(fitting)} folders do not fit the partition keys "
                f"that table {table['Name']} has, and are left out"
            )
        wanted = [build_partition(self._definition, target, part) for part in fitting]
        self.actions += plan_misfits(self._definition, table, there)
        self.actions += plan_partitions(self._definition, table, wanted, there)
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
        self.actions += plan_gone_partitions(self._definition, table["Name"], gone, self._now_ms)

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
