"""Repair a stack that an interrupted or failed deployment has left unfinished.

It changes only this deployment's own stack. It asks no questions: the caller does that.
"""

from datetime import UTC, datetime, timedelta

from botocore.exceptions import ClientError

from orderlake.aws.session import Aws, error_code
from orderlake.deploy import plan, stack
from orderlake.errors import DeployFailed

# Somebody may still be reading a newer plan before they agree to it.
FORGOTTEN_AFTER = timedelta(hours=1)


def unblock_stack(aws: Aws, on_event: stack.OnEvent) -> str | None:
    """Make a stuck stack deployable again; return what was done, None if nothing.

    Remains of a failed creation are deleted, and a rollback that failed is continued. Raises
    DeployFailed where AWS fails again.
    """
    name = aws.names.stack
    status = stack.settled_status(aws, name, on_event)
    if status in stack.LEFTOVERS:
        # A creation that was rolled back leaves no event about its end.
        stack.delete(aws, on_event if status != "ROLLBACK_COMPLETE" else lambda event: None)
        return f"removed the remains of a failed attempt ({status})"
    if status == stack.HALF_ROLLED_BACK:
        seen = stack.event_ids(aws, name)
        aws.cloudformation.continue_update_rollback(StackName=name)
        events = stack.follow(aws, name, seen, on_event)
        after = stack.status_of(aws, name)
        if after != "UPDATE_ROLLBACK_COMPLETE":
            cause = plan.explain(plan.first_cause(events))
            step = f"settle the cause and deploy again, or leave it: {skip_command(aws, events)}"
            raise DeployFailed(name, str(after), cause, step)
        return "ended the rollback that an earlier deployment had left half-way"
    return None


def skip_command(aws: Aws, events: list[plan.Event]) -> str:
    """Return the command that ends a rollback even if a resource cannot be rolled back."""
    cause = plan.first_cause(events)
    resource = cause.logical_id if cause else "RESOURCE"
    return (
        f"aws cloudformation continue-update-rollback --stack-name {aws.names.stack} "
        f"--resources-to-skip {resource}"
    )


def discard_forgotten(aws: Aws, now: datetime) -> int:
    """Remove change sets that our interrupted deployments left; return how many."""
    name = aws.names.stack
    try:
        listed = aws.cloudformation.list_change_sets(StackName=name)["Summaries"]
    except ClientError as error:
        if error_code(error) in ("ValidationError", "ChangeSetNotFound"):
            return 0  # there is no stack
        raise
    left = [
        str(found["ChangeSetId"])
        for found in listed
        if str(found.get("ChangeSetName", "")).startswith(stack.CHANGE_SET_PREFIX)
        and found.get("ExecutionStatus") in ("AVAILABLE", "UNAVAILABLE", "OBSOLETE")
        and now - found.get("CreationTime", now).replace(tzinfo=UTC) > FORGOTTEN_AFTER
    ]
    for arn in left:
        aws.cloudformation.delete_change_set(ChangeSetName=arn, StackName=name)
    return len(left)
