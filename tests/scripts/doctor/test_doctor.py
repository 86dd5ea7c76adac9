"""The doctor: what it says of a machine and of an account, and what to do about it."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber
from moto import mock_aws
from orderlake.aws.errors_explained import POLICY_STEP
from orderlake.aws.session import Aws, open_aws
from orderlake.doctor import account, machine
from orderlake.settings import Settings, load


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "orderlake.toml").write_text('[aws]\nregion = "eu-west-1"\n', "utf-8")
    return load("local", environ={}, start=tmp_path)


@pytest.fixture
def aws(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        yield open_aws(load("aws", environ={}, start=tmp_path))


@pytest.mark.parametrize(
    ("found", "state"), [((3, 13, 0), "ok"), ((3, 14, 1), "ok"), ((3, 12, 9), "missing")]
)
def test_an_older_python_is_missing(found: tuple[int, ...], state: str) -> None:
    assert machine.find_python(found).state == state


def test_what_is_not_installed_yet_says_what_installs_it(tmp_path: Path) -> None:
    finding = machine.find_emulator(tmp_path)
    assert (finding.state, finding.next_step) == ("note", "to install it: make local-up")


def test_the_emulators_version_is_read_from_its_environment(tmp_path: Path) -> None:
    packages = tmp_path / ".tools/emulator/lib/python3.13/site-packages"
    (packages / "localstack_core-1.2.3.dist-info").mkdir(parents=True)
    assert machine.find_emulator(tmp_path).detail.startswith("1.2.3")


def test_an_emulator_that_is_older_than_what_it_is_made_from_is_told(tmp_path: Path) -> None:
    packages = tmp_path / ".tools/emulator/lib/python3.13/site-packages"
    (packages / "localstack_core-1.2.3.dist-info").mkdir(parents=True)
    stamp, source = tmp_path / ".tools/emulator/.stamp-emulator", tmp_path / "docker/pyproject.toml"
    source.parent.mkdir()
    for changed, state in ((1_000, "ok"), (3_000, "note")):
        for path, moment in ((stamp, 2_000), (source, changed)):
            path.touch()
            os.utime(path, (moment, moment))
        assert machine.find_emulator(tmp_path).state == state


@pytest.mark.parametrize(("is_free", "state"), [(True, "ok"), (False, "note")])
def test_a_taken_port_is_not_an_obstacle_but_is_told(
    settings: Settings, is_free: bool, state: str
) -> None:
    finding = machine.find_port(settings, lambda port: is_free)
    assert finding.state == state
    assert "4566" in finding.detail


@pytest.mark.parametrize(("needed", "state"), [(1, "ok"), (10**18, "missing")])
def test_too_little_room_is_missing(tmp_path: Path, needed: int, state: str) -> None:
    assert machine.find_space("disk", tmp_path, needed, "free some").state == state


@pytest.mark.parametrize(("kilobytes", "state"), [(8_000_000, "ok"), (500_000, "note")])
def test_little_memory_is_told(tmp_path: Path, kilobytes: int, state: str) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text(f"MemTotal: 1 kB\nMemAvailable: {kilobytes} kB\n", "utf-8")
    assert machine.find_memory(meminfo).state == state
    assert machine.find_memory(tmp_path / "none").state == "note"


def test_a_program_that_fails_or_is_not_there_says_nothing() -> None:
    assert machine.first_line(["sh", "-c", "echo one; echo two"]) == "one"
    assert machine.first_line(["sh", "-c", "echo one; exit 3"]) == ""
    assert machine.first_line(["no-such-program-anywhere"]) == ""


def test_every_finding_that_is_not_ok_says_what_to_do(settings: Settings) -> None:
    findings = list(machine.examine_machine(settings))
    assert {f.name for f in findings} >= {"python", "uv", "docker", "local AWS", "disk", "memory"}
    for finding in findings:
        assert finding.state == "ok" or finding.next_step


def test_a_new_account_is_ready_and_its_identity_is_named(aws: Aws) -> None:
    identity = account.find_identity(aws)
    assert "in account 123456789012" in identity.detail
    assert account.find_bucket(aws, aws.names.raw_bucket).detail.endswith("is free")
    with Stubber(aws.cloudformation) as cloudformation:
        cloudformation.add_client_error(
            "describe_stacks", "ValidationError", "Stack shop-orders does not exist"
        )
        assert account.find_stack(aws).detail == "shop-orders is not deployed"


def test_our_own_bucket_is_ours(aws: Aws) -> None:
    place: Any = {"LocationConstraint": "eu-west-1"}
    aws.s3.create_bucket(Bucket=aws.names.raw_bucket, CreateBucketConfiguration=place)
    assert account.find_bucket(aws, aws.names.raw_bucket).detail.endswith("is ours")


@pytest.mark.parametrize(
    ("code", "text"), [("403", "another account"), ("301", "in another region")]
)
def test_a_bucket_that_cannot_be_had_is_missing(aws: Aws, code: str, text: str) -> None:
    with Stubber(aws.s3) as s3:
        s3.add_client_error("head_bucket", code, http_status_code=int(code))
        finding = account.find_bucket(aws, "shop-raw")
    assert finding.state == "missing"
    assert text in finding.detail


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("UPDATE_COMPLETE", "ok"),
        ("ROLLBACK_COMPLETE", "missing"),
        ("UPDATE_ROLLBACK_FAILED", "missing"),
        ("DELETE_FAILED", "missing"),
    ],
)
def test_a_stuck_stack_is_told_with_its_way_out(aws: Aws, status: str, state: str) -> None:
    described = {"StackName": "shop-orders", "CreationTime": datetime.now(UTC)}
    with Stubber(aws.cloudformation) as cloudformation:
        stacks = {"Stacks": [{**described, "StackStatus": status}]}
        cloudformation.add_response("describe_stacks", stacks)
        finding = account.find_stack(aws)
    assert finding.state == state
    assert (state == "ok") or "deploy without --plan" in finding.next_step


def test_what_may_not_be_read_is_a_note(aws: Aws) -> None:
    with Stubber(aws.functions) as functions:
        functions.add_client_error("get_account_settings", "AccessDeniedException")
        finding = account.look(aws.settings, "concurrency", lambda: account.find_concurrency(aws))
    assert (finding.state, finding.detail) == ("note", "cannot be read: AccessDeniedException")
    assert finding.next_step == POLICY_STEP


@pytest.mark.parametrize(("free", "state"), [(1000, "ok"), (10, "note")])
def test_a_new_accounts_low_concurrency_is_told(aws: Aws, free: int, state: str) -> None:
    limit = {"ConcurrentExecutions": free, "UnreservedConcurrentExecutions": free}
    with Stubber(aws.functions) as functions:
        functions.add_response("get_account_settings", {"AccountLimit": limit})
        assert account.find_concurrency(aws).state == state


def test_a_checkout_that_cannot_be_written_is_missing(tmp_path: Path) -> None:
    assert machine.find_writable(tmp_path).state == "ok"
    assert list((tmp_path / ".orderlake").iterdir()) == []
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / ".orderlake").write_text("a file where the folder should be")
    finding = machine.find_writable(tmp_path / "other")
    assert (finding.state, finding.name) == ("missing", "checkout")
    assert finding.next_step


EVERYBODY = {
    "Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"},
    "Permissions": ["ALL"],
}


@pytest.mark.parametrize(
    ("databases", "tables", "state"),
    [
        ([EVERYBODY], [EVERYBODY], "ok"),
        ([EVERYBODY], [], "note"),
        ([], [EVERYBODY], "note"),
        ([], [EVERYBODY | {"Permissions": ["SELECT"]}], "note"),
    ],
)
def test_an_account_under_lake_formation_is_told(
    aws: Aws, databases: list[Any], tables: list[Any], state: str
) -> None:
    chosen = {
        "CreateDatabaseDefaultPermissions": databases,
        "CreateTableDefaultPermissions": tables,
    }
    with Stubber(aws.lake_formation) as lake_formation:
        lake_formation.add_response("get_data_lake_settings", {"DataLakeSettings": chosen})
        finding = account.find_lake_formation(aws)
    assert finding.state == state
    assert (state == "ok") or "docs/aws.md" in finding.next_step
