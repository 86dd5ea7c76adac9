"""What Glue's operations share: pages of a list, and errors.

It knows nothing about what is listed.
"""

import base64
import binascii
from collections.abc import Sequence

from localstack.aws.api import CommonServiceException

PAGE_PREFIX = "offset:"


def invalid_input(message: str) -> CommonServiceException:
    """Return Glue's answer to a request that makes no sense."""
    return CommonServiceException("InvalidInputException", message)


def already_exists(message: str) -> CommonServiceException:
    """Return Glue's answer to a new name that is taken."""
    return CommonServiceException("AlreadyExistsException", message)


def not_found(message: str) -> CommonServiceException:
    """Return Glue's answer to a name that does not exist."""
    return CommonServiceException("EntityNotFoundException", message)


def take_page[Item](
    items: Sequence[Item], token: str | None, max_results: int | None, default: int
) -> tuple[list[Item], dict[str, str]]:
    """Return one page and the `NextToken` field to merge into the response, if more follow.

    Raises `InvalidInputException` for a token that did not come from here.
    """
    start = _read_token(token) if token else 0
    end = start + (max_results or default)
    more = {"NextToken": _make_token(end)} if end < len(items) else {}
    return list(items[start:end]), more


def _make_token(offset: int) -> str:
    return base64.b64encode(f"{PAGE_PREFIX}{offset}".encode()).decode()


def _read_token(token: str) -> int:
    try:
        text = base64.b64decode(token, validate=True).decode()
        return int(text.removeprefix(PAGE_PREFIX))
    except (binascii.Error, ValueError) as error:
        raise invalid_input("NextToken is not valid") from error
