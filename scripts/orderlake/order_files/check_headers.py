"""Check from the first records whether local files can be orders, before anything is sent.

It applies the function's own contract to the header and reads no further. The function itself
judges the rows.
"""

import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import get_ident

from order_transform.contract.definition import Contract
from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.formats.compression import decompressed
from order_transform.formats.endings import known_endings
from order_transform.formats.kinds import Kind, kind_of
from order_transform.formats.opening import open_file
from order_transform.formats.tables import TEXT, Facts
from order_transform.reading.records import find_records
from order_transform.reading.survey import survey
from order_transform.refusal import FileRefused
from order_transform.settings import engine_for

from orderlake.order_files.transform import MEMORY_MIB

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
    with tempfile.TemporaryDirectory(prefix="orderlake-") as folder:

        def check(path: Path) -> HeaderRefusal | None:
            # One folder per thread: to remove one per file takes longer than to check the file.
            work_dir = Path(folder) / str(get_ident())
            work_dir.mkdir(exist_ok=True)
            return check_header(path, work_dir, contract)

        with ThreadPoolExecutor(READERS) as pool:
            return [refusal for refusal in pool.map(check, paths) if refusal]


def check_header(path: Path, work_dir: Path, contract: Contract) -> HeaderRefusal | None:
    """Return why a file's header is not one of orders, or None if it is one.

    A workbook or an archive passes if anything in it does. All files in `work_dir` are removed.
    """
    try:
        if kind_of(path) is Kind.TEXT:
            refusal = check_text(read_head(path), work_dir, contract)
        else:
            with tempfile.TemporaryDirectory(dir=work_dir) as folder:
                refusal = check_tables(path, Path(folder), contract)
    except FileRefused as refused:
        refusal = refused
    return HeaderRefusal(path, refusal.code, refusal.message) if refusal else None


def check_text(
    head: bytes, work_dir: Path, contract: Contract, facts: Facts = TEXT
) -> FileRefused | None:
    """Return why a text with this beginning cannot be orders, or None if it may be."""
    for left in work_dir.iterdir():
        left.unlink()
    path = work_dir / "head"
    path.write_bytes(head)
    try:
        find_records(survey(path, work_dir, contract), contract, facts=facts)
    except FileRefused as refused:
        return refused
    return None


def check_tables(path: Path, folder: Path, contract: Contract) -> FileRefused | None:
    """Return why a workbook or an archive has no orders in it, or None if it may have."""

    text_dir = folder / "text"
    text_dir.mkdir()

    def check(table: Path, facts: Facts) -> FileRefused | None:
        return check_text(read_head(table), text_dir, contract, facts)

    memory_mib = engine_for(MEMORY_MIB).memory_mib
    opened = open_file(path, folder / "tables", contract.limits, memory_mib, check)
    refusals = [table.refusal or check(table.path, table.facts) for table in opened.tables]
    if not refusals:
        return FileRefused("nothing_inside", f"it has no order files; {known_endings()}")
    return None if None in refusals else refusals[0]


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
