"""Which resources have to allow a call to Glue. Pure.

A call about a table needs the catalog, the database and the table.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsglue.html
"""

from collections.abc import Iterator

from localstack_lake.iam.needed import Parameters, Place

# These have no resource.
_ON_ANYTHING = {"CreateCrawler", "GetCrawlerMetrics", "ListJobs", "GetSecurityConfigurations"}
# Kinds with a name of their own: the word in an operation's name, the start of the resource.
_NAMED = {
    "Crawler": ("crawler", ("Name", "CrawlerName", "Crawler")),
    "Job": ("job", ("JobName", "Name")),
    "Connection": ("connection", ("Name", "ConnectionName")),
    "Session": ("session", ("Id", "SessionId")),
    "Statement": ("session", ("SessionId",)),
    "Crawls": ("crawler", ("CrawlerName",)),
    "Trigger": ("trigger", ("Name",)),
    "Workflow": ("workflow", ("Name",)),
    "Classifier": (None, ()),
}


def glue_resources(operation: str, parameters: Parameters, place: Place) -> Iterator[str]:
    """Yield the ARNs, each of which has to allow the call; `*` for a call without a resource."""
    if arn := parameters.get("ResourceArn"):
        yield str(arn)
        return
    for word, (start, names) in _NAMED.items():
        if word in operation:
            name = next((parameters[n] for n in names if parameters.get(n)), None)
            on_anything = start is None or operation in _ON_ANYTHING or name is None
            yield "*" if on_anything else place.arn("glue", f"{start}/{name}")
            if word != "Connection":
                return
    if operation in _ON_ANYTHING:
        yield "*"
        return
    yield from _catalog_resources(operation, parameters, place)


def _catalog_resources(operation: str, parameters: Parameters, place: Place) -> Iterator[str]:
    yield place.arn("glue", "catalog")
    database = parameters.get("DatabaseName")
    if "Database" in operation:
        database = parameters.get("Name") or (parameters.get("DatabaseInput") or {}).get("Name")
    if database is None:
        return
    yield place.arn("glue", f"database/{database}")
    if operation == "DeleteDatabase":
        # It takes everything in it along.
        yield place.arn("glue", f"table/{database}/*")
        yield place.arn("glue", f"userDefinedFunction/{database}/*")
    elif "UserDefinedFunction" in operation:
        name = parameters.get("FunctionName") or parameters.get("FunctionInput", {}).get(
            "FunctionName"
        )
        yield place.arn("glue", f"userDefinedFunction/{database}/{name or '*'}")
    elif "Database" not in operation:
        for name in _tables(operation, parameters):
            yield place.arn("glue", f"table/{database}/{name}")


def _tables(operation: str, parameters: Parameters) -> Iterator[str]:
    if operation == "BatchDeleteTable":
        yield from parameters.get("TablesToDelete") or ()
        return
    name = parameters.get("TableName") or (parameters.get("TableInput") or {}).get("Name")
    yield str(name or parameters.get("Name") or "*")
