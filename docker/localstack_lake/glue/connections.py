"""Connections over moto's records: their passwords can be hidden, and they can change and go.

https://docs.aws.amazon.com/glue/latest/webapi/API_Connection.html
"""

from datetime import UTC, datetime

from localstack.aws.api import CommonServiceException, RequestContext, handler
from moto.glue.models import FakeConnection, glue_backends

from localstack_lake.glue.paging import not_found, take_page
from localstack_lake.glue.shapes import GlueDict

PAGE = 100
_SECRETS = ("PASSWORD", "ENCRYPTED_PASSWORD")


class ConnectionHandlers:
    """The operations on connections, but for the one that makes them."""

    @handler("GetConnection", expand=False)
    def get_connection(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show a connection, without its password if so asked."""
        found = _find(context, request["Name"])
        return {"Connection": _show(found, bool(request.get("HidePassword")))}

    @handler("GetConnections", expand=False)
    def get_connections(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show the connections that pass a filter."""
        wanted = request.get("Filter") or {}
        criteria = set(wanted.get("MatchCriteria") or ())
        found = [
            _show(connection, bool(request.get("HidePassword")))
            for _, connection in sorted(_kept(context).items())
            if wanted.get("ConnectionType")
            in (None, connection.connection_input.get("ConnectionType"))
            and criteria <= set(connection.connection_input.get("MatchCriteria") or ())
        ]
        page, more = take_page(found, request.get("NextToken"), request.get("MaxResults"), PAGE)
        return {"ConnectionList": page} | more

    @handler("UpdateConnection", expand=False)
    def update_connection(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Replace a connection's definition; its name stays."""
        found = _find(context, request["Name"])
        found.connection_input = request["ConnectionInput"] | {"Name": request["Name"]}
        found.updated_time = datetime.now(UTC).replace(tzinfo=None)
        return {}

    @handler("DeleteConnection", expand=False)
    def delete_connection(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Remove a connection."""
        name = request["ConnectionName"]
        found = _find(context, name)
        found.backend.tagger.delete_all_tags_for_resource(found.arn)
        del _kept(context)[name]
        return {}

    @handler("BatchDeleteConnection", expand=False)
    def batch_delete_connection(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Remove connections, and name those that could not be."""
        gone, errors = [], {}
        for name in request["ConnectionNameList"]:
            try:
                self.delete_connection(context, {"ConnectionName": name})
                gone.append(name)
            except CommonServiceException as error:
                errors[name] = {"ErrorCode": error.code, "ErrorMessage": error.message}
        return {"Succeeded": gone, "Errors": errors}


def _kept(context: RequestContext) -> dict[str, FakeConnection]:
    kept: dict[str, FakeConnection] = glue_backends[context.account_id][context.region].connections
    return kept


def _find(context: RequestContext, name: str) -> FakeConnection:
    try:
        return _kept(context)[name]
    except KeyError as error:
        raise not_found(f"Connection {name} not found.") from error


def _show(connection: FakeConnection, hides_password: bool) -> GlueDict:
    shown = {
        key: value
        for key, value in connection.connection_input.items()
        if key not in ("ValidateCredentials", "AuthenticationConfiguration")
    }
    properties = shown.get("ConnectionProperties") or {}
    if hides_password:
        properties = {key: value for key, value in properties.items() if key not in _SECRETS}
    return shown | {
        "ConnectionProperties": properties,
        "CreationTime": connection.created_time.replace(tzinfo=UTC),
        "LastUpdatedTime": connection.updated_time.replace(tzinfo=UTC),
        "Status": connection.status,
    }
