"""The CloudFormation types for Glue that open-source LocalStack lacks.

Each is a thin translation of a template's properties into API calls. Names, identifiers and
replacement rules are those of AWS's type reference:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Glue.html
"""

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

_DATABASE_FIELDS = (
    "Name",
    "Description",
    "LocationUri",
    "Parameters",
    "CreateTableDefaultPermissions",
    "TargetDatabase",
    "FederatedDatabase",
)

# What an update sends for a crawler's property that the template no longer has.
_EMPTY: Model = {
    "Description": "",
    "TablePrefix": "",
    "Schedule": "",
    "Classifiers": [],
    "Configuration": "",
    "CrawlerSecurityConfiguration": "",
}


class GlueDatabase(ResourceProvider[Model]):
    """`AWS::Glue::Database`. Ref is the database's name."""

    TYPE = "AWS::Glue::Database"
    SCHEMA = schema(
        TYPE,
        "CatalogId DatabaseName DatabaseInput Id",
        identifier="Id",
        required="CatalogId DatabaseInput",
        create_only="CatalogId DatabaseName",
        read_only="Id",
    )

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Create the database; its name is generated where the template gives none."""
        model = request.desired_state
        model["Id"] = _database_name(model) or _generated_name(request).lower()
        request.aws_client_factory.glue.create_database(
            **given(model, "CatalogId"), DatabaseInput=_database_input(model)
        )
        return done(model)

    def read(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """The database as the catalog has it."""
        model = request.desired_state
        glue = request.aws_client_factory.glue
        found = glue.get_database(**given(model, "CatalogId"), Name=model["Id"])["Database"]
        return done({**model, "DatabaseInput": given(found, *_DATABASE_FIELDS)})

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Change the database in place; another name makes another database."""
        model, previous = request.desired_state, request.previous_state or {}
        name = _database_name(model) or previous["Id"]
        if name != previous["Id"]:
            created = self.create(request)
            _delete_database(request, previous)
            return created
        model["Id"] = name
        request.aws_client_factory.glue.update_database(
            **given(model, "CatalogId"), Name=name, DatabaseInput=_database_input(model)
        )
        return done(model)

    def delete(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Delete the database with its tables; one that is gone counts as deleted."""
        _delete_database(request, request.desired_state)
        return done({})


class GlueCrawler(ResourceProvider[Model]):
    """`AWS::Glue::Crawler`. Ref is the crawler's name."""

    TYPE = "AWS::Glue::Crawler"
    SCHEMA = schema(
        TYPE,
        "Name Role DatabaseName Description Targets Schedule Classifiers TablePrefix"
        " SchemaChangePolicy RecrawlPolicy LakeFormationConfiguration Configuration"
        " CrawlerSecurityConfiguration Tags",
        identifier="Name",
        required="Role Targets",
        create_only="Name",
    )

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Create the crawler; its name is generated where the template gives none."""
        model = request.desired_state
        model.setdefault("Name", _generated_name(request))
        glue = request.aws_client_factory.glue
        glue.create_crawler(**crawler_fields(model), **given(model, "Tags"))
        return done(model)

    def read(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """The crawler as Glue has it."""
        model = request.desired_state
        found = request.aws_client_factory.glue.get_crawler(Name=model["Name"])["Crawler"]
        return done({**model, **given(found, *self.SCHEMA["properties"])})

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Change every property but the name in place; a property taken out is emptied."""
        model, previous = request.desired_state, request.previous_state or {}
        model.setdefault("Name", previous["Name"])
        glue = request.aws_client_factory.glue
        removed = {field: empty for field, empty in _EMPTY.items() if field in previous}
        glue.update_crawler(**{**removed, **crawler_fields(model)})
        arn = f"arn:aws:glue:{request.region_name}:{request.account_id}:crawler/{model['Name']}"
        before, after = previous.get("Tags") or {}, model.get("Tags") or {}
        if gone := [key for key in before if key not in after]:
            glue.untag_resource(ResourceArn=arn, TagsToRemove=gone)
        if changed := dict(after.items() - before.items()):
            glue.tag_resource(ResourceArn=arn, TagsToAdd=changed)
        return done(model)

    def delete(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Delete the crawler; one that is gone counts as deleted."""
        if name := request.desired_state.get("Name"):
            delete = request.aws_client_factory.glue.delete_crawler
            delete_if_there(delete, _ABSENT, Name=name)
        return done({})


def crawler_fields(model: Model) -> Model:
    """A crawler's API fields: as in the template, but for the schedule's extra level."""
    fields = {k: v for k, v in model.items() if k not in ("Tags", "Schedule")}
    schedule = (model.get("Schedule") or {}).get("ScheduleExpression")
    return {**fields, "Schedule": schedule} if schedule else fields


def _database_name(model: Model) -> str:
    return str(model.get("DatabaseName") or model["DatabaseInput"].get("Name") or "")


def _database_input(model: Model) -> Model:
    return {**given(model["DatabaseInput"], *_DATABASE_FIELDS), "Name": model["Id"]}


def _delete_database(request: ResourceRequest[Model], model: Model) -> None:
    if "Id" in model:  # absent when the creation failed
        delete = request.aws_client_factory.glue.delete_database
        delete_if_there(delete, _ABSENT, **given(model, "CatalogId"), Name=model["Id"])


def _generated_name(request: ResourceRequest[Model]) -> str:
    return str(generate_default_name(request.stack_name, request.logical_resource_id))
