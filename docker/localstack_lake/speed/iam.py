"""LocalStack's own IAM, but AWS's 1,400 managed policies are read when one of them is asked for."""

from threading import Lock
from typing import Any

from localstack.services.iam import provider


class IamProvider(provider.IamProvider):
    """Everything but the moment at which the managed policies are read is LocalStack's."""

    def __init__(self) -> None:
        self._reading = Lock()
        self._managed_policies: Any = None
        prepare: Any = super().__init__  # it has no types
        prepare()

    def on_after_init(self) -> None:
        """Called by LocalStack when it has loaded the service, to read the policies."""

    @property
    def _aws_managed_policy_cache(self) -> Any:
        with self._reading:
            if self._managed_policies is None:
                self._managed_policies = self._build_aws_managed_policy_cache()
        return self._managed_policies

    @_aws_managed_policy_cache.setter
    def _aws_managed_policy_cache(self, _: object) -> None:
        """Called by LocalStack when it has none yet."""
