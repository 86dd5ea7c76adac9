"""A folder that links to the checkout: commands that run in it leave a developer's state alone."""

import socket
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OWN = {".git", ".orderlake", ".pytest_cache", ".hypothesis"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def linked_checkout(folder: Path) -> Path:
    # Shared, so that the function's dependencies are not built anew at every run of the tests.
    (ROOT / "build").mkdir(exist_ok=True)
    for entry in ROOT.iterdir():
        if entry.name not in OWN:
            (folder / entry.name).symlink_to(entry)
    return folder
