"""From a run's arguments to what is started: the files it needs and the words of its command.

It is pure: it reads and starts nothing.
https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-glue-arguments.html
"""

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

# Arguments that Glue itself reads; the script does not get them.
_FOR_GLUE = {
    "--additional-python-modules",
    "--class",
    "--conf",
    "--custom-logGroup-prefix",
    "--datalake-formats",
    "--extra-files",
    "--extra-jars",
    "--extra-py-files",
    "--job-language",
    "--library-set",
    "--python-modules-installer-option",
    "--scriptLocation",
    "--spark-event-logs-path",
    "--user-jars-first",
}
_GLUE_PREFIXES = ("--enable-", "--continuous-log-")
# Its outputs are in /output and /error below.
LOG_GROUP = "/aws-glue/jobs"
# Spark listens and binds on loopback alone, and shows no web page.
_LOOPBACK = "127.0.0.1"
CONFIGURATION = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": _LOOPBACK,
    "spark.driver.host": _LOOPBACK,
}


@dataclass(frozen=True, slots=True)
class Launch:
    """What a run needs. Files are `s3://` addresses; `words` are the script's arguments."""

    is_spark: bool
    script: str
    python_files: tuple[str, ...]
    files: tuple[str, ...]
    jars: tuple[str, ...]
    modules: tuple[str, ...]
    table_formats: tuple[str, ...]
    configuration: Mapping[str, str]
    log_group: str
    words: tuple[str, ...]


def merged_arguments(
    usual: Mapping[str, str], given: Mapping[str, str], fixed: Mapping[str, str]
) -> dict[str, str]:
    """Return a run's arguments: the job's usual ones, the run's, and the job's fixed ones last."""
    return {**usual, **given, **fixed}


def plan_launch(
    command: Mapping[str, str], arguments: Mapping[str, str], job_name: str, run_id: str
) -> Launch:
    """Return what a run needs. Raises ValueError for a --conf that cannot be read.

    The script gets the job's name and the run's id first, as `getResolvedOptions` expects them.
    """
    words = ["--JOB_NAME", job_name, "--JOB_RUN_ID", run_id, "--JOB_ID", f"j_{run_id[3:67]}"]
    for name, value in arguments.items():
        if name not in _FOR_GLUE and not name.startswith(_GLUE_PREFIXES):
            words += [name, value] if value else [name]
    return Launch(
        is_spark=command["Name"] == "glueetl",
        script=command["ScriptLocation"],
        python_files=_listed(arguments, "--extra-py-files"),
        files=_listed(arguments, "--extra-files"),
        jars=_listed(arguments, "--extra-jars"),
        modules=_listed(arguments, "--additional-python-modules"),
        table_formats=_listed(arguments, "--datalake-formats"),
        configuration=_configuration(arguments.get("--conf", "")),
        log_group=arguments.get("--custom-logGroup-prefix") or LOG_GROUP,
        words=tuple(words),
    )


def spark_command(
    home: Path,
    master: str,
    launch: Launch,
    places: Mapping[str, Path],
    folder: Path,
    format_jars: Iterable[Path] = (),
) -> list[str]:
    """Return the words of `spark-submit`; `places` says where each address was stored.

    `format_jars` are those of --datalake-formats.
    """
    settings = {**CONFIGURATION, "spark.local.dir": str(folder), **launch.configuration}
    words = [str(home / "bin" / "spark-submit"), "--master", master]
    for name, value in settings.items():
        words += ["--conf", f"{name}={value}"]
    for option, addresses, more in (
        ("--py-files", launch.python_files, ()),
        ("--files", launch.files, ()),
        ("--jars", launch.jars, format_jars),
    ):
        if paths := [*(str(places[address]) for address in addresses), *map(str, more)]:
            words += [option, ",".join(paths)]
    return [*words, str(places[launch.script]), *launch.words]


def shell_command(home: Path, launch: Launch, places: Mapping[str, Path]) -> list[str]:
    """Return the words of a Python shell job; its modules come with PYTHONPATH."""
    return [str(home / "bin" / "python"), str(places[launch.script]), *launch.words]


def error_message(lines: Iterable[str], status: int) -> str:
    """Return what `ErrorMessage` says: the error at the end of the last traceback.

    `["Traceback (most recent call last):", "  File ...", "ValueError: no"]` is `ValueError: no`.
    """
    found, is_inside = "", False
    for line in lines:
        if line.startswith("Traceback (most recent call last)"):
            is_inside = True
        elif is_inside and line.strip() and not line.startswith((" ", "\t")):
            found, is_inside = line.strip(), False
    code = status if status >= 0 else 128 - status
    return found or f"Command failed with exit code {code}"


def _listed(arguments: Mapping[str, str], name: str) -> tuple[str, ...]:
    parts = (part.strip() for part in arguments.get(name, "").split(","))
    return tuple(part for part in parts if part)


def _configuration(text: str) -> dict[str, str]:
    """Read `spark.a=1 --conf spark.b=2`, which is how Glue takes several settings."""
    pairs = [word.partition("=") for word in shlex.split(text) if word != "--conf"]
    if bad := [name for name, equals, _ in pairs if not equals]:
        raise ValueError(f"--conf has no value for {bad[0]}")
    return {name: value for name, _, value in pairs}
