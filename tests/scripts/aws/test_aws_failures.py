"""Every command against an AWS that refuses: two lines, the second what to type next; exit 1.

The commands run as a user types them, over real HTTP, against a server that answers AWS's own
error documents.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import botocore.endpoint
import click
import pytest
from orderlake.cli import COMMANDS, cli, main
from refusing_aws import ACCOUNT, Fault, RefusingAws, refusing_aws

ROOT = Path(__file__).resolve().parents[3]
ORDERS = "orders-2026-11-22.csv"
EVERY = [
    "deploy --yes",
    "deploy --plan",
    "destroy --yes",
    f"upload --yes {ORDERS}",
    "crawl --yes",
    "curate --yes",
    "backfill raw/2024/ --yes",
    "query top_products",
    "query top_products --engine athena",
    "sync",
    "parity top_products --left athena",
    "report",
    "status",
    "status --repair --yes",
    f"rejected {ORDERS}",
    "replay --yes",
    f"replay --yes {ORDERS}",
    "logs",
    "doctor",
]
FEW = ["deploy --yes", "sync", "status"]
DENIED = Fault(
    "AccessDenied", f"User: arn:aws:iam::{ACCOUNT}:user/ann is not authorized to perform: x:Y", 403
)
EXPIRED = Fault("ExpiredToken", "The security token included in the request is expired", 403)
INVALID = Fault("InvalidClientTokenId", "The security token included in the request is invalid.")
SKEWED = Fault("SignatureDoesNotMatch", "Signature expired: 20261124T00Z is now earlier than", 403)
THROTTLED = Fault("ThrottlingException", "Rate exceeded")
BUSY = Fault("SlowDown", "Please reduce your request rate.", 503)
MISPLACED = Fault("AuthorizationHeaderMalformed", "the region 'eu-west-1' is wrong; expecting 'x'")
# Rules of botocore that a user's shell or machine may have.
OWN = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull}


@pytest.fixture(scope="module")
def running_server() -> Iterator[RefusingAws]:
    with refusing_aws() as aws:
        yield aws


@pytest.fixture
def server(
    running_server: RefusingAws, project: Path, monkeypatch: pytest.MonkeyPatch
) -> RefusingAws:
    """The server, as the address of every command of a test."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", running_server.endpoint_url)
    return running_server


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith(("AWS_", "ORDERLAKE_"))]:
        monkeypatch.delenv(name)
    for name, value in (OWN | {"AWS_SHARED_CREDENTIALS_FILE": os.devnull}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    (tmp_path / "orderlake.toml").write_text("", "utf-8")
    (tmp_path / "queries").symlink_to(ROOT / "queries")
    (tmp_path / ORDERS).write_text("sku,price,quantity\nA,1,1\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(line: str, capsys: pytest.CaptureFixture[str], code: int = 1) -> str:
    """Run a command and return its complaint: an error and a next step, and nothing after."""
    command, *rest = line.split()
    with pytest.raises(SystemExit) as left:
        main([command, "--env", "aws", *rest])
    out, err = capsys.readouterr()
    assert left.value.code == code, out + err
    assert "Traceback" not in out + err
    assert "unexpected" not in out + err
    if command == "doctor":
        (complaint,) = [text for text in out.splitlines() if text.startswith("MISSING  cred")]
        assert complaint.endswith(")")
        return complaint
    before, _, complaint = err.rpartition("error: ")
    assert "error: " not in before
    assert len(complaint.splitlines()) == 2, complaint
    assert complaint.splitlines()[1].startswith("  ")
    return complaint


def test_every_command_that_takes_an_environment_is_tried_here() -> None:
    context = click.Context(cli)
    commands = {name: cli.get_command(context, name) for name in COMMANDS}
    with_environment = {
        name
        for name, command in commands.items()
        if command and any("--env" in parameter.opts for parameter in command.params)
    }
    assert {line.split()[0] for line in EVERY} == with_environment


@pytest.mark.parametrize("line", EVERY)
def test_credentials_that_expired_say_how_to_log_in(
    line: str,
    server: RefusingAws,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server.refuse(EXPIRED, is_known=False)
    complaint = told(line, capsys)
    assert "ExpiredToken" in complaint
    assert "aws sso login" in complaint


@pytest.mark.parametrize("line", EVERY)
def test_no_credentials_say_how_to_get_some(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert "Unable to locate credentials" in told(line, capsys)


@pytest.mark.parametrize("line", EVERY)
def test_a_profile_that_does_not_exist_is_named(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody-has-this")
    assert "no profile 'nobody-has-this'" in told(line, capsys)


@pytest.mark.parametrize("line", EVERY)
def test_an_address_where_nothing_answers_is_named(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=lambda seconds: None))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    complaint = told(line, capsys)
    assert "http://127.0.0.1:9" in complaint
    assert "AWS_ENDPOINT_URL" in complaint


@pytest.mark.parametrize("line", [line for line in EVERY if line != "doctor"])
def test_a_missing_permission_is_named_with_the_policy_to_read(
    line: str,
    server: RefusingAws,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server.refuse(DENIED)
    complaint = told(line, capsys)
    assert "AWS refused" in complaint
    assert "docs/permissions.md" in complaint


@pytest.mark.parametrize("line", [line for line in EVERY if line != "doctor"])
def test_a_throttled_call_is_made_again_ever_later_before_it_is_told(
    line: str,
    server: RefusingAws,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # S3's answer to HEAD has no body, only a status that says it.
    server.refuse(BUSY if line.startswith("destroy") else THROTTLED)
    pauses: list[float] = []
    monkeypatch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=pauses.append))
    complaint = told(line, capsys)
    assert "same command again" in complaint
    assert len(pauses) == 4
    # Each pause is drawn from a span that doubles.
    assert all(0 <= pause <= 2**number for number, pause in enumerate(pauses))
    assert max(server.requests.values()) == 5


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (INVALID, "aws sso login"),
        (SKEWED, "set this machine's clock"),
        (MISPLACED, "the region does not fit"),
        (Fault("", "", 404, "<html>hello</html>"), "AWS_ENDPOINT_URL"),
        (Fault("", "", 200, "<html>hello</html>"), "is not AWS"),
        (Fault("", "", 200, "hello"), "is not AWS"),
    ],
)
@pytest.mark.parametrize("line", [*FEW, "doctor"])
def test_what_is_wrong_with_whoever_asks_is_told_before_anything_is_done(
    line: str,
    fault: Fault,
    text: str,
    server: RefusingAws,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server.refuse(fault, is_known=False)
    assert text in told(line, capsys)
    assert set(server.requests) == {"sts"}


def test_another_account_than_the_one_meant_is_refused_by_every_command(
    project: Path,
    server: RefusingAws,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (project / "orderlake.toml").write_text('[aws]\naccount = "999999999999"\n', "utf-8")
    server.refuse(DENIED)
    for line in EVERY:
        if line.startswith("doctor"):
            assert ACCOUNT in told(line, capsys)
        else:
            assert ACCOUNT in told(line, capsys, code=2)
    assert set(server.requests) == {"sts"}


@pytest.mark.parametrize("line", [line for line in EVERY if line != "doctor"])
def test_no_region_says_where_to_set_one(
    line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("AWS_REGION")
    complaint = told(line, capsys, code=2)
    assert "region" in complaint
    assert "orderlake.toml" in complaint


def test_the_doctor_goes_on_past_what_it_may_not_read(
    server: RefusingAws, capsys: pytest.CaptureFixture[str]
) -> None:
    server.refuse(DENIED)
    with pytest.raises(SystemExit) as left:
        main(["doctor", "--env", "aws"])
    out = capsys.readouterr().out
    assert left.value.code == 1
    assert f"user/ann in account {ACCOUNT}" in out
    assert "note     stack        cannot be read: AccessDenied (the identity" in out
    assert f"MISSING  bucket       shop-raw-{ACCOUNT}-eu-west-1 is another account's, or" in out
