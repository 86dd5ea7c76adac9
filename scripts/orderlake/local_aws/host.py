"""The local AWS as a process of this machine, in a session and process group of its own.

It never sees the caller's AWS variables. lifecycle.py decides which runtime runs, and where.
"""

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

from orderlake.aws.local_instance import LaunchOptions, LocalInstance, Say
from orderlake.errors import LocalAwsFailed, MissingTool
from orderlake.local_aws import processes
from orderlake.local_aws.kept_journal import kept_objects_variables
from orderlake.settings import Settings

# Enough for a polite end: its data is thrown away, a guard ends its functions in any case, and its
# own shutdown would take six seconds.
STOP_SECONDS = 0.3
# LocalStack looks here, under FILESYSTEM_ROOT, for files that were prepared for it.
CATALOG = Path("usr/lib/localstack")
# The emulator must not see the caller's AWS identity and Python paths.
HIDDEN = ("AWS_", "PYTHON", "VIRTUAL_ENV", "LOCALSTACK_", "CONDA_", "GATEWAY_", "LAKE_")
# The caller's choice all the same: what aws:SecureTransport says of plain HTTP; where Spark runs.
PASSED_ON = ("LAKE_PLAIN_HTTP", "LAKE_SPARK_MASTER")


def launch(settings: Settings, port: int, say: Say, options: LaunchOptions) -> LocalInstance:
    """Start LocalStack in its own session, with an empty data folder. Nothing is reported."""
    emulator = settings.root / ".tools" / "emulator"
    python = emulator / "bin" / "python"
    if not python.exists():
        raise MissingTool(str(python), "LocalStack is not installed", "install it: make local-up")
    data = data_folder(settings)
    make_data_folder(data, emulator)
    log = settings.local_dir / "localstack.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [python, "-m", "localstack.runtime.main"],
            env=emulator_environment(os.environ, port, data)
            | spark_variables(settings)
            | {"LAKE_CODE_FOLDER": str(settings.root / "build" / "unpacked")}
            | options.variables()
            | kept_objects_variables(settings, options.kept_in),
            cwd=data,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    started = processes.started_at(process.pid) or "ended at once"
    address = f"http://127.0.0.1:{port}"
    return LocalInstance(
        "host",
        process.pid,
        started,
        port,
        address,
        str(log),
        options.kept_in,
        *options.access_key,
        options.is_iam_for_users,
        options.trino_url,
        options.trino_token,
    )


def make_data_folder(data: Path, emulator: Path) -> None:
    """Make an empty data folder, with the index of AWS's services that the set-up has built.

    Without the index, LocalStack builds its own.
    """
    shutil.rmtree(data, ignore_errors=True)
    (data / "tmp").mkdir(parents=True)
    (data / "usr" / "lib").mkdir(parents=True)
    (data / CATALOG).symlink_to(emulator / "catalog" / CATALOG)


def emulator_environment(environ: Mapping[str, str], port: int, data: Path) -> dict[str, str]:
    """Return the variables LocalStack starts with: the caller's harmless ones and its settings."""
    kept = {
        name: value
        for name, value in environ.items()
        if name in PASSED_ON or not name.startswith(HIDDEN)
    }
    return kept | {
        "GATEWAY_LISTEN": ",".join(f"{address}:{port}" for address in loopback_addresses()),
        "LOCALSTACK_HOST": f"127.0.0.1:{port}",
        "SQS_ENDPOINT_STRATEGY": "path",
        "FILESYSTEM_ROOT": str(data),
        # Inside another container it would otherwise write to /var/lib there.
        "OVERRIDE_IN_DOCKER": "0",
        # Objects, code and caches go to the system's temporary folder whatever FILESYSTEM_ROOT
        # says, under fixed names: two checkouts would delete each other's.
        "TMPDIR": str(data / "tmp"),
        # It writes into the home folder at its start, and some homes do not exist or are read-only.
        "HOME": str(data / "tmp"),
        "DISABLE_EVENTS": "1",
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DNS_ADDRESS": "0",
        "LAMBDA_RUNTIME_EXECUTOR": "process",
        # Without it a type that no plugin provides is skipped, and the deployment looks fine.
        "CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES": "0",
        # In the order in which a deployment needs them, so that it does not wait for imports.
        "LAKE_PRELOAD": "cloudformation,s3,glue,iam,sns,sqs,cloudwatch,logs,lambda,athena,events",
    }


def spark_variables(settings: Settings) -> dict[str, str]:
    """Return where Glue's jobs find PySpark; `make spark` may install it while LocalStack runs."""
    return {"LAKE_SPARK_HOME": str(settings.root / ".tools" / "spark")}


def loopback_addresses() -> list[str]:
    """Return this machine's loopback addresses; some systems have none of version 6."""
    addresses = ["127.0.0.1"]
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        addresses.append("[::1]")
    return addresses


def data_folder(settings: Settings) -> Path:
    """Return LocalStack's own folder, which also identifies this checkout's process."""
    return settings.local_dir / "localstack"


def is_alive(running: LocalInstance) -> bool:
    """Whether this process still runs, and not a later one with the same number."""
    processes.reap(running.pid)
    return processes.started_at(running.pid) == running.started


def rescue(running: LocalInstance) -> bool:
    """Whether the folder to keep raw files in has them all: the process wrote into it itself."""
    return True


def end(running: LocalInstance) -> bool:
    """End it and its functions; return whether anything ran. Raises LocalAwsFailed.

    If its leader is gone but the group is not, the group is still ours: the system gives no new
    process the number of a living group. A live process with that number but another start time is
    not ours and is left alone.
    """
    start = processes.started_at(running.pid)
    if start is None and not processes.has_group(running.pid):
        return False
    if start not in (None, running.started):
        return False
    end_group(running.pid, Path(running.log))
    return True


def end_strays(settings: Settings) -> bool:
    """End what an earlier start of this checkout left without a state; return whether any did."""
    groups = processes.groups_with("FILESYSTEM_ROOT", str(data_folder(settings)))
    for group in groups:
        end_group(group, settings.local_dir / "localstack.log")
    return bool(groups)


def end_group(group: int, log: Path) -> None:
    """End a process group; raises LocalAwsFailed if a part of it survives."""
    if not processes.end_group(group, patience_seconds=STOP_SECONDS):
        raise LocalAwsFailed(f"process group {group} does not end", log, "")


def tail(running: LocalInstance, lines: int) -> str:
    """Return the last lines of the log, or nothing without a log."""
    try:
        return "\n".join(Path(running.log).read_text("utf-8", "replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""
