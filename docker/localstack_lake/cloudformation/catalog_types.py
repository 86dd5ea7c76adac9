"""The CloudFormation types for what lies inside a Glue database, and for classifiers.

A change of a name, or of the place that something lies in, makes a new one and removes the old. No
property is declared as create-only: LocalStack would replace a partition whenever the table that
its template refers to changes, and the new one would meet the old one.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Glue.html
"""

from collections.abc import Mapping
from typing import Any

from localstack.services.cloudformation.provider_utils import generate_default_name
from localstack.services.cloudformation.resource_provider import (
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

from localstack_lake.cloudformation.resource_model import (
    Model,
    delete_if_there,
    done,
    given,
    schema,
)

_ABSENT = "EntityNotFoundException"
_CLASSIFIERS = ("CsvClassifier", "GrokClassifier", "JsonClassifier", "XMLClassifier")


class GlueTable(ResourceProvider[Model]):
    """`AWS::Glue::Table`. Ref is the table's name."""

    TYPE = "AWS::Glue::Table"
    SCHEMA = schema(
        TYPE,
        "CatalogId DatabaseName TableInput OpenTableFormatInput Id",
        identifier="Id",
        required="CatalogId DatabaseName TableInput",
        read_only="Id",
    )

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Create the table; its name is generated where the template gives none."""
        model = request.desired_state
        if model.get("OpenTableFormatInput"):
            raise ValueError("OpenTableFormatInput is not supported: create the table by a query")
        generated = generate_default_name(request.stack_name, request.logical_resource_id)
        model["Id"] = str(model["TableInput"].get("Name") or generated).lower()
        request.aws_client_factory.glue.create_table(
            **given(model, "CatalogId", "DatabaseName"), TableInput=table_input(model)
        )
        return done(model)

    def read(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """The table as the catalog has it."""
        model = request.desired_state
        found = request.aws_client_factory.glue.get_table(
            DatabaseName=model["DatabaseName"], Name=model["Id"]
        )
        return done({**model, "TableInput": given(found["Table"], *model["TableInput"])})

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Change the table in place, unless it gets another name or another database."""
        model, previous = request.desired_state, request.previous_state or {}
        model["Id"] = str(model["TableInput"].get("Name") or previous["Id"]).lower()
        if is_moved(model, previous, "DatabaseName", "Id"):
            created = self.create(request)
            _delete_table(request, previous)
            return created
        request.aws_client_factory.glue.update_table(
            **given(model, "CatalogId", "DatabaseName"), TableInput=table_input(model)
        )
        return done(model)

    def delete(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Delete the table; one that is gone counts as deleted."""
        _delete_table(request, request.desired_state)
        return done({})


class GluePartition(ResourceProvider[Model]):
    """`AWS::Glue::Partition`. Ref is its database, table and values."""

    TYPE = "AWS::Glue::Partition"
    SCHEMA = schema(
        TYPE,
        "CatalogId DatabaseName TableName PartitionInput Id",
        identifier="Id",
        required="CatalogId DatabaseName TableName PartitionInput",
        read_only="Id",
    )

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Create the partition."""
        model = request.desired_state
        model["Id"] = partition_id(model)
        request.aws_client_factory.glue.create_partition(
            **given(model, "CatalogId", "DatabaseName", "TableName"),
            PartitionInput=with_texts(model["PartitionInput"]),
        )
        return done(model)

    def read(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """The partition as the catalog has it."""
        model = request.desired_state
        found = request.aws_client_factory.glue.get_partition(
            **given(model, "DatabaseName", "TableName"),
            PartitionValues=model["PartitionInput"]["Values"],
        )["Partition"]
        return done({**model, "PartitionInput": given(found, *model["PartitionInput"])})

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Change the partition in place; other values or another table make a new one."""
        model, previous = request.desired_state, request.previous_state or {}
        model["Id"] = partition_id(model)
        if is_moved(model, previous, "Id"):
            created = self.create(request)
            _delete_partition(request, previous)
            return created
        request.aws_client_factory.glue.update_partition(
            **given(model, "CatalogId", "DatabaseName", "TableName"),
            PartitionValueList=model["PartitionInput"]["Values"],
            PartitionInput=with_texts(model["PartitionInput"]),
        )
        return done(model)

    def delete(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Delete the partition; one that is gone counts as deleted."""
        _delete_partition(request, request.desired_state)
        return done({})


class GlueClassifier(ResourceProvider[Model]):
    """`AWS::Glue::Classifier`. Ref is the classifier's name."""

    TYPE = "AWS::Glue::Classifier"
    SCHEMA = schema(
        TYPE, f"{' '.join(_CLASSIFIERS)} Id", identifier="Id", required="", read_only="Id"
    )

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Create the classifier; its name is generated where the template gives none."""
        model = request.desired_state
        generated = generate_default_name(request.stack_name, request.logical_resource_id)
        model["Id"] = classifier_name(model) or str(generated)
        request.aws_client_factory.glue.create_classifier(**classifier_fields(model))
        return done(model)

    def read(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """The classifier as Glue has it."""
        model = request.desired_state
        found = request.aws_client_factory.glue.get_classifier(Name=model["Id"])["Classifier"]
        shown = {kind: given(found[kind], *model[kind]) for kind in _CLASSIFIERS if kind in model}
        return done({**model, **shown})

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Change the classifier in place; another name or another kind makes a new one."""
        model, previous = request.desired_state, request.previous_state or {}
        model["Id"] = classifier_name(model) or previous["Id"]
        glue = request.aws_client_factory.glue
        if model["Id"] == previous["Id"] and model.keys() == previous.keys():
            glue.update_classifier(**classifier_fields(model))
            return done(model)
        if model["Id"] == previous["Id"]:
            delete_if_there(glue.delete_classifier, _ABSENT, Name=previous["Id"])
            return self.create(request)
        created = self.create(request)
        delete_if_there(glue.delete_classifier, _ABSENT, Name=previous["Id"])
        return created

    def delete(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Delete the classifier; one that is gone counts as deleted."""
        if name := request.desired_state.get("Id"):
            delete = request.aws_client_factory.glue.delete_classifier
            delete_if_there(delete, _ABSENT, Name=name)
        return done({})


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


def is_moved(model: Model, previous: Model, *names: str) -> bool:
    """Whether one of the properties that make the identity has changed."""
    return any(model.get(name) != previous.get(name) for name in names)


def partition_id(model: Model) -> str:
    """What a partition is called among the resources: `orders|daily|2026-01-01`."""
    values = model["PartitionInput"]["Values"]
    return "|".join([model["DatabaseName"], model["TableName"], *values])


def classifier_name(model: Model) -> str:
    """The name that a template gives a classifier, or nothing."""
    return next((str(model[kind].get("Name") or "") for kind in _CLASSIFIERS if kind in model), "")


def classifier_fields(model: Model) -> Model:
    """A classifier as the API takes it."""
    return {kind: {**model[kind], "Name": model["Id"]} for kind in _CLASSIFIERS if kind in model}


def _delete_table(request: ResourceRequest[Model], model: Model) -> None:
    if "Id" in model:  # absent when the creation failed
        delete = request.aws_client_factory.glue.delete_table
        place = given(model, "CatalogId", "DatabaseName")
        delete_if_there(delete, _ABSENT, **place, Name=model["Id"])


def _delete_partition(request: ResourceRequest[Model], model: Model) -> None:
    if "Id" in model:
        delete_if_there(
            request.aws_client_factory.glue.delete_partition,
            _ABSENT,
            **given(model, "CatalogId", "DatabaseName", "TableName"),
            PartitionValues=model["PartitionInput"]["Values"],
        )
