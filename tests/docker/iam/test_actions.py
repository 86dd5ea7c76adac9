"""Which permission an API call needs, by AWS's names for it."""

from typing import Any

import pytest
from authorization_data import fitting, types_of
from localstack_lake.iam.actions import needed_access
from localstack_lake.iam.needed import Place

PLACE = Place("000000000000", "eu-west-1")
OBJECT = {"Bucket": "shop", "Key": "raw/a.csv"}
S3 = "arn:aws:s3:::"


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("s3", "GetObject", OBJECT, [("s3:GetObject", f"{S3}shop/raw/a.csv")]),
        ("s3", "HeadObject", OBJECT, [("s3:GetObject", f"{S3}shop/raw/a.csv")]),
        (
            "s3",
            "GetObject",
            OBJECT | {"VersionId": "1"},
            [("s3:GetObjectVersion", f"{S3}shop/raw/a.csv")],
        ),
        (
            "s3",
            "DeleteObject",
            OBJECT | {"VersionId": "1"},
            [("s3:DeleteObjectVersion", f"{S3}shop/raw/a.csv")],
        ),
        ("s3", "UploadPart", OBJECT, [("s3:PutObject", f"{S3}shop/raw/a.csv")]),
        (
            "s3",
            "AbortMultipartUpload",
            OBJECT,
            [("s3:AbortMultipartUpload", f"{S3}shop/raw/a.csv")],
        ),
        (
            "s3",
            "CopyObject",
            OBJECT | {"CopySource": "other/b?versionId=2"},
            [("s3:PutObject", f"{S3}shop/raw/a.csv"), ("s3:GetObjectVersion", f"{S3}other/b")],
        ),
        (
            "s3",
            "DeleteObjects",
            {
                "Bucket": "shop",
                "Delete": {"Objects": [{"Key": "a"}, {"Key": "b", "VersionId": "1"}]},
            },
            [("s3:DeleteObject", f"{S3}shop/a"), ("s3:DeleteObjectVersion", f"{S3}shop/b")],
        ),
        ("s3", "ListObjectsV2", {"Bucket": "shop"}, [("s3:ListBucket", f"{S3}shop")]),
        ("s3", "ListObjectVersions", {"Bucket": "shop"}, [("s3:ListBucketVersions", f"{S3}shop")]),
        ("s3", "ListBuckets", {}, [("s3:ListAllMyBuckets", "*")]),
        (
            "sqs",
            "SendMessage",
            {"QueueUrl": "http://127.0.0.1:4566/queue/eu-west-1/000000000000/failures"},
            [("sqs:SendMessage", "arn:aws:sqs:eu-west-1:000000000000:failures")],
        ),
        (
            "lambda",
            "Invoke",
            {"FunctionName": "f"},
            [("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:000000000000:function:f")],
        ),
        (
            "glue",
            "GetTable",
            {"DatabaseName": "d", "Name": "t"},
            [
                ("glue:GetTable", "arn:aws:glue:eu-west-1:000000000000:catalog"),
                ("glue:GetTable", "arn:aws:glue:eu-west-1:000000000000:database/d"),
                ("glue:GetTable", "arn:aws:glue:eu-west-1:000000000000:table/d/t"),
            ],
        ),
        (
            "athena",
            "StartQueryExecution",
            {"WorkGroup": "w"},
            [("athena:StartQueryExecution", "arn:aws:athena:eu-west-1:000000000000:workgroup/w")],
        ),
        ("kms", "Decrypt", {}, [("kms:Decrypt", "*")]),
    ],
)
def test_a_call_needs_what_it_needs_on_aws(
    service: str, operation: str, parameters: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    found = needed_access(service, operation, parameters, PLACE)
    assert [(needed.action, needed.resource) for needed in found] == expected


HERE = "eu-west-1:000000000000"
ROLE = "arn:aws:iam::000000000000:role/orders"


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        (
            "cloudformation",
            "DescribeStacks",
            {"StackName": "s"},
            f"cloudformation:{HERE}:stack/s/*",
        ),
        ("cloudformation", "GetTemplateSummary", {"StackName": "s"}, "*"),
        ("iam", "CreateRole", {"RoleName": "orders"}, ROLE),
        ("iam", "CreateRole", {"RoleName": "r", "Path": "/a/"}, "iam::000000000000:role/a/r"),
        ("iam", "ListRoles", {}, "*"),
        ("events", "PutRule", {"Name": "r"}, f"events:{HERE}:rule/r"),
        ("events", "PutTargets", {"Rule": "r", "EventBusName": "b"}, f"events:{HERE}:rule/b/r"),
        ("events", "PutEvents", {"Entries": [{}]}, f"events:{HERE}:event-bus/default"),
        ("sns", "CreateTopic", {"Name": "t"}, f"sns:{HERE}:t"),
        ("sns", "Unsubscribe", {"SubscriptionArn": f"arn:aws:sns:{HERE}:t:1-2"}, f"sns:{HERE}:t"),
        ("cloudwatch", "PutMetricAlarm", {"AlarmName": "a"}, f"cloudwatch:{HERE}:alarm:a"),
        ("sqs", "ListQueues", {}, f"sqs:{HERE}:*"),
        ("kms", "Decrypt", {"KeyId": "1-2"}, f"kms:{HERE}:key/1-2"),
        (
            "lambda",
            "Invoke",
            {"FunctionName": "f", "Qualifier": "live"},
            f"lambda:{HERE}:function:f:live",
        ),
        ("lambda", "GetAccountSettings", {}, "*"),
        ("glue", "StartCrawler", {"Name": "c"}, f"glue:{HERE}:crawler/c"),
        ("glue", "CreateCrawler", {"Name": "c"}, "*"),
        ("glue", "StartJobRun", {"JobName": "j"}, f"glue:{HERE}:job/j"),
        ("athena", "CreateWorkGroup", {"Name": "w"}, f"athena:{HERE}:workgroup/w"),
        (
            "athena",
            "GetQueryResults",
            {"QueryExecutionId": "1", "WorkGroups": ("w",)},
            f"athena:{HERE}:workgroup/w",
        ),
    ],
)
def test_the_resource_of_a_call_is_one_that_aws_checks_the_action_on(
    service: str, operation: str, parameters: dict[str, Any], expected: str
) -> None:
    (needed,) = needed_access(service, operation, parameters, PLACE)
    assert needed.resource.removeprefix("arn:aws:") == expected.removeprefix("arn:aws:")
    if expected == "*":
        assert not any(types_of(needed.action).values()) or operation == "GetTemplateSummary"
    elif operation != "ListQueues":
        assert fitting(needed.action, needed.resource)


def test_a_database_is_deleted_with_all_that_is_in_it() -> None:
    needed = list(needed_access("glue", "DeleteDatabase", {"Name": "d"}, PLACE))
    resources = {one.resource.rpartition(f"{HERE}:")[2] for one in needed}
    assert resources == {"catalog", "database/d", "table/d/*", "userDefinedFunction/d/*"}
    found = set[str]().union(*(fitting("glue:DeleteDatabase", one.resource) for one in needed))
    assert {name for name, required in types_of("glue:DeleteDatabase").items() if required} <= found


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "principal"),
    [
        ("lambda", "CreateFunction", {"FunctionName": "f", "Role": ROLE}, "lambda"),
        ("glue", "CreateCrawler", {"Name": "c", "Role": ROLE}, "glue"),
        ("glue", "CreateCrawler", {"Name": "c", "Role": "orders"}, "glue"),
        ("glue", "UpdateJob", {"JobName": "j", "JobUpdate": {"Role": ROLE}}, "glue"),
        ("events", "PutTargets", {"Rule": "r", "Targets": [{"RoleArn": ROLE}]}, "events"),
        ("scheduler", "CreateSchedule", {"Target": {"RoleArn": ROLE}}, "scheduler"),
    ],
)
def test_who_hands_over_a_role_needs_pass_role_on_it_for_that_service(
    service: str, operation: str, parameters: dict[str, Any], principal: str
) -> None:
    *_, passed = needed_access(service, operation, parameters, PLACE)
    assert (passed.action, passed.resource) == ("iam:PassRole", ROLE)
    assert passed.keys == {"iam:PassedToService": f"{principal}.amazonaws.com"}


def test_a_call_without_a_role_passes_none() -> None:
    parameters = {"FunctionName": "f", "Timeout": 3}
    needed = needed_access("lambda", "UpdateFunctionConfiguration", parameters, PLACE)
    assert [one.action for one in needed] == ["lambda:UpdateFunctionConfiguration"]
