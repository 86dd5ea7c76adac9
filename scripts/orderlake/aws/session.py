"""A session with AWS for an environment, and its clients. All calls to AWS go through it.

It imports botocore, which takes a sixth of a second: import this module only inside a command that
calls AWS. It does without boto3, whose clients are botocore's with methods for large files; an
upload that needs those uses them itself. It prints nothing and knows nothing about orders.
errors_explained.py explains AWS's errors.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore import exceptions as boto_errors
from botocore.config import Config
from botocore.parsers import ResponseParserError
from order_transform.delivery.clients import send_small_bodies_at_once

from orderlake import errors
from orderlake.aws import call_log, service_models, timestamps
from orderlake.aws.errors_explained import ADDRESS_STEP, REGION_STEP
from orderlake.aws.errors_explained import (
    error_code as error_code,  # for every module that calls AWS
)
from orderlake.aws.local_instance import ANY_KEY, DEFAULT_REGION, read_state
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

# The user's profiles and files are not read, because a local command must not fail for them.
NO_PROFILE: dict[str, tuple[str | None, list[str], str | None, None]] = {
    "profile": (None, [], None, None),
    "config_file": (None, [], os.devnull, None),
    "credentials_file": (None, [], os.devnull, None),
}


@dataclass(frozen=True)
class Aws:
    """A session and the settings it was opened for. Each client is made once, on demand."""

    settings: Settings
    session: botocore.session.Session
    config: Config

    def client(self, service: Any, config: Config | None = None) -> Any:
        """Return the client of a service, at the environment's endpoint; `config` adds to ours."""
        return self.session.create_client(
            service,
            endpoint_url=self.settings.endpoint_url,
            config=self.config.merge(config) if config else self.config,
        )

    @functools.cached_property
    def s3(self) -> S3Client:
        """S3; on a real account every call says that the bucket has to be that account's."""
        client: S3Client = self.client("s3")
        send_small_bodies_at_once(client)
        if not self.settings.is_local:
            account = self.names.account
            client.meta.events.register(
                "provide-client-params.s3", functools.partial(expect_owner, account)
            )
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
    def events(self) -> Any:
        """EventBridge."""
        return self.client("events")

    @functools.cached_property
    def lake_formation(self) -> Any:
        """Lake Formation."""
        return self.client("lakeformation")

    @functools.cached_property
    def region(self) -> str:
        """The region in use; raises WrongUse where none was chosen."""
        region = self.session.get_config_variable("region")
        if not region:
            raise errors.WrongUse("no region is chosen", REGION_STEP)
        return str(region)

    @functools.cached_property
    def identity(self) -> Mapping[str, str]:
        """The identity in use: `Account` and `Arn`; raises NoAnswer if another server answers."""
        client = self.client("sts")
        try:
            answer = client.get_caller_identity()
            return {name: str(answer[name]) for name in ("Account", "Arn")}
        except (KeyError, ResponseParserError) as error:
            address = self.settings.endpoint_url or "the address of AWS"
            raise errors.NoAnswer(f"the server at {address} is not AWS", ADDRESS_STEP) from error

    @property
    def place(self) -> str:
        """The account and the region, as a person is told before something changes there."""
        return f"account {self.names.account}, region {self.region}"

    @functools.cached_property
    def names(self) -> Names:
        """The names of this deployment.

        On AWS the account is always asked for; one named in the settings is a guard against
        working in the wrong one, and raises BadSetting where they differ.
        """
        wanted, region = self.settings.account, self.region
        if self.settings.is_local and wanted:
            return self._names_in(wanted, region)
        account = self.identity["Account"]
        if wanted and wanted != account:
            rule = f"{account}, the account of the credentials in use"
            raise errors.BadSetting("account", wanted, f"settings of '{self.settings.env}'", rule)
        return self._names_in(account, region)

    def _names_in(self, account: str, region: str) -> Names:
        settings = self.settings
        names = Names(settings.prefix, account, region, settings.raw_bucket, settings.raw_prefix)
        if names.raw_bucket in (names.processed_bucket, names.artifact_bucket):
            rule = "another bucket than those that the stack itself writes to"
            where = f"settings of '{settings.env}'"
            raise errors.BadSetting("raw_bucket", names.raw_bucket, where, rule)
        return names


def open_aws(settings: Settings) -> Aws:
    """Return a session for the environment. Opens no connection yet.

    The local environment uses the key that its local AWS was started with, so that it never reads,
    sends or needs anybody's real credentials.
    """
    session = botocore.session.Session(session_vars=NO_PROFILE if settings.is_local else None)
    session.register_component("data_loader", service_models.loader())
    timestamps.read_fast(session)
    if settings.is_local:
        session.set_credentials(*local_credentials(settings))
    elif settings.profile is not None:
        session.set_config_variable("profile", settings.profile)
    if region := settings.region or (DEFAULT_REGION if settings.is_local else None):
        session.set_config_variable("region", region)
    try:
        session.get_scoped_config()  # which is where a profile that is not there shows
    except boto_errors.ProfileNotFound as error:
        raise errors.NoCredentials(f"there is no profile '{settings.profile}'") from error
    call_log.follow(session)
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 1 if settings.is_local else 5},
        s3={"addressing_style": "path"} if settings.endpoint_url else None,
        connect_timeout=5,
        proxies={} if settings.is_local else None,
        user_agent_extra="orderlake",
    )
    return Aws(settings, session, config)


def local_credentials(settings: Settings) -> tuple[str, str]:
    """Return the access key and secret of this checkout's local AWS.

    Another AWS-compatible server, or a local AWS that was started open, takes any.
    """
    running = read_state(settings)
    return running.credentials if running else (ANY_KEY, ANY_KEY)


def expect_owner(account: str, params: dict[str, Any], model: Any, **_: Any) -> None:
    """Add the expected owner to an S3 call that can carry it.

    Our bucket names can be guessed, so somebody else may own one of them. S3 then refuses the call;
    otherwise it would take our orders, or give us a foreign zip.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
    """
    if "ExpectedBucketOwner" in model.input_shape.members:
        params.setdefault("ExpectedBucketOwner", account)
