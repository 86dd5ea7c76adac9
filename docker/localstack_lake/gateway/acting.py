"""In whose name LocalStack calls itself: CloudFormation's and Athena's caller, a crawler's role.

On AWS these services have no permissions of their own. CloudFormation and Athena use those of the
identity that called them, a crawler those of its role. An identity travels with each call as a
text: an access key id, or the ARN of a role's session.
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any

# Who sent the request that this thread handles; None where policies are not enforced for it.
_requested_by: ContextVar[str | None] = ContextVar("requested_by", default=None)
_acting_for: ContextVar[str | None] = ContextVar("acting_for", default=None)


def note_requester(identity: str | None) -> None:
    """Note who sent the request that this thread begins to handle."""
    _requested_by.set(identity)


def requester() -> str | None:
    """Return who sent the request that this thread handles."""
    return _requested_by.get()


def acting_for() -> str | None:
    """Return in whose name this thread calls other services; None for LocalStack's own."""
    return _acting_for.get()


@contextmanager
def in_the_name_of(identity: str | None) -> Iterator[None]:
    """Call other services with an identity's permissions."""
    token = _acting_for.set(identity)
    try:
        yield
    finally:
        _acting_for.reset(token)


def role_session(role_arn: str, session: str) -> str:
    """Return the identity of a session of a role, such as a crawler's."""
    account, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    return f"arn:aws:sts::{account}:assumed-role/{name}/{session}"


def lend_identity_to_cloudformation() -> None:
    """Let CloudFormation make and remove resources with the permissions of its caller."""
    from localstack.services.cloudformation.resource_provider import ResourceProviderExecutor
    from localstack.services.cloudformation.v2 import provider as provider_module
    from localstack.utils.patch import Patch

    provider: Any = provider_module
    start_worker_thread = provider.start_worker_thread
    execute_action = ResourceProviderExecutor.execute_action

    def start_with_requester(method: Callable[..., Any], *args: Any, **more: Any) -> Any:
        context = copy_context()
        return start_worker_thread(lambda *given: context.run(method, *given), *args, **more)

    def execute_for_requester(self: Any, *args: Any, **more: Any) -> Any:
        with in_the_name_of(requester()):
            return execute_action(self, *args, **more)

    provider.start_worker_thread = start_with_requester
    Patch(ResourceProviderExecutor, "execute_action", execute_for_requester).apply()
