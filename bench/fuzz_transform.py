"""Runs generated dirty files through the transform and stops at the first law that breaks.

    python bench/fuzz_transform.py --files 20000 --seed 1

The laws: no exception, no file over ten seconds, every record accepted, rejected or blank, as
many of them as Python's `csv` counts, every total the exact product, every sum the exact sum; and
for every fourth file all of it the same when the reading was guessed from two records. Every third
file has orders that are known (`known_orders`): it is read back exactly, or refused, or a note says
what was doubtful.
"""

import argparse
import csv
import gzip
import io
import json
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal, getcontext
from itertools import zip_longest
from pathlib import Path
from typing import Any

from dirty_orders import dirty_file, some_contract
from known_orders import KnownFile, known_file
from order_transform.contract.definition import Contract
from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.refusal import FILE_CODES, ROW_CODES
from order_transform.sql.engine import Engine
from order_transform.transform import transform
from order_transform.writing.compression import OutputFile
from order_transform.writing.result import Result

LIMIT_SECONDS = 10
# Choices that may make a known file's rows others than they were, where they are told as doubtful.
EXCUSES = {"price_is", "number_style", "carried_down"}
# One thread each: more of them cost time on files of some dozen rows.
CAREFUL = Engine(threads=1)
HASTY = Engine(threads=1, large_bytes=0, first_records=2)


class BrokenLaw(Exception):
    """A file that the transform did not treat as it promises."""


def check(
    data: bytes, contract: Contract, *, guess: bool, known: KnownFile | None = None
) -> tuple[Result, str]:
    """Transform one file and hold the result against the laws; raises BrokenLaw.

    The text says how a known file was read, and is empty for any other.
    """
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        source = Path(folder) / "raw"
        source.write_bytes(data)
        result = _transformed(source, contract, CAREFUL)
        check_result(result, data)
        if guess:
            hasty = _transformed(source, contract, HASTY)
            _check_same(result, hasty)
        return result, check_known(known, result) if known else ""


def _transformed(source: Path, contract: Contract, engine: Engine) -> Result:
    work_dir = Path(tempfile.mkdtemp(dir=source.parent))
    return transform(source, work_dir, contract, engine=engine)


def _check_same(result: Result, other: Result) -> None:
    """Break the law where two results differ, and tell by which lines: they cannot be had again."""
    if _contents(result) == _contents(other):
        return
    for name in ("processed", "rejected"):
        texts = [_text(getattr(one, name)) for one in (result, other)]
        lines = zip_longest(*(text.split("\n") for text in texts))
        different = [pair for pair in lines if pair[0] != pair[1]]
        _law(not different, f"a guess shows in {len(different)} lines {name}: {different[:3]}")
    raise BrokenLaw(f"a guess shows, but not in the rows: {result} {other}")


def _text(file: OutputFile | None) -> str:
    return gzip.decompress(file.path.read_bytes()).decode() if file else ""


def _contents(result: Result) -> Result:
    """Return a result with its files' checksums, but not the place where they lie."""
    files = {
        name: replace(file, path=Path(name))
        for name in ("processed", "rejected")
        if (file := getattr(result, name))
    }
    return replace(result, **files)


def check_result(result: Result, data: bytes, *, counts_records: bool = True) -> None:
    """Hold one result against the laws; `counts_records`: `data` is the text that was read."""
    counts = result.counts
    lines, rejects = _lines(result.processed), _lines(result.rejected)
    _law(counts.records == counts.accepted + counts.rejected + counts.blank, f"counts: {counts}")
    _law(len(lines) == counts.accepted, f"{len(lines)} lines, {counts.accepted} accepted")
    if result.refusal:
        _law(result.refusal[0] in FILE_CODES, f"unknown refusal {result.refusal}")
        return
    _law(len(rejects) == counts.rejected, f"{len(rejects)} rejects, {counts.rejected} rejected")
    # A malformed quote, which csv lets swallow lines, makes more records, and never fewer.
    if counts_records:
        _law(counts.records >= _csv_records(result, data), f"fewer records than csv's: {counts}")
    total = Decimal(0)
    for line in lines:
        if not line.get("price_is_derived"):
            product = line["price"] * line["quantity"]
            _law(line["total_amount"] == product, f"wrong total: {line}")
        total += line["total_amount"]
    _law(total == result.total_amount, f"sum {total}, reported {result.total_amount}")
    numbers = [line["record"] for line in rejects]
    _law(numbers == sorted(set(numbers)), "rejects out of order")
    codes = {reason["code"] for line in rejects for reason in line["reasons"]}
    _law(codes <= ROW_CODES.keys(), f"unknown codes {codes - ROW_CODES.keys()}")
    _law(all(line["reasons"] for line in rejects), "a reject without a reason")


def check_known(known: KnownFile, result: Result) -> str:
    """Hold a result against the orders that its file has; return `right`, `told` or `refused`."""
    if result.refusal:
        _law(result.refusal[0] == "unclear_price", f"a known file is refused: {result.refusal}")
        _law(known.price in ("unit", "line"), f"its price is clear: {result.refusal}")
        return "refused"
    found = [_identity(line) for line in _lines(result.processed)]
    expected = [
        (line.order, line.product, line.quantity, line.total, *line.fields) for line in known.lines
    ]
    if found == expected and Counter(result.reject_codes) == Counter(total_row=known.totals):
        return "right"
    doubts = {choice.name for choice in result.choices if not choice.is_proven} & EXCUSES
    different = [pair for pair in zip_longest(found, expected) if pair[0] != pair[1]]
    _law(
        bool(doubts),
        f"silently wrong in {len(different)} rows: {different[:2]}, {result.reject_codes}",
    )
    return f"told {', '.join(sorted(doubts))}"


def _identity(line: dict[str, Any]) -> tuple[Any, ...]:
    fields = (line.get(name) for name in ("status", "currency", "customer_id"))
    return (line["order_id"], line["product_id"], line["quantity"], line["total_amount"], *fields)


def _csv_records(result: Result, data: bytes) -> int:
    if data.startswith(b"\x1f\x8b"):
        data = gzip.decompress(data)
    encoding = str(result.assumptions["encoding"]).replace("utf-8", "utf-8-sig")
    errors = "replace"  # a bad byte is replaced, counted and told
    text = io.StringIO(data.decode(encoding, errors), newline="")
    rows = csv.reader(
        text,
        delimiter=str(result.assumptions["delimiter"]),
        skipinitialspace=bool(result.assumptions["space_before_quotes"]),
    )
    above = int(str(result.assumptions["lines_above_header"]))
    for row in rows:
        if "".join(row).strip("\ufeff \t\r\n\x0b\xa0"):
            if not above:
                break
            above -= 1
    return sum(1 for _ in rows)


def _lines(file: OutputFile | None) -> list[dict[str, Any]]:
    return [json.loads(line, parse_float=Decimal) for line in _text(file).split("\n")[:-1]]


def _law(holds: bool, breach: str) -> None:
    if not holds:
        raise BrokenLaw(breach)


@contextmanager
def time_limit() -> Iterator[None]:
    """Break the law of a file that takes too long: of the processor, or, if it waits, by the clock.

    Ten times as long by the clock, since other work may hold the machine.
    """

    def stop(*_: object) -> None:
        raise BrokenLaw(f"over {LIMIT_SECONDS} seconds")

    for name in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(name, stop)
    signal.setitimer(signal.ITIMER_PROF, LIMIT_SECONDS)
    signal.setitimer(signal.ITIMER_REAL, 10 * LIMIT_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def main() -> int:
    """Run the files; exit 1 at the first that breaks a law, which is kept for a look."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first file")
    asked = parser.parse_args()
    getcontext().prec = 100  # room for the exact sums that the results are held against
    contract = parse_contract(default_contract_text())
    tally: Counter[str] = Counter()
    start = time.monotonic()
    for number in range(asked.first, asked.first + asked.files):
        chance = random.Random(f"{asked.seed}/{number}")
        known = known_file(chance) if number % 3 == 0 else None
        data = known.data if known else dirty_file(chance)
        rules = contract if known else some_contract(chance, contract)
        try:
            with time_limit():
                result, how = check(data, rules, guess=number % 4 == 0, known=known)
        except Exception as error:  # the very thing to find; kept, reported, and the end
            kept = Path(tempfile.gettempdir()) / f"fuzz-{asked.seed}-{number}.bin"
            kept.write_bytes(data)
            print(f"file {number} of seed {asked.seed}: {error!r}; kept as {kept}")
            return 1
        tally["files"] += 1
        tally["rows"] += result.counts.records
        tally["accepted"] += result.counts.accepted
        tally["refused" if result.refusal else "done"] += 1
        tally.update([f"known {how}"] if known else [])
        tally.update({f"row {code}": count for code, count in result.reject_codes.items()})
        tally.update([f"file {result.refusal[0]}"] if result.refusal else [])
        if tally["files"] % 1000 == 0:
            print(f"{tally['files']:,} files, {tally['rows']:,} rows", file=sys.stderr, flush=True)
    seconds = time.monotonic() - start
    print(json.dumps({"seconds": round(seconds), **dict(sorted(tally.items()))}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
