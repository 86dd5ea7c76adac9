"""Errors of the local AWS: it is not there, not ours, or not as it was asked for."""

from pathlib import Path

from orderlake.errors.base import OrderlakeError, WrongUse


class OtherLocalAws(WrongUse):
    """The local AWS of this checkout runs already, but in another way than asked for."""

    def __init__(
        self, runtime: str, engine: str, kept_in: str, *, is_open: bool, is_iam_for_users: bool
    ) -> None:
        self.runtime, self.engine, self.kept_in = runtime, engine, kept_in
        self.is_open, self.is_iam_for_users = is_open, is_iam_for_users
        kept = f"kept in {kept_in}" if kept_in else "kept nowhere"
        flags = " ".join(
            f"{'with' if is_set else 'without'} {flag}"
            for flag, is_set in (("--open", is_open), ("--iam", is_iam_for_users))
        )
        how = f"as RUNTIME={runtime} ENGINE={engine}, {kept}, {flags}"
        super().__init__(f"the local AWS is up already, {how}", "stop it first: make local-down")


class NoLocalAws(OrderlakeError):
    """Nothing answers at the local endpoint."""

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url
        super().__init__(f"no local AWS answers at {endpoint_url}", "start it: make local-up")


class StrangeLocalAws(NoLocalAws):
    """The local AWS at the endpoint does not know the access key: it is another checkout's."""

    def __init__(self, endpoint_url: str, code: str) -> None:
        self.endpoint_url, self.code = endpoint_url, code
        OrderlakeError.__init__(
            self,
            f"what answers at {endpoint_url} is not this folder's local AWS: "
            f"it does not take its access key ({code})",
            "start this folder's own: make local-up",
        )


class LocalAwsFailed(OrderlakeError):
    """LocalStack ended or stayed unhealthy; carries the last lines of its log."""

    def __init__(self, reason: str, log: Path, tail: str) -> None:
        self.reason, self.log, self.tail = reason, log, tail
        shown = f"{reason}; the last lines of its log:\n{tail}" if tail else reason
        super().__init__(shown, f"read the whole log: {log}")
