"""The command line: every command has help, an example and a place; errors are lines."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from every_command import every_command
from forked_command import run_command
from orderlake.cli import COMMANDS, cli

ROOT = Path(__file__).resolve().parents[3]
# Commands that work on local files, or on a shell, have no target of their own.
WITHOUT_TARGET = {"transform", "schema", "completion"}
TARGETS = {"local": "local-up", "lint": "lint-sql"}


ALL = list(every_command())


@pytest.mark.parametrize(("name", "command"), ALL)
def test_every_command_has_help_with_an_example(name: str, command: click.Command) -> None:
    result = CliRunner().invoke(cli, [*name.split(), "--help"])
    assert result.exit_code == 0
    assert f"Example: orderlake {name}" in " ".join(result.output.split())


@pytest.mark.parametrize("command", ["upload x.csv", "crawl", "status"])
@pytest.mark.parametrize("seconds", ["-1", "0", "nan", "inf", "soon"])
def test_a_timeout_is_a_number_of_seconds_above_zero(command: str, seconds: str) -> None:
    result = CliRunner().invoke(cli, [*command.split(), "--timeout", seconds])
    assert result.exit_code == 2
    assert f"'{seconds}' is not a number of seconds above 0" in result.output


def test_a_missing_argument_is_told_in_a_line_with_its_values() -> None:
    done = run("completion")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == (
        "error: Missing argument 'SHELL'. Choose from: bash, zsh, fish"
    )
    assert len(done.stderr.splitlines()) == 2


def test_the_list_of_commands_is_a_line_each() -> None:
    listed = CliRunner().invoke(cli, ["--help"]).output.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed] == list(COMMANDS)
    for line in listed:
        assert line.endswith(".")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_make_target(name: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    target = TARGETS.get(name, name)
    assert name in WITHOUT_TARGET or re.search(rf"^{target}:.*## ", makefile, re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_readme(name: str) -> None:
    assert f"`{name}" in (ROOT / "README.md").read_text("utf-8")


def test_help_and_query_do_not_pay_for_boto3() -> None:
    code = (
        "import sys; from orderlake.cli import cli, COMMANDS; import click\n"
        "cli.get_help(click.Context(cli)); cli.get_command(click.Context(cli), 'query')\n"
        "sys.exit('boto3' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def run(*args: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return run_command(args, Path.cwd(), os.environ if env is None else env, timeout_seconds=60)


def test_an_unknown_command_gets_the_nearest_and_exit_2() -> None:
    done = run("deplyo")
    assert done.returncode == 2
    assert done.stderr.startswith(
        "error: there is no command 'deplyo'\n  did you mean 'deploy'? known:"
    )


def test_an_unknown_option_is_wrong_use_and_names_the_help() -> None:
    done = run("deploy", "--plam")
    assert done.returncode == 2
    assert "orderlake deploy --help" in done.stderr


def test_an_option_before_the_command_is_told_its_place() -> None:
    done = run("--env", "aws", "status")
    assert done.returncode == 2
    assert "options stand after the command: orderlake status --env aws" in done.stderr


def test_an_option_without_its_value_names_the_help_of_its_command() -> None:
    done = run("status", "--env")
    assert done.returncode == 2
    assert "see: orderlake status --help" in done.stderr


def test_an_unknown_environment_is_wrong_use() -> None:
    done = run("deploy", "--env", "awz")
    assert done.returncode == 2
    assert "did you mean 'aws'?" in done.stderr


@pytest.fixture
def empty_project(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "orderlake.toml").write_text('[local]\nport = 1025\naccount = "0"\n', "utf-8")
    return {"ORDERLAKE_ROOT": str(tmp_path), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}


@pytest.mark.parametrize("args", [["crawl"], ["status"], ["logs"], ["destroy"]])
def test_with_nothing_running_a_command_says_how_to_start_it(
    args: list[str], empty_project: dict[str, str]
) -> None:
    done = run(*args, env=empty_project)
    assert done.returncode == 1
    assert done.stderr.endswith(
        "error: no local AWS answers at http://127.0.0.1:1025\n  start it: orderlake local up\n"
    )


def test_a_missing_file_is_wrong_use_even_with_nothing_running(
    empty_project: dict[str, str],
) -> None:
    done = run("upload", "none.csv", env=empty_project)
    assert done.returncode == 2
    assert done.stderr.startswith("error: none.csv: there is no such file\n")


def test_aws_without_credentials_says_what_to_do(empty_project: dict[str, str]) -> None:
    quiet = {"AWS_EC2_METADATA_DISABLED": "true"}
    done = run("crawl", "--env", "aws", "--region", "eu-west-1", env=empty_project | quiet)
    assert done.returncode == 1
    assert done.stderr.startswith("error: no usable AWS credentials")
    assert "Traceback" not in done.stderr


def test_aws_without_a_region_says_what_to_do(empty_project: dict[str, str]) -> None:
    done = run("crawl", "--env", "aws", env=empty_project)
    assert done.returncode == 2
    assert "set region under [aws]" in done.stderr


def test_local_down_with_nothing_up_is_done(empty_project: dict[str, str]) -> None:
    done = run("local", "down", env=empty_project)
    assert (done.returncode, done.stdout) == (0, "no local AWS was up\n")


def test_an_error_nobody_foresaw_is_a_line_and_a_file(empty_project: dict[str, str]) -> None:
    code = (
        "import click; from orderlake.cli import cli, main\n"
        "cli.invoke = lambda ctx: 1 / 0\n"
        "main(['crawl'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=empty_project
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: unexpected ZeroDivisionError: division by zero\n")
    log = Path(empty_project["ORDERLAKE_ROOT"]) / ".orderlake" / "last-error.txt"
    assert "ZeroDivisionError" in log.read_text("utf-8")


def test_json_of_a_command_is_json(empty_project: dict[str, str]) -> None:
    done = run("local", "status", "--json", env=empty_project)
    assert done.returncode == 1
    with pytest.raises(json.JSONDecodeError):
        json.loads(done.stdout)


@pytest.mark.parametrize("words", [(), ("local",)])
def test_a_group_alone_prints_its_help(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: orderlake")


def test_no_help_line_is_cut_or_wrapped_at_80_columns() -> None:
    listed = CliRunner().invoke(cli, ["--help"], terminal_width=80).output
    assert max(map(len, listed.splitlines())) <= 80
    assert "..." not in listed.partition("Commands:")[2]
    for name, command in ALL:
        if isinstance(command, click.Group):
            text = CliRunner().invoke(cli, [name, "--help"], terminal_width=80).output
            assert "..." not in text.partition("Commands:")[2]
