"""The local AWS as a container, through Docker Compose: the same packages and the same plugin.

Both `docker compose` and the older `docker-compose` will do. A checkout has its own project.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from orderlake.errors import LocalAwsFailed, MissingTool
from orderlake.running import Running
from orderlake.settings import Settings

BUILD_SECONDS = 1800.0


def project_of(root: Path) -> str:
    """Return the Compose project of a checkout, so that two of them do not meet."""
    return f"orderlake-{hashlib.sha256(str(root).encode()).hexdigest()[:8]}"


def find_compose() -> list[str]:
    """Return the Compose command of this machine; raises MissingTool."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) and run([*command, "version"], {}).returncode == 0:
            return command
    raise MissingTool(
        "Docker Compose",
        "RUNTIME=docker needs it",
        "install it, or use RUNTIME=host, which does not",
    )


def run(command: list[str], extra: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a Docker command with its output captured, both streams in one."""
    return subprocess.run(
        command,
        env=os.environ | extra,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=BUILD_SECONDS,
        check=False,
    )


def launch(settings: Settings, port: int) -> Running:
    """Build the image where it is not up to date, and start the container."""
    project = project_of(settings.root)
    file = settings.root / "docker-compose.yml"
    log = settings.local_dir / "localstack.log"
    running = Running("docker", 0, project, port, f"http://127.0.0.1:{port}", str(log))
    command = [*find_compose(), "-p", project, "-f", str(file), "up", "--build", "--detach"]
    done = run(command, {"ORDERLAKE_PORT": str(port)})
    log.write_text(done.stdout, "utf-8")
    if done.returncode:
        end(running)
        raise LocalAwsFailed("the container does not start", log, last_lines(done.stdout, 12))
    return running


def is_alive(running: Running) -> bool:
    """Whether the project has a running container."""
    label = f"label=com.docker.compose.project={running.started}"
    found = run(["docker", "ps", "--quiet", "--filter", label], {})
    return found.returncode == 0 and bool(found.stdout.strip())


def end(running: Running) -> bool:
    """Remove the project's containers, networks and volumes; return whether any ran."""
    was_alive = is_alive(running)
    done = run([*find_compose(), "-p", running.started, "down", "--volumes", "--timeout", "10"], {})
    if done.returncode:
        tail_text = last_lines(done.stdout, 12)
        raise LocalAwsFailed("the container does not end", Path(running.log), tail_text)
    return was_alive


def tail(running: Running, lines: int) -> str:
    """Return the last lines that the container wrote."""
    command = [*find_compose(), "-p", running.started, "logs", "--no-color", f"--tail={lines}"]
    return last_lines(run(command, {}).stdout, lines)


def last_lines(text: str, lines: int) -> str:
    """Return the last lines of a text."""
    return "\n".join(text.splitlines()[-lines:])
