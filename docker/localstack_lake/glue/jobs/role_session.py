"""A job's role: its temporary credentials, and clients that may do what the role may."""

from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from localstack import config
from localstack.aws.connect import connect_to

from localstack_lake.glue.jobs.environment import CannotRun
from localstack_lake.iam.callers import trust_policy
from localstack_lake.iam.evaluation import is_trusted_service
from localstack_lake.iam.passed_roles import job_run_refusal

SESSION_NAME = "GlueJobRunnerSession"
# A run may take longer than a role's usual hour.
_SESSION_SECONDS = 43_200


class RoleSession:
    """Credentials for one attempt of a run. Raises CannotRun for a role that does not exist."""

    def __init__(self, account_id: str, region: str, role: str) -> None:
        arn = role if role.startswith("arn:") else f"arn:aws:iam::{account_id}:role/{role}"
        trust = trust_policy(arn)
        if trust is None:
            raise CannotRun(f"The role {arn} does not exist; create it, or give the job another")
        if not is_trusted_service("glue.amazonaws.com", arn, trust):
            raise CannotRun(job_run_refusal(arn))
        sts: Any = connect_to(region_name=region).sts
        answer = sts.request_metadata(service_principal="glue").assume_role(
            RoleArn=arn, RoleSessionName=SESSION_NAME, DurationSeconds=_SESSION_SECONDS
        )
        found = answer["Credentials"]
        self.variables = {
            "AWS_ACCESS_KEY_ID": found["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": found["SecretAccessKey"],
            "AWS_SESSION_TOKEN": found["SessionToken"],
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_ENDPOINT_URL": config.internal_service_url(),
        }

    def client(self, service: str) -> Any:
        """Return a client that is checked against the role's policies, as the job itself is."""
        variables = self.variables
        return boto3.client(
            service,
            region_name=variables["AWS_REGION"],
            endpoint_url=variables["AWS_ENDPOINT_URL"],
            aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=variables["AWS_SESSION_TOKEN"],
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 3}),
        )


def bucket_and_key(address: str) -> tuple[str, str]:
    """Split `s3://bucket/a/key`."""
    parts = urlsplit(address, allow_fragments=False)
    return parts.netloc, f"{parts.path}{'?' if parts.query else ''}{parts.query}".lstrip("/")
