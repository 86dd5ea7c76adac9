"""A table as Athena registers it in the Glue catalog, and tables that it does not change there.

https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html
"""

from typing import Any

from athena_sql.errors import BadQuery
from athena_sql.iceberg.snapshot import is_iceberg
from athena_sql.running.lake import GlueTable

from localstack_lake.athena.execution import Fields


def table_input(
    name: str,
    columns: list[Fields],
    location: str,
    classes: tuple[str, str, str],
    serde_parameters: Any,
    keys: list[Fields],
) -> Fields:
    """Return a table as Athena registers it; `classes` are SerDe, input and output format."""
    serde, input_format, output_format = classes
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE"},
        "PartitionKeys": keys,
        "StorageDescriptor": {
            "Columns": columns,
            "Location": location,
            "InputFormat": input_format,
            "OutputFormat": output_format,
            "Compressed": False,
            "NumberOfBuckets": -1,
            "SerdeInfo": {"SerializationLibrary": serde, "Parameters": dict(serde_parameters)},
            "StoredAsSubDirectories": False,
        },
    }


def refuse_iceberg(table: GlueTable) -> None:
    """Raise BadQuery for an Iceberg table, which changes by its own metadata and not by Glue's.

    Athena's DROP TABLE removes its data, too.
    """
    if is_iceberg(table):
        raise BadQuery(
            f"NOT_SUPPORTED: '{table['Name']}' is an Iceberg table, which the local Athena reads "
            "and does not change; with Trino it does: local up --engine trino",
            "",
        )
