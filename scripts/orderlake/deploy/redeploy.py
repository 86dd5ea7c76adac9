"""A deployment without questions, for the local AWS: build, plan, execute, in one call.

The command `deploy`, which shows the plan and asks, is for people and for AWS.
"""

from collections.abc import Callable

from orderlake.aws.session import Aws
from orderlake.deploy import build, existing_bucket, stack
from orderlake.deploy.job_files import with_job_files
from orderlake.deploy.turns import take_turns
from orderlake.errors import WrongUse


def redeploy(aws: Aws, say: Callable[[str], None] = lambda _: None) -> int:
    """Deploy the checkout's stack; return how many resources changed.

    Raises BuildFailed and DeployFailed.
    """
    settings = aws.settings
    if not settings.is_local:
        raise WrongUse("only the local AWS is deployed to unasked", "use: orderlake deploy")
    with take_turns(settings, "a deployment", say):
        package = build.build(settings.root, settings.architecture, is_local=True)
        package = with_job_files(settings, package)
        if stack.status_of(aws, aws.names.stack) in stack.LEFTOVERS:
            stack.delete(aws, lambda _: None)
        bucket = existing_bucket.survey(aws)
        change_set = stack.prepare(aws, package, lambda _: None)
        if change_set:
            stack.execute(aws, change_set, package, lambda _: None)
        if bucket and not bucket.sends_events:
            existing_bucket.switch_events_on(aws, bucket.name)
        return len(change_set.changes) if change_set else 0
