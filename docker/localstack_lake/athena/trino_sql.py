"""Athena's statements in Trino's spelling. Pure.

Trino reads questions, INSERT, MERGE, UPDATE, DELETE and EXPLAIN as they are. Athena's own spellings
(properties, CREATE TABLE of Iceberg, OPTIMIZE, VACUUM, UNLOAD) are rewritten here.
https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from athena_sql.ddl import statements as s
from athena_sql.ddl.create_table import read_columns
from athena_sql.ddl.properties import read_pairs
from athena_sql.ddl.read import COMMENTS, catalog_not_found, read_statement
from athena_sql.ddl.words import Words, split_list
from athena_sql.errors import BadQuery
from athena_sql.reading.sql_text import quote, text
from athena_sql.typing.types import hive_to_trino

from localstack_lake.trino.server import CATALOG, ICEBERG

QUESTIONS = ("select", "with", "values", "table", "(")
CHANGES = {"insert": "INSERT", "merge": "MERGE", "update": "UPDATE", "delete": "DELETE"}
COMPRESSIONS = ("write_compression", "parquet_compression", "orc_compression")
# Properties of Iceberg tables that Trino has no use for but keeps with the table.
KEPT = re.compile(r"vacuum_\w+|optimize_\w+|classification|write_target_data_file_size_bytes")
# A name of three parts; texts and comments are not names.
WHOLE_NAME = re.compile(
    r"""'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/|"""
    r"""(?<![\w."`])(?P<catalog>"[^"]+"|`[^`]+`|\w+)(?P<rest>(?:\s*\.\s*(?:"[^"]+"|`[^`]+`|\w+)){2})""",
    re.DOTALL,
)
VACUUM_SECONDS = "vacuum_max_snapshot_age_seconds"
DEFAULT_VACUUM_SECONDS = 432_000


@dataclass(frozen=True, slots=True)
class TrinoStatement:
    """What Trino runs: statements in their order, with session properties.

    `shows` is what comes of the first: `rows` with a header, `lines`, or `nothing`. `location` is
    where it writes, which has to be empty before; it is empty where the table decides.
    """

    steps: tuple[str, ...]
    kind: tuple[str, str, str]
    shows: str = "nothing"
    session: Mapping[str, str] = field(default_factory=dict)
    location: str = ""


def to_trino(sql: str, database: str, folder: str, query_id: str) -> TrinoStatement | None:
    """Return what Trino runs for a statement, or None for one that only the catalog answers.

    `folder` is where results go; a table made by a question lies below it. Raises BadQuery.
    """
    body = COMMENTS.sub("", sql).rstrip().rstrip(";").rstrip()
    found = re.match(r"\(|\w+", body)
    word = found[0].lower() if found else ""
    if word in QUESTIONS:
        return TrinoStatement((body,), ("DML", "SELECT", ".csv"), "rows")
    if word in CHANGES:
        return TrinoStatement((body,), ("DML", CHANGES[word], ""))
    if word == "explain":
        return TrinoStatement((body,), ("UTILITY", "EXPLAIN", ".txt"), "lines")
    if word == "optimize":
        return optimize(Words(body, "trino"), database)
    if word == "unload":
        return unload(body, database, query_id)
    if word == "alter":
        return change_columns(Words(body, "hive"), database)
    if re.match(r"(?is)create\s+table\b", body):
        if re.search(r"(?is)\)\s*as\b|\btable\s+(if\s+not\s+exists\s+)?\S+\s+as\b", body):
            return create_table_as(body, database, folder, query_id)
        return create_iceberg_table(Words(body, "hive"), database)
    return None


def with_own_catalog(sql: str, other_catalogs: frozenset[str]) -> str:
    """Return a statement in which further names of the Glue catalog, in small letters, are its own.

    `select * from "Other".d.t` becomes `select * from awsdatacatalog.d.t`.
    """

    def own(found: re.Match[str]) -> str:
        named = found["catalog"]
        if named is None or named.strip('"`').lower() not in other_catalogs:
            return found[0]
        return f"{CATALOG}{found['rest']}"

    return WHOLE_NAME.sub(own, sql) if other_catalogs else sql


def place(name: s.Name, database: str, catalog: str = ICEBERG) -> str:
    """Return a table's whole name: `"iceberg"."shop"."orders"`; raises BadQuery."""
    if name.catalog not in ("", CATALOG):
        raise catalog_not_found(name.catalog)
    return ".".join(map(quote, (catalog, name.database or database, name.name)))


def create_table_as(sql: str, database: str, folder: str, query_id: str) -> TrinoStatement:
    """Rewrite the properties of CREATE TABLE ... WITH (...) AS."""
    statement = read_statement(sql)
    if not isinstance(statement, s.CreateTableAs):
        raise BadQuery("NOT_SUPPORTED: this CREATE TABLE", "")
    given = dict(statement.properties)
    is_iceberg = str(given.pop("table_type", "hive")).lower() == "iceberg"
    given.pop("is_external", None)
    location = ""
    written = {"format": text(str(given.pop("format", "PARQUET")).upper())}
    codec = next((str(given.pop(name)) for name in COMPRESSIONS if name in given), "")
    if is_iceberg:
        written |= iceberg_properties(given)
    else:
        usual = f"{folder.rstrip('/')}/tables/{query_id}/"
        location = str(given.pop("external_location", usual))
        written["external_location"] = text(location)
        written |= hive_properties(given)
    catalog = ICEBERG if is_iceberg else CATALOG
    exists = "if not exists " if statement.if_not_exists else ""
    data = "" if statement.with_data else " with no data"
    properties = ", ".join(f"{name} = {value}" for name, value in written.items())
    made = (
        f"create table {exists}{place(statement.table, database, catalog)} "
        f"with ({properties}) as {statement.sql}{data}"
    )
    session = {f"{catalog}.compression_codec": codec.upper()} if codec else {}
    kind = ("DDL", "CREATE_TABLE_AS_SELECT", "")
    return TrinoStatement((made,), kind, session=session, location=location)


def iceberg_properties(given: Mapping[str, str | list[str]]) -> dict[str, str]:
    """Return an Iceberg table's properties; raises BadQuery for one that is not known."""
    written, kept = {}, {}
    for name, value in given.items():
        if name == "location":
            written["location"] = text(str(value))
        elif name == "partitioning":
            written["partitioning"] = array([transform(str(one)) for one in value])
        elif KEPT.fullmatch(name):
            kept[name] = str(value)
        else:
            raise BadQuery(f"INVALID_TABLE_PROPERTY: Catalog has no table property '{name}'", "")
    if kept:
        pair = f"map({array(list(kept))}, {array(list(kept.values()))})"
        written["extra_properties"] = pair
    return written


def hive_properties(given: Mapping[str, str | list[str]]) -> dict[str, str]:
    """Return a Hive table's properties; raises BadQuery for one that is not known."""
    written = {}
    for name, value in given.items():
        if name in ("partitioned_by", "bucketed_by"):
            written[name] = array(list(value) if isinstance(value, list) else [value])
        elif name == "bucket_count":
            written[name] = str(value)
        elif name == "field_delimiter":
            written["textfile_field_separator"] = text(str(value))
        else:
            raise BadQuery(f"INVALID_TABLE_PROPERTY: Catalog has no table property '{name}'", "")
    return written


def create_iceberg_table(words: Words, database: str) -> TrinoStatement:
    """Rewrite CREATE TABLE t (...) PARTITIONED BY (...) LOCATION '...' TBLPROPERTIES (...)."""
    words.expect("CREATE")
    words.expect("TABLE")
    exists = "if not exists " if words.accept("IF", "NOT", "EXISTS") else ""
    table, comments = words.name(), dict[str, str]()
    columns = read_columns(words.inside(), comments)
    given: dict[str, str | list[str]] = {}
    comment = ""
    while not words.is_done:
        if words.accept("PARTITIONED", "BY"):
            given["partitioning"] = split_list(words.inside())
        elif words.accept("LOCATION"):
            given["location"] = words.text()
        elif words.accept("COMMENT"):
            comment = f" comment {text(words.text())}"
        else:
            words.expect("TBLPROPERTIES")
            given |= read_pairs(words.inside())
    if str(given.pop("table_type", "")).lower() != "iceberg":
        raise BadQuery("NOT_SUPPORTED: CREATE TABLE without EXTERNAL makes only Iceberg tables", "")
    if "location" not in given:
        raise BadQuery("INVALID_TABLE_PROPERTY: an Iceberg table needs a LOCATION", "")
    form = str(given.pop("format", "parquet")).upper()
    codec = next((str(given.pop(name)) for name in COMPRESSIONS if name in given), "")
    written = {"format": text(form)} | iceberg_properties(given)
    lines = ", ".join(
        f"{quote(one.name)} {iceberg_type(one.type)}"
        + (f" comment {text(comments[one.name])}" if comments.get(one.name) else "")
        for one in columns
    )
    properties = ", ".join(f"{name} = {value}" for name, value in written.items())
    made = f"create table {exists}{place(table, database)} ({lines}){comment} with ({properties})"
    session = {f"{ICEBERG}.compression_codec": codec.upper()} if codec else {}
    return TrinoStatement((made,), ("DDL", "CREATE_TABLE", ".txt"), session=session)


def iceberg_type(hive: str) -> str:
    """Return Trino's type: Iceberg's timestamps have microseconds."""
    return re.sub(r"timestamp(\(3\))?", "timestamp(6)", hive_to_trino(hive))


def transform(partitioning: str) -> str:
    """Return `bucket(id, 5)` for Athena's `bucket(5, id)`; the rest is spelled alike."""
    plain = partitioning.strip().replace("`", "")
    return re.sub(r"(?i)\b(bucket|truncate)\(\s*(\d+)\s*,\s*([^)]+?)\s*\)", r"\1(\3, \2)", plain)


def optimize(words: Words, database: str) -> TrinoStatement:
    """Rewrite OPTIMIZE t REWRITE DATA USING BIN_PACK [WHERE ...]."""
    words.expect("OPTIMIZE")
    table = words.name()
    for word in ("REWRITE", "DATA", "USING", "BIN_PACK"):
        words.expect(word)
    where = "" if words.is_done else f" {words.rest()}"
    made = f"alter table {place(table, database)} execute optimize{where}"
    return TrinoStatement((made,), ("DML", "OPTIMIZE", ".csv"))


def vacuum(sql: str, database: str, seconds: int) -> TrinoStatement:
    """Rewrite VACUUM t: snapshots older than so many seconds go, and files of no snapshot."""
    table = read_vacuum(sql)
    where, age = place(table, database), f"(retention_threshold => '{seconds}s')"
    steps = tuple(
        f"alter table {where} execute {what}{age}"
        for what in ("expire_snapshots", "remove_orphan_files")
    )
    return TrinoStatement(steps, ("DML", "VACUUM", ".csv"))


def read_vacuum(sql: str) -> s.Name:
    """Return the table of VACUUM."""
    words = Words(COMMENTS.sub("", sql), "trino")
    words.expect("VACUUM")
    table = words.name()
    words.end()
    return table


def unload(sql: str, database: str, query_id: str) -> TrinoStatement:
    """Rewrite UNLOAD as a table made by the question, whose name is removed again."""
    statement = read_statement(sql)
    if not isinstance(statement, s.Unload):
        raise BadQuery("NOT_SUPPORTED: this UNLOAD", "")
    given = dict(statement.properties)
    codec = str(given.pop("compression", "gzip"))
    written = {
        "format": text(str(given.pop("format", "")).upper()),
        "external_location": text(statement.location),
    } | hive_properties(given)
    table = place(s.Name(database, f"unload_{query_id.replace('-', '')}"), database, CATALOG)
    properties = ", ".join(f"{name} = {value}" for name, value in written.items())
    steps = (
        f"create table {table} with ({properties}) as {statement.sql}",
        f"drop table {table}",
    )
    session = {f"{CATALOG}.compression_codec": codec.upper()}
    kind = ("DML", "UNLOAD", ".csv")
    return TrinoStatement(steps, kind, session=session, location=statement.location)


def change_columns(words: Words, database: str) -> TrinoStatement | None:
    """Rewrite ALTER TABLE ADD COLUMNS, DROP COLUMN, CHANGE COLUMN; None for another change."""
    words.expect("ALTER")
    words.expect("TABLE")
    table = words.name()
    start = f"alter table {place(table, database)}"
    kind = ("DDL", "ALTER_TABLE", ".txt")
    if words.accept("ADD", "COLUMNS"):
        added = read_columns(words.inside(), {})
        added_steps = (f"{start} add column {quote(c.name)} {iceberg_type(c.type)}" for c in added)
        return TrinoStatement(tuple(added_steps), kind)
    if words.accept("DROP", "COLUMN"):
        return TrinoStatement((f"{start} drop column {quote(words.word())}",), kind)
    if words.accept("CHANGE", "COLUMN") or words.accept("CHANGE"):
        old, new, hive = words.word(), words.word(), words.rest()
        steps = [f"{start} alter column {quote(old)} set data type {iceberg_type(hive)}"]
        if new != old:
            steps.append(f"{start} rename column {quote(old)} to {quote(new)}")
        return TrinoStatement(tuple(steps), kind)
    return None


def array(texts: list[str]) -> str:
    """Return `array['a', 'b']`."""
    return f"array[{', '.join(map(text, texts))}]"
