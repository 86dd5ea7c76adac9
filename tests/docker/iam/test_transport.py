"""aws:SecureTransport by the scheme of a request."""

import pytest
from localstack_lake.iam.transport import is_secure


@pytest.mark.parametrize(
    ("scheme", "meaning", "expected"),
    [
        ("http", "", True),
        ("http", "secure", True),
        ("http", "insecure", False),
        ("https", "insecure", True),
        (None, "insecure", True),
    ],
)
def test_plain_http_is_secure_unless_the_setting_says_otherwise(
    scheme: str | None, meaning: str, expected: bool
) -> None:
    assert is_secure(scheme, {"LAKE_PLAIN_HTTP": meaning}) == expected


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ValueError, match="LAKE_PLAIN_HTTP is unsafe"):
        is_secure("http", {"LAKE_PLAIN_HTTP": "unsafe"})
