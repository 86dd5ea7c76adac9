"""Every policy of ours against AWS's service authorization reference."""

from typing import Any

import pytest
from authorization_data import faults, types_of
from deployer_policy import ACCOUNT, REGION, as_list, read_documents
from orderlake.names import Names
from rendered_template import render

NAMES = Names("shop", ACCOUNT, REGION)
NAMED = {
    "${OrdersDatabase}": NAMES.database,
    "FailureQueue.Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{NAMES.failure_queue}",
}
CHOICES = {
    "own bucket": {},
    "own key": {"KmsKeyArn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/a-1"},
    "existing bucket": {"RawBucketName": "exports", "RawPrefix": "shop/orders/"},
}


def resolved(resource: Any) -> str:
    """Return a resource of a rendered policy as the stack will have it."""
    if not isinstance(resource, str):
        return NAMED[str(resource["GetAtt"])]
    for name, value in NAMED.items():
        resource = resource.replace(name, value)
    assert "$" not in resource
    return str(resource)


def statements_of_roles() -> list[Any]:
    return [
        pytest.param(
            statement | {"Resource": [resolved(one) for one in as_list(statement["Resource"])]},
            id=f"{name}-{statement['Sid']}-{choice}",
        )
        for choice, parameters in CHOICES.items()
        for name, resource in render(**parameters).items()
        for policy in resource["Properties"].get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def statements_of_people() -> list[Any]:
    return [
        pytest.param(statement, id=f"{number}-{statement['Sid']}")
        for number, document in enumerate(read_documents())
        for statement in document["Statement"]
    ]


@pytest.mark.parametrize("statement", statements_of_people() + statements_of_roles())
def test_a_statement_names_actions_resources_and_conditions_that_aws_checks_together(
    statement: dict[str, Any],
) -> None:
    assert list(faults(statement)) == []


@pytest.mark.parametrize("statement", statements_of_people())
def test_everything_is_allowed_only_where_aws_knows_no_narrower_resource(
    statement: dict[str, Any],
) -> None:
    if statement["Resource"] != "*":
        return
    # These have a resource, and are asked for a list before there is anything of ours.
    listed = {"cloudformation:GetTemplateSummary", "cloudwatch:DescribeAlarms"}
    for action in as_list(statement["Action"]):
        assert action in listed or not any(types_of(action).values()), action


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            {"Action": "glue:DeleteDatabase", "Resource": ["catalog", "database/d", "table/d/*"]},
            "glue:DeleteDatabase lacks userdefinedfunction",
        ),
        (
            {"Action": "glue:CreateCrawler", "Resource": ["crawler/c"]},
            'glue:CreateCrawler knows no resource and needs "*"',
        ),
        (
            {"Action": "glue:GetCrawler", "Resource": ["crawler/c", "table/d/*"]},
            "no action of the statement is used on arn:aws:glue:eu-west-1:1:table/d/*",
        ),
    ],
)
def test_a_statement_that_aws_would_refuse_is_found(statement: dict[str, Any], fault: str) -> None:
    resources = [f"arn:aws:glue:eu-west-1:1:{one}" for one in statement["Resource"]]
    assert fault in list(faults(statement | {"Resource": resources}))


def test_a_condition_that_aws_does_not_send_is_found() -> None:
    statement = {
        "Action": "iam:PassRole",
        "Resource": "arn:aws:iam::1:role/r",
        "Condition": {"StringEquals": {"iam:PassedToServices": "glue.amazonaws.com"}},
    }
    assert list(faults(statement)) == [
        "iam:PassRole does not know the condition iam:PassedToServices"
    ]


def test_an_action_that_aws_does_not_have_is_found() -> None:
    with pytest.raises(Exception, match="not found"):
        list(faults({"Action": "s3:ReadObject", "Resource": "*"}))
