"""Requests that make no sense to Athena: each is refused in its words, and changes nothing."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from .conftest import Lake

pytestmark = pytest.mark.e2e

BUCKET = "athena-requests"
OUTPUT = {"OutputLocation": f"s3://{BUCKET}/results/"}
ASK = {"QueryString": "select 1 as a", "ResultConfiguration": OUTPUT}
NOWHERE = "arn:aws:athena:us-east-1:000000000000:workgroup/nowhere"
ENGINE = {"SelectedEngineVersion": "Athena engine version 9"}
PREPARED = {"StatementName": "kept", "WorkGroup": "primary", "QueryStatement": "select ? as a"}
REFUSED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("start_query_execution", {"QueryString": ""}, "length greater than or equal to 1"),
    ("start_query_execution", {**ASK, "QueryString": " ; "}, "Expecting: a statement"),
    ("start_query_execution", {**ASK, "WorkGroup": "nowhere"}, "is not found"),
    ("start_query_execution", {**ASK, "ExecutionParameters": []}, "greater than or equal to 1"),
    ("start_query_execution", {**ASK, "ClientRequestToken": "short"}, "clientRequestToken"),
    (
        "start_query_execution",
        {**ASK, "ResultConfiguration": {**OUTPUT, "ExpectedBucketOwner": "1" * 12}},
        "Unable to verify/create output bucket",
    ),
    ("get_query_execution", {}, "queryExecutionId"),
    ("batch_get_query_execution", {"QueryExecutionIds": []}, "queryExecutionIds"),
    ("list_query_executions", {"MaxResults": 51}, "less than or equal to 50"),
    ("list_query_executions", {"NextToken": "x"}, "Invalid NextToken"),
    ("create_work_group", {"Name": "a b"}, "regular expression"),
    ("create_work_group", {"Name": "w", "Configuration": {"EngineVersion": ENGINE}}, "engine"),
    (
        "create_work_group",
        {"Name": "w", "Configuration": {"ResultConfiguration": {"OutputLocation": "x"}}},
        "not a valid S3 path",
    ),
    (
        "create_work_group",
        {"Name": "w", "Configuration": {"BytesScannedCutoffPerQuery": 5}},
        "greater than or equal to 10000000",
    ),
    ("update_work_group", {"WorkGroup": "primary", "State": "ON"}, "enum value set"),
    ("list_work_groups", {"NextToken": "x"}, "Invalid NextToken"),
    ("delete_work_group", {"WorkGroup": "primary"}, "could not be deleted"),
    ("list_named_queries", {"WorkGroup": "nowhere"}, "is not found"),
    ("list_prepared_statements", {"WorkGroup": "nowhere"}, "is not found"),
    ("create_prepared_statement", {**PREPARED, "StatementName": "a b"}, "regular expression"),
    ("tag_resource", {"ResourceARN": NOWHERE, "Tags": []}, "ResourceNotFound"),
    ("untag_resource", {"ResourceARN": NOWHERE, "TagKeys": []}, "ResourceNotFound"),
    ("list_tags_for_resource", {"ResourceARN": NOWHERE}, "ResourceNotFound"),
    ("list_tags_for_resource", {"ResourceARN": "x"}, "ARN|arn"),
    ("create_capacity_reservation", {"Name": "c", "TargetDpus": 24}, "no capacity"),
    ("get_capacity_reservation", {"Name": "c"}, "was not found"),
    (
        "list_table_metadata",
        {"CatalogName": "AwsDataCatalog", "DatabaseName": "requests", "Expression": "["},
        "MetadataException",
    ),
)


@pytest.fixture(scope="module")
def api(local_aws: Lake) -> Iterator[Any]:
    """A client that sends what its own checks would hold back."""
    local_aws.aws("s3").create_bucket(Bucket=BUCKET)
    local_aws.aws("glue").create_database(DatabaseInput={"Name": "requests"})
    yield boto3.client(
        "athena",
        endpoint_url=f"http://127.0.0.1:{local_aws.port}",
        region_name="us-east-1",
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
        **local_aws.credentials,
    )
    local_aws.aws("glue").delete_database(Name="requests")


@pytest.mark.parametrize(("call", "request_", "told"), REFUSED)
def test_a_request_that_makes_no_sense_is_refused_with_the_reason(
    api: Any, call: str, request_: dict[str, Any], told: str
) -> None:
    with pytest.raises(ClientError, match=told) as refused:
        getattr(api, call)(**request_)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_page_of_rows_is_within_the_rows(api: Any) -> None:
    query_id = api.start_query_execution(**ASK)["QueryExecutionId"]
    for given, told in (
        ({"MaxResults": 0}, "less than minimum"),
        ({"MaxResults": 1001}, "more than maximum"),
        ({"NextToken": "2"}, "Invalid NextToken"),
        ({"QueryResultType": "DATA_MANIFEST"}, "DATA_ROWS only"),
    ):
        while api.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"][
            "State"
        ] in ("QUEUED", "RUNNING"):
            pass
        with pytest.raises(ClientError, match=told):
            api.get_query_results(QueryExecutionId=query_id, **given)


def test_a_work_group_goes_with_what_is_in_it_only_on_request(api: Any) -> None:
    api.create_work_group(Name="full")
    names = [one["Name"] for one in api.list_work_groups()["WorkGroups"]]
    first = api.list_work_groups(MaxResults=1)
    second = api.list_work_groups(MaxResults=50, NextToken=first["NextToken"])
    assert [one["Name"] for page in (first, second) for one in page["WorkGroups"]] == names
    named = {"Name": "n", "Database": "requests", "QueryString": "select 1", "WorkGroup": "full"}
    query_id = api.create_named_query(**named)["NamedQueryId"]
    with pytest.raises(ClientError, match="is not empty"):
        api.delete_work_group(WorkGroup="full")
    api.delete_work_group(WorkGroup="full", RecursiveDeleteOption=True)
    with pytest.raises(ClientError, match="was not found"):
        api.get_named_query(NamedQueryId=query_id)


def test_a_token_stands_for_one_named_query(api: Any) -> None:
    named = {"Name": "n", "Database": "requests", "QueryString": "select 1"}
    token = {"ClientRequestToken": "t" * 32}
    made = api.create_named_query(**named, **token)["NamedQueryId"]
    assert api.create_named_query(**named, **token)["NamedQueryId"] == made
    with pytest.raises(ClientError, match="Idempotent parameters do not match"):
        api.create_named_query(**{**named, "QueryString": "select 2"}, **token)
    api.delete_named_query(NamedQueryId=made)
