"""Check from the first records whether local files can be orders, before anything is sent.

It applies the function's own contract to the header and reads no further. The function itself
judges the rows.
"""

import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from order_transform.contract.definition import Contract
from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.formats.compression import decompressed
from order_transform.reading.records import find_records
from order_transform.reading.survey import survey
from order_transform.refusal import FileRefused

HEAD_BYTES = 1 << 20
READERS = 4


@dataclass(frozen=True, slots=True)
class HeaderRefusal:
    """A file that the function would refuse for its header: `code` is the function's own."""

    path: Path
    code: str
    message: str


def deployed_contract() -> Contract:
    """Return the contract that deploying this checkout gives to the function."""
    return parse_contract(default_contract_text())


def refused_headers(paths: Iterable[Path], contract: Contract) -> list[HeaderRefusal]:
    """Return the files that the contract cannot read as orders, in order."""
    with ThreadPoolExecutor(READERS) as pool:
        found = pool.map(lambda path: check_header(path, contract), paths)
        return [refusal for refusal in found if refusal]


def check_header(path: Path, contract: Contract) -> HeaderRefusal | None:
    """Return why a file's header is not one of orders, or None if it is one."""
    with tempfile.TemporaryDirectory(prefix="orderlake-") as folder:
        head = Path(folder) / "head"
        try:
            head.write_bytes(read_head(path))
            find_records(survey(head, Path(folder), contract), contract)
        except FileRefused as refused:
            return HeaderRefusal(path, refused.code, refused.message)
    return None


def read_head(path: Path) -> bytes:
    """Return the first MiB of a file, decompressed, up to its last whole line."""
    start = bytearray()
    for chunk in decompressed(path):
        start += chunk
        if len(start) >= HEAD_BYTES:
            break
    data = bytes(start[:HEAD_BYTES])
    if len(data) < HEAD_BYTES:
        return data
    if 0 in data[: HEAD_BYTES // 1024]:  # UTF-16 or UTF-32
        return data[: len(data) // 4 * 4]
    return data[: max(data.rfind(b"\n"), data.rfind(b"\r")) + 1] or data
