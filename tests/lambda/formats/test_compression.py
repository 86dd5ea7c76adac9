"""Compressed files are read as the same text, whole or not at all."""

import bz2
import gzip
import lzma
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from backports import zstd
from drawn_examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from order_transform.formats.compression import Compression, compression_of, decompressed
from transformed import CONTRACT, limited, orders, run

PLAIN = orders(*(f"P-{n},{n}.25,{n % 7 + 1}" for n in range(500))).encode()


def compress_zstandard(data: bytes) -> bytes:
    return zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: True})


COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zstandard": compress_zstandard,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}
every = pytest.mark.parametrize("name", COMPRESSED)


@every
def test_a_compressed_file_is_read_as_the_plain_one(name: str) -> None:
    plain, packed = run(PLAIN), run(COMPRESSED[name](PLAIN))
    assert packed.text == plain.text
    assert packed.counts == plain.counts
    assert packed.result.assumptions["compression"] == name


@every
def test_streams_one_after_the_other_are_one_text(name: str) -> None:
    half = PLAIN.index(b"\n", len(PLAIN) // 2) + 1
    parts = [COMPRESSED[name](part) for part in (PLAIN[:half], PLAIN[half:])]
    assert run(b"".join(parts)).text == run(PLAIN).text


@every
def test_nothing_compressed_is_an_empty_file(name: str) -> None:
    assert run(COMPRESSED[name](b"")).refusal == "empty"


@every
@settings(max_examples=examples(20), deadline=None)
@given(data=st.data())
def test_a_file_cut_short_is_refused(name: str, data: st.DataObject) -> None:
    packed = COMPRESSED[name](PLAIN)
    cut = data.draw(st.integers(12, len(packed) - 1))
    assert run(packed[:cut]).refusal == "damaged"


@every
@settings(max_examples=examples(20), deadline=None)
@given(data=st.data())
def test_a_changed_byte_never_ends_in_a_traceback(name: str, data: st.DataObject) -> None:
    packed = bytearray(COMPRESSED[name](PLAIN))
    place = data.draw(st.integers(0, len(packed) - 1))
    packed[place] ^= data.draw(st.integers(1, 255))
    outcome = run(bytes(packed), CONTRACT)
    # A header's field may say nothing of the text; else the check value does not fit.
    assert outcome.refusal or outcome.text == run(PLAIN).text


@every
def test_a_bomb_is_refused_at_the_contracts_limit(name: str, tmp_path: Path) -> None:
    bomb = COMPRESSED[name](b"a,b\n" * (1 << 20))
    assert len(bomb) < 100_000
    path = tmp_path / "bomb"
    path.write_bytes(bomb)
    tracemalloc.start()
    outcome = run(bomb, limited(decompressed_bytes=1 << 20))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert outcome.refusal == "too_large"
    assert peak < 16 << 20


def test_a_stream_that_asks_for_more_memory_than_there_is_is_refused() -> None:
    wide = [{"id": lzma.FILTER_LZMA2, "preset": 9, "dict_size": 512 << 20}]
    packed = lzma.compress(PLAIN, filters=wide)
    assert run(packed).refusal == "damaged"
    options: dict[int, int] = {zstd.CompressionParameter.window_log: 30}
    compressor = zstd.ZstdCompressor(options=options)
    long = compressor.compress(PLAIN, zstd.ZstdCompressor.FLUSH_BLOCK) + compressor.flush()
    assert run(long).refusal == "damaged"


def test_a_text_that_begins_as_bzip2_does_is_a_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"BZh9,price,quantity\n")
    assert compression_of(path) is Compression.NONE
    assert b"".join(decompressed(path)) == path.read_bytes()
