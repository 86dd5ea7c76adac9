"""The stack: plan a change set, execute it, follow its events. The plan itself is in plan.py.

The same calls work with LocalStack, any AWS-compatible endpoint and AWS. It asks no questions: the
caller shows the plan and decides.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from orderlake.aws.session import Aws, error_code
from orderlake.deploy import early_validation, plan
from orderlake.deploy.artifact_bucket import put_package
from orderlake.deploy.package import Package
from orderlake.errors import BadSetting, DeployFailed, NotDeployed

DEPLOY_SECONDS = 1800.0
# A first creation that failed leaves a stack that can only be deleted; it holds no resources.
LEFTOVERS = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")
# The rollback of an update has failed; AWS can be asked to continue it.
HALF_ROLLED_BACK = "UPDATE_ROLLBACK_FAILED"
STATUS_EVERY = 10
STUCK = (*LEFTOVERS, HALF_ROLLED_BACK)
ABSENT = (None, "REVIEW_IN_PROGRESS", "DELETE_COMPLETE")
# Our change sets begin with this; other change sets on the stack are left alone.
CHANGE_SET_PREFIX = "orderlake-"
OnEvent = Callable[[plan.Event], None]


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """A change set that AWS has computed and nobody has executed yet."""

    arn: str
    stack: str
    is_new_stack: bool
    changes: tuple[plan.Change, ...]


def status_of(aws: Aws, stack: str) -> str | None:
    """Return the stack's status, or None where there is no such stack."""
    found = describe(aws, stack)
    return str(found["StackStatus"]) if found else None


def describe(aws: Aws, stack: str) -> Mapping[str, Any] | None:
    """Return DescribeStacks' entry for a stack name or ARN, or None."""
    try:
        return dict(aws.cloudformation.describe_stacks(StackName=stack)["Stacks"][0])
    except ClientError as error:
        # AWS answers an unknown stack with a ValidationError, not with a code of its own.
        if error_code(error) == "ValidationError" and "does not exist" in str(error):
            return None
        raise


def outputs_of(aws: Aws) -> dict[str, str]:
    """Return the deployed stack's outputs; raises NotDeployed."""
    found = describe(aws, aws.names.stack)
    if found is None or found["StackStatus"] in ABSENT:
        raise NotDeployed(f"the stack {aws.names.stack}", aws.settings.env)
    return {o["OutputKey"]: o["OutputValue"] for o in found.get("Outputs", [])}


def prepare(
    aws: Aws, package: Package, on_event: OnEvent, *, import_existing: bool = False
) -> ChangeSet | None:
    """Return the change set that a deployment would execute, or None if nothing differs.

    Nothing changes yet; not even the function's zip is uploaded. With `import_existing`, buckets
    that exist already are planned as imports; otherwise AWS refuses them. Raises DeployFailed if
    the stack's state allows no plan.
    """
    names = aws.names
    status = settled_status(aws, names.stack, on_event)
    if status in STUCK:
        raise stuck(names.stack, str(status))
    is_new = status in ABSENT
    template = (aws.settings.root / "template.yaml").read_text("utf-8")
    created = aws.cloudformation.create_change_set(
        StackName=names.stack,
        ChangeSetName=f"{CHANGE_SET_PREFIX}{package.sha256[:8]}-{time.time_ns()}",
        ChangeSetType="CREATE" if is_new else "UPDATE",
        Description=f"orderlake deploy, function {package.sha256[:12]}",
        TemplateBody=template,
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in parameters(aws, package, template).items()
        ],
        Capabilities=["CAPABILITY_IAM"],
        Tags=[{"Key": "application", "Value": "orderlake"}],
        ImportExistingResources=import_existing,
    )
    return await_change_set(aws, created["Id"], names.stack, is_new_stack=is_new)


def parameters(aws: Aws, package: Package, template: str) -> dict[str, str]:
    """Return the template's parameters: our own, and those that orderlake.toml sets.

    Raises BadSetting for a parameter that the template does not have.
    """
    chosen = aws.settings.parameters
    ours = {
        "Prefix": aws.settings.prefix,
        "CodeBucket": aws.names.artifact_bucket,
        "CodeKey": package.key,
        "Architecture": aws.settings.architecture,
        "RawBucketName": aws.settings.raw_bucket or "",
        "RawPrefix": aws.settings.raw_prefix,
        "JobsFolder": package.jobs.folder if package.jobs else "",
    }
    if chosen:
        summary = aws.cloudformation.get_template_summary(TemplateBody=template)
        known = {str(p["ParameterKey"]) for p in summary.get("Parameters", [])} - set(ours)
        for name in chosen:
            if name not in known:
                where = f"orderlake.toml [{aws.settings.env}.parameters]"
                raise BadSetting(name, chosen[name], where, f"one of {', '.join(sorted(known))}")
    return {**chosen, **ours}


def await_change_set(aws: Aws, arn: str, stack: str, *, is_new_stack: bool) -> ChangeSet | None:
    """Wait until AWS has computed the change set; None if it would change nothing."""
    pause = 0.05
    while True:
        answer = aws.cloudformation.describe_change_set(
            ChangeSetName=arn, StackName=stack, IncludePropertyValues=True
        )
        if answer["Status"] == "CREATE_COMPLETE":
            return ChangeSet(arn, stack, is_new_stack, tuple(all_changes(aws, arn, stack, answer)))
        if answer["Status"] in ("FAILED", "DELETE_FAILED"):
            reason, step = answer.get("StatusReason", ""), "correct template.yaml or settings"
            if early_validation.NAMED in reason:
                reason, step = early_validation.explain(aws, arn, reason), early_validation.STEP
            discard(aws, ChangeSet(arn, stack, is_new_stack, ()))
            if plan.is_nothing_to_do(reason):
                return None
            raise DeployFailed(stack, "no change set", reason, step)
        time.sleep(pause)
        pause = min(pause * 1.5, 2.0)


def all_changes(aws: Aws, arn: str, stack: str, answer: Mapping[str, Any]) -> list[plan.Change]:
    """Return every page of a change set's changes."""
    changes = plan.changes_of(answer)
    while token := answer.get("NextToken"):
        answer = dict(
            aws.cloudformation.describe_change_set(
                ChangeSetName=arn, StackName=stack, NextToken=token, IncludePropertyValues=True
            )
        )
        changes += plan.changes_of(answer)
    return changes


def discard(aws: Aws, change_set: ChangeSet) -> None:
    """Remove a change set that will not be executed, and the empty stack that it came with."""
    aws.cloudformation.delete_change_set(ChangeSetName=change_set.arn, StackName=change_set.stack)
    if change_set.is_new_stack and status_of(aws, change_set.stack) == "REVIEW_IN_PROGRESS":
        aws.cloudformation.delete_stack(StackName=change_set.stack)


def execute(aws: Aws, change_set: ChangeSet, package: Package, on_event: OnEvent) -> dict[str, str]:
    """Upload the zip, execute the change set, follow it to its end, return the stack's outputs.

    Raises DeployFailed with the first cause once AWS has rolled back.
    """
    try:
        put_package(aws, package)
    except BaseException:
        discard(aws, change_set)
        raise
    seen = event_ids(aws, change_set.stack)
    aws.cloudformation.execute_change_set(ChangeSetName=change_set.arn, StackName=change_set.stack)
    events = follow(aws, change_set.stack, seen, on_event)
    status = status_of(aws, change_set.stack) or "DELETE_COMPLETE"
    if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        cause = plan.explain(plan.first_cause(events))
        step = "correct it and deploy again; the previous version still works"
        if change_set.is_new_stack:
            step = "correct it and deploy again; the remains of this attempt are removed then"
        raise DeployFailed(change_set.stack, status, cause, step)
    return outputs_of(aws)


def delete(aws: Aws, on_event: OnEvent) -> bool:
    """Delete the stack and wait; return whether there was one. Raises DeployFailed."""
    found = describe(aws, aws.names.stack)
    if found is None:
        return False
    # A deleted stack can be described by its ARN only.
    arn = str(found["StackId"])
    if is_busy(found["StackStatus"]):
        # AWS refuses to delete a stack while somebody else updates it.
        follow(aws, arn, event_ids(aws, arn), on_event)
    seen = event_ids(aws, arn)
    aws.cloudformation.delete_stack(StackName=arn)
    events = follow(aws, arn, seen, on_event)
    status = status_of(aws, arn)
    if status not in (None, "DELETE_COMPLETE"):
        cause = plan.explain(plan.first_cause(events))
        raise DeployFailed(aws.names.stack, str(status), cause, "settle the cause and try again")
    return True


def settled_status(aws: Aws, stack: str, on_event: OnEvent) -> str | None:
    """Wait until no operation is running, and return the stack's status."""
    status = status_of(aws, stack)
    if is_busy(status):
        follow(aws, stack, event_ids(aws, stack), on_event)
        status = status_of(aws, stack)
    return status


def is_busy(status: str | None) -> bool:
    """Whether an operation is running; a change set that nobody executed does not count."""
    return bool(status) and str(status).endswith("_IN_PROGRESS") and status not in ABSENT


def stuck(stack: str, status: str) -> DeployFailed:
    """Return the error for a state in which AWS allows no update."""
    return DeployFailed(
        stack, status, "an earlier operation did not finish", way_out(stack, status)
    )


def way_out(stack: str, status: str) -> str:
    """Say how to leave a state in which AWS allows no update."""
    if status == HALF_ROLLED_BACK:
        return "deploy without --plan; it ends the rollback first"
    return "deploy without --plan; it removes these remains, which hold no data, first"


def follow(aws: Aws, stack: str, seen: set[str], on_event: OnEvent) -> list[plan.Event]:
    """Pass on the events of a stack operation as they come, oldest first, until it ends."""
    events: list[plan.Event] = []
    deadline = time.monotonic() + DEPLOY_SECONDS
    # AWS throttles frequent requests; the local AWS has only one client.
    pause, slowest = 0.1, 0.2 if aws.settings.is_local else 2.0
    polls, has_ended = 0, False
    while time.monotonic() < deadline:
        # The stack's own last event marks the end. The status is read then, and also now and then
        # in case that event never comes: before the events, so that the last ones are not missed.
        is_asked = has_ended or polls % STATUS_EVERY == 0
        status = status_of(aws, stack) if is_asked else "IN_PROGRESS"
        new = new_events(aws, stack, seen)
        for event in new:
            on_event(event)
        events += new
        if is_asked and not str(status).endswith("_IN_PROGRESS"):
            return events
        has_ended = any(event.is_stack_s_last for event in new)
        polls += 1
        if not has_ended:
            time.sleep(pause)
            pause = min(pause * 1.3, slowest)
    raise DeployFailed(stack, "IN_PROGRESS", "no end in half an hour", "look at it in the console")


def new_events(aws: Aws, stack: str, seen: set[str]) -> list[plan.Event]:
    """Return events not seen yet, oldest first, and mark them as seen."""
    found: list[plan.Event] = []
    try:
        for page in aws.cloudformation.get_paginator("describe_stack_events").paginate(
            StackName=stack
        ):
            fresh = [e for e in page["StackEvents"] if e["EventId"] not in seen]
            found += [plan.event_of(e) for e in fresh]
            if len(fresh) < len(page["StackEvents"]):
                break  # AWS answers newest first: the rest is older still
    except ClientError as error:
        if error_code(error) != "ValidationError":
            raise
    seen.update(event.id for event in found)
    return found[::-1]


def event_ids(aws: Aws, stack: str) -> set[str]:
    """Return the ids of all events so far."""
    seen: set[str] = set()
    new_events(aws, stack, seen)
    return seen
