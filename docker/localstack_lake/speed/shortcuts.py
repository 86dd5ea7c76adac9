"""Shorter ways to results that LocalStack works out again at each call.

A deployment in a fresh LocalStack spent a quarter of its processor time on these and on models.py.
"""

import gc
from functools import cache
from typing import Any

import boto3


def collect_garbage_less_often() -> None:
    """Let Python look for unreachable cycles after 100,000 new objects instead of 2,000.

    LocalStack keeps a million objects of AWS's models, and each reading of a model went over them.
    """
    gc.set_threshold(100_000, 50, 100)


def start_without_moto_s_policies() -> None:
    """Let moto leave AWS's managed policies out of an IAM of its own, which LocalStack never asks.

    moto notes the use of an access key there at each call that it answers, and reads all policies
    at the first.
    """
    from moto.core.config import default_user_config

    default_user_config["iam"]["load_aws_managed_policies"] = False


def share_the_client_of_code_addresses() -> None:
    """Sign the addresses of functions' code with one client for all calls of GetFunction.

    LocalStack makes a client for each call, and signs with a secret that the entrance refuses.
    """
    from localstack import config, constants
    from localstack.services.lambda_.invocation import lambda_models
    from localstack.utils.patch import Patch

    from localstack_lake.gateway.access_keys import CODE_SECRET

    @cache
    def client(endpoint_url: str) -> Any:
        return boto3.client(
            "s3",
            region_name=constants.AWS_REGION_US_EAST_1,
            aws_access_key_id=config.INTERNAL_RESOURCE_ACCOUNT,
            aws_secret_access_key=CODE_SECRET,
            endpoint_url=endpoint_url,
        )

    def generate_presigned_url(self: Any, endpoint_url: str) -> str:
        place = {"Bucket": self.s3_bucket, "Key": self.s3_key}
        if self.s3_object_version:
            place["VersionId"] = self.s3_object_version
        address: str = client(endpoint_url).generate_presigned_url("get_object", Params=place)
        return address

    Patch(lambda_models.S3Code, "generate_presigned_url", generate_presigned_url).apply()


def parse_templates_in_c() -> None:
    """Parse templates with libyaml and LocalStack's own rules of what a node means."""
    import yaml
    from localstack.services.cloudformation.engine import yaml_parser

    class TemplateLoader(yaml.CSafeLoader):  # type: ignore[misc] # yaml has no types here
        yaml_constructors = yaml_parser.customloader.yaml_constructors
        yaml_multi_constructors = yaml_parser.customloader.yaml_multi_constructors
        yaml_implicit_resolvers = yaml_parser.customloader.yaml_implicit_resolvers

    yaml_parser.customloader = TemplateLoader


def send_objects_in_large_pieces() -> None:
    """Send objects in pieces of 1 MiB. LocalStack's 64 KiB cost a turn of the reactor each.

    An object of 30 MB, as the function's code is, then takes a third of the time or less.
    """
    from localstack.services.s3.storage import ephemeral

    pieces: Any = ephemeral
    pieces.S3_CHUNK_SIZE = 1 << 20
