"""Roll a failed update back to the state before it, as CloudFormation does and LocalStack does not.

LocalStack removes what a failed update had created, calls the stack rolled back, and then believes
the new template: resources it never reached count as gone. Here what was changed is changed back,
and the stack keeps its former template, parameters and resources.

LocalStack's UpdateStack calls every update complete, failed ones as well. Here it runs as a change
set of its own, which tells them apart.
"""

import copy
import uuid
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.cloudformation import (
    ChangeAction,
    ChangeSetStatus,
    ChangeSetType,
    StackStatus,
    UpdateStackOutput,
)
from localstack.services.cloudformation.engine.v2.change_set_model_executor import (
    ChangeSetModelExecutor,
    ChangeSetModelExecutorResult,
)
from localstack.services.cloudformation.engine.v2.change_set_model_preproc import (
    PreprocProperties,
)
from localstack.services.cloudformation.engine.validations import ValidationError
from localstack.services.cloudformation.models import get_cloudformation_store
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ResourceProviderExecutor,
)
from localstack.services.cloudformation.v2.provider import (
    CloudformationProviderV2,
    find_stack_v2,
)
from localstack.utils.patch import Patch

type Resources = dict[str, Any]

# LocalStack copies these from a change set to its stack after it ran, however it ended.
_COPIED = ("resolved_parameters", "template", "processed_template", "template_body")


def restore_after_failed_updates() -> None:
    """Make a failed update end where it began, or as UPDATE_ROLLBACK_FAILED."""
    execute = ChangeSetModelExecutor.execute

    def execute_or_restore(self: ChangeSetModelExecutor) -> ChangeSetModelExecutorResult:
        change_set = self._change_set
        stack = change_set.stack
        before = copy.deepcopy(stack.resolved_resources)
        is_deletion = stack.status == StackStatus.DELETE_IN_PROGRESS
        result = execute(self)
        is_update = change_set.change_set_type == ChangeSetType.UPDATE and not is_deletion
        if not result.failure_message or not is_update:
            return result
        if not _change_back(self, before, result.resources):
            stack.set_stack_status(StackStatus.UPDATE_ROLLBACK_FAILED)
        for name in _COPIED:
            setattr(change_set, name, getattr(stack, name))
        return ChangeSetModelExecutorResult(
            resources=before, outputs=stack.resolved_outputs, failure_message=result.failure_message
        )

    Patch(ChangeSetModelExecutor, "execute", execute_or_restore).apply()


def tell_why_updates_fail() -> None:
    """Give a failed change of a resource the service's words.

    LocalStack says of each that the resource could not be deleted.
    """
    execute_action = ResourceProviderExecutor.execute_action

    def execute_and_tell(self: Any, *args: Any, **more: Any) -> Any:
        event: Any = execute_action(self, *args, **more)
        error = event.custom_context.get("exception")
        if event.status == OperationStatus.FAILED and error is not None:
            event.message = str(error)
        return event

    Patch(ResourceProviderExecutor, "execute_action", execute_and_tell).apply()


class CloudformationProvider(CloudformationProviderV2):
    """LocalStack's CloudFormation, with an UpdateStack that plans and runs a change set."""

    # expand=False hands over the request as it came, unlike the generated interface.
    @handler("UpdateStack", expand=False)
    def update_stack(  # type: ignore[override]
        self, context: RequestContext, request: Any
    ) -> UpdateStackOutput:
        """Update a stack as a change set does; "No updates are to be performed." is an error."""
        name = f"update-{uuid.uuid4()}"
        plan: Any = {**request, "ChangeSetName": name, "ChangeSetType": ChangeSetType.UPDATE}
        made = self.create_change_set(context, plan)
        change_set_id: Any = made["Id"]
        change_sets = get_cloudformation_store(context.account_id, context.region).change_sets
        change_set = change_sets[change_set_id]
        if change_set.status == ChangeSetStatus.FAILED:
            del change_sets[change_set_id]
            change_set.stack.change_set_ids.discard(change_set_id)
            reason = change_set.status_reason or ""
            # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
            no_changes = "didn't contain changes" in reason
            text = "No updates are to be performed." if no_changes else reason
            raise ValidationError(text)
        self.execute_change_set(context, change_set_id)
        return UpdateStackOutput(StackId=made["StackId"])

    @handler("DeleteStack", expand=False)
    def delete_stack(self, context: RequestContext, request: Any) -> None:  # type: ignore[override]
        """Delete what a stack has, also where a failed creation left a part of its template."""
        store = get_cloudformation_store(context.account_id, context.region)
        stack = find_stack_v2(store, request["StackName"])
        if stack is not None and stack.processed_template:
            stack.processed_template = _made_part(stack)
        super().delete_stack(
            context, request["StackName"], retain_resources=request.get("RetainResources")
        )


def _made_part(stack: Any) -> Resources:
    """Return a stack's template with the resources that were made; they need no others."""
    made = {name for name, one in stack.resolved_resources.items() if one.get("PhysicalResourceId")}
    template: Resources = stack.processed_template
    resources = {name: one for name, one in template["Resources"].items() if name in made}
    if len(resources) == len(template["Resources"]):
        return template
    return {**template, "Resources": resources, "Outputs": {}}


def _change_back(executor: Any, before: Resources, after: Resources) -> bool:
    """Update every changed resource to its former state; return whether all succeeded."""
    is_whole = True
    for name, was in before.items():
        now = after.get(name)
        if not now or now["Properties"] == was["Properties"]:
            continue
        event = executor._execute_resource_action(
            action=ChangeAction.Modify,
            logical_resource_id=name,
            resource_type=was["Type"],
            before_properties=PreprocProperties(properties=now["Properties"]),
            after_properties=PreprocProperties(properties=was["Properties"]),
        )
        is_whole &= event.status == OperationStatus.SUCCESS
    return is_whole
