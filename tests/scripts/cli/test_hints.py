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


def test_an_error_names_the_command_for_the_prefix_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "orderlake.toml").write_text("[local]\nport = 1025\n")
    monkeypatch.setenv("ORDERLAKE_ROOT", str(tmp_path))
    words = ["query", "-e", "select 1 as a from processed_orders", "--env", "offline"]
    done = CliRunner().invoke(cli, [*words, "--prefix", "tea"])
    assert done.exit_code == 1
    assert "ORDERLAKE_PREFIX=tea make sync" in done.stderr
