"""Entry points only: each loads a part of this package when LocalStack first needs it.

Named in pyproject.toml, read by LocalStack through importlib.metadata. Nothing here may import a
service, moto or the crawler at the top: LocalStack imports this module at every start.
"""

# mypy: disallow-untyped-decorators=False
import os
from importlib import import_module
from pathlib import Path
from typing import Any

from localstack.runtime import hooks
from localstack.runtime.server.core import RuntimeServer, RuntimeServerPlugin
from localstack.services.cloudformation.resource_provider import (
    CloudFormationResourceProviderPlugin,
)
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor
from localstack.services.plugins import Service, aws_provider


@aws_provider(api="glue")
def glue() -> Service:
    """The Data Catalog, with a working crawler."""
    from localstack_lake.glue.provider import create_glue_service

    return create_glue_service()


@aws_provider(api="athena")
def athena() -> Service:
    """Work groups, queries on DuckDB, and saved queries."""
    from localstack_lake.athena.provider import create_athena_service

    return create_athena_service()


@aws_provider(api="s3", name="own_folder")
def s3() -> Service:
    """LocalStack's own S3, with its objects in this instance's temporary folder.

    Its default is one fixed folder under /tmp for every instance on the machine: they would remove
    each other's buckets there, and another user's could not write at all.
    """
    from localstack.services.s3.provider import S3Provider

    from localstack_lake.s3.object_store import ObjectStore
    from localstack_lake.speed import shortcuts

    shortcuts.send_objects_in_large_pieces()
    return Service.for_provider(S3Provider(ObjectStore()))


@aws_provider(api="cloudformation", name="true_updates")
def cloudformation() -> Service:
    """LocalStack's own CloudFormation, but a failed update fails and is rolled back."""
    from localstack_lake.speed.deferred_services import load_cloudformation

    load_cloudformation()
    from localstack_lake.cloudformation import failed_updates
    from localstack_lake.gateway.acting import lend_identity_to_cloudformation
    from localstack_lake.speed import shortcuts

    failed_updates.restore_after_failed_updates()
    failed_updates.tell_why_updates_fail()
    lend_identity_to_cloudformation()
    shortcuts.parse_templates_in_c()
    return Service.for_provider(failed_updates.CloudformationProvider())


@aws_provider(api="cloudwatch", name="lean")
def cloudwatch() -> Service:
    """LocalStack's own CloudWatch, which evaluates alarms within its process."""
    from localstack.services.cloudwatch.provider_v2 import CloudwatchProvider

    from localstack_lake.speed import alarms

    alarms.install()
    return Service.for_provider(CloudwatchProvider())


@aws_provider(api="iam", name="lean")
def iam() -> Service:
    """LocalStack's own IAM, which reads AWS's managed policies on demand."""
    from localstack_lake.speed.iam import IamProvider

    return Service.for_provider(IamProvider())


@aws_provider(api="lambda", name="lean")
def functions() -> Service:
    """LocalStack's own Lambda, loaded without API Gateway."""
    from localstack_lake.speed.deferred_services import load_lambda

    load_lambda()
    from localstack.services.lambda_.provider import LambdaProvider

    return Service.for_provider(LambdaProvider())


@aws_provider(api="sns", name="lean")
def sns() -> Service:
    """LocalStack's own SNS, which makes the key of its signatures on demand."""
    from localstack_lake.speed.sns import SnsProvider

    return Service.for_provider(SnsProvider())


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    """`LAMBDA_RUNTIME_EXECUTOR=process`."""

    name = "process"

    def load(self, *args: object, **kwargs: object) -> type[RuntimeExecutor]:
        """Called by LocalStack at the first function."""
        from localstack_lake.functions import (
            bucket_events,
            call_metrics,
            code_objects,
            event_poller,
            late_logs,
            preparation,
        )
        from localstack_lake.functions.executor import ProcessExecutor
        from localstack_lake.speed import shortcuts

        bucket_events.install()
        call_metrics.install()
        code_objects.install()
        event_poller.install()
        late_logs.install()
        preparation.install()
        shortcuts.share_the_client_of_code_addresses()
        return ProcessExecutor


def resource_type(name: str, module: str) -> type[CloudFormationResourceProviderPlugin]:
    """Return the plugin of a CloudFormation type; LocalStack loads it at the first resource.

    `AWS::Glue::Database` is the class `GlueDatabase` in a module of `cloudformation`.
    """

    def load(self: Any) -> None:
        package = import_module(f"localstack_lake.cloudformation.{module}")
        self.factory = getattr(package, name.removeprefix("AWS::").replace("::", ""))

    members = {"name": name, "load": load}
    return type(f"{name} plugin", (CloudFormationResourceProviderPlugin,), members)


GlueDatabasePlugin = resource_type("AWS::Glue::Database", "glue_types")
GlueCrawlerPlugin = resource_type("AWS::Glue::Crawler", "glue_types")
GlueTablePlugin = resource_type("AWS::Glue::Table", "catalog_types")
GlueJobPlugin = resource_type("AWS::Glue::Job", "job_types")
GluePartitionPlugin = resource_type("AWS::Glue::Partition", "catalog_types")
GlueClassifierPlugin = resource_type("AWS::Glue::Classifier", "catalog_types")
AthenaWorkGroupPlugin = resource_type("AWS::Athena::WorkGroup", "athena_types")
AthenaNamedQueryPlugin = resource_type("AWS::Athena::NamedQuery", "saved_query_types")
AthenaDataCatalogPlugin = resource_type("AWS::Athena::DataCatalog", "data_catalog_types")
AthenaPreparedStatementPlugin = resource_type("AWS::Athena::PreparedStatement", "saved_query_types")


class ExactAddressServerPlugin(RuntimeServerPlugin):
    """`GATEWAY_SERVER=exact_address`, which `guard_the_gateway` makes the default."""

    name = "exact_address"

    def load(self, *args: object, **kwargs: object) -> RuntimeServer:
        """Called by LocalStack when it begins to listen."""
        from localstack_lake.gateway.listening import ExactAddressServer

        make_server: Any = ExactAddressServer
        server: RuntimeServer = make_server()
        return server


@hooks.on_infra_start()
def guard_the_gateway() -> None:
    """Accept requests only at the given addresses, and only from this machine's owner."""
    from localstack import config

    from localstack_lake.gateway.entrance import install

    if config.GATEWAY_SERVER == "twisted":
        config.GATEWAY_SERVER = "exact_address"
    install()


@hooks.on_infra_start()
def take_shortcuts() -> None:
    """Collect garbage less often, read models faster, and no model for a service's regions."""
    from localstack_lake.speed import models, shortcuts

    shortcuts.collect_garbage_less_often()
    shortcuts.start_without_moto_s_policies()
    models.read_models_as_dicts()
    models.share_models_between_sessions()
    models.find_regions_without_models()


@hooks.on_infra_start()
def choose_providers() -> None:
    """Use this package's providers, unless the environment chooses one."""
    from localstack.config import SERVICE_PROVIDER_CONFIG

    SERVICE_PROVIDER_CONFIG.set_provider_if_not_exists("s3", "own_folder")
    SERVICE_PROVIDER_CONFIG.set_provider_if_not_exists("cloudformation", "true_updates")
    for service in ("cloudwatch", "iam", "lambda", "sns"):
        SERVICE_PROVIDER_CONFIG.set_provider_if_not_exists(service, "lean")


@hooks.on_infra_start()
def enforce_policies() -> None:
    """Require a policy that allows a call with a role's credentials (LAKE_IAM)."""
    from localstack_lake.iam.enforcement import install

    install()


@hooks.on_infra_start()
def keep_objects_in_a_folder() -> None:
    """Keep objects of the buckets in LAKE_KEEP_BUCKETS in LAKE_KEEP_FOLDER."""
    from localstack_lake.s3.kept_objects import install

    install()


@hooks.on_infra_start()
def complete_resource_types() -> None:
    """Complete the types that LocalStack has."""
    from localstack_lake.cloudformation.completed_types import complete_resource_types

    complete_resource_types()


@hooks.on_infra_ready()
def start_trino() -> None:
    """Start the Trino for Athena's queries, if `LAKE_TRINO_HOME` names one."""
    from localstack import config

    from localstack_lake.trino.server import LAKE_CATALOGS, lake_variables, start

    if os.environ.get("LAKE_TRINO_HOME"):
        folder = Path(os.environ.get("LAKE_TRINO_FOLDER") or f"{config.dirs.data}/trino")
        variables = lake_variables(config.internal_service_url(), os.environ)
        start(folder, LAKE_CATALOGS, os.environ | variables)


@hooks.on_infra_ready()
def preload_services() -> None:
    """Load the services in LAKE_PRELOAD before anybody waits for them."""
    from localstack_lake.speed.preloading import preload

    preload(os.environ.get("LAKE_PRELOAD", ""))
