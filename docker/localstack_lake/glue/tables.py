"""Tables, versions and partitions over the API: pages, batches and AWS's error codes.

Each operation is one call to `catalog` and a response; nothing is decided here.
"""

from collections.abc import Callable, Iterable

from localstack.aws.api import CommonServiceException, RequestContext, handler

from localstack_lake.glue.catalog import GlueCatalog
from localstack_lake.glue.paging import invalid_input, take_page
from localstack_lake.glue.partition_indexes import add_index, indexes_of
from localstack_lake.glue.shapes import GlueDict

PAGE = 100
PARTITIONS_PAGE = 1000


def _catalog(context: RequestContext) -> GlueCatalog:
    return GlueCatalog(context.account_id, context.region)


class CatalogHandlers:
    """The operations on tables and partitions."""

    @handler("CreateTable", expand=False)
    def create_table(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Add a table as version 0. An invalid index is refused before there is a table."""
        if request.get("OpenTableFormatInput"):
            raise invalid_input(
                "OpenTableFormatInput is not supported: create the table by a query"
            )
        creator = f"arn:aws:iam::{context.account_id}:root"
        catalog, given = _catalog(context), request["TableInput"]
        indexes: dict[str, GlueDict] = {}
        for index in request.get("PartitionIndexes") or ():
            add_index(indexes, given.get("PartitionKeys") or [], index)
        catalog.create_table(request["DatabaseName"], given, creator)
        indexes_of(catalog.find_record(request["DatabaseName"], given["Name"])).update(indexes)
        return {}

    @handler("UpdateTable", expand=False)
    def update_table(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Replace a table's definition."""
        _catalog(context).update_table(
            request["DatabaseName"],
            request["TableInput"],
            skip_archive=bool(request.get("SkipArchive")),
            expected_version=request.get("VersionId"),
        )
        return {}

    @handler("GetTable", expand=False)
    def get_table(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show a table."""
        return {"Table": _catalog(context).get_table(request["DatabaseName"], request["Name"])}

    @handler("GetTables", expand=False)
    def get_tables(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show the tables of a database, a page at a time."""
        found = _catalog(context).get_tables(request["DatabaseName"], request.get("Expression"))
        page, more = _page(found, request, PAGE)
        return {"TableList": page} | more

    @handler("DeleteTable", expand=False)
    def delete_table(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Remove a table."""
        _catalog(context).delete_table(request["DatabaseName"], request["Name"])
        return {}

    @handler("BatchDeleteTable", expand=False)
    def batch_delete_table(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Remove tables, and name those that could not be."""
        catalog, database = _catalog(context), request["DatabaseName"]
        return _for_each(
            request["TablesToDelete"],
            lambda name: catalog.delete_table(database, name),
            lambda name: {"TableName": name},
        )

    @handler("GetTableVersion", expand=False)
    def get_table_version(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show one version of a table, the newest where none is named."""
        table = _catalog(context).get_table(
            request["DatabaseName"], request["TableName"], request.get("VersionId")
        )
        return {"TableVersion": {"Table": table, "VersionId": table["VersionId"]}}

    @handler("GetTableVersions", expand=False)
    def get_table_versions(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show the versions of a table, newest first, a page at a time."""
        found = _catalog(context).get_versions(request["DatabaseName"], request["TableName"])
        page, more = _page(found, request, PAGE)
        return {"TableVersions": page} | more

    @handler("DeleteTableVersion", expand=False)
    def delete_table_version(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Remove an archived version."""
        _catalog(context).delete_version(
            request["DatabaseName"], request["TableName"], request["VersionId"]
        )
        return {}

    @handler("BatchDeleteTableVersion", expand=False)
    def batch_delete_table_version(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Remove archived versions, and name those that could not be."""
        catalog, table = _existing(context, request), request["TableName"]
        return _for_each(
            request["VersionIds"],
            lambda version: catalog.delete_version(request["DatabaseName"], table, version),
            lambda version: {"TableName": table, "VersionId": version},
        )

    @handler("CreatePartition", expand=False)
    def create_partition(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Add a partition."""
        _catalog(context).create_partition(*_named(request), request["PartitionInput"])
        return {}

    @handler("BatchCreatePartition", expand=False)
    def batch_create_partition(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Add partitions, and name those that could not be."""
        catalog = _existing(context, request)
        return _for_each(
            request["PartitionInputList"],
            lambda item: catalog.create_partition(*_named(request), item),
            lambda item: {"PartitionValues": item.get("Values") or []},
        )

    @handler("UpdatePartition", expand=False)
    def update_partition(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Replace a partition."""
        _catalog(context).update_partition(
            *_named(request), request["PartitionValueList"], request["PartitionInput"]
        )
        return {}

    @handler("BatchUpdatePartition", expand=False)
    def batch_update_partition(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Replace partitions, and name those that could not be."""
        catalog = _existing(context, request)
        return _for_each(
            request["Entries"],
            lambda item: catalog.update_partition(
                *_named(request), item["PartitionValueList"], item["PartitionInput"]
            ),
            lambda item: {"PartitionValueList": item["PartitionValueList"]},
        )

    @handler("DeletePartition", expand=False)
    def delete_partition(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Remove a partition."""
        _catalog(context).delete_partition(*_named(request), request["PartitionValues"])
        return {}

    @handler("BatchDeletePartition", expand=False)
    def batch_delete_partition(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Remove partitions, and name those that could not be."""
        catalog = _existing(context, request)
        return _for_each(
            request["PartitionsToDelete"],
            lambda item: catalog.delete_partition(*_named(request), item["Values"]),
            lambda item: {"PartitionValues": item["Values"]},
        )

    @handler("GetPartition", expand=False)
    def get_partition(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show a partition."""
        found = _catalog(context).get_partition(*_named(request), request["PartitionValues"])
        return {"Partition": found}

    @handler("GetPartitions", expand=False)
    def get_partitions(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show the partitions that pass a filter: a page, or one segment, without columns."""
        found = _catalog(context).get_partitions(*_named(request), request.get("Expression"))
        segment = request.get("Segment")
        if segment:
            found = found[_segment(segment)]
        page, more = _page(found, request, PARTITIONS_PAGE)
        if request.get("ExcludeColumnSchema"):
            page = [_without_columns(partition) for partition in page]
        return {"Partitions": page} | more

    @handler("BatchGetPartition", expand=False)
    def batch_get_partition(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show the named partitions that exist; AWS says nothing of the others.

        https://github.com/getmoto/moto/pull/2320
        """
        wanted = request["PartitionsToGet"]
        found = _catalog(context).get_partitions(*_named(request))
        by_values = {tuple(partition["Values"]): partition for partition in found}
        values = [tuple(item["Values"]) for item in wanted]
        return {
            "Partitions": [by_values[value] for value in values if value in by_values],
            "UnprocessedKeys": [],
        }


def _named(request: GlueDict) -> tuple[str, str]:
    return request["DatabaseName"], request["TableName"]


def _existing(context: RequestContext, request: GlueDict) -> GlueCatalog:
    """Return the catalog; a table that does not exist fails a whole batch, as on AWS."""
    catalog = _catalog(context)
    catalog.get_table(*_named(request))
    return catalog


def _page(
    items: list[GlueDict], request: GlueDict, default: int
) -> tuple[list[GlueDict], dict[str, str]]:
    return take_page(items, request.get("NextToken"), request.get("MaxResults"), default)


def _segment(segment: GlueDict) -> slice:
    number, total = segment["SegmentNumber"], segment["TotalSegments"]
    if not 0 <= number < total:
        raise invalid_input(f"Segment {number} of {total} does not exist")
    return slice(number, None, total)


def _without_columns(partition: GlueDict) -> GlueDict:
    storage = {**partition.get("StorageDescriptor", {}), "Columns": []}
    return {**partition, "StorageDescriptor": storage}


def _for_each[Item](
    items: Iterable[Item], act: Callable[[Item], None], name: Callable[[Item], GlueDict]
) -> GlueDict:
    """Do one thing for each item, and collect what failed as Glue's batch calls do."""
    errors: list[GlueDict] = []
    for item in items:
        try:
            act(item)
        except CommonServiceException as error:
            detail = {"ErrorCode": error.code, "ErrorMessage": str(error)}
            errors.append(name(item) | {"ErrorDetail": detail})
    return {"Errors": errors} if errors else {}
