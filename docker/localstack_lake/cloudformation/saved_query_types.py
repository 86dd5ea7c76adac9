"""The CloudFormation types for Athena's named queries and prepared statements.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Athena.html
"""

from typing import Any

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

_NAMED_FIELDS = ("Name", "Database", "Description", "QueryString", "WorkGroup")
_PREPARED_FIELDS = ("StatementName", "WorkGroup", "QueryStatement", "Description")


class AthenaNamedQuery(ApiType):
    """`AWS::Athena::NamedQuery`. Ref is the query's id; every change makes a new one."""

    TYPE = "AWS::Athena::NamedQuery"
    SCHEMA = schema(
        TYPE,
        f"{' '.join(_NAMED_FIELDS)} NamedQueryId",
        identifier="NamedQueryId",
        required="Database QueryString",
        read_only="NamedQueryId",
    )
    SERVICE = "athena"
    IDENTITY = ("NamedQueryId",)

    def create(self, request: Request) -> Event:
        """Keep the query; its name is generated where the template gives none."""
        model = request.desired_state
        fields = {"Name": generated_name(request), **given_properties(model, *_NAMED_FIELDS)}
        made = self._api(request).create_named_query(**fields)
        return succeeded({**model, "NamedQueryId": made["NamedQueryId"]})

    def update(self, request: Request) -> Event:
        """Keep the new query and remove the old one."""
        created = self.create(request)
        self.remove(self._api(request), request.previous_state or {})
        return created

    def find(self, api: Any, model: Model) -> Model:
        """Return the query that Athena has."""
        found = api.get_named_query(NamedQueryId=model["NamedQueryId"])["NamedQuery"]
        return given_properties(found, *_NAMED_FIELDS)

    def remove(self, api: Any, model: Model) -> None:
        """Remove the query."""
        identity = given_properties(model, *self.IDENTITY)
        delete_if_there(api.delete_named_query, "InvalidRequestException", **identity)


class AthenaPreparedStatement(ApiType):
    """`AWS::Athena::PreparedStatement`. Ref is the statement's name."""

    TYPE = "AWS::Athena::PreparedStatement"
    SCHEMA = schema(
        TYPE,
        " ".join(_PREPARED_FIELDS),
        identifier="StatementName",
        required="StatementName WorkGroup QueryStatement",
    )
    SERVICE = "athena"
    IDENTITY = ("StatementName", "WorkGroup")

    def add(self, api: Any, model: Model) -> None:
        """Keep the statement in its work group."""
        api.create_prepared_statement(**given_properties(model, *_PREPARED_FIELDS))

    def find(self, api: Any, model: Model) -> Model:
        """Return the statement that Athena has."""
        found = api.get_prepared_statement(**given_properties(model, *self.IDENTITY))[
            "PreparedStatement"
        ]
        return given_properties(found, "QueryStatement", "Description")

    def change(self, api: Any, model: Model, previous: Model) -> None:
        """Change the text and the description."""
        api.update_prepared_statement(**given_properties(model, *_PREPARED_FIELDS))

    def remove(self, api: Any, model: Model) -> None:
        """Remove the statement."""
        identity = given_properties(model, *self.IDENTITY)
        delete_if_there(api.delete_prepared_statement, "ResourceNotFoundException", **identity)
