"""The CloudFormation types for what lies inside a Glue database, and for classifiers.

No property is declared as create-only: LocalStack would replace a partition whenever the table that
its template refers to changes, and the new one would meet the old one. `ApiType` compares values.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Glue.html
"""

from collections.abc import Mapping
from typing import Any

from localstack_lake.cloudformation.api_type import ApiType
from localstack_lake.cloudformation.resource_model import (
    Model,
    delete_if_there,
    given_properties,
    schema,
)

_ABSENT = "EntityNotFoundException"
_CLASSIFIERS = ("CsvClassifier", "GrokClassifier", "JsonClassifier", "XMLClassifier")


class GlueTable(ApiType):
    """`AWS::Glue::Table`. Ref is the table's name."""

    TYPE = "AWS::Glue::Table"
    SCHEMA = schema(
        TYPE,
        "CatalogId DatabaseName TableInput OpenTableFormatInput Id",
        identifier="Id",
        required="CatalogId DatabaseName TableInput",
        read_only="Id",
    )
    SERVICE = "glue"
    IDENTITY = ("DatabaseName", "Id")

    def identify(self, model: Model, usual: str) -> None:
        """Call the table as its definition does; Glue keeps names in lower case."""
        model["Id"] = str(model["TableInput"].get("Name") or usual).lower()

    def add(self, api: Any, model: Model) -> None:
        """Create the table."""
        if model.get("OpenTableFormatInput"):
            raise ValueError("OpenTableFormatInput is not supported: create the table by a query")
        api.create_table(
            **given_properties(model, "CatalogId", "DatabaseName"), TableInput=table_input(model)
        )

    def find(self, api: Any, model: Model) -> Model:
        """Return the definition that the catalog has."""
        found = api.get_table(DatabaseName=model["DatabaseName"], Name=model["Id"])["Table"]
        return {"TableInput": given_properties(found, *model["TableInput"])}

    def change(self, api: Any, model: Model, previous: Model) -> None:
        """Replace the definition."""
        api.update_table(
            **given_properties(model, "CatalogId", "DatabaseName"), TableInput=table_input(model)
        )

    def remove(self, api: Any, model: Model) -> None:
        """Delete the table."""
        place = given_properties(model, "CatalogId", "DatabaseName")
        delete_if_there(api.delete_table, _ABSENT, **place, Name=model["Id"])


class GluePartition(ApiType):
    """`AWS::Glue::Partition`. Ref is its database, table and values."""

    TYPE = "AWS::Glue::Partition"
    SCHEMA = schema(
        TYPE,
        "CatalogId DatabaseName TableName PartitionInput Id",
        identifier="Id",
        required="CatalogId DatabaseName TableName PartitionInput",
        read_only="Id",
    )
    SERVICE = "glue"

    def identify(self, model: Model, usual: str) -> None:
        """Call the partition `orders|daily|2026-01-01`."""
        values = model["PartitionInput"]["Values"]
        model["Id"] = "|".join([model["DatabaseName"], model["TableName"], *values])

    def add(self, api: Any, model: Model) -> None:
        """Create the partition."""
        api.create_partition(
            **given_properties(model, "CatalogId", "DatabaseName", "TableName"),
            PartitionInput=with_texts(model["PartitionInput"]),
        )

    def find(self, api: Any, model: Model) -> Model:
        """Return the definition that the catalog has."""
        found = api.get_partition(
            **given_properties(model, "DatabaseName", "TableName"),
            PartitionValues=model["PartitionInput"]["Values"],
        )["Partition"]
        return {"PartitionInput": given_properties(found, *model["PartitionInput"])}

    def change(self, api: Any, model: Model, previous: Model) -> None:
        """Replace the definition."""
        api.update_partition(
            **given_properties(model, "CatalogId", "DatabaseName", "TableName"),
            PartitionValueList=model["PartitionInput"]["Values"],
            PartitionInput=with_texts(model["PartitionInput"]),
        )

    def remove(self, api: Any, model: Model) -> None:
        """Delete the partition."""
        delete_if_there(
            api.delete_partition,
            _ABSENT,
            **given_properties(model, "CatalogId", "DatabaseName", "TableName"),
            PartitionValues=model["PartitionInput"]["Values"],
        )


class GlueClassifier(ApiType):
    """`AWS::Glue::Classifier`. Ref is the classifier's name."""

    TYPE = "AWS::Glue::Classifier"
    SCHEMA = schema(
        TYPE, f"{' '.join(_CLASSIFIERS)} Id", identifier="Id", required="", read_only="Id"
    )
    SERVICE = "glue"

    def identify(self, model: Model, usual: str) -> None:
        """Call the classifier as the template does."""
        named = (str(model[kind].get("Name") or "") for kind in _CLASSIFIERS if kind in model)
        model["Id"] = next(named, "") or usual

    def add(self, api: Any, model: Model) -> None:
        """Create the classifier."""
        api.create_classifier(**classifier_fields(model))

    def find(self, api: Any, model: Model) -> Model:
        """Return the settings that Glue has."""
        found = api.get_classifier(Name=model["Id"])["Classifier"]
        return {
            kind: given_properties(found[kind], *model[kind])
            for kind in _CLASSIFIERS
            if kind in model
        }

    def change(self, api: Any, model: Model, previous: Model) -> None:
        """Change the settings; Glue cannot change a classifier's kind, which needs a new one."""
        if model.keys() == previous.keys():
            api.update_classifier(**classifier_fields(model))
        else:
            self.remove(api, previous)
            self.add(api, model)

    def remove(self, api: Any, model: Model) -> None:
        """Delete the classifier."""
        delete_if_there(api.delete_classifier, _ABSENT, Name=model["Id"])


def table_input(model: Model) -> Model:
    """A table's definition with the name that it has in the catalog."""
    return {**with_texts(model["TableInput"]), "Name": model["Id"]}


def with_texts(definition: Model) -> Model:
    """A definition whose parameters are texts, as CloudFormation makes them: true is `true`."""
    changed = {
        name: texts(value) if name == "Parameters" else value for name, value in definition.items()
    }
    for part in ("StorageDescriptor", "SerdeInfo"):
        if isinstance(changed.get(part), dict):
            changed[part] = with_texts(changed[part])
    return changed


def texts(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Parameters with every value as a text."""
    return {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in parameters.items()
    }


def classifier_fields(model: Model) -> Model:
    """A classifier as the API takes it."""
    return {kind: {**model[kind], "Name": model["Id"]} for kind in _CLASSIFIERS if kind in model}
