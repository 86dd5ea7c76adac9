"""Athena's API on the local AWS: the life of a query, results, statements, and what it refuses."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Lake

pytestmark = pytest.mark.e2e

BUCKET = "athena-tests"
OUTPUT = {"OutputLocation": f"s3://{BUCKET}/results/"}


class Athena:
    """A client of Athena, and of what its statements touch."""

    def __init__(self, lake: Lake) -> None:
        self.api, self.s3, self.glue = (lake.aws(name) for name in ("athena", "s3", "glue"))
        self.s3.create_bucket(Bucket=BUCKET)

    def start(self, sql: str, **given: Any) -> str:
        request = {
            "QueryString": sql,
            "QueryExecutionContext": {"Database": "lab"},
            "ResultConfiguration": OUTPUT,
        }
        return str(self.api.start_query_execution(**request | given)["QueryExecutionId"])

    def wait(self, query_id: str) -> dict[str, Any]:
        while True:
            found = self.api.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
            if found["Status"]["State"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
                return dict(found)
            time.sleep(0.02)

    def run(self, sql: str, **given: Any) -> dict[str, Any]:
        """Run a statement that has to succeed."""
        found = self.wait(self.start(sql, **given))
        assert found["Status"]["State"] == "SUCCEEDED", found["Status"]
        return found

    def failure(self, sql: str, **given: Any) -> str:
        """Return why a statement fails."""
        status = self.wait(self.start(sql, **given))["Status"]
        assert status["State"] == "FAILED"
        assert status["AthenaError"]["ErrorMessage"] == status["StateChangeReason"]
        return str(status["StateChangeReason"])

    def results(self, query_id: str, **given: Any) -> dict[str, Any]:
        return dict(self.api.get_query_results(QueryExecutionId=query_id, **given))

    def rows(self, sql: str, **given: Any) -> list[list[str | None]]:
        """Return a question's rows, without the header."""
        return rows_of(self.results(self.run(sql, **given)["QueryExecutionId"]))[1:]

    def put(self, key: str, text: str) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=text.encode())

    def get(self, address: str) -> str:
        bucket, _, key = address.removeprefix("s3://").partition("/")
        return str(self.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode())


def rows_of(page: dict[str, Any]) -> list[list[str | None]]:
    return [[cell.get("VarCharValue") for cell in row["Data"]] for row in page["ResultSet"]["Rows"]]


@pytest.fixture(scope="module")
def athena(local_aws: Lake) -> Iterator[Athena]:
    athena = Athena(local_aws)
    athena.run("create database if not exists lab")
    athena.put("sales/a.json", '{"id":"A","price":1.50,"note":"x"}\n{"id":"B","price":2.25}\n')
    athena.put("sales/b.json", '{"id":"C","price":3.00,"note":""}\n')
    athena.run(
        "create external table sales (id string, price decimal(10,2), note string) "
        "row format serde 'org.openx.data.jsonserde.JsonSerDe' "
        f"location 's3://{BUCKET}/sales/'"
    )
    yield athena
    athena.run("drop database lab cascade")


ALL = "select id, price, note from sales order by id"


def test_a_question_is_answered_with_types_nulls_and_a_header(athena: Athena) -> None:
    page = athena.results(athena.run(ALL)["QueryExecutionId"])
    assert rows_of(page) == [
        ["id", "price", "note"],
        ["A", "1.50", "x"],
        ["B", "2.25", None],
        ["C", "3.00", ""],
    ]
    info = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert [(c["Type"], c["Precision"], c["Scale"]) for c in info] == [
        ("varchar", 2147483647, 0),
        ("decimal", 10, 2),
        ("varchar", 2147483647, 0),
    ]


def test_the_result_is_a_csv_with_its_metadata_in_the_output_location(athena: Athena) -> None:
    found = athena.run(ALL)
    address = found["ResultConfiguration"]["OutputLocation"]
    assert address == f"s3://{BUCKET}/results/{found['QueryExecutionId']}.csv"
    assert athena.get(address) == (
        '"id","price","note"\n"A","1.50","x"\n"B","2.25",\n"C","3.00",""\n'
    )
    assert athena.get(f"{address}.metadata")
    assert found["Statistics"]["DataScannedInBytes"] > 0


def test_results_come_in_pages_in_which_the_header_counts(athena: Athena) -> None:
    query_id = athena.run(ALL)["QueryExecutionId"]
    pages, token = [], None
    while True:
        given: dict[str, Any] = {"NextToken": token} if token else {}
        page = athena.results(query_id, MaxResults=2, **given)
        pages.append([row[0] for row in rows_of(page)])
        if not (token := page.get("NextToken")):
            break
    assert pages == [["id", "A"], ["B", "C"]]


def test_parameters_are_bound_and_their_count_is_checked(athena: Athena) -> None:
    sql = "select id from sales where price > ? and id <> ?"
    assert athena.rows(sql, ExecutionParameters=["2", "'C'"]) == [["B"]]
    reason = athena.failure(sql, ExecutionParameters=["2"])
    assert "Incorrect number of parameters: expected 2 but found 1" in reason


def test_a_prepared_statement_is_executed_by_its_name(athena: Athena) -> None:
    athena.run("prepare dear from select id from sales where price > ?")
    for comment in ("", "-- what is dear?\n", "/* what is dear? */ "):
        assert athena.rows(f"{comment}execute dear using 2.5") == [["C"]]
    found = athena.api.get_prepared_statement(StatementName="dear", WorkGroup="primary")
    assert found["PreparedStatement"]["QueryStatement"] == "select id from sales where price > ?"
    athena.run("deallocate prepare dear")
    with pytest.raises(athena.api.exceptions.ResourceNotFoundException):
        athena.api.get_prepared_statement(StatementName="dear", WorkGroup="primary")


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("select nope from sales", "COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved"),
        ("select 1 from nope", "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.lab.nope' does"),
        ("select 1 from nope.t", "SCHEMA_NOT_FOUND: Schema 'nope' does not exist"),
        ("select price / 0 from sales", "DIVISION_BY_ZERO"),
        ("merge into t using u on true when matched then delete", "NOT_SUPPORTED"),
        ("create table sales as select 1 as a", "TABLE_ALREADY_EXISTS"),
        ("insert into sales select 1, 2, 3", "TYPE_MISMATCH: Insert query has mismatched"),
        ("drop database lab", "Database lab is not empty"),
        ("select * from read_csv('/etc/passwd')", "NOT_SUPPORTED"),
    ],
)
def test_a_failure_is_told_in_athena_s_words(athena: Athena, sql: str, reason: str) -> None:
    assert reason in athena.failure(sql)


def test_what_does_not_parse_is_refused_at_once(athena: Athena) -> None:
    with pytest.raises(ClientError, match=r"InvalidRequestException.*line 1:1: mismatched input"):
        athena.start("selec 1")


def test_results_of_an_unfinished_or_failed_query_are_refused(athena: Athena) -> None:
    query_id = athena.start("select nope from sales")
    athena.wait(query_id)
    with pytest.raises(ClientError, match="did not finish successfully"):
        athena.results(query_id)


def test_a_running_query_is_cancelled(athena: Athena) -> None:
    slow = "select count(*) as n from sales a, sales b, " + ", ".join(
        f"sales t{i}" for i in range(22)
    )
    query_id = athena.start(slow)
    while (
        athena.api.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"][
            "State"
        ]
        == "QUEUED"
    ):
        time.sleep(0.02)
    athena.api.stop_query_execution(QueryExecutionId=query_id)
    assert athena.wait(query_id)["Status"]["State"] == "CANCELLED"
    athena.api.stop_query_execution(QueryExecutionId=query_id)
    assert athena.rows("select 1 as one") == [["1"]]


def test_cancelled_queries_leave_the_way_free_for_others(athena: Athena) -> None:
    numbers = "unnest(sequence(1, 10000))"
    slow = f"select count(*) as n from {numbers} a(x), {numbers} b(y), {numbers} c(z) where x+y=z"
    # More than run at once, each stopped at another moment of its life.
    stopped = [athena.start(slow) for _ in range(9)]
    for query_id in stopped:
        athena.api.stop_query_execution(QueryExecutionId=query_id)
    assert {athena.wait(one)["Status"]["State"] for one in stopped} == {"CANCELLED"}
    assert athena.rows("select 1 as one") == [["1"]]


def test_the_same_token_is_the_same_query(athena: Athena) -> None:
    token = str(uuid.uuid4())
    one = athena.start("select 1 as a", ClientRequestToken=token)
    assert athena.start("select 1 as a", ClientRequestToken=token) == one
    with pytest.raises(ClientError, match="Idempotent parameters do not match"):
        athena.start("select 2 as a", ClientRequestToken=token)


def test_a_result_is_reused_where_that_is_asked_for(athena: Athena) -> None:
    wish = {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 5}}
    sql = "select max(id) as last from sales"
    first = athena.run(sql, ResultReuseConfiguration=wish)
    second = athena.run(sql, ResultReuseConfiguration=wish)
    reused = [
        q["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"] for q in (first, second)
    ]
    assert reused == [False, True]
    assert rows_of(athena.results(second["QueryExecutionId"]))[1:] == [["C"]]


def test_a_work_group_s_limit_state_and_output_are_obeyed(athena: Athena) -> None:
    name = "limited"
    place = f"s3://{BUCKET}/enforced/"
    athena.api.create_work_group(
        Name=name,
        Configuration={
            "EnforceWorkGroupConfiguration": True,
            "BytesScannedCutoffPerQuery": 10_000_000,
            "ResultConfiguration": {"OutputLocation": place},
        },
    )
    found = athena.run("select 1 as a", WorkGroup=name)
    assert found["ResultConfiguration"]["OutputLocation"].startswith(place)
    athena.put("big/a.json", '{"id":"' + "x" * 11_000_000 + '"}\n')
    athena.run(
        "create external table big (id string) row format serde "
        f"'org.openx.data.jsonserde.JsonSerDe' location 's3://{BUCKET}/big/'"
    )
    status = athena.wait(athena.start("select length(id) as n from big", WorkGroup=name))["Status"]
    assert (status["State"], status["StateChangeReason"]) == (
        "CANCELLED",
        "Bytes scanned limit was exceeded",
    )
    athena.api.update_work_group(WorkGroup=name, State="DISABLED")
    with pytest.raises(ClientError, match="is disabled"):
        athena.start("select 1 as a", WorkGroup=name)
    with pytest.raises(ClientError, match="No output location provided"):
        athena.api.start_query_execution(QueryString="select 1 as a")


@pytest.mark.parametrize(
    "properties",
    ["format = 'PARQUET'", "format = 'JSON'", "format = 'TEXTFILE', field_delimiter = '|'"],
)
def test_a_table_is_made_by_a_question_and_added_to(athena: Athena, properties: str) -> None:
    athena.run(
        f"create table copy with ({properties}, partitioned_by = array['day']) as "
        "select id, price, date '2026-01-01' as at, '1/2' as day from sales"
    )
    athena.run("insert into copy select 'D', 4.00, null, 'x=y'")
    sql = "select id, price, at, day from copy where price > 2.9 order by id"
    assert athena.rows(sql) == [
        ["C", "3.00", "2026-01-01", "1/2"],
        ["D", "4.00", None, "x=y"],
    ]
    shown = athena.results(athena.run("show partitions copy")["QueryExecutionId"])
    assert rows_of(shown) == [["day=1%2F2"], ["day=x%3Dy"]]
    athena.run("drop table copy")


def test_a_view_is_kept_as_athena_keeps_it(athena: Athena) -> None:
    athena.run("create view dear as select id, price * 2 as twice from sales where price > 2")
    assert athena.rows("select id, twice from dear order by 1") == [["B", "4.50"], ["C", "6.00"]]
    table = athena.glue.get_table(DatabaseName="lab", Name="dear")["Table"]
    assert table["TableType"] == "VIRTUAL_VIEW"
    assert table["ViewOriginalText"].startswith("/* Presto View: ")
    assert table["Parameters"]["presto_view"] == "true"
    athena.run("drop view dear")


def test_partitions_are_added_repaired_and_dropped(athena: Athena) -> None:
    athena.put("parts/day=1/a.json", '{"id":"A"}\n')
    athena.put("parts/day=2/a.json", '{"id":"B"}\n')
    athena.run(
        "create external table parts (id string) partitioned by (day string) row format serde "
        f"'org.openx.data.jsonserde.JsonSerDe' location 's3://{BUCKET}/parts/'"
    )
    assert athena.rows("select id from parts") == []
    athena.run("alter table parts add if not exists partition (day = '1')")
    assert athena.rows("select id, day from parts") == [["A", "1"]]
    athena.run("msck repair table parts")
    assert athena.rows("select id from parts order by 1") == [["A"], ["B"]]
    athena.run("alter table parts drop partition (day = '1')")
    assert athena.rows("select id from parts") == [["B"]]


def test_a_question_is_unloaded_into_an_empty_place(athena: Athena) -> None:
    place = f"s3://{BUCKET}/unloaded/"
    found = athena.run(f"unload ({ALL}) to '{place}' with (format = 'JSON', compression = 'none')")
    (address,) = athena.get(found["Statistics"]["DataManifestLocation"]).split()
    assert athena.get(address).splitlines()[0] == '{"id":"A","price":1.50,"note":"x"}'
    assert "HIVE_PATH_ALREADY_EXISTS" in athena.failure(
        f"unload ({ALL}) to '{place}' with (format = 'JSON')"
    )


def test_bad_data_fails_with_its_address(athena: Athena) -> None:
    athena.put("bad/a.json", "not json\n")
    athena.run(
        "create external table bad (id string) row format serde "
        f"'org.openx.data.jsonserde.JsonSerDe' location 's3://{BUCKET}/bad/'"
    )
    reason = athena.failure("select id from bad")
    assert reason.startswith(f"HIVE_BAD_DATA: s3://{BUCKET}/bad/a.json: ")


def test_lists_and_batches_tell_of_queries(athena: Athena) -> None:
    query_id = athena.run("select 1 as a")["QueryExecutionId"]
    listed = athena.api.list_query_executions(WorkGroup="primary")["QueryExecutionIds"]
    assert listed[0] == query_id
    batch = athena.api.batch_get_query_execution(QueryExecutionIds=[query_id, "nope"])
    assert [one["QueryExecutionId"] for one in batch["QueryExecutions"]] == [query_id]
    assert [one["QueryExecutionId"] for one in batch["UnprocessedQueryExecutionIds"]] == ["nope"]
    statistics = athena.api.get_query_runtime_statistics(QueryExecutionId=query_id)
    assert statistics["QueryRuntimeStatistics"]["Rows"]["OutputRows"] == 1


def test_named_queries_are_kept(athena: Athena) -> None:
    made = athena.api.create_named_query(Name="n", Database="lab", QueryString="select 1 as a")
    query = athena.api.get_named_query(NamedQueryId=made["NamedQueryId"])["NamedQuery"]
    assert (query["QueryString"], query["WorkGroup"]) == ("select 1 as a", "primary")
    assert made["NamedQueryId"] in athena.api.list_named_queries()["NamedQueryIds"]
    athena.api.delete_named_query(NamedQueryId=made["NamedQueryId"])
    with pytest.raises(ClientError, match="was not found"):
        athena.api.get_named_query(NamedQueryId=made["NamedQueryId"])


def test_a_data_catalog_is_a_further_name_of_the_glue_catalog(athena: Athena) -> None:
    api = athena.api
    account = api.get_data_catalog(Name="awsdatacatalog")["DataCatalog"]["Parameters"]["catalog-id"]
    given = {"Name": "Other_1", "Type": "GLUE", "Parameters": {"catalog-id": account}}
    assert api.create_data_catalog(**given, Description="d")["DataCatalog"]["Name"] == "Other_1"
    names = [one["CatalogName"] for one in api.list_data_catalogs()["DataCatalogsSummary"]]
    assert names == ["AwsDataCatalog", "Other_1"]
    first = api.list_data_catalogs(MaxResults=2)
    assert "NextToken" not in first
    count = athena.rows("select count(*) as n from sales")
    assert athena.rows('select count(*) as n from "other_1".lab.sales') == count
    there = {"Catalog": "Other_1", "Database": "lab"}
    assert athena.rows("select count(*) as n from sales", QueryExecutionContext=there) == count
    table = api.get_table_metadata(CatalogName="Other_1", DatabaseName="lab", TableName="sales")
    assert table["TableMetadata"]["Name"] == "sales"
    api.update_data_catalog(**given)
    assert api.get_data_catalog(Name="other_1")["DataCatalog"]["Description"] == "d"
    api.delete_data_catalog(Name="Other_1")
    assert athena.failure('select 1 as a from "other_1".lab.sales').startswith("CATALOG_NOT_FOUND")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"Name": "AWSDATACATALOG"}, "already exists"),
        ({"Name": "a b"}, "Invalid data catalog name"),
        ({"Name": "x" * 128}, "Invalid data catalog name"),
        ({"Parameters": {}}, "catalog-id"),
        ({"Parameters": {"catalog-id": "111111111111"}}, "of account 0{12} only"),
        ({"Type": "LAMBDA", "Parameters": {"record-function": "arn:f"}}, "function"),
        ({"Type": "HIVE"}, "metadata-function"),
        ({"Type": "FEDERATED"}, "has no connectors"),
        ({"Type": "NOPE"}, "NOPE"),
    ],
)
def test_a_data_catalog_that_cannot_be_asked_is_refused(
    athena: Athena, changed: dict[str, Any], told: str
) -> None:
    given = {"Name": "fine", "Type": "GLUE", "Parameters": {"catalog-id": "0" * 12}}
    with pytest.raises(ClientError, match=told):
        athena.api.create_data_catalog(**{**given, **changed})
    for call in (athena.api.update_data_catalog, athena.api.delete_data_catalog):
        for name, words in (("AwsDataCatalog", "cannot be changed"), ("nope", "was not found")):
            fields = {**given, "Name": name}
            with pytest.raises(ClientError, match=words):
                call(**(fields if call == athena.api.update_data_catalog else {"Name": name}))


@pytest.mark.parametrize(
    ("kind", "functions"),
    [
        ("HIVE", {"metadata-function": "arn:f", "sdk-version": "1.0"}),
        ("LAMBDA", {"function": "arn:f"}),
        ("LAMBDA", {"metadata-function": "arn:f", "record-function": "arn:g"}),
    ],
)
def test_a_data_catalog_that_needs_a_connector_is_kept_and_not_asked(
    athena: Athena, kind: str, functions: dict[str, str]
) -> None:
    api = athena.api
    api.create_data_catalog(Name="far", Type=kind, Parameters=functions)
    found = api.get_data_catalog(Name="far")["DataCatalog"]
    assert (found["Type"], found["Parameters"]) == (kind, functions)
    with pytest.raises(ClientError, match="has no connectors: data catalog far of type"):
        api.list_databases(CatalogName="far")
    with pytest.raises(ClientError, match="has no connectors"):
        athena.start("select 1 as a", QueryExecutionContext={"Catalog": "far"})
    assert athena.failure("select 1 as a from far.d.t").startswith("CATALOG_NOT_FOUND")
    api.delete_data_catalog(Name="far")


def lines_of(athena: Athena, sql: str) -> list[str]:
    """Run a statement and return the lines that it shows."""
    page = athena.results(athena.run(sql)["QueryExecutionId"])
    return [str(row[0]) for row in rows_of(page)]


def test_every_statement_takes_a_data_catalog(athena: Athena) -> None:
    given = {"Name": "More", "Type": "GLUE", "Parameters": {"catalog-id": "0" * 12}}
    athena.api.create_data_catalog(**given)
    for catalog in ("more", "awsdatacatalog"):
        hive, trino = f"`{catalog}`.`other`", f'"{catalog}"."other"'
        athena.run(f"create database {hive}")
        place = f"location 's3://{BUCKET}/{catalog}-people/'"
        athena.run(
            f"create external table {hive}.`people` (id int) partitioned by (dt int) {place}"
        )
        athena.run(f"alter table {hive}.people add partition (dt = '1')")
        athena.run(f"create table {trino}.made as select 1 as id")
        athena.run(f"insert into {trino}.made values (2)")
        athena.run(f"create view {trino}.both as select id from {trino}.made")
        assert lines_of(athena, f"show tables in {hive}") == ["both", "made", "people"]
        assert lines_of(athena, f"show views in {hive}") == ["both"]
        assert lines_of(athena, f"show partitions {hive}.people") == ["dt=1"]
        assert [one.split() for one in lines_of(athena, f"describe {hive}.made")] == [["id", "int"]]
        assert lines_of(athena, f"show columns in {hive}.made") == [f"{'id':<20}"]
        assert "other" in lines_of(athena, f"show databases in {catalog}")
        assert athena.rows(f"select count(*) as n from {trino}.both") == [["2"]]
        athena.run(f"drop view {hive}.both")
        athena.run(f"drop table {hive}.made")
        athena.run(f"drop database {hive} cascade")
    athena.api.delete_data_catalog(Name="More")


@pytest.mark.parametrize(
    "sql",
    [
        "create database nope.d",
        "drop database nope.d",
        "create external table nope.d.t (a int) location 's3://b/t/'",
        "drop table nope.d.t",
        "drop view nope.d.t",
        "create table nope.d.t as select 1 as a",
        "insert into nope.d.t select 1",
        "create view nope.d.v as select 1 as a",
        "alter table nope.d.t add partition (dt = '1')",
        "alter table nope.d.t drop partition (dt = '1')",
        "alter table nope.d.t set tblproperties ('a' = 'b')",
        "msck repair table nope.d.t",
        "show tables in nope.d",
        "show views in nope.d",
        "show databases in nope",
        "show partitions nope.d.t",
        "show columns in t in nope.d",
        "show tblproperties nope.d.t",
        "show create table nope.d.t",
        "describe nope.d.t",
        "select * from nope.d.t",
    ],
)
def test_a_data_catalog_that_does_not_exist_is_told_by_every_statement(
    athena: Athena, sql: str
) -> None:
    assert athena.failure(sql) == "CATALOG_NOT_FOUND: Catalog 'nope' not found"


def test_the_catalog_is_told_by_athena_s_api(athena: Athena) -> None:
    given = {"CatalogName": "AwsDataCatalog", "DatabaseName": "lab"}
    table = athena.api.get_table_metadata(**given, TableName="sales")["TableMetadata"]
    assert [column["Name"] for column in table["Columns"]] == ["id", "price", "note"]
    assert table["Parameters"]["location"] == f"s3://{BUCKET}/sales/"
    names = [one["Name"] for one in athena.api.list_table_metadata(**given)["TableMetadataList"]]
    assert "sales" in names
    databases = athena.api.list_databases(CatalogName="AwsDataCatalog")["DatabaseList"]
    assert "lab" in [one["Name"] for one in databases]
    with pytest.raises(ClientError, match="MetadataException"):
        athena.api.get_table_metadata(**given, TableName="nope")
