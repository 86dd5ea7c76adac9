"""The one door to AWS: a session for an environment, its clients, and its errors in plain words.

Imports boto3, which takes a third of a second: import this module only inside a command that
talks to AWS. It prints nothing and decides nothing about orders.
"""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore import exceptions as boto_errors
from botocore.config import Config

from orderlake import calls, errors
from orderlake.names import Names
from orderlake.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_athena.client import AthenaClient
    from mypy_boto3_cloudformation.client import CloudFormationClient
    from mypy_boto3_cloudwatch.client import CloudWatchClient
    from mypy_boto3_glue.client import GlueClient
    from mypy_boto3_iam.client import IAMClient
    from mypy_boto3_lambda.client import LambdaClient
    from mypy_boto3_logs.client import CloudWatchLogsClient
    from mypy_boto3_s3.client import S3Client
    from mypy_boto3_sns.client import SNSClient
    from mypy_boto3_sqs.client import SQSClient

# No profile and no file of the user's: a local command must not fail for what they hold.
NOBODY: dict[str, tuple[str | None, list[str], str | None, None]] = {
    "profile": (None, [], None, None),
    "config_file": (None, [], os.devnull, None),
    "credentials_file": (None, [], os.devnull, None),
}
EXPIRED = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
}
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"}
ELSEWHERE = {
    "IllegalLocationConstraintException",
    "AuthorizationHeaderMalformed",
    "PermanentRedirect",
    "301",
}
THROTTLED = {"Throttling", "ThrottlingException", "TooManyRequestsException", "SlowDown"}


@dataclass(frozen=True)
class Aws:
    """A session and the settings it was opened for; clients are made once each, on demand."""

    settings: Settings
    session: boto3.Session
    config: Config

    def client(self, service: str) -> Any:
        """Return the client of a service, at the environment's endpoint."""
        # boto3's overloads name every service by a literal; the typed properties below are used.
        return self.session.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.settings.endpoint_url,
            config=self.config,
        )

    @functools.cached_property
    def s3(self) -> S3Client:
        """S3."""
        client: S3Client = self.client("s3")
        return client

    @functools.cached_property
    def cloudformation(self) -> CloudFormationClient:
        """CloudFormation."""
        client: CloudFormationClient = self.client("cloudformation")
        return client

    @functools.cached_property
    def glue(self) -> GlueClient:
        """Glue."""
        client: GlueClient = self.client("glue")
        return client

    @functools.cached_property
    def athena(self) -> AthenaClient:
        """Athena."""
        client: AthenaClient = self.client("athena")
        return client

    @functools.cached_property
    def functions(self) -> LambdaClient:
        """Lambda; the service's own name is a Python keyword."""
        client: LambdaClient = self.client("lambda")
        return client

    @functools.cached_property
    def logs(self) -> CloudWatchLogsClient:
        """CloudWatch Logs."""
        client: CloudWatchLogsClient = self.client("logs")
        return client

    @functools.cached_property
    def sqs(self) -> SQSClient:
        """SQS."""
        client: SQSClient = self.client("sqs")
        return client

    @functools.cached_property
    def sns(self) -> SNSClient:
        """SNS."""
        client: SNSClient = self.client("sns")
        return client

    @functools.cached_property
    def iam(self) -> IAMClient:
        """IAM."""
        client: IAMClient = self.client("iam")
        return client

    @functools.cached_property
    def cloudwatch(self) -> CloudWatchClient:
        """CloudWatch's metrics and alarms."""
        client: CloudWatchClient = self.client("cloudwatch")
        return client

    @functools.cached_property
    def region(self) -> str:
        """The region in use; raises NoCredentials where none was chosen."""
        if not self.session.region_name:
            raise errors.WrongUse("no region is chosen", "set region under [aws] in orderlake.toml")
        return str(self.session.region_name)

    @functools.cached_property
    def names(self) -> Names:
        """The names of this deployment.

        On AWS the account is always asked for; one named in the settings is a guard against
        working in the wrong one, and raises BadSetting where they differ.
        """
        wanted, region = self.settings.account, self.region
        if self.settings.is_local and wanted:
            return Names(self.settings.prefix, wanted, region)
        account = str(self.client("sts").get_caller_identity()["Account"])
        if wanted and wanted != account:
            rule = f"{account}, the account of the credentials in use"
            raise errors.BadSetting("account", wanted, f"settings of '{self.settings.env}'", rule)
        return Names(self.settings.prefix, account, region)


def open_aws(settings: Settings) -> Aws:
    """Return a session for the environment. Opens no connection yet.

    The local environment always uses the fixed pair test/test, so that it never reads, sends or
    needs anybody's real credentials.
    """
    if settings.is_local:
        session = boto3.Session(
            "test",
            "test",
            region_name=settings.region or "us-east-1",
            botocore_session=botocore.session.Session(session_vars=NOBODY),
        )
    else:
        try:
            session = boto3.Session(profile_name=settings.profile, region_name=settings.region)
        except boto_errors.ProfileNotFound as error:
            raise errors.NoCredentials(f"there is no profile '{settings.profile}'") from error
    calls.follow(session)
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 1 if settings.is_local else 5},
        s3={"addressing_style": "path"} if settings.endpoint_url else None,
        connect_timeout=5,
        proxies={} if settings.is_local else None,
        user_agent_extra="orderlake",
    )
    return Aws(settings, session, config)


def error_code(error: boto_errors.ClientError) -> str:
    """Return the code of an error that AWS answered."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


def translate(error: BaseException, settings: Settings | None) -> errors.OrderlakeError | None:
    """Return the command-line error for one of botocore's, or None where it is not one."""
    if isinstance(error, boto_errors.EndpointConnectionError | boto_errors.ConnectionClosedError):
        return unreachable(error, settings)
    if isinstance(error, boto_errors.NoCredentialsError | boto_errors.PartialCredentialsError):
        return errors.NoCredentials(str(error))
    if isinstance(error, boto_errors.TokenRetrievalError | boto_errors.SSOTokenLoadError):
        return errors.NoCredentials(str(error))
    if isinstance(error, boto_errors.NoRegionError):
        return errors.WrongUse("no region is chosen", "set region under [aws] in orderlake.toml")
    if isinstance(error, boto_errors.ClientError):
        return refusal(error)
    if isinstance(error, boto_errors.BotoCoreError):
        return errors.AwsRefused("the call", type(error).__name__, str(error), "try again")
    return None


def unreachable(
    error: boto_errors.EndpointConnectionError | boto_errors.ConnectionClosedError,
    settings: Settings | None,
) -> errors.OrderlakeError:
    """Say which address did not answer, and how to start it where it is the local one."""
    endpoint_url = str(error.kwargs.get("endpoint_url", "the endpoint"))
    if settings is not None and settings.is_local and settings.endpoint_url:
        return errors.NoLocalAws(settings.endpoint_url)
    return errors.AwsRefused(
        "the connection",
        "no answer",
        endpoint_url,
        "check the network, AWS_ENDPOINT_URL and region",
    )


def refusal(error: boto_errors.ClientError) -> errors.OrderlakeError:
    """Say what AWS refused and what a person can do about it."""
    code = error_code(error)
    reason = " ".join(str(error.response.get("Error", {}).get("Message", "")).split())
    if code in EXPIRED:
        return errors.NoCredentials(f"{code}: {reason}")
    if code in DENIED:
        step = "the identity in use lacks this permission; docs/aws.md lists what deploying needs"
    elif code in ELSEWHERE:
        step = "the region does not fit: see region in orderlake.toml, AWS_REGION and the profile"
    elif code in THROTTLED:
        step = "wait a minute, then run the same command again"
    else:
        step = "see what the stack holds: make status"
    return errors.AwsRefused(error.operation_name, code, reason, step)
