"""The local AWS as a container, through Docker Compose: the same packages and the same plugin.

Both `docker compose` and the older `docker-compose` work. Every checkout has its own Compose
project. It is removed by the project's label, which needs neither a file nor Compose. This module
prints nothing and does not choose the runtime.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from orderlake.aws.local_instance import LaunchOptions, LocalInstance, Say
from orderlake.errors import LocalAwsFailed, MissingTool
from orderlake.local_aws import image
from orderlake.local_aws.kept_journal import add_kept, kept_objects_variables
from orderlake.settings import Settings

# Long enough for any answer of a working engine.
ANSWER_SECONDS = 120.0
# Within the container's volume: a stopped container still has it.
KEPT_FOLDER = "/var/lib/localstack/kept"
LABEL = "com.docker.compose.project"
SERVICE_LABEL = "com.docker.compose.service"
# As docker-compose.yml has it.
TRINO_IMAGE = "trinodb/trino:476"
TRINO_INSIDE = "https://trino:8080"
# The parts of a project, in the order in which they can be removed.
KINDS = {
    "container": (["ps", "--all", "--quiet"], ["rm", "--force", "--volumes"]),
    "network": (["network", "ls", "--quiet"], ["network", "rm"]),
    "volume": (["volume", "ls", "--quiet"], ["volume", "rm", "--force"]),
}


def launch(settings: Settings, port: int, say: Say, options: LaunchOptions) -> LocalInstance:
    """Build the image where it is not up to date, and start the container.

    Raises MissingTool without Docker, LocalAwsFailed with the last lines of what went wrong. An
    interrupt leaves no container.
    """
    compose = [*find_compose(), *compose_options(settings)]
    log = settings.local_dir / "localstack.log"
    project = project_of(settings.root)
    address = f"http://127.0.0.1:{port}"
    running = LocalInstance(
        "docker",
        0,
        project,
        port,
        address,
        str(log),
        options.kept_in,
        *options.access_key,
        options.is_iam_for_users,
        options.trino_url,
        options.trino_token,
    )
    variables = compose_variables(settings, port) | options.variables() | trino_variables(options)
    if options.kept_in:
        variables |= kept_objects_variables(settings, KEPT_FOLDER)
    image.build([*compose, "build", "localstack"], variables, log, say)
    if options.trino_url and run(["docker", "image", "inspect", TRINO_IMAGE]).returncode:
        image.pull([*compose, "pull", "trino"], variables, log, say)
    marker_file(settings).touch()
    try:
        done = run([*compose, "up", "--detach", "--no-build"], variables)
        if done.returncode:
            with log.open("a") as file:
                file.write(done.stdout)
            raise LocalAwsFailed("the container does not start", log, last_lines(done.stdout, 12))
    except BaseException:
        end(running)
        raise
    return running


def rescue(running: LocalInstance) -> bool:
    """Copy what a container that has ended kept into the folder that it was started with.

    Returns whether there was anything to copy from: the container must still be there, ended.
    """
    names = containers_of(running, "--all")
    if not names:
        return False
    with tempfile.TemporaryDirectory(prefix="orderlake-") as folder:
        copy = Path(folder) / "kept"
        if run(["docker", "cp", f"{names[0]}:{KEPT_FOLDER}", str(copy)]).returncode:
            return False
        add_kept(copy, Path(running.kept_in))
    return True


def project_of(root: Path) -> str:
    """Return the Compose project of a checkout, so that two of them do not meet."""
    return f"orderlake-{short_hash(root)}"


def compose_options(settings: Settings) -> list[str]:
    """Return the options for the project and its file, whose neighbours are what it builds from."""
    file = (settings.root / "docker-compose.yml").resolve()
    return ["-p", project_of(settings.root), "-f", str(file)]


def compose_variables(settings: Settings, port: int) -> dict[str, str]:
    """Return the variables of docker-compose.yml; links to one checkout share its image."""
    tag = short_hash((settings.root / "docker-compose.yml").resolve().parent)
    return {"ORDERLAKE_PORT": str(port), "ORDERLAKE_TAG": tag}


def trino_variables(options: LaunchOptions) -> dict[str, str]:
    """Return the variables of docker-compose.yml that start Trino, or none."""
    if not options.trino_url:
        return {}
    port = str(urlsplit(options.trino_url).port)
    inside = {"LAKE_TRINO_URL": TRINO_INSIDE, "ORDERLAKE_TRINO_PORT": port}
    return inside | {"COMPOSE_PROFILES": "trino"}


def short_hash(path: Path) -> str:
    """Return eight characters that identify a folder."""
    return hashlib.sha256(str(path).encode()).hexdigest()[:8]


def marker_file(settings: Settings) -> Path:
    """Return the file that marks this checkout as having a container, whatever the state says."""
    return settings.local_dir / "container"


def find_compose() -> list[str]:
    """Return this machine's Compose command; raises MissingTool without it or without an engine."""
    way_out = "or use RUNTIME=host, which does not need it"
    if not shutil.which("docker"):
        raise MissingTool("docker", "RUNTIME=docker needs it", f"install Docker, {way_out}")
    if run(["docker", "version"]).returncode:
        reason = "no Docker engine answers"
        raise MissingTool("a Docker engine", reason, f"start Docker, {way_out}")
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) and run([*command, "version"]).returncode == 0:
            return command
    reason = "neither `docker compose` nor docker-compose is here"
    raise MissingTool("Docker Compose", reason, f"install it, {way_out}")


def is_alive(running: LocalInstance) -> bool:
    """Whether the project has a running container of LocalStack."""
    return bool(containers_of(running))


def containers_of(running: LocalInstance, *options: str, service: str = "localstack") -> list[str]:
    """Return the running containers of a project's service; with `--all`, the ended ones, too."""
    labels = (f"{LABEL}={running.started}", f"{SERVICE_LABEL}={service}")
    filters = [part for label in labels for part in ("--filter", f"label={label}")]
    found = run(["docker", "ps", *options, "--quiet", *filters])
    return found.stdout.split() if found.returncode == 0 else []


def end(running: LocalInstance) -> bool:
    """Remove the project's container, network and volume; return whether a container was there.

    Raises LocalAwsFailed if one of them stays. If no engine answers, nothing runs.
    """
    was_there = False
    for kind, (look, remove) in KINDS.items():
        found = run(["docker", *look, "--filter", f"label={LABEL}={running.started}"])
        names = found.stdout.split() if found.returncode == 0 else []
        if not names:
            continue
        done = run(["docker", *remove, *names])
        if done.returncode:
            last = last_lines(done.stdout, 12)
            raise LocalAwsFailed(f"the {kind} cannot be removed", Path(running.log), last)
        was_there |= kind == "container"
    return was_there


def end_strays(settings: Settings) -> bool:
    """Remove what an earlier start of this checkout left without a state; return whether it did."""
    if not marker_file(settings).exists():
        return False
    log = str(settings.local_dir / "localstack.log")
    was_there = end(LocalInstance("docker", 0, project_of(settings.root), 0, "", log))
    marker_file(settings).unlink()
    return was_there


def tail(running: LocalInstance, lines: int, service: str = "localstack") -> str:
    """Return the container's last lines and how it ended; all lines go to the log."""
    names = containers_of(running, "--all", service=service)
    if not names:
        return ""
    written = run(["docker", "logs", names[0]]).stdout
    with Path(running.log).open("a") as file:
        file.write(written)
    state = "{{.State.Status}}, exit code {{.State.ExitCode}}"
    ended = run(["docker", "inspect", "--format", f"container: {state}", names[0]]).stdout
    return f"{last_lines(written, lines)}\n{ended.strip()}"


def run(
    command: list[str], extra: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a Docker command with its output captured, both streams in one."""
    try:
        return subprocess.run(
            command,
            env=os.environ | (extra or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=ANSWER_SECONDS,
            check=False,
        )
    except FileNotFoundError as error:
        return subprocess.CompletedProcess(command, 127, f"{error}")
    except subprocess.TimeoutExpired:
        reason = f"no answer in {ANSWER_SECONDS:.0f} s to: {' '.join(command)}"
        return subprocess.CompletedProcess(command, 124, reason)


def last_lines(text: str, lines: int) -> str:
    """Return the last lines of a text."""
    return "\n".join(text.splitlines()[-lines:])
