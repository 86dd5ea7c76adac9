"""`aws:SecureTransport`: whether a request came over TLS. Pure.

Plain HTTP to a local AWS stays on the machine, so by default it counts as secure. With
`LAKE_PLAIN_HTTP=insecure` the request's scheme alone decides, as on AWS.
"""

from collections.abc import Mapping

PLAIN_HTTP_VARIABLE = "LAKE_PLAIN_HTTP"
_MEANINGS = ("secure", "insecure")


def is_secure(scheme: str | None, environ: Mapping[str, str]) -> bool:
    """Whether a request by a scheme is secure; a call within LocalStack has no scheme and is.

    Raises ValueError for an unknown setting.
    """
    meaning = environ.get(PLAIN_HTTP_VARIABLE) or "secure"
    if meaning not in _MEANINGS:
        raise ValueError(f"{PLAIN_HTTP_VARIABLE} is {meaning}, and not one of {_MEANINGS}")
    return scheme in (None, "https") or meaning == "secure"
