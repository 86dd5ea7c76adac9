"""The local AWS takes requests of this machine's owner only: raw HTTP and real clients try."""

import http.client
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import psutil
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from .conftest import Lake, free_port, linked_checkout

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        os.environ.get("ORDERLAKE_RUNTIME") == "docker",
        reason="the local AWS runs in a container, whose sockets this machine does not list",
    ),
]
MAKE_A_STACK = "/?Action=CreateStack&StackName=evil&TemplateBody=%7B%22Resources%22%3A%7B%7D%7D"
INTERNAL = ["/_localstack/init", "/_localstack/diagnose", "/_aws/sqs/messages", "/_localstack/info"]


@dataclass(frozen=True, slots=True)
class StrictLake(Lake):
    """A project whose local AWS knows plain HTTP from TLS."""

    def own_variables(self) -> dict[str, str]:
        return {"LAKE_PLAIN_HTTP": "insecure"}


@pytest.fixture(scope="module")
def open_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """A local AWS that takes any key, so that nothing but the request's origin keeps a page out.

    Plain HTTP is as insecure there as on AWS.
    """
    lake = StrictLake(linked_checkout(tmp_path_factory.mktemp("open")), free_port())
    try:
        lake.ok("local", "up", "--open", "--iam")
        yield lake
    finally:
        lake.run("local", "down")


def ask(lake: Lake, method: str, path: str, **headers: str) -> tuple[int, str]:
    """Return status and body of a plain HTTP request."""
    connection = http.client.HTTPConnection("127.0.0.1", lake.port, timeout=30)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=sent)
    response = connection.getresponse()
    text = response.read().decode("utf-8", "replace")
    assert "Access-Control-Allow-Origin" not in response.headers
    connection.close()
    return response.status, text


def listening_addresses(lake: Lake) -> set[str]:
    """Return the addresses on which the system says that the local AWS listens."""
    leader = psutil.Process(lake.json("local", "status", "--json")["pid"])
    return {
        connection.laddr.ip
        for process in [leader, *leader.children(recursive=True)]
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }


def test_the_system_says_that_it_listens_on_loopback_only(lake: Lake, tmp_path: Path) -> None:
    orders = tmp_path / "orders-2026-11-28.csv"
    orders.write_text("SKU,Qty,Price\nA,2,10.10\n", "utf-8")
    lake.ok("upload", str(orders))  # a function runs, and with it its own server
    found = listening_addresses(lake)
    assert "127.0.0.1" in found
    assert found <= {"127.0.0.1", "::1"}


def test_the_secret_key_is_readable_by_its_owner_only(local_aws: Lake) -> None:
    state = local_aws.root / ".orderlake" / "local" / "state.json"
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    secret = local_aws.credentials["aws_secret_access_key"]
    assert secret not in local_aws.ok("local", "status", "--json")
    assert secret not in (local_aws.root / ".orderlake/local/localstack.log").read_text("utf-8")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "192.168.1.7"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Referer": "https://evil.example/"},
    ],
)
def test_no_web_page_gets_in_even_where_it_is_open(open_aws: Lake, headers: dict[str, str]) -> None:
    open_aws.aws("s3").create_bucket(Bucket="victim")
    attempts = [
        ("GET", MAKE_A_STACK),
        ("GET", "/victim"),
        ("PUT", "/victim/planted"),
        ("DELETE", "/victim"),
        ("OPTIONS", "/victim"),
        *(("GET", path) for path in [*INTERNAL, "/_localstack/health"]),
    ]
    for method, path in attempts:
        assert ask(open_aws, method, path, **headers)[0] == 403, (method, path)
    assert open_aws.aws("s3").list_objects_v2(Bucket="victim")["KeyCount"] == 0
    assert open_aws.aws("cloudformation").list_stacks()["StackSummaries"] == []


def test_without_a_signature_nothing_is_answered_but_whether_it_is_up(local_aws: Lake) -> None:
    for path in [MAKE_A_STACK, "/", "/bucket/key", *INTERNAL]:
        status, text = ask(local_aws, "GET", path)
        assert status == 403, (path, text)
    internal = {"x-localstack-data": '{"service_principal":"lambda"}', "x-lake-internal": "guess"}
    assert ask(local_aws, "GET", "/bucket/key", **internal)[0] == 403
    assert ask(local_aws, "GET", "/_localstack/health")[0] == 200


@pytest.mark.parametrize("service", ["s3", "sts", "glue", "sqs", "lambda", "cloudformation"])
def test_another_key_is_refused_by_each_service_in_its_own_words(
    local_aws: Lake, service: str
) -> None:
    own = local_aws.credentials
    for key in ({**own, "aws_secret_access_key": "x"}, {**own, "aws_access_key_id": "test"}):
        session = boto3.Session(region_name="eu-west-1", **key)
        make: Any = session.client
        client = make(service, endpoint_url=f"http://127.0.0.1:{local_aws.port}")
        calls = {
            "s3": "list_buckets",
            "sts": "get_caller_identity",
            "glue": "get_databases",
            "sqs": "list_queues",
            "lambda": "list_functions",
            "cloudformation": "list_stacks",
        }
        with pytest.raises(ClientError) as refused:
            getattr(client, calls[service])()
        assert refused.value.response["Error"]["Code"] in {
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "SignatureDoesNotMatch",
            "InvalidSignatureException",
        }


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_presigned_addresses_work_and_end(local_aws: Lake, version: str) -> None:
    bucket = f"presigned-{version}"
    address = f"http://127.0.0.1:{local_aws.port}"
    session = boto3.Session(region_name="us-east-1", **local_aws.credentials)
    config = Config(signature_version=version, s3={"addressing_style": "path"})
    client = session.client("s3", endpoint_url=address, config=config)
    client.create_bucket(Bucket=bucket)
    key: Any = {"Bucket": bucket, "Key": "größe (1)/a+b.csv"}
    client.put_object(Body=b"orders", **key)
    good = client.generate_presigned_url("get_object", Params=key)
    late = client.generate_presigned_url("get_object", Params=key, ExpiresIn=-10)
    assert ask(local_aws, "GET", good.removeprefix(address)) == (200, "orders")
    assert ask(local_aws, "GET", good.removeprefix(address)[:-2])[0] == 403
    if version == "s3v4":  # botocore refuses a negative time for the older one
        assert ask(local_aws, "GET", late.removeprefix(address))[0] == 403
    form = client.generate_presigned_post(bucket, "form.csv")
    assert post_form(local_aws, form["url"], form["fields"]) == 204
    assert post_form(local_aws, form["url"], form["fields"] | {"policy": "e30="}) == 403
    assert client.get_object(Bucket=bucket, Key="form.csv")["Body"].read() == b"from a form"


def post_form(lake: Lake, address: str, fields: dict[str, str]) -> int:
    """Return the status of a multipart form with a file."""
    parts = [f'name="{name}"\r\n\r\n{value}' for name, value in fields.items()]
    parts.append('name="file"; filename="a.csv"\r\n\r\nfrom a form')
    body = "".join(f"--x\r\nContent-Disposition: form-data; {part}\r\n" for part in parts)
    connection = http.client.HTTPConnection("127.0.0.1", lake.port, timeout=30)
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    connection.request("POST", urlsplit(address).path, f"{body}--x--\r\n", kind)
    return connection.getresponse().status


def test_a_key_that_iam_made_gets_in_until_it_is_deactivated(local_aws: Lake) -> None:
    iam = local_aws.aws("iam")
    iam.create_user(UserName="colleague")
    key = iam.create_access_key(UserName="colleague")["AccessKey"]
    sts = boto3.client(
        "sts",
        endpoint_url=f"http://127.0.0.1:{local_aws.port}",
        region_name="us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    assert sts.get_caller_identity()["Arn"].endswith(":user/colleague")
    iam.update_access_key(UserName="colleague", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        sts.get_caller_identity()


def test_the_variables_that_local_env_prints_are_what_a_shell_takes(local_aws: Lake) -> None:
    lines = local_aws.ok("local", "env").splitlines()
    printed = dict(line.removeprefix("export ").split("=", 1) for line in lines if "=" in line)
    assert printed["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{local_aws.port}"
    assert printed["AWS_ACCESS_KEY_ID"] == local_aws.credentials["aws_access_key_id"]


def test_a_user_may_do_what_a_policy_allows_and_nothing_else(open_aws: Lake) -> None:
    iam, name = open_aws.aws("iam"), "analyst"
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    open_aws.aws("s3").create_bucket(Bucket="shared")
    session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name="us-east-1")
    s3 = session.client("s3", endpoint_url=f"http://127.0.0.1:{open_aws.port}")
    with pytest.raises(ClientError) as denied:
        s3.put_object(Bucket="shared", Key="a", Body=b"x")
    error = denied.value.response["Error"]
    assert error["Code"] == "AccessDenied"
    assert error["Message"] == (
        "User: arn:aws:iam::000000000000:user/analyst is not authorized to perform: s3:PutObject "
        "on resource: arn:aws:s3:::shared/a because no identity-based policy allows the "
        "s3:PutObject action"
    )
    own = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::shared/*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": own})
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document)
    s3.put_object(Bucket="shared", Key="a", Body=b"x")
    with pytest.raises(ClientError, match="s3:ListBucket"):
        s3.list_objects_v2(Bucket="shared")


def test_a_boundary_limits_a_user_and_a_role_is_assumed_by_whom_it_trusts(open_aws: Lake) -> None:
    iam, name = open_aws.aws("iam"), "limited"
    boundary = document({"Effect": "Allow", "Action": "sts:*", "Resource": "*"})
    arn = iam.create_policy(PolicyName="limit", PolicyDocument=boundary)["Policy"]["Arn"]
    iam.create_user(UserName=name, PermissionsBoundary=arn)
    everything = document({"Effect": "Allow", "Action": "*", "Resource": "*"})
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=everything)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name="us-east-1")
    address = f"http://127.0.0.1:{open_aws.port}"
    s3 = session.client("s3", endpoint_url=address)
    with pytest.raises(ClientError, match="no permissions boundary allows the s3:ListAllMyBuckets"):
        s3.list_buckets()
    iam.delete_user_permissions_boundary(UserName=name)
    s3.list_buckets()
    sts = session.client("sts", endpoint_url=address)
    for principal in ({"Service": "lambda.amazonaws.com"}, {"AWS": "000000000000"}):
        trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal}
        role = f"trusts-{next(iter(principal)).lower()}"
        made = iam.create_role(RoleName=role, AssumeRolePolicyDocument=document(trust))["Role"]
        if "AWS" in principal:
            sts.assume_role(RoleArn=made["Arn"], RoleSessionName="session")
            continue
        with pytest.raises(ClientError, match="no resource-based policy allows the sts:AssumeRole"):
            sts.assume_role(RoleArn=made["Arn"], RoleSessionName="session")


# The local AWS has a certificate that nobody signed.
@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_a_bucket_that_takes_tls_only_refuses_plain_http(open_aws: Lake) -> None:
    iam, name, bucket = open_aws.aws("iam"), "reader", "only-tls"
    open_aws.aws("s3").create_bucket(Bucket=bucket)
    only_tls = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    open_aws.aws("s3").put_bucket_policy(Bucket=bucket, Policy=document(only_tls))
    iam.create_user(UserName=name)
    mine = {"StringLike": {"s3:prefix": "mine/*"}}
    own = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*", "Condition": mine}
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=document(own))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name="us-east-1")
    plain = session.client("s3", endpoint_url=f"http://127.0.0.1:{open_aws.port}")
    with pytest.raises(ClientError, match="with an explicit deny in a resource-based policy"):
        plain.list_objects_v2(Bucket=bucket, Prefix="mine/")
    tls = session.client("s3", endpoint_url=f"https://127.0.0.1:{open_aws.port}", verify=False)
    assert tls.list_objects_v2(Bucket=bucket, Prefix="mine/")["KeyCount"] == 0
    with pytest.raises(ClientError, match="no identity-based policy allows the s3:ListBucket"):
        tls.list_objects_v2(Bucket=bucket, Prefix="theirs/")


def document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statement})
