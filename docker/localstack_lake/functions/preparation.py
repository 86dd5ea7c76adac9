"""Wait until LocalStack has prepared a function, without asking again and again.

The code of a new function is unpacked on a thread. Each request of a client that waits for it takes
processor time from that thread.
"""

from threading import Condition
from typing import Any

from localstack.services.lambda_.invocation.lambda_service import LambdaService
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.utils.aws.arns import parse_arn
from localstack.utils.patch import Patch

# As long as CloudFormation waits for a resource.
_PATIENCE_SECONDS = 300
_changed = Condition()


def wait_until_prepared(function_arn: str) -> None:
    """Return once a function can run, has failed, or is gone; or after five minutes."""
    with _changed:
        _changed.wait_for(lambda: not _is_pending(function_arn), _PATIENCE_SECONDS)


def _is_pending(function_arn: str) -> bool:
    place = parse_arn(function_arn)
    functions = lambda_stores[place["account"]][place["region"]].functions
    function = functions.get(place["resource"].removeprefix("function:"))
    return function is not None and function.latest().config.state.state == "Pending"


def install() -> None:
    """Have LocalStack tell those who wait whenever it has changed the state of a version."""
    update: Any = LambdaService.update_version_state

    def update_and_tell(self: LambdaService, *args: Any, **kwargs: Any) -> None:
        update(self, *args, **kwargs)
        with _changed:
            _changed.notify_all()

    Patch(LambdaService, "update_version_state", update_and_tell).apply()
