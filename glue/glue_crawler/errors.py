"""The errors that can stop a crawl, with their facts. Bad data is never an error: it is a warning.

CrawlerError
├── InvalidCrawlerError     the definition cannot be crawled as it is written
├── InvalidClassifierError  a custom classifier cannot be understood
├── BucketMissingError      a target's bucket does not exist
├── DatabaseMissingError    the database to write to does not exist
├── TableMissingError       a table that is a target does not exist
├── NotAllowedError         the crawler's role may not read or write the catalog
├── ListingRefusedError     the target may not be listed
├── ObjectUnreadableError   one object may not be read (logged; the crawl goes on)
├── TooManyTablesError      the targets make more tables than the crawler may
├── NothingReadableError    objects were found, but not one of them could be read
└── CrawlStoppedError       the crawl was asked to stop
"""


class CrawlerError(Exception):
    """Any reason for which a crawl cannot be done."""


class InvalidCrawlerError(CrawlerError):
    """The crawler's definition is wrong: targets, policies or configuration."""


class InvalidClassifierError(CrawlerError):
    """A custom classifier is wrong: its pattern, path or settings."""


class BucketMissingError(CrawlerError):
    """A target names a bucket that does not exist."""

    def __init__(self, bucket: str) -> None:
        super().__init__(f"The specified bucket does not exist: {bucket}")
        self.bucket = bucket


class DatabaseMissingError(CrawlerError):
    """The crawler's database does not exist in the catalog."""

    def __init__(self, database: str) -> None:
        super().__init__(f"Database {database} not found.")
        self.database = database


class TableMissingError(CrawlerError):
    """A table that the crawler has as its target is not in the catalog, or has no S3 location."""

    def __init__(self, database: str, table: str) -> None:
        super().__init__(f"Table {table} of database {database} is not there, or not on Amazon S3.")
        self.table = table


class NotAllowedError(CrawlerError):
    """The crawler's role lacks a permission on the catalog; the text is that of the service."""


class ListingRefusedError(CrawlerError):
    """The store refused to list a target."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"Cannot list {path}: {reason}")
        self.path = path


class ObjectUnreadableError(CrawlerError):
    """The store refused to give one object's bytes, or it is gone since it was listed."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"Error {reason} retrieving file at {path}.")
        self.path = path


class TooManyTablesError(CrawlerError):
    """The targets make more tables than `TableThreshold` allows; nothing is written.

    Source: docs.aws.amazon.com/glue/latest/dg/crawler-maximum-number-of-tables.html.
    """

    def __init__(self, crawler: str, found: int, allowed: int) -> None:
        super().__init__(
            f"The number of tables detected by crawler: {crawler} is: {found}, which is more than "
            f"the table threshold value provided: {allowed}. So, no tables will be written to the "
            "Data Catalog."
        )
        self.found, self.allowed = found, allowed


class NothingReadableError(CrawlerError):
    """Objects were found under the targets, but not one of them could be read."""


class CrawlStoppedError(CrawlerError):
    """The crawl was stopped before it wrote anything."""
