"""After a crawl: give the table the contract's types, or report that the crawler gave it up.

A crawler gives money the type `double`, but keeps corrected types. `order_transform.catalog`
corrects them, here and in the function that runs after a scheduled crawl.
"""

from typing import Any

from botocore.exceptions import ClientError
from order_transform.catalog.settle import PartitionsNotSettled, settle_types
from order_transform.contract.hive_types import shipped_hive_columns

from orderlake.aws.session import Aws, error_code
from orderlake.errors import CrawlFailed

_ATTRIBUTES = ("classification", "compressionType", "delimiter")


def settle_crawled_types(aws: Aws) -> None:
    """Give the orders table the contract's types. Raises CrawlFailed if Glue refuses that."""
    names = aws.names
    try:
        settle_types(aws.glue, names.database, names.table, shipped_hive_columns())
    except PartitionsNotSettled as error:
        raise CrawlFailed(f"types were not corrected: {error}", "crawl again") from error
    except ClientError as error:
        if error_code(error) != "ConcurrentModificationException":
            raise
        raise CrawlFailed(
            f"the table {names.table} kept changing while its types were corrected", "crawl again"
        ) from error


def check_not_given_up(aws: Aws) -> None:
    """Raise CrawlFailed if the crawler has deprecated the orders table.

    Under "add new columns only" it does so when the objects' compression or format changes, and
    registers no further partition:
    docs.aws.amazon.com/glue/latest/dg/crawler-configuration.html.
    """
    parameters = (orders_table(aws) or {}).get("Parameters") or {}
    if "DEPRECATED_BY_CRAWLER" not in parameters:
        return
    was = ", ".join(f"{name} {parameters[name]}" for name in _ATTRIBUTES if name in parameters)
    raise CrawlFailed(
        f"the crawler has given up the table {aws.names.table}, made for {was}: its files have "
        "another compression or format now, or are gone",
        "remove the table and register it anew: "
        f"orderlake crawl --env {aws.settings.env} --replace-table",
    )


def remove_table(aws: Aws) -> None:
    """Delete the orders table from the catalog, but not its data; a crawl creates it again."""
    if orders_table(aws) is not None:
        aws.glue.delete_table(DatabaseName=aws.names.database, Name=aws.names.table)


def orders_table(aws: Aws) -> dict[str, Any] | None:
    """Return the orders table as GetTable shows it, or None without one."""
    try:
        found = aws.glue.get_table(DatabaseName=aws.names.database, Name=aws.names.table)
    except ClientError as error:
        if error_code(error) == "EntityNotFoundException":
            return None
        raise
    return dict(found["Table"])
