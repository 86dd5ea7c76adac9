"""AWS's errors in plain words, and who is asked with whose credentials."""

from pathlib import Path

import pytest
from botocore import exceptions as boto_errors
from orderlake import errors
from orderlake.aws import Aws, open_aws, translate
from orderlake.settings import load


def client_error(code: str, message: str = "no") -> boto_errors.ClientError:
    return boto_errors.ClientError({"Error": {"Code": code, "Message": message}}, "StartCrawler")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (client_error("ExpiredToken"), errors.NoCredentials),
        (client_error("InvalidClientTokenId"), errors.NoCredentials),
        (client_error("AccessDeniedException"), errors.AwsRefused),
        (client_error("ThrottlingException"), errors.AwsRefused),
        (boto_errors.NoCredentialsError(), errors.NoCredentials),
        (boto_errors.NoRegionError(), errors.WrongUse),
        (boto_errors.ReadTimeoutError(endpoint_url="http://a"), errors.AwsRefused),
        (
            boto_errors.EndpointConnectionError(endpoint_url="https://glue.example"),
            errors.AwsRefused,
        ),
    ],
)
def test_every_error_of_aws_has_a_next_step(
    error: Exception, kind: type[errors.OrderlakeError]
) -> None:
    translated = translate(error, None)
    assert isinstance(translated, kind)
    assert translated.next_step


def test_other_errors_are_none_of_its_business() -> None:
    assert translate(ValueError("x"), None) is None


def open_local(folder: Path) -> Aws:
    (folder / "orderlake.toml").write_text('[local]\naccount = "000000000000"\n', "utf-8")
    return open_aws(load("local", environ={}, start=folder))


def test_no_answer_from_the_local_aws_says_how_to_start_it(tmp_path: Path) -> None:
    error = boto_errors.EndpointConnectionError(endpoint_url="http://127.0.0.1:4566/")
    translated = translate(error, open_local(tmp_path).settings)
    assert str(translated) == (
        "no local AWS answers at http://127.0.0.1:4566\nstart it: make local-up"
    )


def test_the_local_aws_never_gets_real_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_PROFILE", "production")
    credentials = open_local(tmp_path).session.get_credentials()
    assert credentials
    assert (credentials.access_key, credentials.secret_key) == ("test", "test")


def test_an_unknown_profile_is_named(tmp_path: Path) -> None:
    (tmp_path / "orderlake.toml").write_text('[aws]\nprofile = "nobody-has-this"\n', "utf-8")
    with pytest.raises(errors.NoCredentials, match="nobody-has-this"):
        open_aws(load("aws", environ={}, start=tmp_path))
