"""Who gets in at Trino's own port: nobody without the token of `local up`."""

import http.client
import json
import ssl
import stat
from http.client import BAD_REQUEST
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from orderlake.local_aws.trino import make_key, own_certificate, sign_token

from tests.e2e.conftest import Lake
from tests.e2e.test_local_access import listening_addresses
from tests.trino.asking import ask
from tests.trino.server import Trino

pytestmark = pytest.mark.trino

PLANTED = "create schema iceberg.planted"
# Who asks is the first question for a statement; it does not believe a header that says "by HTTPS".
REFUSED = (401, 406)
FORM = {"Content-Type": "text/plain"}
PATHS = (
    ("POST", "/v1/statement"),
    ("GET", "/v1/query"),
    ("GET", "/v1/node"),
    ("GET", "/v1/task"),
    ("PUT", "/v1/info/state"),
    ("GET", "/ui/api/query"),
)


@pytest.fixture
def trino(trino_lake: Lake) -> Trino:
    variables = trino_lake.json("local", "env", "--json")
    return Trino(variables["TRINO_URL"], variables["TRINO_TOKEN"])


def status(
    trino: Trino, method: str, path: str, context: ssl.SSLContext | None, **headers: str
) -> int:
    """Return the status of a request by HTTPS, or by plain HTTP without a context."""
    where = urlsplit(trino.url).netloc
    connection: http.client.HTTPConnection = http.client.HTTPConnection(where, timeout=10)
    if context:
        connection = http.client.HTTPSConnection(where, timeout=10, context=context)
    sent = FORM | {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, PLANTED.encode(), sent)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Host": "evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"X_Trino_User": "orderlake"},
        {"X_Trino_User": "orderlake", "X_Forwarded_Proto": "https"},
        {"Authorization": "Basic b3JkZXJsYWtlOg=="},
        {"Authorization": f"Bearer {sign_token(make_key())}"},
        # A token that says that it is not signed.
        {"Authorization": "Bearer eyJhbGciOiAibm9uZSJ9.eyJzdWIiOiAib3JkZXJsYWtlIn0."},
    ],
)
def test_nothing_is_answered_without_the_token(trino: Trino, headers: dict[str, str]) -> None:
    for method, path in PATHS:
        answered = status(trino, method, path, own_certificate(), **headers)
        assert answered in REFUSED if path == "/v1/statement" else answered >= BAD_REQUEST, path
        # A web page that a rebound name leads here speaks HTTP, which nobody answers.
        with pytest.raises((http.client.HTTPException, OSError)):
            status(trino, method, path, None, **headers)
    schemas = ask(trino, "show schemas from iceberg")["rows"]
    assert ["planted"] not in schemas
    asked = ask(trino, "select query from system.runtime.queries")["rows"]
    assert [PLANTED] not in asked


def test_the_certificate_convinces_nobody(trino: Trino) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        status(trino, "GET", "/v1/info", ssl.create_default_context())


def test_trino_listens_on_loopback_only(trino_lake: Lake) -> None:
    assert all(
        ip_address(address.removeprefix("::ffff:")).is_loopback
        for address in listening_addresses(trino_lake)
    )


def test_the_secrets_are_in_files_of_their_owner_only(trino_lake: Lake, trino: Trino) -> None:
    folder = trino_lake.root / ".orderlake" / "local"
    shown = trino_lake.ok("local", "status", "--json")
    assert json.loads(shown)["trino_url"] == trino.url
    key = (folder / "trino" / "key").read_text("utf-8")
    holding = {
        path for path in folder.rglob("*") if path.is_file() and holds(path, trino.token, key)
    }
    assert holding == {folder / "state.json", folder / "trino" / "key"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in holding} == {0o600}
    assert trino.token not in shown


def holds(path: Path, *secrets: str) -> bool:
    """Whether a file holds one of the secrets."""
    text = path.read_bytes()
    return any(secret.encode() in text for secret in secrets)
