"""Read CREATE EXTERNAL TABLE, and find the classes for Hive's names of formats. Pure.

https://docs.aws.amazon.com/athena/latest/ug/create-table.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from athena_sql.catalog import CatalogColumn
from athena_sql.ddl import statements as s
from athena_sql.ddl.properties import read_pairs
from athena_sql.ddl.words import Words, split_list, unsupported

TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
TEXT_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
PARQUET_SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
PARQUET_INPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
PARQUET_OUTPUT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
# STORED AS -> SerDe, input format, output format.
FORMATS: Mapping[str, tuple[str, str, str]] = {
    "textfile": (LAZY_SIMPLE, TEXT_INPUT, TEXT_OUTPUT),
    "parquet": (PARQUET_SERDE, PARQUET_INPUT, PARQUET_OUTPUT),
    "orc": (
        "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
        "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
    ),
}
COLUMN = re.compile(
    r"""(?isx) \A (?: `([^`]+)` | "([^"]+)" | (\S+?) ) \s*:?\s+ (.+?)
    (?: \s+ comment \s+ ['"] (.*) ['"] )? \s* \Z"""
)


@dataclass
class Clauses:
    """The clauses after the columns, as they are found."""

    partition_keys: tuple[CatalogColumn, ...] = ()
    comment: str = ""
    stored_as: str = "textfile"
    serde: str = ""
    serde_parameters: dict[str, str] = field(default_factory=dict)
    input_format: str = ""
    output_format: str = ""
    location: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


def read_create_table(words: Words) -> s.CreateTable:
    """Read the statement from its first word on."""
    words.expect("CREATE")
    words.expect("EXTERNAL")
    words.expect("TABLE")
    if_not_exists = words.accept("IF", "NOT", "EXISTS")
    table, comments = words.name(), dict[str, str]()
    columns = read_columns(words.inside(), comments)
    found = Clauses()
    while not words.is_done:
        read_clause(words, found, comments)
    serde, input_format, output_format = FORMATS.get(found.stored_as, FORMATS["textfile"])
    return s.CreateTable(
        table=table,
        if_not_exists=if_not_exists,
        columns=columns,
        partition_keys=found.partition_keys,
        comments=comments,
        comment=found.comment,
        stored_as=found.stored_as,
        serde=found.serde or serde,
        serde_parameters=found.serde_parameters,
        input_format=found.input_format or input_format,
        output_format=found.output_format or output_format,
        location=found.location,
        parameters=found.parameters,
    )


def read_clause(words: Words, found: Clauses, comments: dict[str, str]) -> None:
    """Read one clause into what is found; raises BadQuery for an unknown one."""
    if words.accept("PARTITIONED", "BY"):
        found.partition_keys = read_columns(words.inside(), comments)
    elif words.accept("COMMENT"):
        found.comment = words.text()
    elif words.accept("LOCATION"):
        found.location = words.text()
    elif words.accept("TBLPROPERTIES"):
        found.parameters = read_pairs(words.inside())
    elif words.accept("WITH", "SERDEPROPERTIES") or words.accept("WITH"):
        words.accept("SERDEPROPERTIES")
        found.serde_parameters |= read_pairs(words.inside())
    elif words.accept("ROW", "FORMAT"):
        read_row_format(words, found)
    elif words.accept("STORED", "AS"):
        if words.accept("INPUTFORMAT"):
            found.input_format = words.text()
            words.expect("OUTPUTFORMAT")
            found.output_format = words.text()
        else:
            found.stored_as = words.word()
            if found.stored_as not in FORMATS:
                raise unsupported(f"STORED AS {found.stored_as.upper()}")
    else:
        raise words.unexpected("a clause of CREATE EXTERNAL TABLE")


def read_row_format(words: Words, found: Clauses) -> None:
    """Read SERDE 'class' or DELIMITED with its delimiters."""
    if words.accept("SERDE"):
        found.serde = words.text()
        return
    words.expect("DELIMITED")
    names = {
        ("FIELDS", "TERMINATED", "BY"): "field.delim",
        ("ESCAPED", "BY"): "escape.delim",
        ("COLLECTION", "ITEMS", "TERMINATED", "BY"): "collection.delim",
        ("MAP", "KEYS", "TERMINATED", "BY"): "mapkey.delim",
        ("LINES", "TERMINATED", "BY"): "line.delim",
        ("NULL", "DEFINED", "AS"): "serialization.null.format",
    }
    while key := next((key for key in names if words.accept(*key)), None):
        value = words.text().encode().decode("unicode_escape")
        found.serde_parameters[names[key]] = value
        if key[0] == "FIELDS":
            found.serde_parameters["serialization.format"] = value


def read_columns(text: str, comments: dict[str, str]) -> tuple[CatalogColumn, ...]:
    """Read `name type [COMMENT 'text'], ...`; comments are put down by column."""
    columns = []
    for part in split_list(text):
        if (found := COLUMN.match(part)) is None:
            raise unsupported(f"the column '{part}'")
        name = (found[1] or found[2] or found[3]).lower()
        columns.append(CatalogColumn(name, re.sub(r"\s*([<>:,()])\s*", r"\1", found[4]).lower()))
        if found[5]:
            comments[name] = found[5]
    return tuple(columns)
