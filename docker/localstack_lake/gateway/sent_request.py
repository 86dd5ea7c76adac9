"""A request as its sender signed it: the parts of it as they came over the wire. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request as it came over the wire. `path` and `query` are still percent-encoded.

    `headers` are pairs with lower-case names. `body` is called only where the signature covers it,
    `form` (the fields of a multipart form) only for a POST to S3.
    """

    method: str
    path: str
    query: str
    headers: Sequence[tuple[str, str]]
    body: Callable[[], bytes]
    form: Callable[[], Mapping[str, str]] = dict

    def header(self, name: str) -> str | None:
        """The first value of a header, by its lower-case name."""
        return next((value for key, value in self.headers if key == name), None)

    def parameters(self) -> dict[str, str]:
        """The query's parameters, decoded."""
        return {unquote(name): unquote(value) for name, value in query_pairs(self.query)}


def query_pairs(query: str) -> list[tuple[str, str]]:
    """Return a query's names and values in order, still percent-encoded."""
    parts = (part.partition("=") for part in query.split("&") if part)
    return [(name, value) for name, _, value in parts]
