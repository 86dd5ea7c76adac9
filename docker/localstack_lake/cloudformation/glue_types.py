"""The CloudFormation types for Glue that open-source LocalStack lacks.

Each is a thin translation of a template's properties into API calls. Names, identifiers and
replacement rules are those of AWS's type reference:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Glue.html
"""

from typing import Any

from localstack.services.cloudformation.resource_provider import ResourceProvider

from localstack_lake.cloudformation.api_type import ApiType, generated_name
from localstack_lake.cloudformation.resource_model import (
    Event,
    Model,
    Request,
    delete_if_there,
    given_properties,
    schema,
    succeeded,
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


class GlueDatabase(ApiType):
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
    SERVICE = "glue"

    def identify(self, model: Model, usual: str) -> None:
        """Call the database as the template does."""
        name = model.get("DatabaseName") or model["DatabaseInput"].get("Name")
        model["Id"] = str(name or usual)

    def new_name(self, request: Request) -> str:
        """Return the generated name in lower case, as Glue keeps names."""
        return generated_name(request).lower()

    def add(self, api: Any, model: Model) -> None:
        """Create the database."""
        api.create_database(
            **given_properties(model, "CatalogId"), DatabaseInput=_database_input(model)
        )

    def find(self, api: Any, model: Model) -> Model:
        """Return the definition that the catalog has."""
        found = api.get_database(**given_properties(model, "CatalogId"), Name=model["Id"])[
            "Database"
        ]
        return {"DatabaseInput": given_properties(found, *_DATABASE_FIELDS)}

    def change(self, api: Any, model: Model, previous: Model) -> None:
        """Replace the definition."""
        place = given_properties(model, "CatalogId")
        api.update_database(**place, Name=model["Id"], DatabaseInput=_database_input(model))

    def remove(self, api: Any, model: Model) -> None:
        """Delete the database with its tables."""
        place = given_properties(model, "CatalogId")
        delete_if_there(api.delete_database, _ABSENT, **place, Name=model["Id"])


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

    def create(self, request: Request) -> Event:
        """Create the crawler; its name is generated where the template gives none."""
        model = request.desired_state
        model.setdefault("Name", generated_name(request))
        glue = request.aws_client_factory.glue
        glue.create_crawler(**crawler_fields(model), **given_properties(model, "Tags"))
        return succeeded(model)

    def read(self, request: Request) -> Event:
        """The crawler as Glue has it."""
        model = request.desired_state
        found = request.aws_client_factory.glue.get_crawler(Name=model["Name"])["Crawler"]
        return succeeded({**model, **given_properties(found, *self.SCHEMA["properties"])})

    def update(self, request: Request) -> Event:
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
        return succeeded(model)

    def delete(self, request: Request) -> Event:
        """Delete the crawler; one that is gone counts as deleted."""
        if name := request.desired_state.get("Name"):
            delete = request.aws_client_factory.glue.delete_crawler
            delete_if_there(delete, _ABSENT, Name=name)
        return succeeded({})


def crawler_fields(model: Model) -> Model:
    """A crawler's API fields: as in the template, but for the schedule's extra level."""
    fields = {k: v for k, v in model.items() if k not in ("Tags", "Schedule")}
    schedule = (model.get("Schedule") or {}).get("ScheduleExpression")
    return {**fields, "Schedule": schedule} if schedule else fields


def _database_input(model: Model) -> Model:
    return {**given_properties(model["DatabaseInput"], *_DATABASE_FIELDS), "Name": model["Id"]}
