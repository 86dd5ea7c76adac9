"""The command deploy. It plans, asks and executes."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from orderlake.cli import options
from orderlake.cli.output import note, print_json, print_line, suggest, timed
from orderlake.deploy import plan
from orderlake.settings import Settings
from orderlake.wording import size_text

if TYPE_CHECKING:
    from orderlake.aws.session import Aws
    from orderlake.deploy.existing_bucket import ExistingBucket
    from orderlake.deploy.package import Package
    from orderlake.deploy.stack import ChangeSet


@click.command()
@options.environment
@click.option("--plan", "only_plan", is_flag=True, help="Print the change set; change nothing.")
@options.yes
@options.json_output
def deploy(settings: Settings, only_plan: bool, yes: bool, as_json: bool) -> None:
    """Create or update the stack, through a change set.

    Example: orderlake deploy --env aws --plan
    """
    from orderlake.aws.session import open_aws
    from orderlake.deploy.turns import take_turns

    aws = open_aws(settings)
    with take_turns(settings, "deploy", note):
        plan_and_execute(aws, only_plan, yes, as_json)


def plan_and_execute(aws: Aws, only_plan: bool, yes: bool, as_json: bool) -> None:
    """Build the function, show the change set, ask, and execute it."""
    from orderlake.deploy import existing_bucket, races, stack

    start = time.monotonic()
    place = f"stack {aws.names.stack} in {aws.place}"
    note(place)
    # Asked first, so that a user who may not read the stack learns that before the build.
    status = settled_status(aws)
    package = build_package(aws.settings)
    if not only_plan:
        clear_the_way(aws, status, place, yes)
    bucket = existing_bucket.survey(aws)
    kept = take_kept_buckets(aws, place, only_plan, yes)
    change_set = stack.prepare(aws, package, print_event, import_existing=bool(kept) and only_plan)
    for line in bucket.plan() if bucket else ():
        note(line)
    if change_set is None:
        is_changed = not only_plan and take_events(aws, bucket, yes)
        done = "deployed" if is_changed else "nothing to change"
        report(as_json, [], stack.outputs_of(aws), done, start)
        return
    changes = list(change_set.changes)
    if not confirm_changes(aws, change_set, place, only_plan, yes):
        report(as_json, changes, {}, "nothing was changed", start)
        return
    try:
        outputs = races.execute(aws, change_set, package, print_event, note)
    except KeyboardInterrupt:
        note("what AWS has begun goes on by itself; to see it: make deploy")
        raise
    if bucket:
        receive_files(aws, bucket)
    report(as_json, changes, outputs, "deployed", start)


def settled_status(aws: Aws) -> str | None:
    """Return the stack's status, after the end of an operation that goes on."""
    from orderlake.deploy import stack

    status = stack.status_of(aws, aws.names.stack)
    if stack.is_busy(status):
        note(f"the stack is {status}: waiting for the end of that operation first")
        status = stack.settled_status(aws, aws.names.stack, print_event)
    return status


def build_package(settings: Settings) -> Package:
    """Build the function's zip, with the files of Glue's jobs where the stack has them."""
    from orderlake.deploy import build
    from orderlake.deploy.job_files import with_job_files

    with timed("building the function"):
        package = build.build(settings.root, settings.architecture, is_local=settings.is_local)
        package = with_job_files(settings, package)
    note(f"  {size_text(package.size_bytes)} zipped, {size_text(package.unzipped_bytes)} unzipped")
    return package


def confirm_changes(
    aws: Aws, change_set: ChangeSet, place: str, only_plan: bool, yes: bool
) -> bool:
    """Show the changes and ask; return whether to execute them. Otherwise discard the change set.

    Raises NotConfirmed.
    """
    from orderlake.deploy import stack

    is_agreed = False
    try:
        note(plan.render(list(change_set.changes)))
        if not only_plan:
            options.confirm(aws.settings, f"deploy to {place}", yes)
            is_agreed = True
    finally:
        if not is_agreed:
            stack.discard(aws, change_set)
    return is_agreed


def take_events(aws: Aws, bucket: ExistingBucket | None, yes: bool) -> bool:
    """Let an existing bucket send its events, after asking; return whether that was a change."""
    if bucket is None or bucket.sends_events:
        return False
    options.confirm(aws.settings, f"change the bucket {bucket.name}", yes)
    receive_files(aws, bucket)
    return True


def receive_files(aws: Aws, bucket: ExistingBucket) -> None:
    """Let the bucket send its events, and say how to read the files that it has already."""
    from orderlake.deploy import existing_bucket

    if not bucket.sends_events:
        existing_bucket.switch_events_on(aws, bucket.name)
        note(f"{bucket.name}: EventBridge notifications are on")
        note("  the files that came before: orderlake status --repair")


def clear_the_way(aws: Aws, status: str | None, place: str, yes: bool) -> None:
    """Repair what an earlier attempt left unfinished: a stuck stack, a forgotten change set."""
    from orderlake.deploy import recovery, stack

    if status in stack.STUCK:
        options.confirm(aws.settings, f"clear up after a failed attempt ({status}): {place}", yes)
        note(recovery.unblock_stack(aws, print_event) or "nothing to clear up")
    if recovery.discard_forgotten(aws, datetime.now(UTC)):
        note("discarded the change set of a deployment that was interrupted")


def take_kept_buckets(aws: Aws, place: str, only_plan: bool, yes: bool) -> dict[str, str]:
    """Import the buckets that `destroy --keep-data` left; return them. A plan only names them."""
    from orderlake.deploy import adopt_buckets

    kept = adopt_buckets.kept_buckets(aws)
    if kept:
        note(f"kept by an earlier destroy: {', '.join(kept.values())}")
    if kept and not only_plan:
        options.confirm(aws.settings, f"take these buckets into {place}", yes)
        adopt_buckets.adopt(aws, kept, print_event)
    return kept


def print_event(event: plan.Event) -> None:
    """Print a step of the deployment, without those that only say it began."""
    if not event.status.endswith("_IN_PROGRESS"):
        reason = f": {event.reason}" if event.reason and event.is_failure else ""
        note(f"  {event.status:<16} {event.logical_id}{reason}")


def report(
    as_json: bool, changes: list[plan.Change], outputs: dict[str, str], done: str, start: float
) -> None:
    """Print what was done, for people or for a program."""
    seconds = round(time.monotonic() - start, 1)
    if as_json:
        lines = [
            {"action": c.action, "resource": c.logical_id, "type": c.resource_type}
            | {"replacement": c.replacement, "causes": c.causes, "values": c.values}
            for c in changes
        ]
        print_json({"result": done, "changes": lines, "outputs": outputs, "seconds": seconds})
        return
    for name, value in outputs.items():
        print_line(f"  {name:<16} {value}")
    print_line(f"{done} ({seconds:.1f} s)")
    if changes and outputs and all(change.action == "Add" for change in changes):
        suggest("make upload FILE=orders.csv")
