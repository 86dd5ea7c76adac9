"""The command schema. It parses, makes one call and prints."""

from pathlib import Path

import click

from orderlake.cli.output import note, print_json
from orderlake.errors import UnreadableInput


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--database", default="default", show_default=True, help="Database to name.")
@click.option("--table-prefix", default="", help="Start of the tables' names.")
def schema(folder: Path, database: str, table_prefix: str) -> None:
    """Print the Glue table that a crawler would make of a folder.

    It is JSON: one table is printed as `aws glue get-table` prints it, several as `get-tables`
    does.

    Example: orderlake schema results/processed/orders
    """
    from glue_crawler.errors import CrawlerError
    from glue_crawler.local import describe_folder

    if not folder.exists():
        raise UnreadableInput(folder, "there is no such folder", "check the path")
    try:
        found = describe_folder(folder, database=database, prefix=table_prefix)
    except CrawlerError as error:
        raise UnreadableInput(folder, str(error), "a crawler would fail the same way") from error
    for line in found.errors:
        note(f"unreadable: {line}")
    for line in found.warnings:
        note(f"warning: {line}")
    if len(found.tables) == 1:
        print_json(found.tables[0])
    else:
        print_json({"TableList": [table["Table"] for table in found.tables]})
