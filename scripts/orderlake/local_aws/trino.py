"""The Trino that the local AWS starts beside itself: where it is installed, and when it answers.

The plugin in docker/ starts and ends the process, in the local AWS's own process group.
"""

import http.client
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from orderlake.errors import MissingTool
from orderlake.settings import Settings

START_SECONDS = 300.0


def trino_home(settings: Settings) -> str:
    """Return the folder of the Trino server; raises MissingTool where it was not set up."""
    home = settings.root / ".tools" / "trino"
    if not (home / ".stamp-trino").is_file():
        raise MissingTool(
            str(home), "Trino is not installed", "install it: make local-up ENGINE=trino"
        )
    return str(home)


def wait_for_trino(url: str, is_alive: Callable[[], bool]) -> bool:
    """Wait until Trino answers a statement; False if the local AWS ended or it took too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and is_alive():
        if answers_a_statement(url):
            return True
        time.sleep(0.25)
    return False


def answers_a_statement(url: str) -> bool:
    """Whether Trino runs a statement; a while after its start it has no node for one."""
    host = urlsplit(url).netloc
    connection = http.client.HTTPConnection(host, timeout=10)
    headers = {"X-Trino-User": "orderlake"}
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
