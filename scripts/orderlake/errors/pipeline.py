"""Errors of the deployed pipeline: files, runs of crawlers and jobs, and the table."""

from collections.abc import Iterable, Mapping

from orderlake.errors.base import OrderlakeError


class UploadFailed(OrderlakeError):
    """At least one file was refused."""


class NothingHeard(OrderlakeError):
    """The function reported no further file within the waiting time."""

    def __init__(self, keys: Iterable[str], patience_seconds: float, env: str) -> None:
        self.keys, self.patience_seconds = tuple(keys), patience_seconds
        first = ", ".join(self.keys[:3])
        more = f" and {len(self.keys) - 3:,} more" if len(self.keys) > 3 else ""
        super().__init__(
            f"nothing heard for {patience_seconds:.0f} s of {first}{more}",
            "the function may still run or have failed: orderlake status",
        )


class ReplayFailed(OrderlakeError):
    """At least one file or event that was run again failed again."""


class CrawlFailed(OrderlakeError):
    """The crawler ended with an error, or did not end in time."""


class CurateFailed(OrderlakeError):
    """The job that writes the curated table ended with an error; nothing was done by halves."""

    def __init__(self, reason: str, step: str = "") -> None:
        self.reason = reason
        again = "the next run goes on from there; with more: orderlake curate --verbose"
        super().__init__(f"the curated table is not up to date: {reason}", step or again)


class JobFailed(OrderlakeError):
    """A run of a Glue job did not succeed; what it finished stays finished."""


class NoTable(OrderlakeError):
    """The catalog holds no table: no crawl has found processed orders yet."""

    def __init__(self, database: str, source: str) -> None:
        self.database, self.source = database, source
        super().__init__(
            f"{source} has no table in database '{database}' yet",
            "upload orders and crawl: make upload FILE=orders.csv crawl",
        )


class UnusableTypes(OrderlakeError):
    """Columns have other types in the catalog than they need; `types` has both by their names."""

    def __init__(self, types: Mapping[str, tuple[str, str]]) -> None:
        self.types = types
        listed = ", ".join(
            f"{name} as {has}, not as {needs}" for name, (has, needs) in types.items()
        )
        super().__init__(
            f"the catalog has {listed}", "give back the contract's types: orderlake crawl"
        )
