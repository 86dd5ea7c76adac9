"""Where a request comes from: the name it used for this server, and whether a web page sent it.

A local server is reachable from every page that the developer's browser shows. A page can send
simple requests across origins without asking, and by DNS rebinding it can read the answers, too.
Pure. https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
"""

from collections.abc import Callable
from urllib.parse import urlsplit

# Names that lead to this machine only, and whose subdomains nobody else can give an address:
# browsers resolve .localhost themselves, and LocalStack owns the other one.
# https://www.rfc-editor.org/rfc/rfc6761#section-6.3
LOCAL_NAMES = frozenset({"127.0.0.1", "::1", "localhost", "localhost.localstack.cloud"})
_LOCAL_SUFFIXES = (".localhost", ".localhost.localstack.cloud")
# An address typed by the user, or a page of this very server.
_OWN_FETCH_SITES = ("none", "same-origin")

type ReadHeader = Callable[[str], str | None]


def refusal_of(header: ReadHeader, more_names: frozenset[str] = frozenset()) -> str | None:
    """Return why a request may not come in, or None if it may.

    `header` returns a request header's value by its lower-case name; `more_names` are host names
    beside this machine's own under which the server is known.
    """
    host = header("host") or ""
    if not _is_known(_host_name(host), more_names):
        return f"the host name {host or '(none)'} is not one of this server's"
    site = header("sec-fetch-site")
    if site is not None and site not in _OWN_FETCH_SITES:
        return f"a web page of another site sent it (Sec-Fetch-Site: {site})"
    for name in ("origin", "referer"):
        address = header(name)
        if address is not None and _authority(address) != host.lower():
            return f"a web page of another site sent it ({name.title()}: {address[:200]})"
    return None


def _is_known(name: str | None, more_names: frozenset[str]) -> bool:
    if name is None:
        return False
    return name in LOCAL_NAMES or name in more_names or name.endswith(_LOCAL_SUFFIXES)


def _host_name(authority: str) -> str | None:
    """The name in `name:port`, lower case and without brackets; None where it is malformed."""
    try:
        return urlsplit(f"//{authority}").hostname
    except ValueError:
        return None


def _authority(address: str) -> str | None:
    """The `name:port` of an address; None for the `null` that a browser sends for an opaque one."""
    try:
        return urlsplit(address).netloc.lower() or None
    except ValueError:
        return None
