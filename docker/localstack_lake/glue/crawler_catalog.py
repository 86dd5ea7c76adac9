"""The catalog as a crawl reads it, with the rights of the crawler's role."""

from glue_crawler.errors import DatabaseMissingError

from localstack_lake.glue.catalog import GlueCatalog
from localstack_lake.glue.crawler_rights import CrawlerRights
from localstack_lake.glue.shapes import GlueDict


class CrawlerCatalog:
    """One database, as a crawl reads it. Raises `DatabaseMissingError` and `NotAllowedError`."""

    def __init__(self, catalog: GlueCatalog, database: str, rights: CrawlerRights) -> None:
        self._catalog = catalog
        self._database = database
        self._rights = rights

    def tables(self) -> list[GlueDict]:
        """Return every table of the database."""
        self._rights.check("GetDatabase", {"Name": self._database})
        self._rights.check("GetTables", {"DatabaseName": self._database})
        if not self._catalog.has_database(self._database):
            raise DatabaseMissingError(self._database)
        return self._catalog.get_tables(self._database)

    def partitions(self, table_name: str) -> list[GlueDict]:
        """Return every partition of a table."""
        table = {"DatabaseName": self._database, "TableName": table_name}
        self._rights.check("GetPartitions", table)
        return self._catalog.get_partitions(self._database, table_name)
