"""Packs generated order files as workbooks, archives and compressed files, and damages every other.

    python bench/fuzz_packed.py --files 2000 --seed 1

The laws: a whole one gives the same rows and sums as the text in it; a damaged one is refused with
a known code, or gives rows that keep the laws of `fuzz_transform`; no exception, and no file takes
over ten seconds.
"""

import argparse
import bz2
import csv
import gzip
import io
import json
import lzma
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from decimal import getcontext
from pathlib import Path
from typing import Any

from fuzz_transform import CAREFUL, BrokenLaw, check_result, time_limit
from known_orders import known_file
from openpyxl import Workbook
from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.formats.compression import zstandard
from order_transform.refusal import FILE_CODES, MEMBER_CODES
from order_transform.transform import transform
from order_transform.writing.result import Result

CONTRACT = parse_contract(default_contract_text())


def workbook_of(data: bytes) -> bytes:
    """Return an .xlsx file with the cells of a text, all as texts."""
    text = data.decode("utf-8-sig")
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    dialect = csv.Sniffer().sniff(text.partition("\n")[0], delimiters=",;\t|")
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zip_of(data: bytes) -> bytes:
    """Return a .zip file with one text in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("orders.csv", data)
    return out.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstandard": lambda data: bytes(zstandard().compress(data)),
    "zip": zip_of,
    "workbook": workbook_of,
}


def damaged(packed: bytes, chance: random.Random) -> bytes:
    """Return a file that is cut off, or has up to four other bytes."""
    if chance.random() < 0.3:
        return packed[: chance.randrange(1, len(packed))]
    changed = bytearray(packed)
    for _ in range(chance.randint(1, 4)):
        changed[chance.randrange(len(changed))] ^= chance.randint(1, 255)
    return bytes(changed)


def read(data: bytes, folder: Path) -> Result:
    """Transform the bytes of a file in a folder of their own."""
    work = Path(tempfile.mkdtemp(dir=folder))
    source = work / "raw"
    source.write_bytes(data)
    return transform(source, Path(tempfile.mkdtemp(dir=work)), CONTRACT, engine=CAREFUL)


def same(one: Result, other: Result, kind: str) -> None:
    """Break the law if a packed file has another result than its text."""
    [member] = other.members or [None]
    found = member.result if member else other
    facts = [
        (
            result.counts,
            result.total_amount,
            result.reject_codes,
            result.refusal and result.refusal[0],
        )
        for result in (one, found)
    ]
    if facts[0] != facts[1]:
        raise BrokenLaw(f"{kind}: {facts[0]} as a text, {facts[1]} packed")


def check_damaged(result: Result, data: bytes) -> str:
    """Hold the result of a damaged file against the laws; return what became of it."""
    codes = FILE_CODES.keys() | MEMBER_CODES.keys()
    for one in [result, *(member.result for member in result.members)]:
        if one.refusal:
            if one.refusal[0] not in codes:
                raise BrokenLaw(f"unknown refusal {one.refusal}")
        elif not one.members:
            check_result(one, data, counts_records=False)
    return "damaged refused" if result.refusal else "damaged read"


def main() -> int:
    """Run the files; exit 1 at the first that breaks a law, which is kept for a look."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--files", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    getcontext().prec = 100
    tally: Counter[str] = Counter()
    start = time.monotonic()
    for number in range(asked.files):
        chance = random.Random(f"{asked.seed}/{number}")
        data = known_file(chance).data
        kind = list(PACKERS)[number % len(PACKERS)]
        packed = PACKERS[kind](data)
        is_damaged = number // len(PACKERS) % 2 == 1
        packed = damaged(packed, chance) if is_damaged else packed
        try:
            with tempfile.TemporaryDirectory(prefix="fuzz-") as folder, time_limit():
                result = read(packed, Path(folder))
                if is_damaged:
                    how = check_damaged(result, packed)
                else:
                    same(read(data, Path(folder)), result, kind)
                    how = "the same"
        except Exception as error:  # the very thing to find; kept, reported, and the end
            kept = Path(tempfile.gettempdir()) / f"fuzz-packed-{asked.seed}-{number}.bin"
            kept.write_bytes(packed)
            print(f"file {number} of seed {asked.seed}, {kind}: {error!r}; kept as {kept}")
            return 1
        tally.update([f"{kind}, {how}"])
    facts: dict[str, Any] = {
        "seconds": round(time.monotonic() - start),
        **dict(sorted(tally.items())),
    }
    print(json.dumps(facts, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
