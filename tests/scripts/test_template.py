"""The template: least privilege, no environment of its own, names as the code derives them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from orderlake.names import Names

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "template.yaml").read_text("utf-8")


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short functions, kept as {function: argument}."""


def construct(loader: Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    raise TypeError(node)


Loader.add_multi_constructor("!", construct)
TEMPLATE: dict[str, Any] = yaml.load(TEXT, Loader)
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in RESOURCES.items():
        properties = resource["Properties"]
        documents = [p["PolicyDocument"] for p in properties.get("Policies", [])]
        documents += [properties[k] for k in ("PolicyDocument",) if k in properties]
        for document in documents:
            for statement in document["Statement"]:
                yield name, statement


def as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


ALLOWED = [(name, s) for name, s in statements() if s["Effect"] == "Allow"]


def test_there_are_statements_to_check() -> None:
    assert len(ALLOWED) >= 8


@pytest.mark.parametrize(("name", "statement"), ALLOWED)
def test_no_role_may_do_everything_of_anything(name: str, statement: dict[str, Any]) -> None:
    for action in as_list(statement["Action"]):
        assert "*" not in action, name
    for resource in as_list(statement["Resource"]):
        text = str(resource)
        assert text != "*", name
        assert (
            "${Prefix}" in text
            or "GetAtt" in text
            or "OrdersDatabase" in text
            or (
                # The crawler's log group and the catalog belong to the whole account.
                text.endswith((":log-group:/aws-glue/crawlers:*'}", ":catalog'}"))
            )
        ), f"{name}: {text} is not one of the stack's own"


@pytest.mark.parametrize("bucket", ["RawBucket", "ProcessedBucket"])
def test_every_bucket_is_private_encrypted_and_tls_only(bucket: str) -> None:
    properties = RESOURCES[bucket]["Properties"]
    assert all(properties["PublicAccessBlockConfiguration"].values())
    assert len(properties["PublicAccessBlockConfiguration"]) == 4
    assert properties["BucketEncryption"]
    (policy,) = [s for n, s in statements() if n == f"{bucket}Policy"]
    assert policy["Effect"] == "Deny"
    assert policy["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_every_bucket_of_the_stack_is_checked_above() -> None:
    buckets = {n for n, r in RESOURCES.items() if r["Type"] == "AWS::S3::Bucket"}
    assert buckets == {"RawBucket", "ProcessedBucket"}


def test_the_permission_comes_before_the_notification() -> None:
    assert RESOURCES["RawBucket"]["DependsOn"] == "RawBucketMayInvoke"
    permission = RESOURCES["RawBucketMayInvoke"]["Properties"]
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}


def test_the_function_is_told_of_new_and_of_removed_files_under_raw_only() -> None:
    rules = RESOURCES["RawBucket"]["Properties"]["NotificationConfiguration"]
    events = {r["Event"]: r["Filter"]["S3Key"]["Rules"] for r in rules["LambdaConfigurations"]}
    under_raw = [{"Name": "prefix", "Value": "raw/"}]
    assert events == {"s3:ObjectCreated:*": under_raw, "s3:ObjectRemoved:*": under_raw}


def test_the_function_cannot_write_where_it_is_triggered() -> None:
    for name, statement in ALLOWED:
        if name == "TransformRole" and "s3:PutObject" in as_list(statement["Action"]):
            assert not any("-raw-" in str(r) for r in as_list(statement["Resource"]))


def test_the_template_does_not_ask_where_it_is_deployed() -> None:
    assert "Conditions" not in TEMPLATE
    told = str({name: TEMPLATE[name] for name in ("Parameters", "Resources", "Outputs")})
    assert not re.search(r"localstack|000000000000|127\.0\.0\.1", told, re.IGNORECASE)


def test_the_names_are_those_that_the_code_derives() -> None:
    names = Names("shop", "123456789012", "eu-west-1")
    values = {"Prefix": "shop", "AWS::AccountId": "123456789012", "AWS::Region": "eu-west-1"}

    def name_of(resource: str, field: str) -> str:
        text: str = RESOURCES[resource]["Properties"][field]["Sub"]
        return re.sub(r"\$\{([^}]+)\}", lambda found: values[found[1]], text)

    assert name_of("RawBucket", "BucketName") == names.raw_bucket
    assert name_of("ProcessedBucket", "BucketName") == names.processed_bucket
    assert name_of("TransformFunction", "FunctionName") == names.function
    assert name_of("TransformLogGroup", "LogGroupName") == names.log_group
    assert name_of("FailureQueue", "QueueName") == names.failure_queue
    assert name_of("OrdersCrawler", "Name") == names.crawler
    assert name_of("OrdersWorkGroup", "Name") == names.work_group


def test_the_template_fits_into_a_call() -> None:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
    assert len(TEXT.encode()) <= 51_200
