"""The function's own zip on a worker: fetched from S3, unpacked once, and put before all else.

So the backfill runs the very files that Lambda runs, with the same DuckDB.
"""

import hashlib
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PYTHON = (3, 13)


def use_package(s3: Any, address: str, folder: Path | None = None) -> Path:
    """Make `order_transform` importable from the zip at an `s3://` address; return its folder.

    The address names the content (it holds a hash), so one that was unpacked before is used again.
    Raises RuntimeError under another Python than the zip's.
    """
    if sys.version_info[:2] != PYTHON:
        raise RuntimeError("the function's package needs Python 3.13: run the job on Glue 6.0")
    place = folder or Path(tempfile.gettempdir())
    home = place / f"orderlake-{hashlib.sha256(address.encode()).hexdigest()[:16]}"
    if not home.is_dir():
        _unpack(s3, address, home)
    if str(home) not in sys.path:
        sys.path.insert(0, str(home))
    return home


def _unpack(s3: Any, address: str, home: Path) -> None:
    """Unpack beside the place and rename: another process of this machine may do the same."""
    parts = urlsplit(address)
    own = home.with_name(f"{home.name}.{os.getpid()}")
    archive = own.with_suffix(".zip")
    try:
        s3.download_file(parts.netloc, parts.path.lstrip("/"), str(archive))
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(own)
        try:
            own.rename(home)
        except OSError:
            if not home.is_dir():
                raise
    finally:
        shutil.rmtree(own, ignore_errors=True)
        archive.unlink(missing_ok=True)
