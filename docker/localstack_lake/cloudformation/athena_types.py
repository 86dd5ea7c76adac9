"""The CloudFormation type for Athena that open-source LocalStack lacks.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-athena-workgroup.html
"""

from typing import Any

from localstack.services.cloudformation.resource_provider import ResourceProvider

from localstack_lake.cloudformation.resource_model import (
    Event,
    Model,
    Request,
    delete_if_there,
    given_properties,
    schema,
    succeeded,
)


class AthenaWorkGroup(ResourceProvider[Model]):
    """`AWS::Athena::WorkGroup`. Ref is the work group's name."""

    TYPE = "AWS::Athena::WorkGroup"
    SCHEMA = schema(
        TYPE,
        "Name Description State RecursiveDeleteOption WorkGroupConfiguration Tags CreationTime",
        identifier="Name",
        required="Name",
        create_only="Name",
        read_only="CreationTime",
    )

    def create(self, request: Request) -> Event:
        """Create the work group, and disable it if the template says so."""
        model = request.desired_state
        athena = request.aws_client_factory.athena
        athena.create_work_group(
            Name=model["Name"],
            Configuration=model.get("WorkGroupConfiguration") or {},
            Description=model.get("Description") or "",
            Tags=model.get("Tags") or [],
        )
        if model.get("State") == "DISABLED":
            athena.update_work_group(WorkGroup=model["Name"], State="DISABLED")
        return succeeded({**model, "CreationTime": _creation_time(athena, model["Name"])})

    def read(self, request: Request) -> Event:
        """The work group as Athena has it."""
        model = request.desired_state
        found = request.aws_client_factory.athena.get_work_group(WorkGroup=model["Name"])
        work_group = found["WorkGroup"]
        configuration = {"WorkGroupConfiguration": work_group.get("Configuration") or {}}
        return succeeded(
            {**model, **given_properties(work_group, "Description", "State"), **configuration}
        )

    def update(self, request: Request) -> Event:
        """Change description, state, configuration and tags in place."""
        model, previous = request.desired_state, request.previous_state or {}
        athena = request.aws_client_factory.athena
        athena.update_work_group(
            WorkGroup=model["Name"],
            Description=model.get("Description") or "",
            State=model.get("State") or "ENABLED",
            ConfigurationUpdates=configuration_updates(
                previous.get("WorkGroupConfiguration") or {},
                model.get("WorkGroupConfiguration") or {},
            ),
        )
        where = f"{request.region_name}:{request.account_id}"
        update_tags(athena, f"arn:aws:athena:{where}:workgroup/{model['Name']}", previous, model)
        return succeeded({**model, **given_properties(previous, "CreationTime")})

    def delete(self, request: Request) -> Event:
        """Delete the work group; one that is gone counts as deleted."""
        model = request.desired_state
        delete_if_there(
            request.aws_client_factory.athena.delete_work_group,
            "InvalidRequestException",
            WorkGroup=model["Name"],
            RecursiveDeleteOption=bool(model.get("RecursiveDeleteOption")),
        )
        return succeeded({})


def configuration_updates(before: Model, after: Model) -> Model:
    """The update that leads from one work group configuration to another, removals included."""
    updates: Model = {k: v for k, v in after.items() if k != "ResultConfiguration"}
    if "BytesScannedCutoffPerQuery" in before and "BytesScannedCutoffPerQuery" not in after:
        updates["RemoveBytesScannedCutoffPerQuery"] = True
    result_before = before.get("ResultConfiguration") or {}
    result_after = after.get("ResultConfiguration") or {}
    removed = {f"Remove{field}": True for field in result_before if field not in result_after}
    if result_after or removed:
        updates["ResultConfigurationUpdates"] = {**result_after, **removed}
    return updates


def update_tags(athena: Any, arn: str, previous: Model, model: Model) -> None:
    """Give a resource of Athena the template's tags, and take away those that it had before."""
    before = {tag["Key"] for tag in previous.get("Tags") or []}
    after = {tag["Key"] for tag in model.get("Tags") or []}
    if gone := sorted(before - after):
        athena.untag_resource(ResourceARN=arn, TagKeys=gone)
    if model.get("Tags"):
        athena.tag_resource(ResourceARN=arn, Tags=model["Tags"])


def _creation_time(athena: Any, name: str) -> str:
    created = athena.get_work_group(WorkGroup=name)["WorkGroup"].get("CreationTime")
    return str(int(created.timestamp())) if created else ""
