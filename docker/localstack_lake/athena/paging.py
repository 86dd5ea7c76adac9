"""Pages of Athena's lists: a token is the place of the next item. It knows nothing of the items."""

from collections.abc import Sequence
from typing import Any

from localstack_lake.athena.errors import invalid_request


def read_token(request: dict[str, Any]) -> int:
    """Return where a page starts; raises InvalidRequestException for a foreign token."""
    token = request.get("NextToken")
    if not token:
        return 0
    if not token.isdecimal():
        raise invalid_request("Invalid NextToken")
    return int(token)


def take_page[Item](
    items: Sequence[Item], request: dict[str, Any], default: int
) -> tuple[list[Item], dict[str, str]]:
    """Return one page and, where more follow, the `NextToken` field of the answer."""
    start = read_token(request)
    end = start + (request.get("MaxResults") or default)
    return list(items[start:end]), {"NextToken": str(end)} if end < len(items) else {}
