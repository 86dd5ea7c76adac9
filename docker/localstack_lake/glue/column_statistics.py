"""Statistics of columns, of a table or of a partition: kept as they are given.

https://docs.aws.amazon.com/glue/latest/webapi/API_ColumnStatistics.html
They are kept on moto's records of tables and partitions, so that they go where these go.
"""

from localstack.aws.api import RequestContext, handler

from localstack_lake.glue.catalog import GlueCatalog
from localstack_lake.glue.shapes import GlueDict


class ColumnStatisticsHandlers:
    """The operations on statistics of columns."""

    @handler("UpdateColumnStatisticsForTable", expand=False)
    def update_column_statistics_for_table(
        self, context: RequestContext, request: GlueDict
    ) -> GlueDict:
        """Keep statistics of a table's columns; a column that it does not have is an error."""
        return _update(context, request)

    @handler("GetColumnStatisticsForTable", expand=False)
    def get_column_statistics_for_table(
        self, context: RequestContext, request: GlueDict
    ) -> GlueDict:
        """Show the statistics of a table's columns, and name the columns that have none."""
        return _get(context, request)

    @handler("DeleteColumnStatisticsForTable", expand=False)
    def delete_column_statistics_for_table(
        self, context: RequestContext, request: GlueDict
    ) -> GlueDict:
        """Remove the statistics of one column of a table."""
        return _delete(context, request)

    @handler("UpdateColumnStatisticsForPartition", expand=False)
    def update_column_statistics_for_partition(
        self, context: RequestContext, request: GlueDict
    ) -> GlueDict:
        """Keep statistics of a partition's columns."""
        return _update(context, request)

    @handler("GetColumnStatisticsForPartition", expand=False)
    def get_column_statistics_for_partition(
        self, context: RequestContext, request: GlueDict
    ) -> GlueDict:
        """Show the statistics of a partition's columns, and name the columns that have none."""
        return _get(context, request)

    @handler("DeleteColumnStatisticsForPartition", expand=False)
    def delete_column_statistics_for_partition(
        self, context: RequestContext, request: GlueDict
    ) -> GlueDict:
        """Remove the statistics of one column of a partition."""
        return _delete(context, request)


def _kept(context: RequestContext, request: GlueDict) -> dict[str, GlueDict]:
    """Return the statistics of a request's table or partition, by column."""
    catalog = GlueCatalog(context.account_id, context.region)
    record = catalog.find_record(
        request["DatabaseName"], request["TableName"], request.get("PartitionValues")
    )
    kept: dict[str, GlueDict] = record.__dict__.setdefault("column_statistics", {})
    return kept


def _columns(context: RequestContext, request: GlueDict) -> set[str]:
    catalog = GlueCatalog(context.account_id, context.region)
    table = catalog.get_table(request["DatabaseName"], request["TableName"])
    storage = table.get("StorageDescriptor") or {}
    return {column["Name"].lower() for column in storage.get("Columns") or ()}


def _update(context: RequestContext, request: GlueDict) -> GlueDict:
    given, kept = request["ColumnStatisticsList"], _kept(context, request)
    columns, errors = _columns(context, request), []
    for one in given:
        if one["ColumnName"].lower() in columns:
            kept[one["ColumnName"].lower()] = one
        else:
            errors.append({"ColumnStatistics": one, "Error": _absent(one["ColumnName"])})
    return {"Errors": errors}


def _get(context: RequestContext, request: GlueDict) -> GlueDict:
    names, kept = request["ColumnNames"], _kept(context, request)
    return {
        "ColumnStatisticsList": [kept[name.lower()] for name in names if name.lower() in kept],
        "Errors": [
            {"ColumnName": name, "Error": _absent(name)}
            for name in names
            if name.lower() not in kept
        ],
    }


def _delete(context: RequestContext, request: GlueDict) -> GlueDict:
    # No error for a column without statistics: Trino removes them before it writes any.
    _kept(context, request).pop(request["ColumnName"].lower(), None)
    return {}


def _absent(name: str) -> GlueDict:
    return {
        "ErrorCode": "EntityNotFoundException",
        "ErrorMessage": f"Statistics of column {name} not found.",
    }
