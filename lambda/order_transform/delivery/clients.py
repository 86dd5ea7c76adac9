"""Clients of AWS's services, by botocore alone, with its models read as plain dicts.

boto3's clients are botocore's with methods for large files, which are not used here; to import it
would take a tenth of a cold start.
"""

import gzip
import json
from pathlib import Path
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.loaders import JSONFileLoader, Loader
from botocore.utils import determine_content_length


class DictFileLoader(JSONFileLoader):
    """Reads files of JSON as dicts, which keep their order, too.

    Botocore makes an OrderedDict of every object, which takes two to three times as long: 20 ms
    for S3, and 30 ms for Glue.
    """

    def load_file(self, file_path: str) -> Any:
        """Return what a file holds, whose path lacks .json or .json.gz; None without the file."""
        plain, packed = Path(f"{file_path}.json"), Path(f"{file_path}.json.gz")
        if plain.is_file():
            return json.loads(plain.read_bytes())
        return json.loads(gzip.decompress(packed.read_bytes())) if packed.is_file() else None


class DictLoader(Loader):
    """Botocore's own loader, but for the dicts."""

    FILE_LOADER_CLASS = DictFileLoader


# S3 takes a larger body only after it has been asked whether it takes it.
_ASKED_BYTES = 1 << 20


def send_small_bodies_at_once(client: Any) -> None:
    """Let a client of S3 send bodies below 1 MiB without waiting for `100 Continue`.

    Botocore asks before it sends any body. For a small one, the answer takes longer than the body.
    https://docs.aws.amazon.com/AmazonS3/latest/API/RESTCommonRequestHeaders.html (Expect)
    """
    client.meta.events.register("before-sign.s3", _send_at_once)


def _send_at_once(request: Any, **_: Any) -> None:
    told = request.headers.get("X-Amz-Decoded-Content-Length")  # of a body in chunks
    size = determine_content_length(request.data) if told is None else int(told)
    if size is not None and size < _ASKED_BYTES:
        del request.headers["Expect"]


def make_client(service: Any, config: Config | None = None) -> Any:
    """Return a new client of a service, by the variables of the environment."""
    session = botocore.session.get_session()
    session.register_component("data_loader", DictLoader())
    return session.create_client(service, config=config)
