"""A file that only saves work: what it holds can be computed again at any time.

Its first line is a hash of the rest. A file that is damaged or missing is as good as none, and a
disk that is full or read-only costs only time.
"""

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Any

from orderlake.mirror.store import replacing


def read_kept(path: Path) -> Any:
    """Return the JSON document of a file, or None if there is none."""
    try:
        digest, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    return json.loads(body) if digest == digest_of(body).encode() else None


def write_kept(path: Path, document: Any) -> None:
    """Keep a JSON document in one step, if the disk allows it."""
    body = json.dumps(document).encode()
    with contextlib.suppress(OSError), replacing(path) as handle:
        handle.write(digest_of(body).encode() + b"\n" + body)


def digest_of(data: bytes) -> str:
    """Return the SHA-256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
