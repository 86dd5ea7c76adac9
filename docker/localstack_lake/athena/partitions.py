"""The partitions of one table in the Glue catalog: which are known, and ALTER TABLE's changes.

https://docs.aws.amazon.com/athena/latest/ug/alter-table-add-partition.html
"""

from collections.abc import Iterable
from urllib.parse import unquote

from athena_sql.catalog import split_location
from athena_sql.ddl import statements as s
from athena_sql.errors import BadQuery
from athena_sql.running.lake import GlueTable

from localstack_lake.athena.failures import already_exists
from localstack_lake.athena.lake import LocalLake
from localstack_lake.athena.partition_folders import location_of

PARTITIONS_AT_ONCE = 100


class TablePartitions:
    """The partitions of a table; a failure raises BadQuery in Athena's words."""

    def __init__(self, lake: LocalLake, table: GlueTable) -> None:
        self.lake, self.table = lake, table
        self.keys = [key["Name"] for key in table.get("PartitionKeys") or ()]

    def add(self, statement: s.AddPartitions) -> None:
        """ALTER TABLE ADD PARTITION."""
        specs = [(self.values(one), one.location) for one in statement.partitions]
        known = set(self.known())
        if not statement.if_not_exists and (twice := [v for v, _ in specs if tuple(v) in known]):
            raise already_exists(f"Partition already exists: {twice[0]}")
        self.register([(v, place) for v, place in specs if tuple(v) not in known])

    def drop(self, statement: s.DropPartitions) -> None:
        """ALTER TABLE DROP PARTITION; a spec of some keys means every partition with them."""
        for one in statement.partitions:
            wanted = {key.lower(): value for key, value in one.values.items()}
            doomed = [
                values
                for values in self.known()
                if wanted.items() <= dict(zip(self.keys, values, strict=True)).items()
            ]
            if not doomed and not statement.if_exists:
                raise BadQuery(f"FAILED: SemanticException: Partition not found {wanted}", "")
            for values in doomed:
                self.lake.glue.delete_partition(
                    DatabaseName=self.table["DatabaseName"],
                    TableName=self.table["Name"],
                    PartitionValues=[*values],
                )

    def repair(self) -> None:
        """MSCK REPAIR TABLE: register the folders `key=value` that no partition has yet."""
        if not self.keys:
            name = self.table["Name"]
            raise BadQuery(f"FAILED: SemanticException: {name} is not partitioned", "")
        location = str(self.table["StorageDescriptor"]["Location"])
        bucket, prefix = split_location(location)
        found: dict[tuple[str, ...], str] = {}
        for one in self.lake.list_folder(bucket, prefix):
            folders = one.key[len(prefix) :].split("/")[: len(self.keys)]
            pairs = [folder.partition("=") for folder in folders]
            if len(pairs) == len(self.keys) and [key.lower() for key, _, _ in pairs] == self.keys:
                values = tuple(unquote(value) for _, _, value in pairs)
                found[values] = f"s3://{bucket}/{prefix}{'/'.join(folders)}/"
        known = set(self.known())
        self.register([([*v], place) for v, place in found.items() if v not in known])

    def values(self, spec: s.PartitionSpec) -> list[str]:
        """Return a new partition's values in the keys' order; raises BadQuery."""
        given = {key.lower(): value for key, value in spec.values.items()}
        if sorted(given) != sorted(self.keys):
            keys = ", ".join(self.keys)
            raise BadQuery(f"FAILED: SemanticException: partition keys are {keys}", "")
        return [given[key] for key in self.keys]

    def known(self) -> list[tuple[str, ...]]:
        """Return the values of the registered partitions."""
        parts = self.lake.list_partitions(self.table["DatabaseName"], self.table["Name"])
        return [tuple(part["Values"]) for part in parts]

    def register(self, specs: Iterable[tuple[list[str], str]]) -> None:
        """Register partitions; the default location is `key=value`, escaped, below the table's."""
        storage = dict(self.table["StorageDescriptor"])
        given = []
        for values, place in specs:
            usual = location_of(str(storage["Location"]), self.keys, values)
            given.append(
                {"Values": values, "StorageDescriptor": {**storage, "Location": place or usual}}
            )
        for start in range(0, len(given), PARTITIONS_AT_ONCE):
            answer = self.lake.glue.batch_create_partition(
                DatabaseName=self.table["DatabaseName"],
                TableName=self.table["Name"],
                PartitionInputList=given[start : start + PARTITIONS_AT_ONCE],
            )
            if errors := answer.get("Errors"):
                raise BadQuery(f"FAILED: Execution Error: {errors[0]['ErrorDetail']}", "")
