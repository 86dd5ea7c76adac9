import pytest
from athena_sql.catalog import CatalogColumn
from athena_sql.ddl import statements as s
from athena_sql.ddl.read import read_statement
from athena_sql.errors import BadQuery


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("msck repair table t", s.RepairTable(s.Name("", "t"))),
        ("MSCK REPAIR TABLE `a`.`t`;", s.RepairTable(s.Name("a", "t"))),
        ("show tables in db 'x*'", s.Show("tables", s.Name("db", ""), "x*")),
        ("SHOW DATABASES LIKE 'a|b'", s.Show("databases", s.Name("", ""), "a|b")),
        ("show tables in `C`.db 'x*'", s.Show("tables", s.Name("db", "", "c"), "x*")),
        ("show databases in c", s.Show("databases", s.Name("", "", "c"))),
        ("describe c.a.t", s.Describe(s.Name("a", "t", "c"))),
        ("drop database c.x", s.DropDatabase("x", False, False, "c")),
        ("show partitions a.t", s.Show("partitions", s.Name("a", "t"))),
        ("show columns in t in a", s.Show("columns", s.Name("a", "t"))),
        ("show create table t", s.Show("create table", s.Name("", "t"))),
        ("describe formatted a.t", s.Describe(s.Name("a", "t"), is_detailed=True)),
        ('drop view "a"."v"', s.DropTable(s.Name("a", "v"), False, is_view=True)),
        ("drop table 2024_t", s.DropTable(s.Name("", "2024_t"), False)),
        ("drop view `a`.v", s.DropTable(s.Name("a", "v"), False, is_view=True)),
        ('show create view "v"', s.Show("create view", s.Name("", "v"))),
        ("drop view if exists a.v", s.DropTable(s.Name("a", "v"), True, is_view=True)),
        ("drop schema x cascade", s.DropDatabase("x", if_exists=False, cascade=True)),
        ("create schema if not exists `x`", s.CreateDatabase("x", if_not_exists=True)),
        ("execute p using 1, 'a,b'", s.Execute("p", ("1", "'a,b'"))),
        ("prepare p from select ?", s.Prepare("p", "select ?")),
        ("deallocate prepare p", s.Deallocate("p")),
        ("explain (type validate) select 1", s.Explain("select 1", "type validate")),
        ("insert into t (a, B) select 1, 2", s.Insert(s.Name("", "t"), ("a", "b"), "select 1, 2")),
        ("insert into t (select 1)", s.Insert(s.Name("", "t"), (), "(select 1)")),
        (
            "-- a comment\n/* and */ with x as (select 1 as a) select * from x",
            s.Select("-- a comment\n/* and */ with x as (select 1 as a) select * from x"),
        ),
        (
            'create table "awsdatacatalog"."d".t '
            "with (format='JSON', partitioned_by=ARRAY['dt'])"
            " as (select 1 as a) with no data",
            s.CreateTableAs(
                s.Name("d", "t", "awsdatacatalog"),
                if_not_exists=False,
                properties={"format": "JSON", "partitioned_by": ["dt"]},
                sql="(select 1 as a)",
                with_data=False,
            ),
        ),
        (
            "unload (select '(' as a) to 's3://b/x/' with (format = 'PARQUET')",
            s.Unload("select '(' as a", "s3://b/x/", {"format": "PARQUET"}),
        ),
        (
            "alter table t add if not exists partition (dt='1') location 's3://b/c/' "
            "partition (dt = '2')",
            s.AddPartitions(
                s.Name("", "t"),
                if_not_exists=True,
                partitions=(
                    s.PartitionSpec({"dt": "1"}, "s3://b/c/"),
                    s.PartitionSpec({"dt": "2"}),
                ),
            ),
        ),
    ],
)
def test_a_statement_is_read(sql: str, expected: s.Statement) -> None:
    assert read_statement(sql) == expected


def test_a_table_is_read_with_its_formats_and_comments() -> None:
    table = read_statement(
        "CREATE EXTERNAL TABLE IF NOT EXISTS a.t (`id` int COMMENT 'the key', "
        "buyer struct<name: string, age:int>, price decimal(10, 2)) "
        "PARTITIONED BY (dt string) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' "
        "STORED AS TEXTFILE LOCATION 's3://b/x/' TBLPROPERTIES ('skip.header.line.count'='1')"
    )
    assert isinstance(table, s.CreateTable)
    assert table.columns == (
        CatalogColumn("id", "int"),
        CatalogColumn("buyer", "struct<name:string,age:int>"),
        CatalogColumn("price", "decimal(10,2)"),
    )
    assert table.comments == {"id": "the key"}
    assert table.partition_keys == (CatalogColumn("dt", "string"),)
    assert table.serde_parameters["field.delim"] == "\t"
    assert table.parameters == {"skip.header.line.count": "1"}


@pytest.mark.parametrize(
    "sql",
    [
        "merge into t using u on true when matched then delete",
        "create table t (a int) tblproperties ('table_type' = 'ICEBERG')",
        "alter table t add columns (b int)",
        "optimize t rewrite data using bin_pack",
        "explain analyze select 1",
        "explain (format json) select 1",
        "explain (type io, format json) select 1",
        "create external table t (a int) stored as avro location 's3://b/'",
    ],
)
def test_what_is_not_done_is_refused_by_name(sql: str) -> None:
    with pytest.raises(BadQuery, match=r"\ANOT_SUPPORTED: "):
        read_statement(sql)


@pytest.mark.parametrize(
    "sql",
    [
        *("", "  ;", "selec 1", "show", "drop", "msck repair t", "create"),
        *('drop table "t"', 'describe a."t"', 'msck repair table "t"', 'show tables in "a"'),
        *('alter table "t" add partition (a = 1)', 'create external table "t" (a int)'),
        *("insert into `t` select 1", "create table `t` as select 1 as a"),
        *("msck repair table t u", "show tables in a 'b' c", "drop table a.b.c.d"),
        *("drop database a.b.c", "show databases like 'a' b", "show create table t u"),
    ],
)
def test_what_does_not_parse_is_refused_with_its_place(sql: str) -> None:
    with pytest.raises(BadQuery, match=r"line 1:\d+: |NOT_SUPPORTED"):
        read_statement(sql)
