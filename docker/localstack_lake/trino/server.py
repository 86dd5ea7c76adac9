"""Start Trino as a process of this LocalStack's group, so that both end together.

`LAKE_TRINO_URL` is the address of the Trino that runs Athena's queries; without it, they run on
DuckDB. `LAKE_TRINO_HOME` names the folder of a Trino to start at that address, with its jars, its
plugins and its Java, and `LAKE_TRINO_FOLDER` the folder of its configuration and its log. Without
the folder, the Trino at the address is another's, as in Docker Compose.
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
MEMORY = "1G"
CONFIG = """coordinator=true
node-scheduler.include-coordinator=true
node.environment=local
node.internal-address=127.0.0.1
node.bind-ip=127.0.0.1
http-server.http.port={port}
discovery.uri=http://127.0.0.1:{port}
plugin.dir={home}/plugin
catalog.config-dir={folder}/catalog
query.max-memory=600MB
query.max-memory-per-node=500MB
memory.heap-headroom-per-node=200MB
"""


def trino_url(environ: Mapping[str, str] = os.environ) -> str:
    """Return the address of this LocalStack's Trino, or nothing where it has none."""
    return environ.get("LAKE_TRINO_URL", "")


def start(
    folder: Path, catalogs: Mapping[str, Mapping[str, str]], environ: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start the server with its configuration and its log in a folder; it is not waited for.

    `catalogs` has the properties of each catalog by its name.
    """
    (folder / "catalog").mkdir(parents=True, exist_ok=True)
    home, port = environ["LAKE_TRINO_HOME"], urlsplit(trino_url(environ)).port
    for name, properties in catalogs.items():
        path = folder / "catalog" / f"{name}.properties"
        path.touch(mode=0o600)
        path.write_text("".join(f"{key}={value}\n" for key, value in properties.items()))
    config = folder / "config.properties"
    config.write_text(CONFIG.format(port=port, home=home, folder=folder))
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
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    LOG.info("Trino starts on port %s; its log: %s", port, log.name)
    return process


def lake_catalogs(aws_url: str, environ: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the properties of the two catalogs of a local AWS: Hive's tables, and Iceberg's."""
    key = environ.get("LAKE_ACCESS_KEY_ID") or "test"
    secret = environ.get("LAKE_SECRET_ACCESS_KEY") or "test"
    region = environ.get("LAKE_TRINO_REGION") or "us-east-1"
    lake = {
        "fs.native-s3.enabled": "true",
        "s3.endpoint": aws_url,
        "s3.region": region,
        "s3.path-style-access": "true",
        "s3.aws-access-key": key,
        "s3.aws-secret-key": secret,
        "hive.metastore.glue.region": region,
        "hive.metastore.glue.endpoint-url": aws_url,
        "hive.metastore.glue.aws-access-key": key,
        "hive.metastore.glue.aws-secret-key": secret,
    }
    hive = {
        "connector.name": "hive",
        "hive.metastore": "glue",
        "hive.security": "allow-all",
        # As Athena: objects in folders below a table's are read, external tables are written.
        "hive.recursive-directories": "true",
        "hive.non-managed-table-writes-enabled": "true",
        "hive.iceberg-catalog-name": ICEBERG,
    }
    iceberg = {
        "connector.name": "iceberg",
        "iceberg.catalog.type": "glue",
        "iceberg.hive-catalog-name": CATALOG,
        # VACUUM may remove what is younger than Trino's week: Athena's default is five days.
        "iceberg.expire-snapshots.min-retention": "0s",
        "iceberg.remove-orphan-files.min-retention": "0s",
        "iceberg.allowed-extra-properties": "*",
    }
    return {CATALOG: hive | lake, ICEBERG: iceberg | lake}
