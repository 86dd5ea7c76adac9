"""Botocore's models of AWS's services, read once per process, without a search, as plain dicts.

It imports botocore, which is slow: import it only where AWS is called, like `session`.
"""

import functools
import gzip
import json
from pathlib import Path
from typing import Any

from botocore.loaders import JSONFileLoader, Loader


class DictFileLoader(JSONFileLoader):
    """Reads files of JSON as dicts, which keep their order, too.

    Botocore makes an OrderedDict of every object, which takes two to three times as long: 30 ms of
    a short command.
    """

    def load_file(self, file_path: str) -> Any:
        """Return what a file holds, whose path lacks .json or .json.gz; None without the file."""
        plain, packed = Path(f"{file_path}.json"), Path(f"{file_path}.json.gz")
        if plain.is_file():
            return json.loads(plain.read_bytes())
        return json.loads(gzip.decompress(packed.read_bytes())) if packed.is_file() else None


class QuickLoader(Loader):
    """A loader that takes every folder of models for a service.

    Botocore's own loader searches all 400 of them three times before the first client, which is a
    tenth of the time of a short command.
    """

    FILE_LOADER_CLASS = DictFileLoader

    def list_available_services(self, type_name: str) -> list[str]:
        """Return the names of all services, whether or not they have a file of the type."""
        folders = {Path(path) for path in self.search_paths if Path(path).is_dir()}
        return sorted({entry.name for folder in folders for entry in folder.iterdir()})


@functools.cache
def loader() -> Loader:
    """Return this process's loader, which keeps what it has read."""
    return QuickLoader()
