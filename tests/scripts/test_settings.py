"""Settings: the file, the environment over it, arguments over both."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from orderlake.errors import BadSetting, UnknownName, UnreadableInput
from orderlake.names import Names
from orderlake.settings import PREFIX_MAX, Settings, find_root, load

FILE = """
prefix = "shop"
[local]
region = "us-east-1"
account = "000000000000"
port = 4570
[aws]
architecture = "arm64"
[aws.parameters]
MemorySize = 2048
"""


def settings_in(folder: Path, env: str | None = None, text: str = FILE, **environ: str) -> Settings:
    (folder / "orderlake.toml").write_text(text, "utf-8")
    return load(env, environ=environ, start=folder)


def test_the_file_speaks_where_nothing_else_does(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    assert (settings.env, settings.prefix, settings.port) == ("local", "shop", 4570)
    assert settings.endpoint_url == "http://127.0.0.1:4570"


def test_an_environment_variable_goes_over_the_file(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, ORDERLAKE_PREFIX="bakery", ORDERLAKE_PORT="4700")
    assert (settings.prefix, settings.port) == ("bakery", 4700)


def test_an_argument_goes_over_an_environment_variable(tmp_path: Path) -> None:
    (tmp_path / "orderlake.toml").write_text(FILE, "utf-8")
    environ = {"ORDERLAKE_PREFIX": "bakery"}
    assert load("local", prefix="mill", environ=environ, start=tmp_path).prefix == "mill"


def test_the_local_environment_never_reads_variables_of_real_accounts(tmp_path: Path) -> None:
    settings = settings_in(
        tmp_path,
        "local",
        AWS_ENDPOINT_URL="https://elsewhere.example",
        AWS_REGION="eu-west-1",
        AWS_PROFILE="production",
    )
    assert settings.endpoint_url == "http://127.0.0.1:4570"
    assert (settings.region, settings.profile) == ("us-east-1", None)


def test_aws_reads_them(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, "aws", AWS_REGION="eu-west-1", AWS_PROFILE="production")
    assert (settings.region, settings.profile) == ("eu-west-1", "production")
    assert settings.endpoint_url is None
    assert settings.parameters == {"MemorySize": "2048"}


def test_a_running_local_aws_is_found_on_the_port_it_took(tmp_path: Path) -> None:
    state = tmp_path / ".orderlake" / "local" / "state.json"
    state.parent.mkdir(parents=True)
    state.write_text('{"endpoint_url": "http://127.0.0.1:4799"}', "utf-8")
    assert settings_in(tmp_path).endpoint_url == "http://127.0.0.1:4799"


def test_the_project_is_found_from_a_folder_below_it(tmp_path: Path) -> None:
    (tmp_path / "orderlake.toml").write_text(FILE, "utf-8")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_root(below, {}) == tmp_path.resolve()


def test_an_unknown_environment_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="did you mean 'local'") as caught:
        settings_in(tmp_path, "locl")
    assert caught.value.exit_code == 2


def test_an_unknown_setting_is_refused_rather_than_ignored(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="did you mean 'region'"):
        settings_in(tmp_path, "aws", '[aws]\nregoin = "eu-west-1"\n')


def test_a_broken_file_says_where(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match=r"orderlake\.toml: not TOML: "):
        settings_in(tmp_path, text="[local\n")


@pytest.mark.parametrize("line", ['account = "12345"', 'parameters = "MemorySize"'])
def test_a_bad_value_in_the_file_is_wrong_use(tmp_path: Path, line: str) -> None:
    (tmp_path / "orderlake.toml").write_text(f"[aws]\n{line}\n", "utf-8")
    with pytest.raises(BadSetting, match=line.partition(" ")[0]):
        load("aws", environ={}, start=tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ORDERLAKE_PREFIX", "Shop"),
        ("ORDERLAKE_PREFIX", "-shop"),
        ("ORDERLAKE_PREFIX", "a" * (PREFIX_MAX + 1)),
        ("ORDERLAKE_REGION", "moon"),
        ("ORDERLAKE_PORT", "80"),
        ("ORDERLAKE_PORT", "many"),
        ("ORDERLAKE_ENDPOINT_URL", "localhost:4566"),
        ("ORDERLAKE_ENDPOINT_URL", "http://"),
        ("ORDERLAKE_ENDPOINT_URL", "http://here:port"),
        ("ORDERLAKE_ARCHITECTURE", "riscv"),
    ],
)
def test_a_bad_value_is_wrong_use(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting) as caught:
        settings_in(tmp_path, **{name: value})
    assert caught.value.exit_code == 2
    assert value in str(caught.value)


@given(st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,5}){0,2}", fullmatch=True))
def test_every_allowed_prefix_gives_names_that_aws_takes(prefix: str) -> None:
    names = Names(prefix, "123456789012", "ap-southeast-1")
    for bucket in (names.raw_bucket, names.processed_bucket, names.artifact_bucket):
        assert len(bucket) <= 63
    assert names.table.replace("_", "").isalnum()
    assert names.database == f"{prefix.replace('-', '_')}_orders"


def test_the_names_are_those_of_the_documentation() -> None:
    names = Names("shop", "000000000000", "us-east-1")
    assert names.stack == "shop-orders"
    assert names.raw_bucket == "shop-raw-000000000000-us-east-1"
    assert names.processed_bucket == "shop-processed-000000000000-us-east-1"
    assert names.function == "shop-order-transform"
    assert names.database == "shop_orders"
    assert names.crawler == "shop-orders"
    assert names.table == "shop_processed_orders"
    assert names.work_group == "shop-orders"
