"""Whether local files can be orders, told from their first records, before anything is sent.

It applies the function's own contract to the header and reads no further; whether a row is good
is for the function to say.
"""

import codecs
import tempfile
import zlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from order_transform.contract.definition import Contract
from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.reading.records import find_records
from order_transform.reading.survey import survey
from order_transform.refusal import FileRefused

HEAD_BYTES = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
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
    """Return why a file's header is none of orders, or None where it is one."""
    with tempfile.TemporaryDirectory(prefix="orderlake-") as folder:
        head = Path(folder) / "head"
        try:
            head.write_text(read_head(path, contract.rules.encoding), "utf-8", newline="")
            # What lies there now is UTF-8, whatever the contract says of the file.
            rules = replace(contract, rules=replace(contract.rules, encoding="auto"))
            find_records(survey(head, Path(folder), rules), rules)
        except FileRefused as refused:
            return HeaderRefusal(path, refused.code, refused.message)
    return None


def read_head(path: Path, encoding: str) -> str:
    """Return the first MiB of a file's text; raises FileRefused where it is no such text."""
    with path.open("rb") as file:
        data = file.read(HEAD_BYTES)
    if data.startswith(GZIP_MAGIC):
        data = decompress_head(data)
    return decode_head(data, encoding)


def decompress_head(data: bytes) -> bytes:
    """Return the start of what a gzip file holds, from the start of the file."""
    try:
        return zlib.decompressobj(wbits=31).decompress(data, HEAD_BYTES)
    except zlib.error as error:
        raise FileRefused("corrupt_gzip", f"the gzip data is damaged: {error}") from error


def decode_head(data: bytes, encoding: str) -> str:
    """Decode the start of a file, which may end within a character, as the contract decodes it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        names = ["utf-16"]
    elif encoding != "auto" and not data.startswith(codecs.BOM_UTF8):
        names = [encoding]
    else:
        names = ["utf-8-sig", "cp1252"]
    for name in names:
        try:
            return codecs.getincrementaldecoder(name)().decode(data)
        except UnicodeDecodeError:
            continue
    # What exactly is wrong with it the function says better, once it has seen the whole.
    return codecs.decode(data, names[-1], "replace")
