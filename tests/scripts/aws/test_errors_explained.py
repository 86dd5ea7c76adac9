"""AWS's errors in plain words: each code and each silence has what to type next."""

from pathlib import Path
from typing import Any

import pytest
from botocore import exceptions as boto_errors
from botocore.parsers import ResponseParserError
from orderlake import errors
from orderlake.aws.errors_explained import POLICY_STEP, translate
from orderlake.settings import load


def client_error(
    code: str, message: str = "no", operation: str = "StartCrawler", status: int = 400
) -> boto_errors.ClientError:
    answer: Any = {"Error": {"Code": code, "Message": message}}
    answer["ResponseMetadata"] = {"HTTPStatusCode": status}
    return boto_errors.ClientError(answer, operation)


EXPIRED = "Signature expired: 20261124T0000Z is now earlier than 20261124T0010Z"
WRONG = "The request signature we calculated does not match the signature you provided."
SCOPE = "Credential should be scoped to a valid region."
CHANGE_SET = "CreateChangeSet"
BUSY = "Stack:arn is in UPDATE_IN_PROGRESS state and can not be updated."
PROTECTED = "Stack [shop-orders] cannot be deleted while TerminationProtection is enabled"
FORBIDDEN = "not authorized to perform: s3:CreateBucket with an explicit deny in a service control"


@pytest.mark.parametrize(
    ("error", "kind", "step"),
    [
        (client_error("ExpiredToken"), errors.NoCredentials, "aws sso login"),
        (client_error("InvalidClientTokenId"), errors.NoCredentials, "aws sso login"),
        (client_error("InvalidAccessKeyId"), errors.NoCredentials, "aws sso login"),
        (client_error("SignatureDoesNotMatch", WRONG), errors.NoCredentials, "aws sso login"),
        (client_error("SignatureDoesNotMatch", EXPIRED), errors.AwsRefused, "machine's clock"),
        (client_error("InvalidSignatureException", EXPIRED), errors.AwsRefused, "machine's clock"),
        (client_error("SignatureDoesNotMatch", SCOPE), errors.AwsRefused, "region does not fit"),
        (client_error("RequestTimeTooSkewed"), errors.AwsRefused, "machine's clock"),
        (client_error("AccessDeniedException"), errors.AwsRefused, POLICY_STEP),
        (client_error("AccessDenied", f"{FORBIDDEN} policy"), errors.AwsRefused, "organization"),
        (client_error("403", "Forbidden", "HeadBucket"), errors.AwsRefused, "another account's"),
        (client_error("400", "Bad Request", "HeadBucket"), errors.AwsRefused, "make doctor"),
        (client_error("OptInRequired"), errors.AwsRefused, "sign-up"),
        (client_error("AuthorizationHeaderMalformed"), errors.AwsRefused, "region"),
        (client_error("ThrottlingException"), errors.AwsRefused, "wait a minute"),
        (client_error("SlowDown"), errors.AwsRefused, "wait a minute"),
        (
            client_error("InternalError", "Could not write file x: No space left on device"),
            errors.AwsRefused,
            "free some space",
        ),
        (client_error("NoSuchBucket"), errors.AwsRefused, "a part of the stack is gone"),
        (client_error("ServiceUnavailable"), errors.AwsRefused, "AWS's own error"),
        (client_error("ValidationError", BUSY), errors.AwsRefused, "after it"),
        (client_error("ValidationError", PROTECTED), errors.AwsRefused, "no-enable-termination"),
        (
            client_error("ValidationError", "Parameter 'MemorySize' must be a number", CHANGE_SET),
            errors.AwsRefused,
            "[aws.parameters] in orderlake.toml",
        ),
        (client_error("InvalidChangeSetStatus"), errors.AwsRefused, "deploy again"),
        (client_error("NobodyKnowsThis"), errors.AwsRefused, "make doctor ENV=aws"),
        (client_error("InvalidObjectState"), errors.AwsRefused, "restore-object"),
        (client_error("OperationAborted"), errors.AwsRefused, "up to an hour"),
        (
            client_error("AccessDeniedException", "Insufficient Lake Formation permission(s)"),
            errors.AwsRefused,
            '"Lake Formation" in docs/aws.md',
        ),
        (boto_errors.NoCredentialsError(), errors.NoCredentials, "aws sso login"),
        (
            boto_errors.CredentialRetrievalError(provider="process", error_msg="exit 1"),
            errors.NoCredentials,
            "aws sso login",
        ),
        (boto_errors.ConfigParseError(path="~/.aws/config"), errors.NoCredentials, "AWS_PROFILE"),
        (boto_errors.NoRegionError(), errors.WrongUse, "AWS_REGION"),
        (boto_errors.ReadTimeoutError(endpoint_url="http://a"), errors.NoAnswer, "network"),
        (boto_errors.ConnectTimeoutError(endpoint_url="http://a"), errors.NoAnswer, "network"),
        (boto_errors.ProxyConnectionError(proxy_url="http://p"), errors.NoAnswer, "proxy"),
        (
            boto_errors.SSLError(endpoint_url="https://a", error=Exception("bad")),
            errors.NoAnswer,
            "AWS_CA_BUNDLE",
        ),
        (boto_errors.EndpointConnectionError(endpoint_url="https://g"), errors.NoAnswer, "region"),
        (ResponseParserError("not well-formed"), errors.NoAnswer, "AWS_ENDPOINT_URL"),
        (boto_errors.DataNotFoundError(data_path="s3"), errors.OrderlakeError, "make doctor"),
    ],
)
def test_every_error_of_aws_has_a_next_step(
    error: Exception, kind: type[errors.OrderlakeError], step: str
) -> None:
    translated = translate(error, None)
    assert type(translated) is kind
    assert step in translated.next_step
    assert "\n" not in translated.message


def test_other_errors_are_left_alone() -> None:
    assert translate(ValueError("x"), None) is None


def test_a_web_page_for_an_answer_is_not_printed() -> None:
    translated = translate(client_error("404", "<html><body>hello</body></html>"), None)
    assert translated
    assert translated.message == "AWS refused StartCrawler: 404: HTTP 400"


def test_a_local_aws_that_does_not_know_the_key_is_another_folders(tmp_path: Path) -> None:
    settings = load("local", environ={"ORDERLAKE_ENDPOINT_URL": "http://127.0.0.1:4700"})
    found = translate(client_error("InvalidAccessKeyId"), settings)
    assert isinstance(found, errors.NoLocalAws)
    assert "http://127.0.0.1:4700 is not this folder's local AWS" in found.message
    assert found.next_step == "start this folder's own: make local-up"


def test_no_answer_from_the_local_aws_says_how_to_start_it(tmp_path: Path) -> None:
    error = boto_errors.EndpointConnectionError(endpoint_url="http://127.0.0.1:4566/")
    (tmp_path / "orderlake.toml").write_text("", "utf-8")
    translated = translate(error, load("local", environ={}, start=tmp_path))
    assert str(translated) == (
        "no local AWS answers at http://127.0.0.1:4566\nstart it: make local-up"
    )


def test_a_local_aws_that_is_being_stopped_does_not_answer_either(tmp_path: Path) -> None:
    (tmp_path / "orderlake.toml").write_text("", "utf-8")
    settings = load("local", environ={}, start=tmp_path)
    stopping = client_error("503", "Service Unavailable", "ListObjectVersions", 503)
    assert type(translate(stopping, settings)) is errors.NoLocalAws
    assert isinstance(
        translate(stopping, load("aws", environ={}, start=tmp_path)), errors.AwsRefused
    )
