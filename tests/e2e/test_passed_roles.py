"""A role that is handed to a service: its trust policy has to name the service, and it limits."""

import copy
import io
import json
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from .conftest import Lake

pytestmark = pytest.mark.e2e
CRAWLER = "shop-orders"
TELLS_KEYS = """
from urllib.parse import unquote_plus

def g(event, context):
    print(unquote_plus(event["Records"][0]["s3"]["object"]["key"]))
"""


def role(lake: Lake, name: str, **principal: str) -> str:
    """Make a role that trusts a principal, and return its ARN."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": statement})
    made = lake.aws("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    return str(made["Role"]["Arn"])


def test_a_service_refuses_a_role_that_does_not_trust_it_in_its_own_words(local_aws: Lake) -> None:
    for_glue = role(local_aws, "for-glue", Service="glue.amazonaws.com")
    for_lambda = role(local_aws, "for-lambda", Service="lambda.amazonaws.com")
    glue, functions = local_aws.aws("glue"), local_aws.aws("lambda")
    crawler = {"Name": "c", "DatabaseName": "d", "Targets": {"S3Targets": [{"Path": "s3://b/"}]}}
    with pytest.raises(ClientError, match="verify role's TrustPolicy") as error:
        glue.create_crawler(**crawler, Role=for_lambda)
    assert error.value.response["Error"]["Code"] == "InvalidInputException"
    glue.create_crawler(**crawler, Role=for_glue)
    with pytest.raises(ClientError, match="unable to assume provided role"):
        glue.update_crawler(Name="c", Role="for-lambda")
    glue.delete_crawler(Name="c")
    function: dict[str, Any] = {"FunctionName": "f", "Runtime": "python3.13", "Handler": "f.g"}
    function["Code"] = {"ZipFile": zipped()}
    with pytest.raises(ClientError, match="function cannot be assumed by Lambda") as error:
        functions.create_function(**function, Role=for_glue)
    assert error.value.response["Error"]["Code"] == "InvalidParameterValueException"
    rule = {"Name": "r", "ScheduleExpression": "rate(1 day)", "RoleArn": for_glue}
    with pytest.raises(ClientError, match="cannot be assumed by principal 'events"):
        local_aws.aws("events").put_rule(**rule)


def test_a_stack_whose_crawler_gets_an_unfit_role_says_so_when_its_update_fails(
    local_aws: Lake,
) -> None:
    fit = role(local_aws, "of-a-stack", Service="glue.amazonaws.com")
    unfit = role(local_aws, "of-no-stack", Service="lambda.amazonaws.com")
    stacks, name = local_aws.aws("cloudformation"), "crawls"

    def template(role_arn: str) -> str:
        targets = {"S3Targets": [{"Path": "s3://b/"}]}
        crawler = {"Role": role_arn, "DatabaseName": "d", "Targets": targets}
        made = {"Crawler": {"Type": "AWS::Glue::Crawler", "Properties": crawler}}
        return json.dumps({"Resources": made})

    stacks.create_stack(StackName=name, TemplateBody=template(fit))
    stacks.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    stacks.update_stack(StackName=name, TemplateBody=template(unfit))
    with pytest.raises(WaiterError):
        stacks.get_waiter("stack_update_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
    events = stacks.describe_stack_events(StackName=name)["StackEvents"]
    failed = [e for e in events if e["ResourceStatus"] == "UPDATE_FAILED"]
    reasons = [e["ResourceStatusReason"] for e in failed if e["LogicalResourceId"] == "Crawler"]
    assert "verify role's TrustPolicy" in reasons[0]
    stacks.delete_stack(StackName=name)


def test_s3_may_call_a_function_only_for_the_bucket_that_its_policy_names(local_aws: Lake) -> None:
    s3, functions = local_aws.aws("s3"), local_aws.aws("lambda")
    trusted = role(local_aws, "runs-told", Service="lambda.amazonaws.com")
    arn = functions.create_function(
        FunctionName="told",
        Runtime="python3.13",
        Handler="f.g",
        Role=trusted,
        Code={"ZipFile": zipped()},
    )["FunctionArn"]
    functions.get_waiter("function_active_v2").wait(FunctionName="told")
    calls: Any = {"LambdaFunctionArn": arn, "Events": ["s3:ObjectCreated:*"]}
    wanted: Any = {"LambdaFunctionConfigurations": [calls]}
    for bucket in ("tells", "tells-too"):
        s3.create_bucket(Bucket=bucket)
    permission: Any = {"FunctionName": "told", "Action": "lambda:InvokeFunction"}
    permission |= {"Principal": "s3.amazonaws.com", "SourceArn": "arn:aws:s3:::tells"}
    functions.add_permission(**permission, StatementId="s", SourceAccount="000000000000")
    s3.put_bucket_notification_configuration(Bucket="tells", NotificationConfiguration=wanted)
    with pytest.raises(ClientError, match="Unable to validate the following destination"):
        s3.put_bucket_notification_configuration(
            Bucket="tells-too", NotificationConfiguration=wanted
        )
    (line,) = lines_until(local_aws, "/localstack/denied-calls", "tells-too")
    assert '"Principal": {"Service": "s3.amazonaws.com"}' in line
    functions.remove_permission(FunctionName="told", StatementId="s")
    s3.put_object(Bucket="tells", Key="an object of which no function may be told")
    (line,) = lines_until(local_aws, "/localstack/denied-calls", 's3:::tells"')
    functions.add_permission(**permission, StatementId="s")
    s3.put_object(Bucket="tells", Key="an object for the function")
    assert lines_until(local_aws, "/aws/lambda/told", "object") == ["an object for the function\n"]


def lines_until(lake: Lake, group: str, wanted: str) -> list[str]:
    """Wait for lines of a log group that have a text, and return them."""
    logs, deadline = lake.aws("logs"), time.monotonic() + 60
    while True:
        with suppress(logs.exceptions.ResourceNotFoundException):
            events = logs.filter_log_events(logGroupName=group)["events"]
            if found := [one["message"] for one in events if wanted in one["message"]]:
                return found
        assert time.monotonic() < deadline, wanted
        time.sleep(0.1)


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("f.py", TELLS_KEYS)
    return buffer.getvalue()


class CrawlerRole:
    """The one inline policy of the crawler's role, to be changed and put back."""

    def __init__(self, lake: Lake) -> None:
        self.glue, self.iam = lake.aws("glue"), lake.aws("iam")
        self.name = self.glue.get_crawler(Name=CRAWLER)["Crawler"]["Role"].rpartition("/")[2]
        found = self.iam.get_role_policy(RoleName=self.name, PolicyName="crawl")
        self.document: dict[str, Any] = found["PolicyDocument"]

    def put(self, document: dict[str, Any]) -> None:
        text = json.dumps(document)
        self.iam.put_role_policy(RoleName=self.name, PolicyName="crawl", PolicyDocument=text)

    def crawl_without(self, action: str) -> dict[str, Any]:
        """Crawl while one action is missing, and return what Glue says of the crawl."""
        document = copy.deepcopy(self.document)
        for statement in document["Statement"]:
            actions = statement["Action"]
            listed = actions if isinstance(actions, list) else [actions]
            statement["Action"] = [a for a in listed if a != action]
        self.put(document)
        self.glue.start_crawler(Name=CRAWLER)
        deadline = time.monotonic() + 60
        while (crawler := self.glue.get_crawler(Name=CRAWLER)["Crawler"])["State"] != "READY":
            assert time.monotonic() < deadline
            time.sleep(0.1)
        found: dict[str, Any] = crawler["LastCrawl"]
        return found


@pytest.fixture
def crawler_role(lake: Lake) -> Iterator[CrawlerRole]:
    found = CrawlerRole(lake)
    yield found
    found.put(found.document)


@pytest.mark.parametrize(
    "action", ["s3:ListBucket", "glue:GetTables", "glue:CreateTable", "logs:PutLogEvents"]
)
def test_a_crawler_does_only_what_its_role_allows(
    action: str, crawler_role: CrawlerRole, lake: Lake
) -> None:
    (lake.root / "crawled-2026-11-22.csv").write_text("SKU,Qty,Price\nA,2,10.10\n", "utf-8")
    lake.ok("upload", "crawled-2026-11-22.csv")
    tables = crawler_role.glue.get_tables(DatabaseName="shop_orders")["TableList"]
    for table in tables:
        crawler_role.glue.delete_table(DatabaseName="shop_orders", Name=table["Name"])
    ended = crawler_role.crawl_without(action)
    assert ended["Status"] == "FAILED"
    assert (
        f"/AWS-Crawler is not authorized to perform: {action} on resource" in ended["ErrorMessage"]
    )
    assert crawler_role.crawl_without("nothing")["Status"] == "SUCCEEDED"
