"""Athena's work groups over moto's records, with the operations on them that moto lacks."""

from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.services.moto import call_moto
from moto.athena.models import AthenaBackend, WorkGroup, athena_backends

from localstack_lake.athena.errors import invalid_request

type Record = dict[str, Any]


class WorkGroupHandlers:
    """What differs from moto. Requests and answers have the shapes of Athena's API."""

    @handler("GetWorkGroup", expand=False)
    def get_work_group(self, context: RequestContext, request: Record) -> Record:
        """As moto, but an unknown name is an error."""
        find_work_group(context, request["WorkGroup"])
        return dict(call_moto(context))

    @handler("UpdateWorkGroup", expand=False)
    def update_work_group(self, context: RequestContext, request: Record) -> Record:
        """Change description, state and configuration in place."""
        work_group = find_work_group(context, request["WorkGroup"])
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
            raise invalid_request("primary workGroup could not be deleted")
        work_group = find_work_group(context, request["WorkGroup"])
        _backend(context).tagger.delete_all_tags_for_resource(work_group.arn)
        return dict(call_moto(context))

    @handler("ListEngineVersions", expand=False)
    def list_engine_versions(self, context: RequestContext, request: Record) -> Record:
        """Return what a work group may choose."""
        version = "Athena engine version 3"
        return {
            "EngineVersions": [
                {"SelectedEngineVersion": chosen, "EffectiveEngineVersion": version}
                for chosen in ("AUTO", version)
            ]
        }

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


def _backend(context: RequestContext) -> AthenaBackend:
    return athena_backends[context.account_id][context.region]


def find_work_group(context: RequestContext, name: str) -> WorkGroup:
    """Return moto's record; raises InvalidRequestException for an unknown name."""
    try:
        return _backend(context).work_groups[name]
    except KeyError as error:
        raise invalid_request(f"WorkGroup {name} is not found.") from error
