"""The policies in the docs: all that using and deploying need, and nothing else.

What is needed comes from three places: the calls that stand in the command line's code, the
permissions that AWS's own schemas name for each resource type of the template (CloudFormation
acts as the deployer), and what Athena does with the permissions of its caller.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml
from botocore import xform_name
from cloudformation_yaml import Loader
from deployer_policy import (
    ACCOUNT,
    LISTED_WHOLE,
    REGION,
    ROOT,
    WITHOUT_RESOURCE,
    actions_of,
    allows,
    as_list,
    both,
    read_documents,
    read_policies,
    resources_of,
)
from orderlake.names import Names

NAMES = Names("shop", ACCOUNT, REGION)
USE, DEPLOY = read_policies()
POLICY = both(USE, DEPLOY)
PERMISSIONS: dict[str, dict[str, list[str]]] = json.loads(
    (Path(__file__).parent / "cloudformation_permissions.json").read_text("utf-8")
)
SCHEMAS = ROOT / ".tools/policy/lib/python3.13/site-packages/cfnlint/data/schemas/resources"
# The code's names of clients; a plain `client` is that of its module.
SERVICES = "athena cloudformation cloudwatch events glue iam logs s3 sns sqs sts"
CLIENTS = {"functions": "lambda", "lake_formation": "lakeformation", "transfer": "s3"} | {
    name: name for name in SERVICES.split(" ")
}
# What only deploying and leaving do; the doctor says what it may not see.
DEPLOYING = ("deploy/", "doctor/account")
OWN_CLIENT = {
    "engines/athena_engine": "athena",
    "pipeline/invocations": "lambda",
    "aws/session": "sts",
}
# The schemas name what any template could need; of these ours uses no property.
UNUSED = {
    r"(ec2|elasticfilesystem|firehose|kms|s3files|s3tables):": "no network, no keys, no tables",
    r"s3:(Put|Delete|Create|Update)\w*(Abac|Accelerate|Acl|Analytics|C[Oo][Rr][Ss]|"
    r"IntelligentTiering|Inventory|Logging|Metadata|Metrics|ObjectLock|Replication|Website)": (
        "no such feature of a bucket"
    ),
    r"s3:DeleteBucket(Encryption|Lifecycle)$": "encryption and lifecycle are never taken away",
    r"s3:REST.PUT.OBJECT": "the log is not delivered elsewhere",
    r"lambda:(Put|Delete)Function(CodeSigning|Recursion|Scaling)Config$": "none is set",
    r"lambda:(PutRuntimeManagementConfig|AssociateRuntimeAlias)$": "the runtime updates itself",
    r"lambda:(GetCodeSigningConfig|GetLayerVersion|PassCapacityProvider|PublishVersion)$": "none",
    r"iam:(Attach|Detach)RolePolicy$|iam:\w+RolePermissionsBoundary": "policies stand in the role",
    r"iam:CreateServiceLinkedRole": "for work groups of Identity Center",
    r"logs:(Put|Delete)(Resource|Index)Policy$|logs:PutDataProtectionPolicy$": "none is set",
    r"logs:\w*KmsKey$": "only with KmsKeyArn, as docs/aws.md says",
    r"logs:(CreateLogDelivery|PutBearerTokenAuthentication|PutLogGroupDeletionProtection)": "none",
    r"sns:(Put|Get)DataProtectionPolicy": "none is set",
    r"glue:\w*Connection$": "a database in S3 has no connection",
}
# Athena reads data and catalog, and writes its answer, with its caller's permissions.
# https://docs.aws.amazon.com/athena/latest/ug/s3-permissions.html
# https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
FOR_ATHENA = {
    "glue:BatchGetPartition",
    "glue:GetDatabase",
    "glue:GetPartition",
    "glue:GetPartitions",
    "glue:GetTable",
    "glue:GetTables",
    "s3:AbortMultipartUpload",
    "s3:GetBucketLocation",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
}
# AWS asks for these beside an operation of another name.
BESIDE = {
    "cloudformation:TagResource": "CreateChangeSet with tags",
    "s3:GetBucketAcl": "S3, when the stack's buckets are read",
    "s3:GetObjectVersion": "Lambda, which reads a version of the function's zip",
    "iam:PassRole": "the roles go to Lambda and Glue",
}


def operations() -> dict[str, dict[str, str]]:
    """Return the operations of each service by their names in Python."""
    session = botocore.session.Session()
    return {
        service: {
            xform_name(operation): operation
            for operation in session.get_service_model(service).operation_names
        }
        for service in set(CLIENTS.values())
    }


def calls() -> Iterator[tuple[str, str, str]]:
    """Yield (module, service, operation) for every call of AWS that stands in the code."""
    known = operations()
    package = ROOT / "scripts" / "orderlake"
    modules = {path.relative_to(package): path for path in sorted(package.rglob("*.py"))}
    # The function's code that `crawl` runs, too.
    settle = Path("catalog/settle.py")
    modules[settle] = ROOT / "lambda" / "order_transform" / settle
    for name, path in modules.items():
        module = name.with_suffix("").as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for client, method in attributes(node):
                service = CLIENTS.get(client)
                if client == "client":
                    service = OWN_CLIENT.get(module)
                if service and method == "create_transfer_manager":
                    yield module, service, "UploadFile"
                elif service and method in known[service]:
                    yield module, service, known[service][method]


def attributes(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield (client, method) for `x.client.method` and `client.get_paginator("method")`."""
    if isinstance(node, ast.Attribute):
        yield ast.unparse(node.value).rpartition(".")[2], node.attr
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get_paginator"
        and isinstance(node.args[0], ast.Constant)
    ):
        yield ast.unparse(node.func.value).rpartition(".")[2], str(node.args[0].value)


WHERE = sorted(set(calls()))
CALLS = sorted({(service, operation) for _, service, operation in WHERE})
IN_USE = sorted(
    {(s, operation) for module, s, operation in WHERE if not module.startswith(DEPLOYING)}
)


def needed_by_type() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for resource_type, handlers in PERMISSIONS.items():
        named = {action for actions in handlers.values() for action in actions}
        # One of AWS's schemas spells a service with a capital.
        named = {action[:1].lower() + action[1:] for action in named}
        found[resource_type] = {
            action for action in named if not any(re.match(unused, action) for unused in UNUSED)
        }
    return found


def needed() -> set[str]:
    by_calls = {action for call in CALLS for action in actions_of(*call)}
    return by_calls | FOR_ATHENA | set(BESIDE) | set[str]().union(*needed_by_type().values())


def test_the_calls_of_the_code_are_found() -> None:
    assert len(CALLS) >= 45
    assert {service for service, _ in CALLS} == set(CLIENTS.values())
    assert ("cloudformation", "ContinueUpdateRollback") in CALLS
    assert ("s3", "ListObjectVersions") in CALLS
    assert ("sts", "GetCallerIdentity") in CALLS


@pytest.mark.parametrize(("service", "operation"), CALLS)
def test_every_call_of_the_code_is_allowed(service: str, operation: str) -> None:
    for action in actions_of(service, operation):
        for resource in resources_of(action, NAMES):
            assert allows(POLICY, action, resource), f"{action} on {resource}"


@pytest.mark.parametrize(("service", "operation"), IN_USE)
def test_whoever_only_uses_it_may_make_every_call_of_use(service: str, operation: str) -> None:
    for action in actions_of(service, operation):
        for resource in resources_of(action, NAMES, is_use=True):
            assert allows(USE, action, resource), f"{action} on {resource}"


def test_whoever_only_uses_it_deploys_and_removes_nothing() -> None:
    wanted = {action for call in IN_USE for action in actions_of(*call)} | FOR_ATHENA
    assert {a for s in USE["Statement"] for a in as_list(s["Action"])} == wanted
    reports = f"arn:aws:s3:::{NAMES.processed_bucket}/reports/x.json"
    assert not allows(USE, "s3:PutObject", reports)


def test_every_type_of_the_template_has_its_permissions_written_down() -> None:
    template = yaml.load((ROOT / "template.yaml").read_text("utf-8"), Loader)
    assert {resource["Type"] for resource in template["Resources"].values()} == set(PERMISSIONS)


@pytest.mark.parametrize(("resource_type", "actions"), needed_by_type().items())
def test_cloudformation_may_do_all_that_a_type_needs(resource_type: str, actions: set[str]) -> None:
    assert actions, resource_type
    for action in sorted(actions):
        for resource in resources_of(action, NAMES):
            assert allows(POLICY, action, resource), f"{action} on {resource}"


@pytest.mark.parametrize("action", sorted(FOR_ATHENA | set(BESIDE)))
def test_what_is_done_in_the_deployers_name_is_allowed(action: str) -> None:
    for resource in resources_of(action, NAMES):
        assert allows(POLICY, action, resource), f"{action} on {resource}"


def test_the_permissions_written_down_are_those_of_aws_s_schemas() -> None:
    if not SCHEMAS.is_dir():
        pytest.skip("cfn-lint, which has AWS's schemas, is not installed: make policy installs it")
    found = {}
    for path in SCHEMAS.glob("*.json"):
        schema = json.loads(path.read_text("utf-8"))
        if schema.get("typeName") in PERMISSIONS:
            found[schema["typeName"]] = {
                handler: sorted(set(body["permissions"]))
                for handler, body in schema["handlers"].items()
                if handler != "list"
            }
    assert found == PERMISSIONS


STATEMENTS: list[dict[str, Any]] = POLICY["Statement"]


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement["Sid"])
def test_a_statement_allows_only_what_is_needed_and_only_of_ours(
    statement: dict[str, Any],
) -> None:
    assert statement["Effect"] == "Allow"
    for action in as_list(statement["Action"]):
        assert "*" not in action
        assert action in needed()
    for resource in as_list(statement["Resource"]):
        if resource == "*":
            assert set(as_list(statement["Action"])) <= WITHOUT_RESOURCE | LISTED_WHOLE
        elif not resource.endswith((":catalog", ":log-group:/aws-glue/crawlers:*")):
            assert "shop" in resource


def test_a_role_may_be_handed_to_the_two_services_only() -> None:
    (handed,) = [s for s in STATEMENTS if "iam:PassRole" in as_list(s["Action"])]
    assert as_list(handed["Action"]) == ["iam:PassRole"]
    services = handed["Condition"]["StringEquals"]["iam:PassedToService"]
    assert set(services) == {"lambda.amazonaws.com", "glue.amazonaws.com"}


def test_another_application_s_things_are_out_of_reach() -> None:
    other = Names("shop-eu", ACCOUNT, REGION)
    for action in ("s3:GetObject", "lambda:UpdateFunctionCode", "sqs:DeleteQueue", "iam:PassRole"):
        assert not any(allows(POLICY, action, arn) for arn in resources_of(action, other))


def test_every_exception_is_one_of_something() -> None:
    named = {
        action
        for handlers in PERMISSIONS.values()
        for actions in handlers.values()
        for action in actions
    }
    for unused in UNUSED:
        assert any(re.match(unused, action) for action in named), unused


def longest() -> tuple[str, str, str]:
    """Return the longest prefix, an account, and the longest name of a region."""
    regions = botocore.session.Session().get_available_regions("s3")
    return "a" * 19, ACCOUNT, max(regions, key=len)


def size(policy: dict[str, Any]) -> int:
    """Return a policy's characters without blanks, as AWS counts them."""
    return len(json.dumps(policy, separators=(",", ":")))


@pytest.mark.parametrize("policy", [*read_documents(), *read_documents(*longest())])
def test_a_policy_fits_into_one_of_aws_s(policy: dict[str, Any]) -> None:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    assert size(policy) <= 6_144


def test_what_is_said_of_where_the_policies_fit_is_so() -> None:
    use, *deploy = map(size, read_documents(*longest()))
    assert use + sum(deploy) > 10_240, "they fit into a role: say so in docs/permissions.md"
    assert use <= 5_120 < use + min(deploy)
    assert min(map(size, read_documents())) > 2_048


def table(page: str, heading: str) -> dict[str, str]:
    """Return the rows of the table below a heading of a page: first cell, second cell."""
    text = (ROOT / "docs" / page).read_text("utf-8").partition(heading)[2]
    rows = re.findall(r"^\| (.+?) \| (.+?) \|", text.partition("\n#")[0], re.MULTILINE)
    return {first: second for first, second in rows if "`" in first + second}


def test_an_existing_bucket_needs_what_its_table_says() -> None:
    calls_of_it = {
        (service, operation)
        for module, service, operation in WHERE
        if module == "deploy/existing_bucket"
    }
    needed_of_it = {action for call in calls_of_it for action in actions_of(*call)}
    told = {
        first.strip("`")
        for first in table("permissions.md", "### With a bucket that exists already")
    }
    assert needed_of_it == told


def test_a_key_of_ones_own_needs_what_its_table_says() -> None:
    rows = table("aws.md", "People need these beside the [policies]")
    told = {action for second in rows.values() for action in re.findall(r"`(\w+:\w+)`", second)}
    of_log_groups = {
        action
        for actions in PERMISSIONS["AWS::Logs::LogGroup"].values()
        for action in actions
        if action.endswith("KmsKey")
    }
    # Reading a file and writing one are all that a person does with encrypted data.
    assert told == of_log_groups | {"kms:Decrypt", "kms:GenerateDataKey"}
