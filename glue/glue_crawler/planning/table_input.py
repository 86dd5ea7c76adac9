"""Glue's `TableInput` and `PartitionInput` as AWS's crawler writes them.

The fields and parameters are those of recorded tables; nothing here decides what to write.
"""

import hashlib
import json
import re
from typing import Any

from glue_crawler.definition import CrawlerDefinition
from glue_crawler.grouping.found_tables import FoundPartition, FoundTable, KeyNames
from glue_crawler.grouping.survey import Content
from glue_crawler.objects.target import Target

MAX_NAME_CHARS = 128
# Input and output format, by layout.
_TEXT = (
    "org.apache.hadoop.mapred.TextInputFormat",
    "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
)
_FORMATS = {
    "parquet": (
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    ),
    "orc": (
        "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
    ),
    "avro": (
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat",
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat",
    ),
}
_SERDES = {
    "json": "org.openx.data.jsonserde.JsonSerDe",
    "csv": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    "quoted_csv": "org.apache.hadoop.hive.serde2.OpenCSVSerde",
    "grok": "com.amazonaws.glue.serde.GrokSerDe",
    "parquet": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    "orc": "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
    "avro": "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
}
# Stands in the table's parameters and in the SerDe's, as recorded.
AVRO_SCHEMA = "avro.schema.literal"

type GlueDict = dict[str, Any]


def name_table(prefix: str, bucket: str, path: str) -> str:
    """Name a table after the last folder of its root, or after the bucket.

    Lower case; anything but letters, digits and underscores becomes an underscore; at most 128
    characters with the prefix, which is put before it as it is
    (docs.aws.amazon.com/glue/latest/dg/crawler-running.html; recorded in A02, A05 and B08).
    """
    last = path.rstrip("/").rpartition("/")[2] or bucket
    return (prefix + re.sub(r"[^a-z0-9_]", "_", last.lower()))[:MAX_NAME_CHARS]


def name_collision(name: str, location: str) -> str:
    """Name a table whose name is taken by another location: a hash of its own location is appended.

    `location` is its S3 URL. The hash is the MD5 of bucket and key, `shop/data/`, as 32 digits of
    recorded names could be reproduced.
    """
    place = location.removeprefix("s3://")
    digest = hashlib.md5(place.encode(), usedforsecurity=False).hexdigest()
    return f"{name[: MAX_NAME_CHARS - len(digest) - 1]}_{digest}"


def location_of(bucket: str, path: str) -> str:
    """Return the S3 URL of a table or partition."""
    return f"s3://{bucket}/{path}"


def name_keys(key_names: KeyNames) -> tuple[str, ...]:
    """Name partition keys: `k=v` folders by their key, others `partition_N` by their place."""
    return tuple(name if name is not None else f"partition_{n}" for n, name in enumerate(key_names))


def build_table(
    definition: CrawlerDefinition, target: Target, found: FoundTable, name: str, run_id: str
) -> GlueDict:
    """Build the `TableInput` of a found table. All parameter values are strings."""
    parameters = _parameters(definition, found.content, is_file=found.is_file)
    parameters["CRAWL_RUN_ID"] = run_id
    if found.key_names:
        parameters["partition_filtering.enabled"] = "true"
    if target.exclusions:
        globs = [target.url + glob for glob in target.exclusions]
        parameters["exclusions"] = json.dumps(globs, separators=(",", ":"), ensure_ascii=False)
    return {
        "Name": name,
        "Owner": "owner",
        "Retention": 0,
        "StorageDescriptor": _storage(
            found.content, location_of(target.bucket, found.path), parameters
        ),
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in name_keys(found.key_names)],
        "TableType": "EXTERNAL_TABLE",
        "Parameters": parameters,
    }


def build_partition(
    definition: CrawlerDefinition, target: Target, found: FoundPartition
) -> GlueDict:
    """Build the `PartitionInput` of a found partition, with a schema of its own."""
    parameters = _parameters(definition, found.content, is_file=False)
    location = location_of(target.bucket, found.path)
    return {
        "Values": list(found.values),
        "StorageDescriptor": _storage(found.content, location, parameters),
        "Parameters": parameters,
    }


def _parameters(
    definition: CrawlerDefinition, content: Content, *, is_file: bool
) -> dict[str, str]:
    tally = content.tally
    average = max(1, tally.record_chars // max(1, tally.records))
    parameters = {
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": definition.name,
        "averageRecordSize": str(average),
        "classification": content.format.classification,
        "compressionType": content.format.compression,
        "objectCount": str(tally.objects),
        "recordCount": str(_record_count(content, average)),
        "sizeKey": str(tally.size_bytes),
        "typeOfData": "file",
    }
    if is_file:
        # As recorded: a table that is one file has no count of objects.
        del parameters["objectCount"]
    if content.format.kind == "grok":
        parameters["grokPattern"] = dict(content.format.settings)["input.format"]
    parameters |= {k: v for k, v in content.format.settings if k == "jsonPath"}
    if content.format.schema_text:
        parameters[AVRO_SCHEMA] = content.format.schema_text
    if content.format.classification == "csv":
        parameters |= {
            "areColumnsQuoted": "true" if content.format.kind == "quoted_csv" else "false",
            "columnsOrdered": "true",
            "delimiter": content.format.delimiter or ",",
        }
        if content.has_header:
            parameters["skip.header.line.count"] = "1"
        if content.format.has_comments:
            parameters["commentCharacter"] = "#"
    return parameters


def _record_count(content: Content, average: int) -> int:
    """Return the rows that the files say they have, or what AWS's estimate would be.

    As recorded of Parquet and ORC: 1,000,209 rows of 5 bytes in 5,357,673.
    """
    tally = content.tally
    if content.format.counts_records:
        return tally.records
    return tally.decoded_bytes // average if tally.records else 0


def _storage(content: Content, location: str, parameters: dict[str, str]) -> GlueDict:
    input_format, output_format = _FORMATS.get(content.format.kind, _TEXT)
    return {
        "Columns": content.schema.to_glue(),
        "Location": location,
        "InputFormat": input_format,
        "OutputFormat": output_format,
        "Compressed": False,
        "NumberOfBuckets": -1,
        "SerdeInfo": _serde(content),
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": dict(parameters),
        "StoredAsSubDirectories": False,
    }


def _serde(content: Content) -> GlueDict:
    kind = content.format
    settings = dict(kind.settings)
    match kind.kind:
        case "json":
            parameters = {"paths": content.schema.paths}
        case "csv":
            parameters = {"field.delim": kind.delimiter or ","}
        case "parquet" | "orc":
            parameters = {"serialization.format": "1"}
        case "avro":
            parameters = {AVRO_SCHEMA: kind.schema_text, "serialization.format": "1"}
        case _:
            parameters = settings
    library = _SERDES.get(kind.kind)
    return (
        {"SerializationLibrary": library, "Parameters": parameters}
        if library
        else {"Parameters": parameters}
    )
