"""The Trino that the local AWS starts beside itself: its place, its token, and when it answers.

The plugin in docker/ starts and ends the process, in the local AWS's own process group.
"""

import base64
import functools
import hashlib
import hmac
import http.client
import json
import secrets
import ssl
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from orderlake.errors import MissingTool
from orderlake.settings import Settings

START_SECONDS = 300.0
KEY_BYTES = 48
USER = "orderlake"


def trino_home(settings: Settings) -> str:
    """Return the folder of the Trino server; raises MissingTool where it was not set up."""
    home = settings.root / ".tools" / "trino"
    if not (home / ".stamp-trino").is_file():
        raise MissingTool(
            str(home), "Trino is not installed", "install it: make local-up ENGINE=trino"
        )
    return str(home)


def make_key() -> str:
    """Return a new random key of a Trino, in Base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def sign_token(key: str) -> str:
    """Return the token that a Trino with this key accepts: a JSON Web Token, HS256, of one user.

    https://www.rfc-editor.org/rfc/rfc7519
    """
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256"}, {"sub": USER})]
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = hmac.digest(base64.b64decode(key), signed, hashlib.sha256)
    return f"{signed.decode()}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@functools.cache
def own_certificate() -> ssl.SSLContext:
    """Return how to connect to this Trino, which makes its certificate by itself at each start.

    Nobody vouches for that certificate, so the machine's authorities are not loaded: to load them
    takes longer than a request. The token is of use to this Trino only.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def wait_for_trino(url: str, token: str, is_alive: Callable[[], bool]) -> bool:
    """Wait until Trino answers a statement; False if the local AWS ended or it took too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and is_alive():
        address = urlsplit(url).netloc
        connection = http.client.HTTPSConnection(address, timeout=10, context=own_certificate())
        if answers_a_statement(connection, token):
            return True
        time.sleep(0.25)
    return False


def answers_a_statement(connection: http.client.HTTPConnection, token: str) -> bool:
    """Whether Trino runs a statement; a while after its start it has no node for one."""
    headers = {"Authorization": f"Bearer {token}"}
    try:
        page = request(
            connection, "POST", "/v1/statement", headers, b"select count(*) from (values 1)"
        )
        while "nextUri" in page:
            page = request(connection, "GET", urlsplit(page["nextUri"]).path, headers)
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()
    return "error" not in page


def request(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes | None = None,
) -> dict[str, Any]:
    """Make one request of Trino's protocol; raises ValueError for an answer that is not JSON."""
    connection.request(method, path, body, headers)
    return dict(json.loads(connection.getresponse().read()))
