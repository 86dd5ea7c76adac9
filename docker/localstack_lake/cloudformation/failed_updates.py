"""Roll a failed update back to the state before it, as CloudFormation does and LocalStack does not.

LocalStack removes what a failed update had created, calls the stack rolled back, and then believes
the new template: resources it never reached count as gone. Here what was changed is changed back,
and the stack keeps its former template, parameters and resources.
"""

import copy
from typing import Any

from localstack.aws.api.cloudformation import ChangeAction, ChangeSetType, StackStatus
from localstack.services.cloudformation.engine.v2.change_set_model_executor import (
    ChangeSetModelExecutor,
    ChangeSetModelExecutorResult,
)
from localstack.services.cloudformation.engine.v2.change_set_model_preproc import (
    PreprocProperties,
)
from localstack.services.cloudformation.resource_provider import OperationStatus

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

    ChangeSetModelExecutor.execute = execute_or_restore  # type: ignore[method-assign]


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
