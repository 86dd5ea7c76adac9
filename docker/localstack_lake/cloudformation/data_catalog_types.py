"""The CloudFormation type for Athena's data catalogs.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-athena-datacatalog.html
"""

from typing import Any

from localstack_lake.cloudformation.api_type import ApiType
from localstack_lake.cloudformation.athena_types import update_tags
from localstack_lake.cloudformation.resource_model import (
    Model,
    delete_if_there,
    given_properties,
    schema,
)

_FIELDS = ("Name", "Type", "Description", "Parameters")


class AthenaDataCatalog(ApiType):
    """`AWS::Athena::DataCatalog`. Ref is the catalog's name."""

    TYPE = "AWS::Athena::DataCatalog"
    SCHEMA = schema(TYPE, f"{' '.join(_FIELDS)} Tags", identifier="Name", required="Name Type")
    SERVICE = "athena"
    IDENTITY = ("Name",)

    def add(self, api: Any, model: Model) -> None:
        """Register the catalog."""
        api.create_data_catalog(**given_properties(model, *_FIELDS, "Tags"))

    def find(self, api: Any, model: Model) -> Model:
        """Return the catalog that Athena has."""
        found = api.get_data_catalog(Name=model["Name"])["DataCatalog"]
        return given_properties(found, *_FIELDS)

    def change(self, api: Any, model: Model, previous: Model) -> None:
        """Change everything but the name; a description that is left out becomes empty."""
        api.update_data_catalog(**{"Description": "", **given_properties(model, *_FIELDS)})
        update_tags(api, _arn(api, model["Name"]), previous, model)

    def remove(self, api: Any, model: Model) -> None:
        """Forget the catalog."""
        delete_if_there(api.delete_data_catalog, "InvalidRequestException", Name=model["Name"])


def _arn(api: Any, name: str) -> str:
    found = api.get_data_catalog(Name=name)["DataCatalog"]
    account = found["Parameters"]["catalog-id"]
    return f"arn:aws:athena:{api.meta.region_name}:{account}:datacatalog/{name}"
