"""Athena's spellings, and what Trino gets of them."""

import pytest
from athena_sql.errors import BadQuery
from localstack_lake.athena.trino_sql import to_trino, vacuum, with_own_catalog
from localstack_lake.athena.trino_values import cell_text

SESSION_GZIP = {"awsdatacatalog.compression_codec": "GZIP"}


def steps(sql: str) -> tuple[str, ...]:
    translated = to_trino(sql, "shop", "s3://b/results", "1-2")
    assert translated is not None
    return translated.steps


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select 1;", "select 1"),
        ("-- why\nwith a as (select 1) select * from a", "with a as (select 1) select * from a"),
        ("merge into t using u on true when matched then delete",) * 2,
        ("delete from t where a = 1",) * 2,
        ("explain analyze select 1",) * 2,
        (
            "OPTIMIZE t REWRITE DATA USING BIN_PACK WHERE day = '1'",
            """alter table "iceberg"."shop"."t" execute optimize WHERE day = '1'""",
        ),
        (
            "CREATE TABLE IF NOT EXISTS d.t (id bigint COMMENT 'the id', at timestamp, "
            "tags array<string>) PARTITIONED BY (day(at), bucket(16, id), truncate(2, `name`)) "
            "LOCATION 's3://b/t/' TBLPROPERTIES ('table_type'='ICEBERG', 'format'='orc', "
            "'vacuum_max_snapshot_age_seconds'='60')",
            'create table if not exists "iceberg"."d"."t" ("id" bigint comment \'the id\', '
            '"at" timestamp(6), "tags" array(varchar)) with (format = \'ORC\', '
            "partitioning = array['day(at)', 'bucket(id, 16)', 'truncate(name, 2)'], "
            "location = 's3://b/t/', "
            "extra_properties = map(array['vacuum_max_snapshot_age_seconds'], array['60']))",
        ),
        (
            "CREATE TABLE t WITH (table_type = 'ICEBERG', is_external = false, "
            "location = 's3://b/t/', partitioning = ARRAY['month(at)']) AS select 1 as a",
            'create table "iceberg"."shop"."t" with (format = \'PARQUET\', '
            "location = 's3://b/t/', partitioning = array['month(at)']) as select 1 as a",
        ),
        (
            "CREATE TABLE t AS select 1 as a",
            'create table "awsdatacatalog"."shop"."t" with (format = \'PARQUET\', '
            "external_location = 's3://b/results/tables/1-2/') as select 1 as a",
        ),
        (
            "CREATE TABLE t WITH (format = 'TEXTFILE', field_delimiter = '|', "
            "external_location = 's3://b/x/', partitioned_by = ARRAY['a']) AS select 1 as a "
            "WITH NO DATA",
            'create table "awsdatacatalog"."shop"."t" with (format = \'TEXTFILE\', '
            "external_location = 's3://b/x/', textfile_field_separator = '|', "
            "partitioned_by = array['a']) as select 1 as a with no data",
        ),
        (
            "ALTER TABLE t ADD COLUMNS (b int)",
            'alter table "iceberg"."shop"."t" add column "b" integer',
        ),
        ("ALTER TABLE t DROP COLUMN b", 'alter table "iceberg"."shop"."t" drop column "b"'),
    ],
)
def test_a_statement_in_trino_s_spelling(sql: str, expected: str) -> None:
    assert steps(sql) == (expected,)


def test_a_changed_column_gets_its_type_and_then_its_name() -> None:
    assert steps("ALTER TABLE t CHANGE COLUMN a b bigint") == (
        'alter table "iceberg"."shop"."t" alter column "a" set data type bigint',
        'alter table "iceberg"."shop"."t" rename column "a" to "b"',
    )


def test_unload_makes_a_table_and_forgets_its_name() -> None:
    sql = "UNLOAD (SELECT 1 AS a) TO 's3://b/u/' WITH (format = 'JSON')"
    made, dropped = steps(sql)
    assert made.startswith('create table "awsdatacatalog"."shop"."unload_12" with (format = \'JSON')
    assert dropped == 'drop table "awsdatacatalog"."shop"."unload_12"'
    translated = to_trino(sql, "shop", "", "1-2")
    assert translated is not None
    assert translated.session == SESSION_GZIP


def test_vacuum_removes_old_snapshots_and_files_of_none() -> None:
    assert vacuum("VACUUM t", "shop", 60).steps == (
        'alter table "iceberg"."shop"."t" execute expire_snapshots(retention_threshold => \'60s\')',
        'alter table "iceberg"."shop"."t" execute '
        "remove_orphan_files(retention_threshold => '60s')",
    )


@pytest.mark.parametrize(
    "sql",
    [
        "show tables",
        "describe t",
        "create external table t (a int) location 's3://b/t/'",
        "alter table t add partition (dt = '1')",
        "create view v as select 1 as a",
        "msck repair table t",
    ],
)
def test_what_concerns_the_catalog_only_is_not_for_trino(sql: str) -> None:
    assert to_trino(sql, "shop", "", "") is None


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("create table t (a int) location 's3://b/t/'", "NOT_SUPPORTED"),
        ("create table t (a int) tblproperties ('table_type'='ICEBERG')", "needs a LOCATION"),
        ("create table t with (nonsense = 'x') as select 1 as a", "no table property 'nonsense'"),
        ("optimize t", "mismatched input"),
    ],
)
def test_what_athena_does_not_take_is_refused(sql: str, reason: str) -> None:
    with pytest.raises(BadQuery, match=reason):
        to_trino(sql, "shop", "", "")


def of(kind: str, *arguments: object) -> dict[str, object]:
    return {"rawType": kind, "arguments": [{"value": value} for value in arguments]}


@pytest.mark.parametrize(
    ("value", "signature", "expected"),
    [
        (None, of("bigint"), None),
        (True, of("boolean"), "true"),
        (10000000.0, of("double"), "1.0E7"),
        (1, of("double"), "1.0"),
        ("NaN", of("double"), "NaN"),
        (0.1, of("real"), "0.1"),
        ("12.50", of("decimal"), "12.50"),
        ("YWI=", of("varbinary"), "61 62"),
        ([1, None], of("array", of("bigint")), "[1, null]"),
        ({"a": 1.5}, of("map", of("varchar"), of("double")), "{a=1.5}"),
        (
            [1, "x"],
            of(
                "row",
                {"fieldName": {"name": "a"}, "typeSignature": of("bigint")},
                {"typeSignature": of("varchar")},
            ),
            "{a=1, field1=x}",
        ),
    ],
)
def test_a_value_of_trino_is_printed_as_athena_does(
    value: object, signature: dict[str, object], expected: str | None
) -> None:
    assert cell_text(value, signature) == expected


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ('select * from "Other".d.t', "select * from awsdatacatalog.d.t"),
        (
            "insert into other . d . t select 'other.d.t' -- other.d.t",
            "insert into awsdatacatalog . d . t select 'other.d.t' -- other.d.t",
        ),
        ("drop table `other`.`d`.`t`", "drop table awsdatacatalog.`d`.`t`"),
        ("select other.d, 1.5, x.other.d.t from another.d.t other",) * 2,
        ('select "other.d.t" from d.t',) * 2,
    ],
)
def test_a_further_name_of_the_glue_catalog_becomes_its_own(sql: str, expected: str) -> None:
    assert with_own_catalog(sql, frozenset({"other"})) == expected
    assert with_own_catalog(sql, frozenset()) == sql


def test_a_table_of_another_catalog_is_told() -> None:
    with pytest.raises(BadQuery, match="CATALOG_NOT_FOUND: Catalog 'nope' not found"):
        steps("create table nope.d.t as select 1 as a")
