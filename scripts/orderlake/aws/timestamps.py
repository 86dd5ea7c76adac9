"""Timestamps in AWS's answers, read fast: a listing has one for every object.

Botocore reads any date with dateutil, which takes more than half of the time of a listing.
"""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.utils import parse_timestamp

if TYPE_CHECKING:
    from botocore.session import Session

# The standard library reads more than that, some of which botocore refuses: weeks, any separator.
_WRITTEN_BY_S3 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z", re.ASCII)


def read_fast(session: "Session") -> None:
    """Let a session's clients read timestamps with `read_timestamp`."""
    factory = session.get_component("response_parser_factory")
    factory.set_parser_defaults(timestamp_parser=read_timestamp)


def read_timestamp(value: Any) -> datetime:
    """Return the moment that botocore would read; ISO 8601 in UTC is what S3 writes."""
    if isinstance(value, str) and _WRITTEN_BY_S3.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    moment: datetime = parse_timestamp(value)
    return moment
