"""The constraints of a service's model on a request, in AWS's words."""

from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from localstack_lake.gateway.constraints import message, violations

MODEL = botocore.session.Session().get_service_model("athena")
START = {"QueryString": "select 1"}


def found(operation: str, request: dict[str, Any]) -> list[str]:
    shape = MODEL.operation_model(operation).input_shape
    assert shape is not None
    return [*violations(shape, request)]


def fine() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "StartQueryExecution", START
    yield "StartQueryExecution", {**START, "ExecutionParameters": ["'🍺'"]}
    yield "CreateWorkGroup", {"Name": "a.b-c_1", "Description": "🍺", "Tags": []}
    yield "GetDatabase", {"CatalogName": "AwsDataCatalog", "DatabaseName": "a b"}


@pytest.mark.parametrize(("operation", "request_"), [*fine()])
def test_a_request_as_it_may_be_violates_nothing(operation: str, request_: dict[str, Any]) -> None:
    assert found(operation, request_) == []


@pytest.mark.parametrize(
    ("operation", "request_", "told"),
    [
        ("GetWorkGroup", {}, "Value null at 'workGroup' {}not be null"),
        (
            "ListQueryExecutions",
            {"MaxResults": 51},
            "Value '51' at 'maxResults' {}have value less than or equal to 50",
        ),
        (
            "StartQueryExecution",
            {**START, "ClientRequestToken": "short"},
            "Value 'short' at 'clientRequestToken' {}have length greater than or equal to 32",
        ),
        (
            "StartQueryExecution",
            {**START, "ExecutionParameters": ["1", ""]},
            "Value '' at 'executionParameters.2.member' {}have length greater than or equal to 1",
        ),
        (
            "UpdateWorkGroup",
            {"WorkGroup": "w", "State": "ON"},
            "Value 'ON' at 'state' {}satisfy enum value set: [ENABLED, DISABLED]",
        ),
        (
            "CreateWorkGroup",
            {"Name": "a b"},
            "Value 'a b' at 'name' {}satisfy regular expression pattern: [a-zA-Z0-9._-]{{1,128}}",
        ),
        (
            "CreateDataCatalog",
            {"Name": "n", "Type": "GLUE", "Parameters": {"catalog-id": "x" * 51201}},
            f"Value '{'x' * 51201}' at 'parameters.catalog-id.member' {{}}have length less than or "
            "equal to 51200",
        ),
    ],
)
def test_each_kind_of_constraint_has_aws_s_words(
    operation: str, request_: dict[str, Any], told: str
) -> None:
    assert found(operation, request_) == [told.format("failed to satisfy constraint: Member must ")]


def test_a_message_counts_its_violations() -> None:
    assert message(["a"]) == "1 validation error detected: a"
    assert message(["a", "b"]) == "2 validation errors detected: a; b"
