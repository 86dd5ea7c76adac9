"""Botocore's models of services: read faster, and once for all sessions."""

import copy
import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.loaders import JSONFileLoader, Loader, create_loader
from botocore.regions import EndpointResolver
from localstack.aws.spec import load_service


@cache
def _endpoints() -> EndpointResolver:
    return EndpointResolver(botocore.session.create_loader().load_data("endpoints"))


@cache
def _regions(service: str, partition: str, allow_non_regional: bool) -> tuple[str, ...]:
    try:
        prefix = load_service(service).endpoint_prefix
    except UnknownServiceError:
        return ()
    return tuple(_endpoints().get_available_endpoints(prefix, partition, allow_non_regional))


def find_regions_without_models() -> None:
    """Answer botocore's questions for partitions and a service's regions from what is loaded.

    botocore reads a service's whole model and all endpoints again for each session, and LocalStack
    opens a session for each service's regions.
    """

    def get_available_partitions(self: object) -> list[str]:
        partitions: list[str] = _endpoints().get_available_partitions()
        return partitions

    def get_available_regions(
        self: object,
        service_name: str,
        partition_name: str = "aws",
        allow_non_regional: bool = False,
    ) -> list[str]:
        return list(_regions(service_name, partition_name, allow_non_regional))

    botocore.session.Session.get_available_partitions = get_available_partitions
    botocore.session.Session.get_available_regions = get_available_regions


def read_models_as_dicts() -> None:
    """Read botocore's files of JSON as dicts, which keep their order, too.

    Botocore makes an OrderedDict of each of a million objects, which takes two to three times as
    long.
    """

    def load_file(self: object, file_path: str) -> Any:
        plain, packed = Path(f"{file_path}.json"), Path(f"{file_path}.json.gz")
        if packed.is_file() and not plain.is_file():
            return json.loads(gzip.decompress(packed.read_bytes()))
        return json.loads(plain.read_bytes()) if plain.is_file() else None

    JSONFileLoader.load_file = load_file


def share_models_between_sessions() -> None:
    """Let all sessions keep what they read in one place, as the clients of one session do.

    LocalStack has a session for each of its kinds of clients, and each read the addresses of all
    services and the models of its own services again.
    """
    known: dict[str | None, Loader] = {}

    def create_shared_loader(search_path_string: str | None = None) -> Loader:
        if search_path_string not in known:
            known[search_path_string] = create_loader(search_path_string)
        loader: Any = copy.copy(known[search_path_string])
        # boto3 adds a folder of its own at each start of a session
        loader._search_paths = list(loader._search_paths)
        return loader

    botocore.session.create_loader = create_shared_loader
