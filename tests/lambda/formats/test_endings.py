"""One list says which names are those of order files; everything that names endings asks it."""

from itertools import product
from pathlib import Path

import pytest
from order_transform.delivery.layout import is_order_file
from order_transform.formats.endings import (
    COMPRESSIONS,
    ENDINGS,
    TEXTS,
    has_known_ending,
    known_endings,
    split_ending,
)
from orderlake.pipeline.correction_name import correction_name
from orderlake.pipeline.upload import content_type

NAMES = [f"a.b{text}{packed}" for text, packed in product(TEXTS, ("", *COMPRESSIONS))]
DOCS = Path(__file__).parents[3] / "docs" / "how-a-file-is-read.md"


@pytest.mark.parametrize("name", NAMES)
def test_a_text_is_known_with_and_without_a_compression_in_any_case(name: str) -> None:
    assert has_known_ending(name)
    assert has_known_ending(name.upper())
    assert is_order_file(f"raw/2026/{name}")
    assert split_ending(name)[0] == "a.b"
    assert split_ending(name)[1] in TEXTS


@pytest.mark.parametrize("name", ["a.pdf", "a.gz", "a.csv.gz.gz", "a.csv.rar", "csv", "a.csv~"])
def test_another_name_is_not_that_of_an_order_file(name: str) -> None:
    assert not has_known_ending(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_correction_of_any_file_is_an_order_file_itself(name: str) -> None:
    correction = correction_name(f"raw/{name}")
    assert correction == f"a.b-corrected{split_ending(name)[1]}"
    assert has_known_ending(correction)


@pytest.mark.parametrize("ending", COMPRESSIONS)
def test_an_upload_says_how_a_file_is_compressed(ending: str) -> None:
    assert content_type(Path(f"a.csv{ending}")) not in ("text/csv", "application/octet-stream")


def test_the_message_and_the_guide_name_every_ending() -> None:
    text = DOCS.read_text("utf-8")
    for ending in (*ENDINGS, *COMPRESSIONS):
        assert ending in known_endings()
        assert f"`{ending}`" in text
