"""Bytes at which an earlier program may have changed a text, found while a file is surveyed."""

import pytest
from order_transform.reading.marked_places import MarkedPlaces


def places_in(text: bytes, cut: int) -> tuple[int, ...]:
    """The places that are found where a text comes in two chunks."""
    places = MarkedPlaces()
    places.look(b"", text[:cut], 0)
    places.look(text[:cut], text[cut:], cut)
    return places.all()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"1,Salt &amp; Pepper,2,000", 7),
        (b"1,1.23E+15,2,0000000000000", 7),
        (b"100000000000000,'007,2,1", 16),
        (b"1,A,#N/A,2", 4),
    ],
)
def test_a_mark_is_found_wherever_two_chunks_part_it(text: bytes, place: int) -> None:
    for cut in range(len(text)):
        assert place in places_in(text, cut)


@pytest.mark.parametrize(
    "text",
    [
        b"1,Salt & Pepper,2",
        b"O'Neill,2",
        b"2024-01-05T10:20:30+01:00,+49 151",
        b"C#1,#12,A+B",
        b"a\tb",
    ],
)
def test_a_usual_text_has_no_such_place(text: bytes) -> None:
    assert not places_in(text, len(text))
