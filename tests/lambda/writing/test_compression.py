"""The same text, the same bytes: the checksums in reports and the ETags of objects rest on it."""

import gzip
import random

import pytest
from isal import isal_zlib
from order_transform.writing.compression import compressed

CHANCE = random.Random(7)
TEXT = "".join(
    f'{{"product_id":"p{CHANCE.randrange(99)}","price":{CHANCE.randrange(9999)}}}\n'
    for _ in range(200)
).encode()


def test_the_same_text_has_the_same_bytes_wherever_its_stream_lies_in_memory() -> None:
    texts = [TEXT[start : start + 500] for start in range(16)]
    found: set[bytes] = set()
    others = []
    for _ in range(6_000):
        found.update(compressed(text, "mark") for text in texts)
        others.append(isal_zlib.compressobj(0))  # so that the next streams lie elsewhere
    assert len(found) == len(texts)


@pytest.mark.parametrize("size", [0, 1, 2, 7, 287, 288, 289, 290, 1_000, len(TEXT)])
def test_any_length_comes_back(size: int) -> None:
    assert gzip.decompress(compressed(TEXT[:size], "mark")) == TEXT[:size]
    assert gzip.decompress(compressed(TEXT[:size], "")) == TEXT[:size]
