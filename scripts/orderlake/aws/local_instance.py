"""The state file of a local AWS that was started. Pure apart from reading and writing that file."""

import base64
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orderlake.settings import Settings

# A start reports its progress through this, one line at a time.
Say = Callable[[str], None]


# The key for a local AWS that accepts any key, and the region if none is chosen.
ANY_KEY = "test"
DEFAULT_REGION = "us-east-1"
# LocalStack's mark of an access key, and account 000000000000 in the form that keys carry it. The
# last letter belongs to the account: one from the alphabet's second half makes it 000000000001.
KEY_START = "LKIAQAAAAAAAA"
KEY_LETTERS = 20
KEY_RANDOM_BYTES = 5
SECRETS = ("secret_access_key", "trino_token")


@dataclass(frozen=True, slots=True)
class LaunchOptions:
    """The options with which a local AWS is started.

    `access_key` is the key and secret that it accepts, both empty for any. `kept_in` is the folder
    that gets its raw files, or empty. With `is_iam_for_users` it enforces the policies of IAM
    users, too, and not only those of functions' roles. `trino_url` is the address of
    the Trino that runs Athena's queries, on the catalog of `trino_region`; empty where they run on
    DuckDB. It takes only `trino_token`, which is signed with `trino_key`. A process starts it from
    the folder `trino_home`, with its log in `trino_folder`.
    """

    access_key: tuple[str, str] = ("", "")
    kept_in: str = ""
    is_iam_for_users: bool = False
    trino_url: str = ""
    trino_key: str = ""
    trino_token: str = ""
    trino_region: str = DEFAULT_REGION
    trino_home: str = ""
    trino_folder: str = ""

    def variables(self) -> dict[str, str]:
        """Return the environment variables that the plugin reads (docker/README.md)."""
        key_id, secret = self.access_key
        iam = "all" if self.is_iam_for_users else "functions"
        keys = {"LAKE_ACCESS_KEY_ID": key_id, "LAKE_SECRET_ACCESS_KEY": secret, "LAKE_IAM": iam}
        if not self.trino_url:
            return keys
        return keys | {
            "LAKE_REGION": self.trino_region,
            "LAKE_TRINO_URL": self.trino_url,
            "LAKE_TRINO_KEY": self.trino_key,
            "LAKE_TRINO_TOKEN": self.trino_token,
            "LAKE_TRINO_HOME": self.trino_home,
            "LAKE_TRINO_FOLDER": self.trino_folder,
        }


@dataclass(frozen=True, slots=True)
class LocalInstance:
    """A local AWS that was started.

    `runtime` is host or docker. On the host, `pid` leads a process group of its own and `started`
    tells it from a later process with that number; in Docker, `started` is the project's name.
    `kept_in` is the folder that gets its raw files when it is stopped, or empty. The access key is
    the only one that it takes; both parts are empty where it takes any. With
    `is_iam_for_users` the policies of IAM users are enforced, too. `trino_url` is the address of
    the Trino that runs Athena's queries, and `trino_token` is what it asks for; both are empty
    where DuckDB runs them.
    """

    runtime: str
    pid: int
    started: str
    port: int
    endpoint_url: str
    log: str
    kept_in: str = ""
    access_key_id: str = ""
    secret_access_key: str = ""
    is_iam_for_users: bool = False
    trino_url: str = ""
    trino_token: str = ""

    @property
    def engine(self) -> str:
        """What runs Athena's queries: duckdb or trino."""
        return "trino" if self.trino_url else "duckdb"

    @property
    def is_open(self) -> bool:
        """Whether it takes any access key."""
        return not self.access_key_id

    @property
    def credentials(self) -> tuple[str, str]:
        """The access key and its secret to call it with."""
        return (self.access_key_id or ANY_KEY, self.secret_access_key or ANY_KEY)


def public_facts(running: LocalInstance) -> dict[str, Any]:
    """Return what may be shown about a local AWS: everything except its secrets."""
    return {k: v for k, v in asdict(running).items() if k not in SECRETS}


def make_access_key() -> tuple[str, str]:
    """Return a new random access key and its secret, of the same form as AWS's."""
    random_letters = base64.b32encode(secrets.token_bytes(KEY_RANDOM_BYTES)).decode()
    key_id = f"{KEY_START}{random_letters}"[:KEY_LETTERS]
    return key_id, secrets.token_urlsafe(30)


def state_file(settings: Settings) -> Path:
    """Return the path of the state file."""
    return settings.local_dir / "state.json"


def read_state(settings: Settings) -> LocalInstance | None:
    """Return the state that the last start wrote, even if that ended; None without one."""
    try:
        return LocalInstance(**json.loads(state_file(settings).read_text("utf-8")))
    except (FileNotFoundError, json.JSONDecodeError, TypeError):
        return None


def write_state(settings: Settings, running: LocalInstance) -> None:
    """Write the state in one step, readable by this user only: it holds the secret key."""
    part = settings.local_dir / "state.json.part"
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps(asdict(running), indent=2) + "\n")
    part.replace(state_file(settings))
