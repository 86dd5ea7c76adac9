"""The catalog and its databases: moto's, with names in small letters, as Glue keeps them.

https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-databases.html
"""

from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.services.moto import call_moto, call_moto_with_request

from localstack_lake.glue.paging import take_page
from localstack_lake.glue.shapes import GlueDict

PAGE = 100


class DatabaseHandlers:
    """Every operation on databases, and what there is to say of the catalog."""

    @handler("GetDatabases", expand=False)
    def get_databases(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """List databases, by name, a page at a time."""
        found: list[GlueDict] = (call_moto(context) or {}).get("DatabaseList") or []
        found = sorted(found, key=lambda item: item["Name"])
        page, more = take_page(found, request.get("NextToken"), request.get("MaxResults"), PAGE)
        return {"DatabaseList": page} | more

    @handler("GetCatalogImportStatus", expand=False)
    def get_catalog_import_status(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Say that the catalog is Glue's own: Athena has no older one to import here."""
        return {"ImportStatus": {"ImportCompleted": True}}

    @handler("CreateDatabase", expand=False)
    def create_database(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """As moto, in small letters."""
        return _in_small_letters(context, request)

    @handler("GetDatabase", expand=False)
    def get_database(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """As moto, however the name is written."""
        return _in_small_letters(context, request)

    @handler("UpdateDatabase", expand=False)
    def update_database(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """As moto, however the name is written."""
        return _in_small_letters(context, request)

    @handler("DeleteDatabase", expand=False)
    def delete_database(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """As moto, however the name is written."""
        return _in_small_letters(context, request)


def _in_small_letters(context: RequestContext, request: Any) -> GlueDict:
    """Send a request to moto with the name of its database in small letters."""
    folded: Any = dict(request)
    if "Name" in folded:
        folded["Name"] = folded["Name"].lower()
    if given := folded.get("DatabaseInput"):
        folded["DatabaseInput"] = {**given, "Name": given["Name"].lower()}
    return dict(call_moto_with_request(context, folded) or {})
