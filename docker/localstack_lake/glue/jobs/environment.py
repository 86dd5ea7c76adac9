"""The environment with PySpark that runs jobs: where it is, what it lacks, and its variables.

`LAKE_SPARK_HOME` names a virtual environment with PySpark; its `java/bin/java`, or the Java of
JAVA_HOME, runs Spark. `LAKE_SPARK_MASTER` is `local[*,4]` unless it names a cluster.
"""

import os
import re
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution
from pathlib import Path

INSTALL = "install it with `make spark`, then start the job again"
CONTAINER = (
    "the container image has none: run the local AWS as a host process (RUNTIME=host) after"
    " `make spark`"
)
# The one table format whose jars are installed, in a folder of its name.
ICEBERG = "iceberg"
_PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*(?:==\s*([^;\s]+))?")


class CannotRun(Exception):
    """A job cannot be started here; the message ends with what to do."""


def spark_home(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the environment. Raises CannotRun where there is no PySpark."""
    named = environ.get("LAKE_SPARK_HOME")
    if not named:
        raise CannotRun(f"The local AWS has no PySpark to run jobs with; {CONTAINER}")
    home = Path(named)
    if not (home / "bin" / "spark-submit").exists():
        raise CannotRun(f"PySpark is not installed in {home}; {INSTALL}")
    return home


def spark_master(environ: Mapping[str, str] = os.environ) -> str:
    """Return where Spark runs: on every core, and with a cluster's four tries of each task."""
    return environ.get("LAKE_SPARK_MASTER") or "local[*,4]"


def missing_modules(home: Path, wanted: tuple[str, ...]) -> list[str]:
    """Return those of --additional-python-modules that are not installed, or in another version."""
    installed = {
        _plain(each.name): each.version
        for each in Distribution.discover(path=[str(path) for path in _site_packages(home)])
    }
    missing = []
    for module in wanted:
        found = _PIN.match(Path(module).name.partition("-")[0] if "/" in module else module)
        name, version = (found[1], found[2]) if found else (module, None)
        if installed.get(_plain(name)) is None or version not in (None, installed[_plain(name)]):
            missing.append(module)
    return missing


def format_jars(home: Path, formats: Iterable[str]) -> list[Path]:
    """Return the jars of --datalake-formats. Raises CannotRun where one has none here."""
    jars = []
    for name in formats:
        if name != ICEBERG:
            known = f"the local AWS runs jobs with {ICEBERG}, not {name}"
            raise CannotRun(f"--datalake-formats: {known}")
        if not (found := sorted((home / name).glob("*.jar"))):
            raise CannotRun(
                f"--datalake-formats: {name} is not installed in {home};"
                " install it with `make iceberg`, then start the job again"
            )
        jars += found
    return jars


def variables(
    home: Path, folder: Path, aws: Mapping[str, str], environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return a run's whole environment. `aws` has its credentials, region and endpoint."""
    python, own_java = home / "bin" / "python", home / "java"
    java = {"JAVA_HOME": str(own_java)} if own_java.exists() else {}
    if not java and environ.get("JAVA_HOME"):
        java = {"JAVA_HOME": environ["JAVA_HOME"]}
    return {
        "PATH": f"{home / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "PYSPARK_PYTHON": str(python),
        "PYTHONUNBUFFERED": "1",
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_HOSTNAME": "localhost",
        **java,
        **aws,
    }


def _site_packages(home: Path) -> list[Path]:
    return sorted((home / "lib").glob("python3*/site-packages"))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
