"""Glue's catalog on the local AWS as its clients use it: answers, and errors in AWS's words."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Lake

pytestmark = pytest.mark.e2e

DATABASE = "clients"
PLACE = {"DatabaseName": DATABASE, "TableName": "daily"}
COLUMNS = [{"Name": "id", "Type": "string"}, {"Name": "n", "Type": "bigint"}]
KEYS = [{"Name": "dt", "Type": "string"}, {"Name": "shop", "Type": "int"}]
STORAGE = {"Columns": COLUMNS, "Location": "s3://clients/daily/"}
TABLE = {"Name": "daily", "PartitionKeys": KEYS, "StorageDescriptor": STORAGE}
LONG = {
    "MinimumValue": 1,
    "MaximumValue": 9,
    "NumberOfNulls": 0,
    "NumberOfDistinctValues": 9,
}


def statistics(column: str) -> dict[str, Any]:
    return {
        "ColumnName": column,
        "ColumnType": "bigint",
        "AnalyzedTime": datetime(2026, 1, 1, tzinfo=UTC),
        "StatisticsData": {"Type": "LONG", "LongColumnStatisticsData": LONG},
    }


@pytest.fixture
def glue(local_aws: Lake) -> Iterator[Any]:
    client = local_aws.aws("glue")
    client.create_database(DatabaseInput={"Name": DATABASE})
    client.create_table(DatabaseName=DATABASE, TableInput=TABLE)
    client.create_partition(
        **PLACE, PartitionInput={"Values": ["2026-01-01", "1"], "StorageDescriptor": STORAGE}
    )
    yield client
    client.delete_database(Name=DATABASE)


FUNCTION = {"FunctionName": "Mask", "ClassName": "com.example.Mask", "OwnerType": "USER"}
PARTITION = {"Values": ["2026-01-01", "1"], "StorageDescriptor": STORAGE}
NOWHERE = {"DatabaseName": "nowhere"}
NO_TABLE = {"DatabaseName": DATABASE, "TableName": "nope"}
NO_VALUES = {**PLACE, "PartitionValues": ["2026-01-02", "1"]}
INDEX = {"IndexName": "by_day", "Keys": ["dt"]}
ARN = "arn:aws:glue:us-east-1:000000000000"
NO_CRAWLER = {"ResourceArn": f"{ARN}:crawler/nope"}
STATISTICS = {"ColumnStatisticsList": [statistics("n")]}


@pytest.mark.parametrize(
    ("operation", "request_", "code"),
    [
        ("create_user_defined_function", {**NOWHERE, "FunctionInput": FUNCTION}, "EntityNotFound"),
        ("get_user_defined_function", {"DatabaseName": DATABASE, "FunctionName": "f"}, "Entity"),
        ("get_user_defined_functions", {"Pattern": "*"}, "InvalidInputException"),
        ("delete_user_defined_function", {"DatabaseName": DATABASE, "FunctionName": "f"}, "Entity"),
        ("get_user_defined_functions", {**NOWHERE, "Pattern": ".*"}, "EntityNotFoundException"),
        ("get_column_statistics_for_table", {**NO_TABLE, "ColumnNames": ["n"]}, "EntityNotFound"),
        ("update_column_statistics_for_table", {**NO_TABLE, **STATISTICS}, "EntityNotFound"),
        ("delete_column_statistics_for_table", {**NO_TABLE, "ColumnName": "n"}, "EntityNotFound"),
        ("update_column_statistics_for_partition", {**NO_VALUES, **STATISTICS}, "EntityNotFound"),
        ("create_partition_index", {**NO_TABLE, "PartitionIndex": INDEX}, "EntityNotFound"),
        (
            "create_partition_index",
            {**PLACE, "PartitionIndex": {"IndexName": "x", "Keys": ["id"]}},
            "InvalidInputException",
        ),
        ("delete_partition_index", {**PLACE, "IndexName": "by_day"}, "EntityNotFoundException"),
        ("get_connection", {"Name": "nope"}, "EntityNotFoundException"),
        ("delete_connection", {"ConnectionName": "nope"}, "EntityNotFoundException"),
        ("update_job", {"JobName": "nope", "JobUpdate": {"Role": "r"}}, "EntityNotFoundException"),
        ("create_table", {"DatabaseName": DATABASE, "TableInput": TABLE}, "AlreadyExists"),
        (
            "update_table",
            {"DatabaseName": DATABASE, "TableInput": TABLE, "VersionId": "7"},
            "ConcurrentModificationException",
        ),
        ("create_partition", {**PLACE, "PartitionInput": PARTITION}, "AlreadyExistsException"),
        ("get_table_version", {**PLACE, "VersionId": "7"}, "EntityNotFoundException"),
        ("delete_table_version", {**PLACE, "VersionId": "0"}, "InvalidInputException"),
        ("get_partition", NO_VALUES, "EntityNotFoundException"),
        (
            "update_partition",
            {**PLACE, "PartitionValueList": ["x", "1"], "PartitionInput": PARTITION},
            "Entity",
        ),
        ("tag_resource", {**NO_CRAWLER, "TagsToAdd": {"a": "b"}}, "EntityNotFoundException"),
        ("untag_resource", {**NO_CRAWLER, "TagsToRemove": ["a"]}, "EntityNotFoundException"),
        ("get_tags", NO_CRAWLER, "EntityNotFoundException"),
        ("get_tags", {"ResourceArn": f"{ARN}:planet/nope"}, "EntityNotFoundException"),
        ("get_tags", {"ResourceArn": "arn:aws:s3:::nope"}, "InvalidInputException"),
        ("stop_crawler", {"Name": "nope"}, "EntityNotFoundException"),
        ("delete_classifier", {"Name": "nope"}, "EntityNotFoundException"),
        ("create_database", {"DatabaseInput": {"Name": DATABASE}}, "AlreadyExistsException"),
    ],
)
def test_an_error_has_the_code_of_aws(
    glue: Any, operation: str, request_: dict[str, Any], code: str
) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(glue, operation)(**request_)
    assert caught.value.response["Error"]["Code"].startswith(code)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_user_defined_function_is_made_changed_listed_and_removed(glue: Any) -> None:
    where = {"DatabaseName": DATABASE}
    glue.create_user_defined_function(**where, FunctionInput=FUNCTION)
    with pytest.raises(glue.exceptions.AlreadyExistsException):
        glue.create_user_defined_function(**where, FunctionInput=FUNCTION)
    changed = FUNCTION | {"ClassName": "com.example.Other"}
    glue.update_user_defined_function(**where, FunctionName="mask", FunctionInput=changed)
    found = glue.get_user_defined_function(**where, FunctionName="Mask")["UserDefinedFunction"]
    assert (found["ClassName"], found["DatabaseName"]) == ("com.example.Other", DATABASE)
    for pattern, count in ((".*", 1), ("ma.*", 1), (r"\QMas\Ek", 1), ("x.*", 0), (r"\Qma.*\E", 0)):
        listed = glue.get_user_defined_functions(**where, Pattern=pattern)
        assert len(listed["UserDefinedFunctions"]) == count
    glue.delete_user_defined_function(**where, FunctionName="Mask")
    assert not glue.get_user_defined_functions(Pattern=".*")["UserDefinedFunctions"]


@pytest.mark.parametrize("part", [{}, {"PartitionValues": ["2026-01-01", "1"]}])
def test_statistics_of_columns_are_kept(glue: Any, part: dict[str, Any]) -> None:
    of = "partition" if part else "table"
    update, get, delete = (
        getattr(glue, f"{verb}_column_statistics_for_{of}") for verb in ("update", "get", "delete")
    )
    answer = update(
        **PLACE, **part, ColumnStatisticsList=[statistics("N"), statistics("elsewhere")]
    )
    assert [e["ColumnStatistics"]["ColumnName"] for e in answer["Errors"]] == ["elsewhere"]
    found = get(**PLACE, **part, ColumnNames=["n", "id"])
    (one,) = found["ColumnStatisticsList"]
    assert one["StatisticsData"]["LongColumnStatisticsData"] == LONG
    assert [error["ColumnName"] for error in found["Errors"]] == ["id"]
    for _ in range(2):
        delete(**PLACE, **part, ColumnName="n")
    assert not get(**PLACE, **part, ColumnNames=["n"])["ColumnStatisticsList"]


def test_a_table_has_at_most_three_partition_indexes(glue: Any) -> None:
    for number in range(3):
        index = {"IndexName": f"i{number}", "Keys": ["dt", "shop"][: number + 1]}
        glue.create_partition_index(**PLACE, PartitionIndex=index)
    shown = glue.get_partition_indexes(**PLACE)["PartitionIndexDescriptorList"]
    assert [(one["IndexName"], one["IndexStatus"]) for one in shown] == [
        (f"i{number}", "ACTIVE") for number in range(3)
    ]
    assert shown[1]["Keys"] == KEYS
    with pytest.raises(glue.exceptions.ResourceNumberLimitExceededException):
        glue.create_partition_index(**PLACE, PartitionIndex=INDEX)
    with pytest.raises(glue.exceptions.AlreadyExistsException):
        glue.create_partition_index(**PLACE, PartitionIndex={"IndexName": "i0", "Keys": ["dt"]})
    glue.delete_partition_index(**PLACE, IndexName="i0")
    assert len(glue.get_partition_indexes(**PLACE)["PartitionIndexDescriptorList"]) == 2
    table = TABLE | {"Name": "indexed"}
    glue.create_table(DatabaseName=DATABASE, TableInput=table, PartitionIndexes=[INDEX])
    shown = glue.get_partition_indexes(DatabaseName=DATABASE, TableName="indexed")
    assert [one["IndexName"] for one in shown["PartitionIndexDescriptorList"]] == ["by_day"]


@pytest.mark.parametrize(
    "asked",
    [
        {"PartitionIndexes": [INDEX, {"IndexName": "x", "Keys": ["id"]}]},
        {"OpenTableFormatInput": {"IcebergInput": {"MetadataOperation": "CREATE"}}},
    ],
)
def test_a_refused_request_leaves_no_table(glue: Any, asked: dict[str, Any]) -> None:
    with pytest.raises(glue.exceptions.InvalidInputException):
        glue.create_table(DatabaseName=DATABASE, TableInput=TABLE | {"Name": "refused"}, **asked)
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.get_table(DatabaseName=DATABASE, Name="refused")


def test_a_connection_changes_hides_its_password_and_goes(glue: Any) -> None:
    properties = {"USERNAME": "me", "PASSWORD": "secret"}
    given = {"Name": "db", "ConnectionType": "JDBC", "ConnectionProperties": properties}
    glue.create_connection(ConnectionInput=given)
    shown = glue.get_connection(Name="db")["Connection"]
    assert (shown["ConnectionType"], shown["ConnectionProperties"]) == ("JDBC", properties)
    hidden = glue.get_connection(Name="db", HidePassword=True)["Connection"]
    assert hidden["ConnectionProperties"] == {"USERNAME": "me"}
    glue.update_connection(Name="db", ConnectionInput=given | {"Description": "changed"})
    assert glue.get_connection(Name="db")["Connection"]["Description"] == "changed"
    for kind, count in (("JDBC", 1), ("KAFKA", 0)):
        listed = glue.get_connections(Filter={"ConnectionType": kind})["ConnectionList"]
        assert len(listed) == count
    with pytest.raises(ClientError, match="length less than or equal to 25"):
        glue.batch_delete_connection(ConnectionNameList=["db"] * 26)
    answer = glue.batch_delete_connection(ConnectionNameList=["db", "nope"])
    assert (answer["Succeeded"], list(answer["Errors"])) == (["db"], ["nope"])


def test_a_job_is_replaced(glue: Any) -> None:
    command = {"Name": "glueetl", "ScriptLocation": "s3://b/job.py"}
    asked = {"Name": "nightly", "Role": "r", "Command": command, "Description": "old"}
    glue.create_job(**asked, MaxRetries=3, Tags={"team": "data"})
    glue.create_job(**asked, MaxRetries=3)
    with pytest.raises(glue.exceptions.IdempotentParameterMismatchException):
        glue.create_job(**asked, MaxRetries=2)
    assert glue.list_jobs(Tags={"team": "data"})["JobNames"] == ["nightly"]
    assert glue.list_jobs(Tags={"team": "other"})["JobNames"] == []
    workers = {"WorkerType": "G.2X", "NumberOfWorkers": 3}
    glue.update_job(JobName="nightly", JobUpdate={"Role": "other", "Command": command} | workers)
    job = glue.get_job(JobName="nightly")["Job"]
    assert (job["Role"], job["MaxRetries"], job.get("Description")) == ("other", 0, None)
    assert (job["MaxCapacity"], job["Timeout"]) == (6.0, 2880)
    found = glue.batch_get_jobs(JobNames=["nightly", "nope"])
    assert ([job["Name"] for job in found["Jobs"]], found["JobsNotFound"]) == (
        ["nightly"],
        ["nope"],
    )
    glue.delete_job(JobName="nightly")
    glue.delete_job(JobName="nightly")
    assert glue.get_jobs()["Jobs"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"Command": {"Name": "glueetl", "ScriptLocation": "/tmp/job.py"}},
        {"Command": {"Name": "spark", "ScriptLocation": "s3://b/job.py"}},
        {"WorkerType": "G.1X"},
        {"WorkerType": "G.99X", "NumberOfWorkers": 2},
    ],
)
def test_a_job_that_makes_no_sense_is_refused(glue: Any, wrong: dict[str, Any]) -> None:
    usual = {"Command": {"Name": "glueetl", "ScriptLocation": "s3://b/job.py"}}
    with pytest.raises(glue.exceptions.InvalidInputException):
        glue.create_job(Name="wrong", Role="r", **(usual | wrong))


def test_a_run_without_pyspark_fails_and_says_how_to_install_it(glue: Any) -> None:
    """Where PySpark is installed, the run fails because its role does not exist."""
    command = {"Name": "glueetl", "ScriptLocation": "s3://b/job.py"}
    glue.create_job(Name="sparkless", Role="nobody", Command=command)
    run_id = glue.start_job_run(JobName="sparkless")["JobRunId"]
    while (run := glue.get_job_run(JobName="sparkless", RunId=run_id)["JobRun"])[
        "JobRunState"
    ] != "FAILED":
        assert run["JobRunState"] == "STARTING"
        time.sleep(0.05)
    assert "`make spark`" in run["ErrorMessage"] or "role/nobody" in run["ErrorMessage"]
    glue.delete_job(JobName="sparkless")


def test_what_nothing_runs_is_refused(glue: Any) -> None:
    refused = glue.exceptions.InvalidInputException
    trigger: dict[str, Any] = {
        "Name": "nightly",
        "Type": "SCHEDULED",
        "Schedule": "cron(0 1 * * ? *)",
    }
    trigger["Actions"] = [{"CrawlerName": "orders"}]
    with pytest.raises(refused, match="needs StartOnCreation false"):
        glue.create_trigger(**trigger, StartOnCreation=True)
    glue.create_trigger(**trigger)
    glue.create_workflow(Name="night")
    with pytest.raises(refused, match="start what nightly names yourself"):
        glue.start_trigger(Name="nightly")
    with pytest.raises(refused, match="runs no workflows"):
        glue.start_workflow_run(Name="night")
    for start in (glue.start_trigger, glue.start_workflow_run):
        with pytest.raises(glue.exceptions.EntityNotFoundException):
            start(Name="nope")
    role = f"arn:aws:iam::{'0' * 12}:role/jobs"
    with pytest.raises(refused, match="no interactive sessions"):
        glue.create_session(Id="mine", Role=role, Command={"Name": "glueetl"})
    with pytest.raises(refused, match="no development endpoints"):
        glue.create_dev_endpoint(EndpointName="mine", RoleArn=role)
    assert glue.get_trigger(Name="nightly")["Trigger"]["State"] == "CREATED"
    assert glue.get_workflow_runs(Name="night")["Runs"] == []
    glue.delete_trigger(Name="nightly")
    glue.delete_workflow(Name="night")


def test_a_trigger_on_demand_starts_what_it_names(glue: Any) -> None:
    targets = {"S3Targets": [{"Path": "s3://nowhere/x/"}]}
    role = f"arn:aws:iam::{'0' * 12}:role/r"
    glue.create_crawler(Name="by-hand", Role=role, DatabaseName=DATABASE, Targets=targets)
    trigger = {"Name": "now", "Type": "ON_DEMAND"}
    glue.create_trigger(**trigger, Actions=[{"CrawlerName": "by-hand"}, {"JobName": "nope"}])
    with pytest.raises(glue.exceptions.EntityNotFoundException, match="nope"):
        glue.start_trigger(Name="now")
    while glue.get_crawler(Name="by-hand")["Crawler"]["State"] != "READY":
        pass
    assert glue.get_crawler(Name="by-hand")["Crawler"]["LastCrawl"]["Status"]
    assert glue.get_trigger(Name="now")["Trigger"]["State"] == "CREATED"
    glue.delete_trigger(Name="now")
    glue.delete_crawler(Name="by-hand")


def test_tables_are_searched_by_text_and_by_filters(glue: Any) -> None:
    def names(**given: Any) -> list[str]:
        found = glue.search_tables(**given)["TableList"]
        return [table["Name"] for table in found if table["DatabaseName"] == DATABASE]

    glue.create_table(DatabaseName=DATABASE, TableInput={"Name": "other", "Description": "Money"})
    assert names(SearchText="money") == ["other"]
    assert names(SearchText="shop") == ["daily"]
    assert names(Filters=[{"Key": "Name", "Value": "daily"}]) == ["daily"]
    order = [{"FieldName": "Name", "Sort": "DESC"}]
    given = [{"Key": "DatabaseName", "Value": DATABASE}]
    assert names(Filters=given, SortCriteria=order) == ["other", "daily"]


def test_versions_of_a_table_are_listed_and_removed(glue: Any) -> None:
    for number in range(3):
        glue.update_table(
            DatabaseName=DATABASE,
            TableInput=TABLE | {"Description": str(number)},
            VersionId=str(number),
        )
    versions = glue.get_table_versions(**PLACE)["TableVersions"]
    assert [one["VersionId"] for one in versions] == ["3", "2", "1", "0"]
    answer = glue.batch_delete_table_version(**PLACE, VersionIds=["0", "1", "9"])
    assert [one["VersionId"] for one in answer["Errors"]] == ["9"]
    assert len(glue.get_table_versions(**PLACE)["TableVersions"]) == 2


def test_partitions_are_changed_in_batches(glue: Any) -> None:
    inputs = [{"Values": ["2026-01-01", str(n)], "StorageDescriptor": STORAGE} for n in (1, 2, 3)]
    answer = glue.batch_create_partition(**PLACE, PartitionInputList=inputs)
    (error,) = answer["Errors"]
    assert error["ErrorDetail"]["ErrorCode"] == "AlreadyExistsException"
    moved = {"Location": "s3://elsewhere/", "Columns": COLUMNS}
    entries = [
        {
            "PartitionValueList": ["2026-01-01", n],
            "PartitionInput": {"Values": ["2026-01-01", n], "StorageDescriptor": moved},
        }
        for n in ("2", "9")
    ]
    (error,) = glue.batch_update_partition(**PLACE, Entries=entries)["Errors"]
    assert error["PartitionValueList"] == ["2026-01-01", "9"]
    wanted = [{"Values": ["2026-01-01", n]} for n in ("2", "7")]
    (found,) = glue.batch_get_partition(**PLACE, PartitionsToGet=wanted)["Partitions"]
    assert found["StorageDescriptor"]["Location"] == "s3://elsewhere/"
    (error,) = glue.batch_delete_partition(**PLACE, PartitionsToDelete=wanted)["Errors"]
    assert error["PartitionValues"] == ["2026-01-01", "7"]


def test_a_database_is_kept_in_small_letters_and_found_in_any(glue: Any) -> None:
    glue.create_database(DatabaseInput={"Name": "MixedCase"})
    assert glue.get_database(Name="MIXEDcase")["Database"]["Name"] == "mixedcase"
    glue.create_table(DatabaseName="MixedCase", TableInput={"Name": "t"})
    assert (
        glue.get_table(DatabaseName="mixedcase", Name="T")["Table"]["DatabaseName"] == "mixedcase"
    )
    given = {"Name": "mixedCASE", "Description": "changed"}
    glue.update_database(Name="mixedCASE", DatabaseInput=given)
    assert glue.get_database(Name="mixedcase")["Database"]["Description"] == "changed"
    glue.delete_database(Name="MixedCase")
    with pytest.raises(ClientError, match="not found"):
        glue.get_database(Name="mixedcase")


def test_the_catalog_of_another_account_is_not_this_one(glue: Any) -> None:
    account = glue.get_database(Name=DATABASE)["Database"]["CatalogId"]
    assert glue.get_database(Name=DATABASE, CatalogId=account)
    for call, given in (
        (glue.get_database, {"Name": DATABASE}),
        (glue.get_tables, {"DatabaseName": DATABASE}),
        (glue.delete_table, {"DatabaseName": DATABASE, "Name": "daily"}),
    ):
        with pytest.raises(ClientError, match=r"EntityNotFoundException.*Catalog 1{12} not found"):
            call(**given, CatalogId="1" * 12)


@pytest.mark.parametrize(
    ("call", "given", "told"),
    [
        ("get_tables", {"DatabaseName": DATABASE, "MaxResults": 101}, "less than or equal to 100"),
        ("get_databases", {"MaxResults": 1001}, "less than or equal to 100"),
        ("create_database", {"DatabaseInput": {"Name": "x" * 256}}, "less than or equal to 255"),
        ("batch_delete_table", {"DatabaseName": DATABASE, "TablesToDelete": ["t"] * 101}, "100"),
        ("get_partitions", {**PLACE, "MaxResults": 1001}, "less than or equal to 1000"),
        (
            "create_connection",
            {"ConnectionInput": {"Name": "c", "ConnectionType": "X", "ConnectionProperties": {}}},
            "enum value set",
        ),
    ],
)
def test_what_the_model_does_not_allow_is_invalid_input(
    glue: Any, call: str, given: dict[str, Any], told: str
) -> None:
    with pytest.raises(ClientError, match=f"InvalidInputException.*{told}"):
        getattr(glue, call)(**given)
