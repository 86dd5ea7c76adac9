"""LocalStack's catalog of supported CloudFormation types, answered from what is installed.

Its own catalog asks the vendor's server over the network and, when that does not answer, calls
every type unsupported. This one makes no request.
"""

from localstack.utils.catalog.catalog import (
    AwsServicesSupportStatus,
    CatalogPlugin,
    CfnResourceSupportStatus,
)
from localstack.utils.catalog.common import (
    AwsServicesSupportInLatest,
    CloudFormationResourcesSupportAtRuntime,
    CloudFormationResourcesSupportInLatest,
)


class InstalledTypesCatalog(CatalogPlugin):
    """Loaded under the name that LocalStack looks for first (see pyproject.toml)."""

    name = "aws-catalog-remote-state-with-license"

    def get_aws_service_status(
        self, service_name: str, operation_name: str | None = None
    ) -> AwsServicesSupportStatus | None:
        """Nothing is known beyond this installation: LocalStack then words the error itself."""
        return None

    def get_cloudformation_resource_status(
        self, resource_name: str, service_name: str, is_pro_resource: bool = False
    ) -> CfnResourceSupportStatus | AwsServicesSupportInLatest | None:
        """Available if some installed package provides the type."""
        if resource_name in self._get_cfn_resources_available_at_runtime():
            return CloudFormationResourcesSupportAtRuntime.AVAILABLE
        return CloudFormationResourcesSupportInLatest.NOT_SUPPORTED
