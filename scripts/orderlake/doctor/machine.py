"""What orderlake needs from this machine: one finding per line, each with the next step.

It changes nothing. The checks of an account are in account.py.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from orderlake.aws.local_instance import read_state
from orderlake.errors import OrderlakeError
from orderlake.local_aws import lifecycle
from orderlake.settings import Settings

# An emulator's environment, DuckDB's spill files and a few builds of the function's zip.
DISK_NEEDED = 2_000_000_000
# The raw file, its rewritten copy and the outputs of one local run.
WORK_NEEDED = 500_000_000
# LocalStack takes about 700 MB once all its services are loaded, a function up to its own size.
MEMORY_NEEDED = 1_500_000_000
DOCKER_SECONDS = 10.0
# What the local AWS's environment is made from. make installs it again after a change.
EMULATOR_SOURCES = ("docker/pyproject.toml", "docker/requirements.txt")


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: `state` is ok, note (it works without) or missing; then what, and what to do."""

    name: str
    state: str
    detail: str
    next_step: str = ""


def examine_machine(settings: Settings) -> Iterator[Finding]:
    """Yield a finding for each thing that work on this machine needs."""
    yield find_python(sys.version_info[:3])
    yield find_uv(settings.root)
    yield find_packages()
    yield find_emulator(settings.root)
    yield find_docker()
    yield find_port(settings, lifecycle.is_free)
    yield find_space("disk", settings.root, DISK_NEEDED, "free some, or: make clean")
    yield find_writable(settings.root)
    work = Path(tempfile.gettempdir())
    yield find_space("work folder", work, WORK_NEEDED, "free some, or set TMPDIR to another folder")
    yield find_memory(Path("/proc/meminfo"))


def find_python(found: tuple[int, ...]) -> Finding:
    """Say which Python runs this."""
    text = ".".join(map(str, found))
    if found[:2] >= (3, 13):
        return Finding("python", "ok", text)
    return Finding("python", "missing", f"{text}, not 3.13", "to install it: make demo")


def find_uv(root: Path) -> Finding:
    """Say which uv builds the function's zip."""
    own = root / ".tools" / "uv" / "bin" / "uv"
    found = str(own) if own.exists() else shutil.which("uv")
    if not found:
        return Finding(
            "uv", "missing", "it fetches what the function needs", "to install it: make deploy"
        )
    return Finding("uv", "ok", first_line([found, "--version"]) or found)


def find_packages() -> Finding:
    """Say which versions are installed of the packages that an answer depends on."""
    try:
        names = ("orderlake", "duckdb", "boto3", "sqlglot")
        return Finding("packages", "ok", ", ".join(f"{name} {version(name)}" for name in names))
    except PackageNotFoundError as error:
        return Finding("packages", "missing", str(error.name), "to install it: make demo")


def find_emulator(root: Path) -> Finding:
    """Say which LocalStack is installed for the host."""
    folder = root / ".tools" / "emulator"
    found = sorted(folder.glob("lib/python*/site-packages/localstack_core-*.dist-info"))
    if not found:
        return Finding("localstack", "note", "not installed yet", "to install it: make local-up")
    number = found[-1].name.removeprefix("localstack_core-").removesuffix(".dist-info")
    if is_older(folder / ".stamp-emulator", [root / name for name in EMULATOR_SOURCES]):
        detail = f"{number}, installed before the last change of docker/"
        return Finding("localstack", "note", detail, "to install it again: make local-up")
    return Finding("localstack", "ok", f"{number}, in {folder.relative_to(root)}")


def is_older(stamp: Path, sources: Iterable[Path]) -> bool:
    """Whether an environment was made before the last change of what it is made from."""
    if not stamp.is_file():
        return False
    made = stamp.stat().st_mtime
    return any(path.is_file() and path.stat().st_mtime > made for path in sources)


def find_docker() -> Finding:
    """Say whether a Docker engine answers; only RUNTIME=docker needs one."""
    without = "not needed; RUNTIME=docker would"
    if not shutil.which("docker"):
        return Finding("docker", "note", "no docker here", without)
    engine = first_line(["docker", "version", "--format", "{{.Server.Version}}"])
    if not engine:
        return Finding("docker", "note", "no engine answers", without)
    return Finding("docker", "ok", f"engine {engine}")


def find_port(settings: Settings, is_free: Callable[[int], bool]) -> Finding:
    """Say whether the local AWS is up, or whether its port is free."""
    running = read_state(settings)
    if running and lifecycle.health(running.endpoint_url) is not None:
        return Finding("local AWS", "ok", f"up at {running.endpoint_url}")
    if is_free(settings.port):
        return Finding("local AWS", "ok", f"not up; port {settings.port} is free")
    taken = f"not up; something else has port {settings.port}"
    return Finding("local AWS", "note", taken, "local up takes another port by itself")


def find_space(name: str, folder: Path, needed: int, next_step: str) -> Finding:
    """Say how much room a folder's file system has, in bytes."""
    free = shutil.disk_usage(folder).free
    text = f"{free / 1e9:.1f} GB free in {folder}"
    if free >= needed:
        return Finding(name, "ok", text)
    return Finding(name, "missing", f"{text}, of {needed / 1e9:.1f} needed", next_step)


def find_writable(root: Path) -> Finding:
    """Say whether files can be written where commands keep theirs, by writing one."""
    name, kept_in = "checkout", root / ".orderlake"
    try:
        kept_in.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=kept_in) as file:
            file.write(b"written by doctor")
            file.flush()
    except OSError as error:
        reason = f"nothing can be written in {kept_in}: {error.strerror}"
        return Finding(name, "missing", reason, "change its permissions, or copy the checkout")
    return Finding(name, "ok", f"{kept_in} can be written")


def find_memory(meminfo: Path) -> Finding:
    """Say how much memory is available, where the system tells (Linux)."""
    try:
        lines = meminfo.read_text("utf-8").splitlines()
    except OSError:
        return Finding("memory", "note", "this system does not tell", "1.5 GB free is enough")
    (kilobytes,) = [int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")]
    text = f"{kilobytes * 1024 / 1e9:.1f} GB available"
    if kilobytes * 1024 >= MEMORY_NEEDED:
        return Finding("memory", "ok", text)
    return Finding("memory", "note", text, "with less than 1.5 GB the local AWS may be slow")


def finding_of_error(name: str, error: OrderlakeError) -> Finding:
    """Return a finding for a command-line error."""
    return Finding(name, "missing", error.message, error.next_step)


def first_line(command: list[str]) -> str:
    """Return the first line a program prints; empty where it fails or says nothing in time."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=DOCKER_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.partition("\n")[0].strip() if done.returncode == 0 else ""
