"""Partition indexes of a table: kept and shown. Filters are answered alike with and without.

https://docs.aws.amazon.com/glue/latest/dg/partition-indexes.html
"""

from localstack.aws.api import CommonServiceException, RequestContext, handler
from moto.glue.models import FakePartition, FakeTable

from localstack_lake.glue.catalog import GlueCatalog
from localstack_lake.glue.paging import already_exists, invalid_input, not_found
from localstack_lake.glue.shapes import GlueDict

MOST_INDEXES = 3


class PartitionIndexHandlers:
    """The operations on partition indexes."""

    @handler("CreatePartitionIndex", expand=False)
    def create_partition_index(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Add an index; it is active at once."""
        catalog = GlueCatalog(context.account_id, context.region)
        table = catalog.find_record(request["DatabaseName"], request["TableName"])
        keys = catalog.get_table(request["DatabaseName"], request["TableName"])["PartitionKeys"]
        add_index(indexes_of(table), keys, request["PartitionIndex"])
        return {}

    @handler("GetPartitionIndexes", expand=False)
    def get_partition_indexes(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show a table's indexes."""
        catalog = GlueCatalog(context.account_id, context.region)
        table = catalog.find_record(request["DatabaseName"], request["TableName"])
        return {"PartitionIndexDescriptorList": list(indexes_of(table).values())}

    @handler("DeletePartitionIndex", expand=False)
    def delete_partition_index(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Remove an index."""
        catalog = GlueCatalog(context.account_id, context.region)
        table = catalog.find_record(request["DatabaseName"], request["TableName"])
        if indexes_of(table).pop(request["IndexName"], None) is None:
            raise not_found(f"Index with the given indexName : {request['IndexName']} not found")
        return {}


def add_index(kept: dict[str, GlueDict], keys: list[GlueDict], index: GlueDict) -> None:
    """Add an index to those of a table with these keys; raises AWS's errors for an invalid one."""
    name = index["IndexName"]
    types = {key["Name"].lower(): key.get("Type", "string") for key in keys}
    if name in kept:
        raise already_exists(f"Index with the given indexName : {name} already exists")
    if len(kept) >= MOST_INDEXES:
        raise CommonServiceException(
            "ResourceNumberLimitExceededException",
            f"A table has at most {MOST_INDEXES} partition indexes",
        )
    if unknown := [key for key in index["Keys"] if key.lower() not in types]:
        raise invalid_input(f"Index keys are not partition keys of the table: {unknown}")
    kept[name] = {
        "IndexName": name,
        "Keys": [{"Name": key, "Type": types[key.lower()]} for key in index["Keys"]],
        "IndexStatus": "ACTIVE",
    }


def indexes_of(table: FakeTable | FakePartition) -> dict[str, GlueDict]:
    """Return the indexes that a record has, by name."""
    kept: dict[str, GlueDict] = table.__dict__.setdefault("partition_indexes", {})
    return kept
