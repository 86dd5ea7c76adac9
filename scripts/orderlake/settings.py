"""The settings: environment, prefix, region, endpoint, from one file and its overrides.

Pure apart from reading orderlake.toml and the local state file; it opens no connection.
"""

import json
import os
import platform
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from order_transform.delivery.layout import RAW_PREFIX

from orderlake.errors import BadSetting, UnknownName, UnreadableInput, WrongUse

ENVIRONMENTS = ("local", "aws")
EVERYWHERE = ("prefix", "region", "account", "endpoint_url", "architecture", "parameters")
KNOWN = {
    env: (*EVERYWHERE, "raw_bucket", "raw_prefix", *own)
    for env, own in (("local", ("port", "engine")), ("aws", ("profile",)))
}
ARCHITECTURES = ("arm64", "x86_64")
# What runs Athena's queries in the local AWS.
LOCAL_ENGINES = ("duckdb", "trino")
# The longest derived name is a bucket, at most 63 characters: 'PREFIX-processed-' + account (12)
# + '-' + region (at most 14) leaves 19; S3 also forbids capitals and a leading or trailing dash.
PREFIX = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
PREFIX_MAX = 19
ACCOUNT = re.compile(r"\d{12}")
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Settings:
    """One environment. `endpoint_url` and `region` are None if AWS's defaults apply.

    `raw_bucket` is an existing bucket that order files come to, None for the stack's own;
    `raw_prefix` is the start of their keys.

    `chosen` holds what the user gave to this command and has to give to the next one, too: options,
    and variables of orderlake, which may have been set for this one command.
    """

    env: str
    root: Path
    prefix: str
    region: str | None
    account: str | None
    endpoint_url: str | None
    profile: str | None
    port: int
    architecture: str
    engine: str = "duckdb"
    parameters: Mapping[str, str] = field(default_factory=dict)
    raw_bucket: str | None = None
    raw_prefix: str = RAW_PREFIX
    chosen: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_local(self) -> bool:
        """Whether this is the local AWS, whose credentials are not secret."""
        return self.env == "local"

    @property
    def local_dir(self) -> Path:
        """The folder of the local AWS's state, log and data."""
        return self.root / ".orderlake" / "local"


def find_root(start: Path, environ: Mapping[str, str]) -> Path:
    """Return the project folder: ORDERLAKE_ROOT, the nearest orderlake.toml upwards, or start's."""
    if chosen := environ.get("ORDERLAKE_ROOT"):
        return Path(chosen).resolve()
    start = start.resolve()
    checkout = Path(__file__).resolve().parents[2]
    for folder in (start, *start.parents, checkout):
        if (folder / "orderlake.toml").is_file():
            return folder
    return start


def working_folder() -> Path:
    """Return the working folder; raises WrongUse where it was removed."""
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        step = "go to a folder that is there: cd"
        raise WrongUse("the working folder does not exist any more", step) from error


def load(
    env: str | None = None,
    *,
    prefix: str | None = None,
    region: str | None = None,
    endpoint_url: str | None = None,
    port: int | None = None,
    environ: Mapping[str, str] | None = None,
    start: Path | None = None,
) -> Settings:
    """Return the settings of one environment: file, then environment variables, then arguments.

    Raises UnknownName for an environment that does not exist and BadSetting for a bad value.
    """
    environ = os.environ if environ is None else environ
    root = find_root(start or working_folder(), environ)
    env = env or environ.get("ORDERLAKE_ENV") or "local"
    if env not in ENVIRONMENTS:
        raise UnknownName("environment", env, ENVIRONMENTS)
    values = read_table(root / "orderlake.toml", env)
    known = overrides(env, environ)
    values |= known
    arguments = {"prefix": prefix, "region": region, "endpoint_url": endpoint_url, "port": port}
    values |= {name: value for name, value in arguments.items() if value}
    if env == "local" and not values.get("endpoint_url"):
        values["endpoint_url"] = running_endpoint(root) or f"http://127.0.0.1:{values['port']}"
    settled = settle(env, root, values)
    chosen = {
        name: str(getattr(settled, name))
        for name in ("prefix", "region", "port")
        if arguments[name] or (name in known and environ.get(f"ORDERLAKE_{name.upper()}"))
    }
    return replace(settled, chosen=chosen)


def read_table(path: Path, env: str) -> dict[str, Any]:
    """Return the file's top-level values and, over them, those of one environment."""
    try:
        document = tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableInput(path, f"not TOML: {error}", "correct the file") from error
    table = document.get(env, {})
    if not isinstance(table, dict):
        raise BadSetting(env, table, str(path), f"a table: [{env}]")
    for name in table:
        if name not in KNOWN[env]:
            raise UnknownName("setting", name, KNOWN[env], place=f"{path.name}, [{env}]")
    return {"prefix": document.get("prefix", "shop"), "port": 4566} | table


def overrides(env: str, environ: Mapping[str, str]) -> dict[str, Any]:
    """Return what environment variables say, under the settings' names.

    A shell's AWS_* variables are about real accounts, so the local environment never reads them: a
    forgotten AWS_ENDPOINT_URL must not send local orders elsewhere.
    """
    names = {
        "prefix": ["ORDERLAKE_PREFIX"],
        "region": ["ORDERLAKE_REGION"],
        "endpoint_url": ["ORDERLAKE_ENDPOINT_URL"],
        "architecture": ["ORDERLAKE_ARCHITECTURE"],
        "raw_bucket": ["ORDERLAKE_RAW_BUCKET"],
        "raw_prefix": ["ORDERLAKE_RAW_PREFIX"],
    }
    if env == "local":
        names["port"] = ["ORDERLAKE_PORT"]
        names["engine"] = ["ORDERLAKE_ENGINE"]
    else:
        names["region"] += ["AWS_REGION", "AWS_DEFAULT_REGION"]
        names["endpoint_url"] += ["AWS_ENDPOINT_URL"]
        names["profile"] = ["AWS_PROFILE"]
    found: dict[str, Any] = {}
    for name, variables in names.items():
        if values := [environ[v] for v in variables if environ.get(v)]:
            found[name] = values[0]
    return found


def running_endpoint(root: Path) -> str | None:
    """Return the address that the last `local up` wrote, or None if none was started."""
    state = root / ".orderlake" / "local" / "state.json"
    try:
        return str(json.loads(state.read_text("utf-8"))["endpoint_url"])
    except (FileNotFoundError, json.JSONDecodeError, KeyError):
        return None


def settle(env: str, root: Path, values: Mapping[str, Any]) -> Settings:
    """Check every value and return the settings; raises BadSetting for the first bad one."""
    where = f"settings of '{env}'"
    prefix = str(values["prefix"])
    if not PREFIX.fullmatch(prefix) or len(prefix) > PREFIX_MAX:
        rule = f"1 to {PREFIX_MAX} lower-case letters, digits and single dashes, a letter first"
        raise BadSetting("prefix", prefix, where, rule)
    region = values.get("region")
    if region is not None and not REGION.fullmatch(str(region)):
        raise BadSetting("region", region, where, "a region's name, such as eu-central-1")
    architecture = str(values.get("architecture") or own_architecture())
    if architecture not in ARCHITECTURES:
        raise BadSetting("architecture", architecture, where, " or ".join(ARCHITECTURES))
    engine = str(values.get("engine") or "duckdb")
    if engine not in LOCAL_ENGINES:
        raise BadSetting("engine", engine, where, " or ".join(LOCAL_ENGINES))
    endpoint_url = values.get("endpoint_url")
    if endpoint_url and not is_address(str(endpoint_url)):
        raise BadSetting("endpoint_url", endpoint_url, where, "an http:// or https:// address")
    return Settings(
        env=env,
        root=root,
        prefix=prefix,
        region=region,
        account=settle_account(values.get("account"), env, where),
        endpoint_url=str(endpoint_url).rstrip("/") if endpoint_url else None,
        profile=values.get("profile"),
        port=settle_port(values["port"], where),
        architecture=architecture,
        engine=engine,
        parameters=settle_parameters(values.get("parameters") or {}, env, where),
        raw_bucket=settle_raw_bucket(values.get("raw_bucket"), where),
        raw_prefix=settle_raw_prefix(values, where),
    )


def settle_raw_bucket(value: object, where: str) -> str | None:
    """Return the name of the existing bucket, None where the stack makes one; raises BadSetting."""
    if value in (None, ""):
        return None
    if not isinstance(value, str) or not BUCKET.fullmatch(value):
        raise BadSetting("raw_bucket", value, where, "a bucket's name, without s3:// and folders")
    return value


def settle_raw_prefix(values: Mapping[str, Any], where: str) -> str:
    """Return the start of order files' keys; raises BadSetting.

    Only an existing bucket has another one than `raw/`; empty stands for the whole bucket.
    """
    prefix = values.get("raw_prefix", RAW_PREFIX)
    rule = "a folder's key that ends in /, such as exports/orders/, or empty"
    if not isinstance(prefix, str) or prefix.startswith("/") or set(prefix) & set("*?$"):
        raise BadSetting("raw_prefix", prefix, where, rule)
    if prefix and not prefix.endswith("/"):
        raise BadSetting("raw_prefix", prefix, where, rule)
    if prefix != RAW_PREFIX and not values.get("raw_bucket"):
        raise BadSetting("raw_prefix", prefix, where, "given together with raw_bucket")
    return prefix


def settle_account(value: object, env: str, where: str) -> str | None:
    """Return an account's number, or None where none was given; raises BadSetting.

    A real one has twelve digits; the local AWS accepts any value.
    """
    if env == "aws" and value and not ACCOUNT.fullmatch(str(value)):
        raise BadSetting("account", value, where, "an account's twelve digits, in quotes")
    return str(value) if value else None


def settle_parameters(given: object, env: str, where: str) -> dict[str, str]:
    """Return the template's parameters as CloudFormation takes them; raises BadSetting."""
    if not isinstance(given, Mapping):
        raise BadSetting("parameters", given, where, f"a table: [{env}.parameters]")
    return {str(name): str(value) for name, value in given.items()}


def is_address(text: str) -> bool:
    """Whether a text is an http:// or https:// address of some host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def settle_port(value: object, where: str) -> int:
    """Return a TCP port a user may listen on; raises BadSetting."""
    text = str(value)
    if not text.isdecimal() or not 1024 <= int(text) <= 65535:
        raise BadSetting("port", value, where, "a number from 1024 to 65535")
    return int(text)


def own_architecture() -> str:
    """Return Lambda's name for this machine's processor."""
    return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"
