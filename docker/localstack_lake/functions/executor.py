"""LocalStack's runtime executor `process`: functions run as processes, without Docker.

It only translates between LocalStack's interface and `FunctionEnvironment`, which does the work,
and must not decide what a function answers.
"""

import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import rmtree
from threading import Lock

from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import (
    LambdaRuntimeException,
    RuntimeExecutor,
)

from localstack_lake.functions import kept_code, private_tmp
from localstack_lake.functions.environment import FunctionEnvironment
from localstack_lake.functions.guarded_groups import GuardedGroups
from localstack_lake.functions.process import FunctionProcess, FunctionSettings
from localstack_lake.functions.runtime_api import Invocation
from localstack_lake.functions.runtime_folder import RUNTIME, build_runtime_folder
from localstack_lake.functions.unpacking import Unpacking
from localstack_lake.functions.version_environments import VersionEnvironments

LOG = logging.getLogger(__name__)
_LOOPBACK = "127.0.0.1"

# What LocalStack tells its own process inside a container. AWS does not give this to a function;
# how long it may run stands in each invocation.
_LOCALSTACK_ONLY = ("LOCALSTACK_", "EDGE_PORT", "AWS_LAMBDA_FUNCTION_TIMEOUT")


class ProcessExecutor(RuntimeExecutor):
    """One execution environment of a function, with a folder of its own in place of /tmp."""

    def __init__(self, environment_id: str, function_version: FunctionVersion) -> None:
        super().__init__(environment_id, function_version)
        self._environment: FunctionEnvironment | None = None
        self._temporary_folder = _workplace().folder / "tmp" / environment_id

    def start(self, env_vars: dict[str, str]) -> None:
        """Start the process and wait until it is initialised, or has failed to."""
        settings = _function_settings(self.function_version, env_vars)
        self._environment = FunctionEnvironment(
            settings, lambda: self._start_process(settings), self._clean_up
        )
        self._environment.initialize()
        _environments.add(_version_key(self.function_version), self._environment)

    def _start_process(self, settings: FunctionSettings) -> FunctionProcess:
        self._temporary_folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        return FunctionProcess(settings, self._temporary_folder, _workplace().groups)

    def _clean_up(self) -> None:
        rmtree(self._temporary_folder, ignore_errors=True)

    def stop(self) -> None:
        """End the process (once a running invocation is over) and empty its folder."""
        if self._environment is not None:
            _environments.discard(_version_key(self.function_version), self._environment)
            self._environment.stop()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """Run the function once. `payload` is LocalStack's invocation record."""
        if self._environment is None:
            raise LambdaRuntimeException(f"The environment {self.id} was not started.")
        timeout_ms = self.function_version.config.timeout * 1000
        invocation = Invocation(
            request_id=payload["invoke-id"],
            event=payload["payload"].encode(),
            function_arn=payload["invoked-function-arn"],
            trace_id=payload["trace-id"],
            deadline_ms=int(time.time() * 1000) + timeout_ms,
        )
        outcome = self._environment.invoke(invocation)
        # LocalStack overlooks an environment that was starting when its version ended
        _environments.stop_if_over(_version_key(self.function_version), self._environment)
        return InvocationResult(
            invocation.request_id, outcome.payload, outcome.is_error, outcome.logs
        )

    def get_address(self) -> str:
        """Where the environment is: on this machine."""
        return _LOOPBACK

    def get_endpoint_from_executor(self) -> str:
        """Where the function finds LocalStack: on this machine."""
        return _LOOPBACK

    def get_runtime_endpoint(self) -> str:
        """Unused: the process speaks to its own Runtime API, not to LocalStack's."""
        return f"http://{_LOOPBACK}"

    def get_logs(self) -> str:
        """The lines that no invocation has taken yet."""
        return self._environment.pending_lines() if self._environment else ""

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Unpack the code; LambdaRuntimeException for what cannot run as a process."""
        config = function_version.config
        if config.code is None or config.runtime != RUNTIME:
            what = config.runtime or "a container image"
            raise LambdaRuntimeException(
                f"The process executor runs {RUNTIME} from a zip file, not {what}."
            )
        _unpacking().unpack(config.code)

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """End the version's environments; LocalStack removes the code itself."""
        _environments.end(_version_key(function_version))


def _function_settings(
    function_version: FunctionVersion, given: Mapping[str, object]
) -> FunctionSettings:
    config = function_version.config
    if config.code is None:
        raise LambdaRuntimeException("A function without a zip file cannot run as a process.")
    own = config.environment or {}
    variables = {
        name: str(value)
        for name, value in given.items()
        if name in own or not name.startswith(_LOCALSTACK_ONLY)
    }
    # AWS names the runtime here; LocalStack leaves that to the runtime
    variables["AWS_EXECUTION_ENV"] = f"AWS_Lambda_{RUNTIME}"
    return FunctionSettings(
        code_folder=config.code.get_unzipped_code_location().resolve(),
        runtime_folder=_workplace().runtime_folder,
        variables=variables,
        version=function_version.id.qualifier,
        memory_size_mb=config.memory_size,
        ephemeral_storage_mb=config.ephemeral_storage.size,
        timeout_seconds=config.timeout,
        has_private_tmp=_workplace().has_private_tmp,
    )


def _version_key(function_version: FunctionVersion) -> str:
    """What an update changes and nothing else does."""
    return f"{function_version.qualified_arn} {function_version.config.internal_revision}"


@dataclass(frozen=True, slots=True)
class _Workplace:
    """This LocalStack's own folder; the guard of its groups removes it when LocalStack ends."""

    folder: Path
    runtime_folder: Path
    groups: GuardedGroups
    has_private_tmp: bool


_environments = VersionEnvironments()
_making = Lock()


@cache
def _unpacking() -> Unpacking:
    folder = os.environ.get(kept_code.VARIABLE)
    return Unpacking(kept_code.KeptCode(Path(folder)) if folder else None)


def _workplace() -> _Workplace:
    """Return this process's folder; several first functions may ask for it at the same time."""
    with _making:
        return _make_workplace()


@cache
def _make_workplace() -> _Workplace:
    folder = Path(tempfile.mkdtemp(prefix="lambda-process-")).resolve()
    runtime_folder = build_runtime_folder(folder / "runtime")
    return _Workplace(folder, runtime_folder, GuardedGroups(folder), _can_have_private_tmp(folder))


def _can_have_private_tmp(folder: Path) -> bool:
    """Ask the system once; if it refuses, log that once."""
    tried = subprocess.run(
        [sys.executable, "-I", "-S", private_tmp.__file__, str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if tried.returncode:
        reason = tried.stderr.strip().splitlines()[-1:] or ["no reason given"]
        LOG.warning(
            "This system gives a function no /tmp of its own (%s): TMPDIR names a private folder,"
            " the literal /tmp is shared.",
            reason[0],
        )
    return tried.returncode == 0
