"""The CloudFormation types for Athena's named queries and prepared statements.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Athena.html
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

_NAMED_FIELDS = ("Name", "Database", "Description", "QueryString", "WorkGroup")
_PREPARED_FIELDS = ("StatementName", "WorkGroup", "QueryStatement", "Description")


class AthenaNamedQuery(ResourceProvider[Model]):
    """`AWS::Athena::NamedQuery`. Ref is the query's id; every change makes a new one."""

    TYPE = "AWS::Athena::NamedQuery"
    SCHEMA = schema(
        TYPE,
        f"{' '.join(_NAMED_FIELDS)} NamedQueryId",
        identifier="NamedQueryId",
        required="Database QueryString",
        read_only="NamedQueryId",
    )

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Keep the query; its name is generated where the template gives none."""
        model = request.desired_state
        generated = generate_default_name(request.stack_name, request.logical_resource_id)
        fields = {"Name": generated, **given(model, *_NAMED_FIELDS)}
        made = request.aws_client_factory.athena.create_named_query(**fields)
        return done({**model, "NamedQueryId": made["NamedQueryId"]})

    def read(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """The query as Athena has it."""
        model = request.desired_state
        athena = request.aws_client_factory.athena
        found = athena.get_named_query(NamedQueryId=model["NamedQueryId"])["NamedQuery"]
        return done({**model, **given(found, *_NAMED_FIELDS)})

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Keep the new query and remove the old one."""
        created = self.create(request)
        _delete_named_query(request, request.previous_state or {})
        return created

    def delete(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Remove the query; one that is gone counts as removed."""
        _delete_named_query(request, request.desired_state)
        return done({})


class AthenaPreparedStatement(ResourceProvider[Model]):
    """`AWS::Athena::PreparedStatement`. Ref is the statement's name."""

    TYPE = "AWS::Athena::PreparedStatement"
    SCHEMA = schema(
        TYPE,
        " ".join(_PREPARED_FIELDS),
        identifier="StatementName",
        required="StatementName WorkGroup QueryStatement",
    )

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Keep the statement in its work group."""
        model = request.desired_state
        fields = given(model, *_PREPARED_FIELDS)
        request.aws_client_factory.athena.create_prepared_statement(**fields)
        return done(model)

    def read(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """The statement as Athena has it."""
        model = request.desired_state
        found = request.aws_client_factory.athena.get_prepared_statement(
            **given(model, "StatementName", "WorkGroup")
        )["PreparedStatement"]
        return done({**model, **given(found, "QueryStatement", "Description")})

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Change text and description in place; another name or work group makes a new one."""
        model, previous = request.desired_state, request.previous_state or {}
        identity = ("StatementName", "WorkGroup")
        if given(model, *identity) != given(previous, *identity):
            created = self.create(request)
            _delete_prepared_statement(request, previous)
            return created
        fields = given(model, *_PREPARED_FIELDS)
        request.aws_client_factory.athena.update_prepared_statement(**fields)
        return done(model)

    def delete(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        """Remove the statement; one that is gone counts as removed."""
        _delete_prepared_statement(request, request.desired_state)
        return done({})


def _delete_named_query(request: ResourceRequest[Model], model: Model) -> None:
    if query_id := model.get("NamedQueryId"):  # absent when the creation failed
        delete = request.aws_client_factory.athena.delete_named_query
        delete_if_there(delete, "InvalidRequestException", NamedQueryId=query_id)


def _delete_prepared_statement(request: ResourceRequest[Model], model: Model) -> None:
    delete_if_there(
        request.aws_client_factory.athena.delete_prepared_statement,
        "ResourceNotFoundException",
        **given(model, "StatementName", "WorkGroup"),
    )
