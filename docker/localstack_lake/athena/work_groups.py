"""Athena's work groups over moto's records, with the operations on them that moto lacks.

It runs no queries, and says so: moto would answer every query with a success and no rows.
"""

from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.aws.skeleton import DispatchTable, create_dispatch_table
from localstack.aws.spec import load_service
from localstack.services.moto import call_moto
from localstack.services.plugins import Service
from moto.athena.models import AthenaBackend, WorkGroup, athena_backends

type Record = dict[str, Any]


class AthenaProvider:
    """What differs from moto. Requests and answers have the shapes of Athena's API."""

    service = "athena"

    @handler("GetWorkGroup", expand=False)
    def get_work_group(self, context: RequestContext, request: Record) -> Record:
        """As moto, but an unknown name is an error."""
        _work_group(context, request["WorkGroup"])
        return dict(call_moto(context))

    @handler("UpdateWorkGroup", expand=False)
    def update_work_group(self, context: RequestContext, request: Record) -> Record:
        """Change description, state and configuration in place."""
        work_group = _work_group(context, request["WorkGroup"])
        if "Description" in request:
            work_group.description = request["Description"]
        if "State" in request:
            work_group.state = request["State"]
        work_group.configuration = updated_configuration(
            work_group.configuration, request.get("ConfigurationUpdates") or {}
        )
        return {}

    @handler("DeleteWorkGroup", expand=False)
    def delete_work_group(self, context: RequestContext, request: Record) -> Record:
        """As moto, but an unknown name and the primary work group are errors."""
        if request["WorkGroup"] == "primary":
            raise _invalid_request("primary workGroup could not be deleted")
        work_group = _work_group(context, request["WorkGroup"])
        _backend(context).tagger.delete_all_tags_for_resource(work_group.arn)
        return dict(call_moto(context))

    @handler("TagResource", expand=False)
    def tag_resource(self, context: RequestContext, request: Record) -> Record:
        """Add tags, or change their values."""
        _backend(context).tagger.tag_resource(request["ResourceARN"], request["Tags"])
        return {}

    @handler("UntagResource", expand=False)
    def untag_resource(self, context: RequestContext, request: Record) -> Record:
        """Remove tags by their keys."""
        tagger = _backend(context).tagger
        tagger.untag_resource_using_names(request["ResourceARN"], request["TagKeys"])
        return {}

    @handler("StartQueryExecution", expand=False)
    def start_query_execution(self, context: RequestContext, request: Record) -> Record:
        """Refused: an answer that no engine computed would be worse than none."""
        raise _invalid_request(
            "This emulator keeps Athena's work groups and runs no queries. "
            "Run the query on another engine."
        )


def create_athena_service() -> Service:
    """The service for LocalStack: every operation goes to moto unless the provider has it."""
    return Service.for_provider(AthenaProvider(), dispatch_table_factory=_dispatch_table)


def updated_configuration(current: Record, updates: Record) -> Record:
    """A work group's configuration after an update: fields set, and `Remove...` flags obeyed.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfigurationUpdates.html
    """
    updated = dict(current)
    for name, value in updates.items():
        if name.endswith("ConfigurationUpdates"):
            field = name.removesuffix("Updates")
            updated[field] = updated_configuration(updated.get(field) or {}, value)
        elif not name.startswith("Remove"):
            updated[name] = value
        elif value:
            updated.pop(name.removeprefix("Remove"), None)
    return updated


def _dispatch_table(provider: object) -> DispatchTable:
    operations = load_service("athena").operation_names
    to_moto: DispatchTable = dict.fromkeys(operations, lambda context, request: call_moto(context))
    return to_moto | create_dispatch_table(provider)


def _backend(context: RequestContext) -> AthenaBackend:
    return athena_backends[context.account_id][context.region]


def _work_group(context: RequestContext, name: str) -> WorkGroup:
    try:
        return _backend(context).work_groups[name]
    except KeyError as error:
        raise _invalid_request(f"WorkGroup {name} is not found.") from error


def _invalid_request(message: str) -> CommonServiceException:
    return CommonServiceException("InvalidRequestException", message, 400, sender_fault=True)
