"""Start Trino as a process of this LocalStack's group, so that both end together.

`LAKE_TRINO_URL` is the address of the Trino that runs Athena's queries; without it, they run on
DuckDB. `LAKE_TRINO_HOME` names the folder of a Trino to start at that address, with its jars, its
plugins and its Java, and `LAKE_TRINO_FOLDER` the folder of its configuration and its log. Without
the folder, the Trino at the address is another's, as in Docker Compose.

A web page or another user of the machine must not reach it: it answers by HTTPS only, and only to
a token (`LAKE_TRINO_TOKEN`) that is signed with its key (`LAKE_TRINO_KEY`, in Base64).
https://trino.io/docs/476/security/jwt.html
"""

import logging
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

LOG = logging.getLogger(__name__)
VERSION = "476"
# What Athena calls its catalog holds Hive's tables; Iceberg's have a catalog of their own, and each
# sends a statement on to the other.
CATALOG, ICEBERG = "awsdatacatalog", "iceberg"
LAKE_CATALOGS = Path(__file__).with_name("catalog")
MEMORY = "1G"
CONFIG = """coordinator=true
node-scheduler.include-coordinator=true
node.environment=local
node.internal-address=127.0.0.1
node.bind-ip=127.0.0.1
http-server.http.enabled=false
http-server.https.enabled=true
http-server.https.port={port}
http-server.authentication.type=JWT
http-server.authentication.jwt.key-file={key_file}
internal-communication.https.required=true
internal-communication.shared-secret=${{ENV:LAKE_TRINO_KEY}}
web-ui.enabled=false
discovery.uri=https://127.0.0.1:{port}
plugin.dir={home}/plugin
catalog.config-dir={catalogs}
query.max-memory=600MB
query.max-memory-per-node=500MB
memory.heap-headroom-per-node=200MB
"""


def trino_url(environ: Mapping[str, str] = os.environ) -> str:
    """Return the address of this LocalStack's Trino, or nothing where it has none."""
    return environ.get("LAKE_TRINO_URL", "")


def trino_token(environ: Mapping[str, str] = os.environ) -> str:
    """Return the token that this LocalStack's Trino asks for, or nothing where it asks for none."""
    return environ.get("LAKE_TRINO_TOKEN", "")


def start(folder: Path, catalogs: Path, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start the server with its configuration and its log in a folder; it is not waited for.

    `catalogs` is a folder with the properties of each catalog, which may name variables of
    `environ`, as `${ENV:NAME}`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    home, port = environ["LAKE_TRINO_HOME"], urlsplit(trino_url(environ)).port
    key_file = folder / "key"
    key_file.touch(0o600)
    key_file.write_text(environ["LAKE_TRINO_KEY"])
    config = folder / "config.properties"
    config.write_text(CONFIG.format(port=port, home=home, catalogs=catalogs, key_file=key_file))
    command = [
        f"{home}/java/bin/java",
        f"-Xmx{MEMORY}",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        "-Djdk.attach.allowAttachSelf=true",
        "-Duser.timezone=UTC",
        "--sun-misc-unsafe-memory-access=allow",
        f"-Dconfig={config}",
        "-cp",
        f"{home}/launch:{home}/lib/*",
        "Launch",
        VERSION,
    ]
    with (folder / "trino.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=dict(environ))
    LOG.info("Trino starts on port %s; its log: %s", port, log.name)
    return process


def lake_variables(aws_url: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that the catalogs of a local AWS name: its address, region and key."""
    return {
        "LAKE_AWS_URL": aws_url,
        "LAKE_REGION": environ.get("LAKE_REGION") or "us-east-1",
        "LAKE_ACCESS_KEY_ID": environ.get("LAKE_ACCESS_KEY_ID") or "test",
        "LAKE_SECRET_ACCESS_KEY": environ.get("LAKE_SECRET_ACCESS_KEY") or "test",
    }
