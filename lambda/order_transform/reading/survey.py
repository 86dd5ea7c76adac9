"""Read every byte of a raw file once: compression, encoding, line ends, sizes.

The result is a UTF-8 file on local disk and its facts. Memory does not grow with the file. A file
beyond the contract's limits raises `FileRefused` before it can do harm.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from order_transform.contract.definition import Contract
from order_transform.formats.compression import Compression, compression_of, decompressed
from order_transform.reading.blank_lines import has_blank_line_before
from order_transform.reading.byte_scan import ByteScan, Regularity
from order_transform.reading.choices import Choice
from order_transform.reading.encoding import Transcoder, find_encoding
from order_transform.refusal import FileRefused


@dataclass(frozen=True, slots=True)
class Survey:
    """The facts about a file, and the path of its text in UTF-8.

    `line_end` is "lf", "crlf", "cr" or "mixed". `lines` counts the lines, the header among them,
    without the `blank_lines_at_end`; it is right where the regularity is `LINES` or `QUOTED`.
    `may_have_formulas` is False where no cell is an Excel text such as `="001"`. `marked_places`
    are bytes at which an earlier program may have changed a text.
    """

    path: Path
    size_bytes: int
    compression: Compression
    encoding: Choice[str]
    line_end: str
    regularity: Regularity
    lines: int
    blank_lines_at_end: int
    may_have_formulas: bool
    marked_places: tuple[int, ...] = ()


def survey(source: Path, work_dir: Path, contract: Contract) -> Survey:
    """Read every byte of `source` once; write a UTF-8 copy to `work_dir` if it is not UTF-8."""
    compression = compression_of(source)
    scan = ByteScan(contract.limits)
    path = _decompress(source, work_dir, compression, scan)
    if scan.size == 0:
        raise FileRefused("empty", "the file is empty; check the export")
    encoding = find_encoding(path, scan.facts(), contract)
    if encoding.value != "utf-8" or not scan.valid_utf8:
        transcoder = Transcoder(path, encoding)
        scan = ByteScan(contract.limits)
        text = work_dir / "utf8"
        _write(text, scan.count_through(transcoder.chunks()))
        encoding = transcoder.final_encoding()
        path.unlink()
        path = text
    if scan.nul:
        encoding = _with_nul(encoding, scan)
    scan.odd = scan.odd or (scan.quoted and has_blank_line_before(path, scan.first_quote))
    return Survey(
        path=path,
        size_bytes=scan.size,
        compression=compression,
        encoding=encoding,
        line_end=scan.line_end(),
        regularity=scan.regularity(),
        lines=scan.lines_with_text(),
        blank_lines_at_end=scan.blank_lines_at_end(),
        may_have_formulas=scan.formulas,
        marked_places=scan.places.all(),
    )


def _decompress(source: Path, work_dir: Path, compression: Compression, scan: ByteScan) -> Path:
    """Return the path of the file without its compression; `scan` counts all of its bytes."""
    chunks = scan.count_through(decompressed(source))
    if compression is not Compression.NONE:
        path = work_dir / "decompressed"
        _write(path, chunks)
        return path
    # A name of our own: in the path that it reads, DuckDB takes "[1]" for a pattern.
    path = work_dir / "source"
    path.symlink_to(source.absolute())
    for _ in chunks:
        pass
    return path


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)


def _with_nul(encoding: Choice[str], scan: ByteScan) -> Choice[str]:
    """Report NUL bytes; refuse a file with so many of them that it is not text."""
    count = "1 NUL byte is" if scan.nul == 1 else f"{scan.nul:,} NUL bytes are"
    where = f"{count} in it, the first in line {scan.first_nul_line:,}"
    if scan.nul * 1000 > scan.size:
        message = f"this is not text: {where}; export the orders as CSV"
        raise FileRefused("binary", message)
    return replace(encoding, evidence=f"{encoding.evidence}, but {where}", notable=True)
