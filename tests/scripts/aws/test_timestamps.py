"""Timestamps are those that botocore would read."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from botocore.utils import parse_timestamp
from hypothesis import given
from hypothesis import strategies as st
from orderlake.aws.session import open_aws
from orderlake.aws.timestamps import read_timestamp
from orderlake.settings import load

MICROSECONDS = st.integers(10**11, 4 * 10**15)  # from 1970 to 2096


@given(
    MICROSECONDS,
    st.text("0123456789", max_size=10),
    st.sampled_from(["Z", "+00:00", "-00:00", "+0000", "z", "", "+01:00", " Z"]),
    st.sampled_from("Tt X"),
)
def test_every_fraction_zone_and_separator_is_read_or_refused_as_by_botocore(
    microseconds: int, fraction: str, zone: str, separator: str
) -> None:
    moment = datetime.fromtimestamp(microseconds // 10**6, UTC)
    day_and_time = f"{moment:%Y-%m-%d}{separator}{moment:%H:%M:%S}"
    text = day_and_time + (f".{fraction}" if fraction else "") + zone
    assert outcome(read_timestamp, text) == outcome(parse_timestamp, text)


def outcome(read: Callable[[str], datetime], text: str) -> str:
    """The moment with its offset, or that the text is refused."""
    try:
        return read(text).isoformat()
    except ValueError:
        return "refused"


@given(MICROSECONDS, st.sampled_from(["seconds", "milliseconds", "microseconds"]))
def test_what_s3_writes_is_read_as_botocore_reads_it(microseconds: int, digits: str) -> None:
    moment = datetime.fromtimestamp(microseconds / 10**6, UTC)
    text = moment.isoformat(timespec=digits).replace("+00:00", "Z")
    read = read_timestamp(text)
    assert read == parse_timestamp(text)
    assert read.isoformat() == parse_timestamp(text).isoformat()
    assert read.utcoffset() == moment.utcoffset()


@pytest.mark.parametrize(
    "value",
    [
        1764435423,
        1764435423.25,
        "1764435423",
        "Sun, 29 Nov 2026 16:57:03 GMT",
        "2026-11-29T16:57:03",
        "2026-11-29T16:57:03+02:00",
        "20261129T165703Z",
        "2026-11-29T16:57Z",
        "2026-11-29 16:57:03Z",
        "2026-11-29T16:57:03+00:00",
        "2026-11-29T16:57:03.123+0000",
        "2026-11-29T16:57:03.123456789Z",
    ],
)
def test_every_other_form_is_read_as_botocore_reads_it(value: Any) -> None:
    assert read_timestamp(value) == parse_timestamp(value)


@pytest.mark.parametrize(
    "value",
    [
        *("", "Z", "noZ", "2026-13-01T00:00:00Z", "2026-11-29T16:57:03.Z"),
        *("2026-W48-7T16:57:03Z", "2026-11-29X16:57:03Z", "2026-11-29016:57:03Z"),
    ],
)
def test_what_is_not_a_date_is_an_error(value: str) -> None:
    with pytest.raises(ValueError, match="Invalid timestamp"):
        read_timestamp(value)


def test_our_clients_read_them_so() -> None:
    session = open_aws(load("local", environ={})).session
    assert isinstance(session, botocore.session.Session)
    parser = session.get_component("response_parser_factory").create_parser("rest-xml")
    assert parser._timestamp_parser is read_timestamp
