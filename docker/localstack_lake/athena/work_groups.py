"""Athena's work groups over moto's records, with the operations on them that moto lacks."""

from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.services.moto import call_moto
from moto.athena.models import AthenaBackend, WorkGroup, athena_backends
from moto.utilities.tagging_service import TaggingService

from localstack_lake.athena.errors import invalid_request
from localstack_lake.athena.paging import take_page

type Record = dict[str, Any]
ENGINE_VERSION = "Athena engine version 3"


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
        updates = request.get("ConfigurationUpdates") or {}
        check_configuration(updates, "ResultConfigurationUpdates")
        if "Description" in request:
            work_group.description = request["Description"]
        if "State" in request:
            work_group.state = request["State"]
        work_group.configuration = updated_configuration(work_group.configuration, updates)
        return {}

    @handler("CreateWorkGroup", expand=False)
    def create_work_group(self, context: RequestContext, request: Record) -> Record:
        """As moto, but a configuration that no query could run with is an error."""
        check_configuration(request.get("Configuration") or {}, "ResultConfiguration")
        return dict(call_moto(context))

    @handler("ListWorkGroups", expand=False)
    def list_work_groups(self, context: RequestContext, request: Record) -> Record:
        """As moto, in pages."""
        page, more = take_page(call_moto(context)["WorkGroups"], request, 50)
        return {"WorkGroups": page, **more}

    @handler("ListEngineVersions", expand=False)
    def list_engine_versions(self, context: RequestContext, request: Record) -> Record:
        """Return what a work group may choose."""
        return {
            "EngineVersions": [
                {"SelectedEngineVersion": chosen, "EffectiveEngineVersion": ENGINE_VERSION}
                for chosen in ("AUTO", ENGINE_VERSION)
            ]
        }


def check_configuration(given: Record, results: str) -> None:
    """Raise InvalidRequestException for an engine or an output location that does not exist."""
    engine = (given.get("EngineVersion") or {}).get("SelectedEngineVersion", "AUTO")
    if engine not in ("AUTO", ENGINE_VERSION):
        raise invalid_request(f"Invalid engine version: {engine}")
    location = (given.get(results) or {}).get("OutputLocation")
    if location and not (location.startswith("s3://") and location[5:].partition("/")[0]):
        raise invalid_request(f"outputLocation is not a valid S3 path: {location}")


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


def tagger_of(context: RequestContext) -> TaggingService:
    """Return what keeps the tags of the caller's Athena resources."""
    return _backend(context).tagger


def _backend(context: RequestContext) -> AthenaBackend:
    return athena_backends[context.account_id][context.region]


def find_work_group(context: RequestContext, name: str) -> WorkGroup:
    """Return moto's record; raises InvalidRequestException for an unknown name."""
    try:
        return _backend(context).work_groups[name]
    except KeyError as error:
        raise invalid_request(f"WorkGroup {name} is not found.") from error
