"""Start the local AWS, find it again, stop it, and check that it is gone.

host.py and container.py do the work. Every checkout has its own local AWS:
.orderlake/local/state.json says which one, and on which port. It listens on loopback only.
"""

import contextlib
import fcntl
import http.client
import json
import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from orderlake.aws.local_instance import (
    DEFAULT_REGION,
    LaunchOptions,
    LocalInstance,
    Say,
    make_access_key,
    read_state,
    state_file,
    write_state,
)
from orderlake.errors import LocalAwsFailed, OtherLocalAws
from orderlake.local_aws import container, host
from orderlake.local_aws.trino import make_key, sign_token, trino_home, wait_for_trino
from orderlake.settings import Settings

START_SECONDS = 90.0
RUNTIMES: dict[str, ModuleType] = {"host": host, "docker": container}


@contextlib.contextmanager
def one_at_a_time(settings: Settings) -> Iterator[None]:
    """Let only one command at a time start or stop the local AWS."""
    settings.local_dir.mkdir(parents=True, exist_ok=True)
    with (settings.local_dir / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start(
    settings: Settings,
    say: Say,
    runtime: str | None = None,
    kept_in: str = "",
    *,
    engine: str | None = None,
    is_open: bool = False,
    is_iam_for_users: bool = False,
) -> tuple[LocalInstance, bool]:
    """Return the running local AWS, healthy, and whether this call started it.

    Without a runtime, it accepts the one that runs, or starts a process of this machine. A new one
    takes a new access key only, or any where it is to be open to this machine's users. Athena's
    queries run on the engine that is asked for, or on the one in the settings. Raises
    OtherLocalAws where another one than asked for runs, MissingTool where the runtime or the engine
    cannot be had, and LocalAwsFailed with the end of the log where it does not become healthy. An
    interrupt leaves nothing running.
    """
    with one_at_a_time(settings):
        before = read_state(settings)
        if before and is_alive(before) and wait_for_health(before, START_SECONDS):
            refuse_another(before, runtime, kept_in, engine, is_open, is_iam_for_users)
            return before, False
        clear_the_way(settings, before, say)
        port = choose_port(settings.port, say)
        key = ("", "") if is_open else make_access_key()
        options = LaunchOptions(key, kept_in, is_iam_for_users)
        if (engine or settings.engine) == "trino":
            options = with_trino(settings, options, runtime or "host", say)
        running = RUNTIMES[runtime or "host"].launch(settings, port, say, options)
        try:
            write_state(settings, running)
            wait_until_usable(settings, running)
        except BaseException:
            end(settings, running)
            raise
        return running, True


def refuse_another(
    running: LocalInstance,
    runtime: str | None,
    kept_in: str,
    engine: str | None,
    is_open: bool,
    is_iam_for_users: bool,
) -> None:
    """Raise OtherLocalAws where the one that runs is not as asked for."""
    is_as_asked = (
        runtime in (None, running.runtime)
        and kept_in in ("", running.kept_in)
        and engine in (None, running.engine)
        and (running.is_open or not is_open)
        and (running.is_iam_for_users or not is_iam_for_users)
    )
    if not is_as_asked:
        raise OtherLocalAws(
            running.runtime,
            running.engine,
            running.kept_in,
            is_open=running.is_open,
            is_iam_for_users=running.is_iam_for_users,
        )


def clear_the_way(settings: Settings, before: LocalInstance | None, say: Say) -> None:
    """End what an earlier run left, and save the files that it kept."""
    if before and before.kept_in and not rescue(before):
        say(f"the container is gone: {before.kept_in} lacks what came since it started")
    if (before and end(settings, before)) or end_strays(settings):
        say("ended a local AWS that an earlier run had left behind")


def wait_until_usable(settings: Settings, running: LocalInstance) -> None:
    """Wait for LocalStack, and for its Trino if it has one; raises LocalAwsFailed."""
    if not wait_for_health(running, START_SECONDS):
        raise failure(running)
    if running.engine == "trino" and not wait_for_trino(
        running.trino_url, running.trino_token, lambda: is_alive(running)
    ):
        raise trino_failure(settings, running)


def with_trino(settings: Settings, options: LaunchOptions, runtime: str, say: Say) -> LaunchOptions:
    """Return options that start a Trino, too; raises MissingTool where it is not installed."""
    home = trino_home(settings) if runtime == "host" else ""
    memory = "1 GB" if home else "up to 2 GB"
    say(f"Trino starts, too; it takes a quarter of a minute and {memory} of memory")
    folder, key = settings.local_dir / "trino", make_key()
    shutil.rmtree(folder, ignore_errors=True)
    return replace(
        options,
        trino_url=f"https://127.0.0.1:{choose_port(0, say)}",
        trino_key=key,
        trino_token=sign_token(key),
        trino_region=settings.region or DEFAULT_REGION,
        trino_home=home,
        trino_folder=str(folder),
    )


def trino_failure(settings: Settings, running: LocalInstance) -> LocalAwsFailed:
    """Say that Trino did not start, with the last lines of its log."""
    if running.runtime == "docker":
        told = container.tail(running, 12, "trino")
        return LocalAwsFailed("Trino did not start", Path(running.log), told)
    log = settings.local_dir / "trino" / "trino.log"
    text = log.read_text("utf-8", "replace") if log.is_file() else ""
    return LocalAwsFailed("Trino did not start", log, "\n".join(text.splitlines()[-12:]))


def rescue(running: LocalInstance) -> bool:
    """Bring what one that has ended kept into its folder; return whether all of it is there."""
    return bool(RUNTIMES[running.runtime].rescue(running))


def stop(settings: Settings) -> bool:
    """End the local AWS and all its functions; return whether anything ran."""
    if not settings.local_dir.exists():
        return False
    with one_at_a_time(settings):
        running = read_state(settings)
        was_there = end(settings, running) if running else False
        state_file(settings).unlink(missing_ok=True)
        return end_strays(settings) or was_there


def end_strays(settings: Settings) -> bool:
    """End what earlier starts of this checkout left without a state; return whether any did."""
    found = [runtime.end_strays(settings) for runtime in RUNTIMES.values()]
    return any(found)


def is_alive(running: LocalInstance) -> bool:
    """Whether it still runs, healthy or not."""
    return bool(RUNTIMES[running.runtime].is_alive(running))


def end(settings: Settings, running: LocalInstance) -> bool:
    """End a local AWS and forget it; return whether it ran."""
    was_there = bool(RUNTIMES[running.runtime].end(running))
    state_file(settings).unlink(missing_ok=True)
    return was_there


def choose_port(wanted: int, say: Say) -> int:
    """Return the wanted port, or a free one for 0 and where something else listens there."""
    if wanted and is_free(wanted):
        return wanted
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    if wanted:
        say(f"port {wanted} is taken by something else; using {port}")
    return port


def is_free(port: int) -> bool:
    """Whether a server could listen on the loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_for_health(running: LocalInstance, patience_seconds: float) -> bool:
    """Wait until the local AWS answers; False if it ended or took too long."""
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline:
        if health(running.endpoint_url) is not None:
            return True
        if not is_alive(running):
            return False
        time.sleep(0.05)
    return False


def health(endpoint_url: str) -> dict[str, Any] | None:
    """Return LocalStack's report on its services, or None if it does not answer."""
    # http.client, because urllib would load certificates at each try, and ask for a proxy.
    connection = http.client.HTTPConnection(endpoint_url.removeprefix("http://"), timeout=2)
    try:
        connection.request("GET", "/_localstack/health")
        document: dict[str, Any] = json.load(connection.getresponse())
        return document
    except (OSError, http.client.HTTPException, json.JSONDecodeError):
        return None
    finally:
        connection.close()


def failure(running: LocalInstance) -> LocalAwsFailed:
    """Say how the start failed, with the last lines of the log."""
    reason = "did not become healthy" if is_alive(running) else "ended"
    tail = RUNTIMES[running.runtime].tail(running, 12)
    return LocalAwsFailed(f"LocalStack {reason} while starting", Path(running.log), tail)
