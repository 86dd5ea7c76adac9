"""A folder that links to the checkout: commands that run in it leave a developer's state alone."""

import itertools
import os
import socket
from pathlib import Path

import noted_folders

ROOT = Path(__file__).resolve().parents[2]
OWN = {".git", ".orderlake", ".pytest_cache", ".hypothesis"}


# Below the ports that a system hands out by itself, or a connection might take one between its
# choice and its use; each process of the tests begins elsewhere.
_ports = itertools.count(20_000 + os.getpid() * 61 % 12_000)


def free_port() -> int:
    """Return a port of loopback that nothing listens on, another one at each call."""
    for port in _ports:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise AssertionError("counting never ends")


def linked_checkout(folder: Path) -> Path:
    """Fill a folder with links to the checkout, and return it."""
    noted_folders.note(folder)
    # Shared, so that the function's dependencies are not built anew at every run of the tests.
    (ROOT / "build").mkdir(exist_ok=True)
    for entry in ROOT.iterdir():
        if entry.name not in OWN:
            (folder / entry.name).symlink_to(entry)
    return folder
