"""Which permission an API call needs, by AWS's names for it."""

from typing import Any

import pytest
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
