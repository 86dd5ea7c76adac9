"""SearchTables: tables of all databases, by text and by properties.

https://docs.aws.amazon.com/glue/latest/webapi/API_SearchTables.html
"""

from collections.abc import Callable, Mapping
from operator import ge, gt, le, lt

from localstack.aws.api import RequestContext, handler

from localstack_lake.glue.catalog import GlueCatalog
from localstack_lake.glue.paging import invalid_input, take_page
from localstack_lake.glue.shapes import GlueDict

PAGE = 100
_COMPARATORS: Mapping[str, Callable[[str, str], bool]] = {
    "EQUALS": lambda one, other: one == other,
    "GREATER_THAN": gt,
    "LESS_THAN": lt,
    "GREATER_THAN_EQUALS": ge,
    "LESS_THAN_EQUALS": le,
}


class TableSearchHandlers:
    """SearchTables."""

    @handler("SearchTables", expand=False)
    def search_tables(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show the tables that pass every filter and hold the text, in any case of letters."""
        catalog = GlueCatalog(context.account_id, context.region)
        databases = sorted(catalog.backend.databases)
        found = [table for database in databases for table in catalog.get_tables(database)]
        for condition in request.get("Filters") or ():
            found = [table for table in found if _passes(table, condition)]
        if text := (request.get("SearchText") or "").strip("\"'* ").lower():
            found = [table for table in found if text in _text_of(table)]
        for order in reversed(request.get("SortCriteria") or ()):
            name, is_down = order.get("FieldName", "Name"), order.get("Sort") == "DESC"
            found.sort(key=lambda table: str(table.get(name, "")), reverse=is_down)
        page, more = take_page(found, request.get("NextToken"), request.get("MaxResults"), PAGE)
        return {"TableList": page} | more


def _passes(table: GlueDict, condition: GlueDict) -> bool:
    compare = _COMPARATORS.get(condition.get("Comparator") or "EQUALS")
    if compare is None:
        raise invalid_input(f"Comparator {condition['Comparator']} is not known")
    name = condition.get("Key", "")
    value = table.get(name[:1].upper() + name[1:])
    if value is None:
        value = (table.get("Parameters") or {}).get(name)
    return value is not None and compare(str(value), condition.get("Value", ""))


def _text_of(table: GlueDict) -> str:
    storage = table.get("StorageDescriptor") or {}
    columns = [*(storage.get("Columns") or ()), *(table.get("PartitionKeys") or ())]
    texts = [table["Name"], table["DatabaseName"], table.get("Description") or ""]
    texts += [f"{column['Name']} {column.get('Comment') or ''}" for column in columns]
    texts += [f"{key} {value}" for key, value in (table.get("Parameters") or {}).items()]
    return "\n".join(texts).lower()
