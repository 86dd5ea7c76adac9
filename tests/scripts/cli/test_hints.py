"""A command that a message names is the one the user would have to type."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from orderlake.cli import cli
from orderlake.cli.hints import with_choices
from orderlake.settings import load

LOCAL = load("local", environ={"ORDERLAKE_ROOT": "/nowhere"})
AWS = replace(load("aws", environ={"ORDERLAKE_ROOT": "/nowhere"}), chosen={"prefix": "tea"})


@pytest.mark.parametrize(
    ("bare", "on_aws"),
    [
        ("make deploy", "ORDERLAKE_PREFIX=tea make deploy ENV=aws"),
        (
            "upload: make upload FILE=orders.csv crawl",
            "upload: ORDERLAKE_PREFIX=tea make upload ENV=aws FILE=orders.csv crawl",
        ),
        ("orderlake status --repair", "ORDERLAKE_PREFIX=tea orderlake status --env aws --repair"),
        ("make sync ENV=aws", "make sync ENV=aws"),
        ("start it: make local-up", "start it: make local-up"),
        ("orderlake query --help", "ORDERLAKE_PREFIX=tea orderlake query --env aws --help"),
        ("see the logs of deploy", "see the logs of deploy"),
    ],
)
def test_a_hint_repeats_what_was_chosen(bare: str, on_aws: str) -> None:
    assert with_choices(bare, AWS) == on_aws
    assert with_choices(bare, LOCAL) == bare
    assert with_choices(bare, None) == bare


def test_the_port_that_was_chosen_is_repeated_where_the_local_aws_is_started() -> None:
    chosen = load("local", environ={"ORDERLAKE_ROOT": "/nowhere", "ORDERLAKE_PORT": "4600"})
    for bare in ("start it: make local-up", "make up", "orderlake local up"):
        command = bare.removeprefix("start it: ")
        assert with_choices(bare, chosen) == bare.replace(command, f"ORDERLAKE_PORT=4600 {command}")
    for bare in ("local up takes another port", "make upload FILE=a.csv", "make status"):
        assert with_choices(bare, chosen) == bare, "its state says where it runs"


def test_a_variable_that_may_hold_for_one_command_only_is_repeated() -> None:
    environ = {"ORDERLAKE_ROOT": "/nowhere", "ORDERLAKE_PREFIX": "tea", "AWS_REGION": "eu-west-1"}
    assert with_choices("make deploy", load("local", environ=environ)) == (
        "ORDERLAKE_PREFIX=tea make deploy"
    )


def test_the_engine_that_was_chosen_is_repeated_for_queries() -> None:
    chosen = replace(AWS, chosen={"engine": "athena"})
    assert with_choices("make query; make sync", chosen) == (
        "make query ENV=aws ARGS='--engine athena'; make sync ENV=aws"
    )
    assert with_choices("orderlake query --help", chosen) == (
        "orderlake query --env aws --engine athena --help"
    )


def test_a_command_remembers_the_engine_that_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERLAKE_ROOT", str(tmp_path))
    given: list[object] = []

    def note_choices(text: str, settings: object) -> str:
        given.append(getattr(settings, "chosen", None))
        return text

    monkeypatch.setattr("orderlake.cli.ended_command.with_choices", note_choices)
    words = ["query", "nonsense", "--env", "aws", "--engine", "athena"]
    assert CliRunner().invoke(cli, words).exit_code == 2
    assert given == [{"engine": "athena"}]


def test_a_stopped_local_aws_is_started_at_the_port_that_was_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERLAKE_ROOT", str(tmp_path))
    monkeypatch.setenv("ORDERLAKE_PORT", "4677")
    done = CliRunner().invoke(cli, ["local", "status"])
    assert "start it: ORDERLAKE_PORT=4677 make local-up" in done.stderr


def test_an_error_names_the_command_for_the_prefix_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "orderlake.toml").write_text("[local]\nport = 1025\n")
    monkeypatch.setenv("ORDERLAKE_ROOT", str(tmp_path))
    words = ["query", "-e", "select 1 as a from processed_orders", "--env", "offline"]
    done = CliRunner().invoke(cli, [*words, "--prefix", "tea"])
    assert done.exit_code == 1
    assert "ORDERLAKE_PREFIX=tea make sync" in done.stderr
