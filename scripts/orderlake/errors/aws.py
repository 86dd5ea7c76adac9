"""Errors of an AWS, local or real: no identity, no answer, a refusal, a stack that failed."""

from orderlake.errors.base import OrderlakeError


class NoCredentials(OrderlakeError):
    """No identity for a real account could be found, or it has expired."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"no usable AWS credentials: {reason}",
            "log in (aws sso login) or set AWS_PROFILE; to work without an account: ENV=local",
        )


class NoAnswer(OrderlakeError):
    """An address other than the local one gave no answer, or not an answer of AWS."""


class AwsRefused(OrderlakeError):
    """AWS answered a call with an error that this command cannot settle by itself."""

    def __init__(self, operation: str, code: str, reason: str, next_step: str) -> None:
        self.operation, self.code, self.reason = operation, code, reason
        super().__init__(f"AWS refused {operation}: {code}: {reason}", next_step)


class NotDeployed(OrderlakeError):
    """The stack, or something that it should have made, is not in this account and region."""

    def __init__(self, what: str, env: str) -> None:
        self.what, self.env = what, env
        super().__init__(f"{what} does not exist in '{env}'", "deploy first: make deploy")


class BuildFailed(OrderlakeError):
    """The function's zip could not be built, or breaks one of Lambda's limits."""


class DeployFailed(OrderlakeError):
    """A stack operation failed; `cause` is the first failure, in AWS's words."""

    def __init__(self, stack: str, status: str, cause: str, next_step: str) -> None:
        self.stack, self.status, self.cause = stack, status, cause
        super().__init__(f"stack {stack} ended as {status}: {cause}", next_step)
