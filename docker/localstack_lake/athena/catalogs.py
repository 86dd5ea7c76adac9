"""Data catalogs, databases and table metadata: the Glue catalog as Athena's API shows it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.aws.connect import connect_to

from localstack_lake.athena.errors import invalid_request
from localstack_lake.athena.paging import take_page
from localstack_lake.athena.work_groups import tagger_of
from localstack_lake.by_place import ByPlace

type Record = dict[str, Any]
GLUE_CATALOG = "AwsDataCatalog"
# The parameters that each type has to have.
PARAMETERS = {
    "GLUE": ({"catalog-id"},),
    "HIVE": ({"metadata-function"},),
    "LAMBDA": ({"function"}, {"metadata-function", "record-function"}),
}
# Letters, digits, underscore, at sign and hyphen, at most 127 of them.
CATALOG_NAME = re.compile(r"[\w@-]{1,127}", re.ASCII)


class DataCatalogHandlers:
    """The Glue catalog, which is always there, and the catalogs that were registered.

    One of type GLUE is a further name of it. The others need a connector, which is a function of
    the user's that nothing calls here: they are kept, and refused where they are asked.
    """

    def __init__(self) -> None:
        super().__init__()
        self._named = ByPlace(lambda account_id, region: dict[str, Record]())

    def named_catalogs(self, context: RequestContext) -> dict[str, Record]:
        """Return the catalogs that the caller's account registered, by their names as given."""
        return self._named.find(context.account_id, context.region)

    def find_catalog(self, context: RequestContext, name: str) -> Record:
        """Return a catalog; case does not count. Raises InvalidRequestException for another."""
        if name.lower() == GLUE_CATALOG.lower():
            return glue_catalog(context, GLUE_CATALOG)
        for known, found in self.named_catalogs(context).items():
            if known.lower() == name.lower():
                return found
        raise invalid_request(f"Data catalog {name} was not found")

    def find_glue(self, context: RequestContext, name: str) -> None:
        """Raise InvalidRequestException unless a catalog is the Glue catalog by some name."""
        found = self.find_catalog(context, name)
        if found["Type"] != "GLUE":
            raise invalid_request(
                f"The local Athena has no connectors: data catalog {found['Name']} of type "
                f"{found['Type']} cannot be asked"
            )

    def glue_names(self, context: RequestContext) -> frozenset[str]:
        """Return the further names of the Glue catalog, in small letters."""
        named = self.named_catalogs(context).values()
        return frozenset(one["Name"].lower() for one in named if one["Type"] == "GLUE")

    def find_own(self, context: RequestContext, name: str) -> Record:
        """Return a catalog that may be changed; raises InvalidRequestException."""
        if name.lower() == GLUE_CATALOG.lower():
            raise invalid_request(f"The data catalog {GLUE_CATALOG} cannot be changed or deleted")
        return self.find_catalog(context, name)

    @handler("ListDataCatalogs", expand=False)
    def list_data_catalogs(self, context: RequestContext, request: Record) -> Record:
        """Return Glue's first, then the others by name."""
        named = self.named_catalogs(context)
        found = [glue_catalog(context, GLUE_CATALOG), *(named[name] for name in sorted(named))]
        page, more = take_page(found, request, 50)
        shown = [{"CatalogName": one["Name"], "Type": one["Type"]} for one in page]
        return {"DataCatalogsSummary": shown, **more}

    @handler("GetDataCatalog", expand=False)
    def get_data_catalog(self, context: RequestContext, request: Record) -> Record:
        """Return one."""
        return {"DataCatalog": self.find_catalog(context, request["Name"])}

    @handler("CreateDataCatalog", expand=False)
    def create_data_catalog(self, context: RequestContext, request: Record) -> Record:
        """Register a catalog.

        https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateDataCatalog.html
        """
        name = request["Name"]
        if not CATALOG_NAME.fullmatch(name):
            raise invalid_request(f"Invalid data catalog name: {name}")
        taken = {GLUE_CATALOG.lower(), *map(str.lower, self.named_catalogs(context))}
        if name.lower() in taken:
            raise invalid_request(f"Data catalog {name} already exists")
        made = checked_catalog(context, request)
        self.named_catalogs(context)[name] = made
        if tags := request.get("Tags"):
            tagger_of(context).tag_resource(catalog_arn(context, name), tags)
        return {"DataCatalog": made}

    @handler("UpdateDataCatalog", expand=False)
    def update_data_catalog(self, context: RequestContext, request: Record) -> Record:
        """Replace the type, the parameters and, where one is given, the description."""
        found = self.find_own(context, request["Name"])
        kept = {"Description": found["Description"]} if "Description" in found else {}
        changed = checked_catalog(context, {**kept, **request, "Name": found["Name"]})
        self.named_catalogs(context)[found["Name"]] = changed
        return {}

    @handler("DeleteDataCatalog", expand=False)
    def delete_data_catalog(self, context: RequestContext, request: Record) -> Record:
        """Forget the name; the Glue catalog stays as it is."""
        found = self.find_own(context, request["Name"])
        del self.named_catalogs(context)[found["Name"]]
        tagger_of(context).delete_all_tags_for_resource(catalog_arn(context, found["Name"]))
        return {"DataCatalog": found}

    @handler("ListDatabases", expand=False)
    def list_databases(self, context: RequestContext, request: Record) -> Record:
        """Return Glue's databases."""
        self.find_glue(context, request["CatalogName"])
        pages = glue_of(context).get_paginator("get_databases").paginate()
        found = [database(one) for page in pages for one in page["DatabaseList"]]
        page, more = take_page(found, request, 50)
        return {"DatabaseList": page, **more}

    @handler("GetDatabase", expand=False)
    def get_database(self, context: RequestContext, request: Record) -> Record:
        """Return one of Glue's databases."""
        self.find_glue(context, request["CatalogName"])
        with glue_errors(f"Database {request['DatabaseName']} not found."):
            found = glue_of(context).get_database(Name=request["DatabaseName"])
        return {"Database": database(found["Database"])}

    @handler("ListTableMetadata", expand=False)
    def list_table_metadata(self, context: RequestContext, request: Record) -> Record:
        """Return a database's tables; an expression is a regular expression of names."""
        self.find_glue(context, request["CatalogName"])
        given = {"DatabaseName": request["DatabaseName"]}
        if request.get("Expression"):
            given["Expression"] = request["Expression"]
        with glue_errors(f"Database {request['DatabaseName']} not found."):
            pages = glue_of(context).get_paginator("get_tables").paginate(**given)
            found = [metadata(one) for page in pages for one in page["TableList"]]
        page, more = take_page(found, request, 50)
        return {"TableMetadataList": page, **more}

    @handler("GetTableMetadata", expand=False)
    def get_table_metadata(self, context: RequestContext, request: Record) -> Record:
        """Return one table."""
        self.find_glue(context, request["CatalogName"])
        named = {"DatabaseName": request["DatabaseName"], "Name": request["TableName"]}
        with glue_errors(f"Table {request['TableName']} not found."):
            found = glue_of(context).get_table(**named)
        return {"TableMetadata": metadata(found["Table"])}


def glue_of(context: RequestContext) -> Any:
    """Return a client of this LocalStack's Glue for the caller's account."""
    return connect_to(aws_access_key_id=context.account_id, region_name=context.region).glue


def glue_catalog(context: RequestContext, name: str) -> Record:
    """Return a catalog that is the account's Glue catalog."""
    parameters = {"catalog-id": context.account_id}
    return {"Name": name, "Type": "GLUE", "Parameters": parameters, "Status": "CREATE_COMPLETE"}


def checked_catalog(context: RequestContext, request: Record) -> Record:
    """Return the catalog that a request describes; raises InvalidRequestException."""
    name, kind, parameters = request["Name"], request["Type"], request.get("Parameters") or {}
    if kind == "FEDERATED":
        raise invalid_request(
            "The local Athena has no connectors: it makes no data catalog of type FEDERATED"
        )
    if kind not in PARAMETERS:
        raise invalid_request(f"Invalid data catalog type: {kind}")
    if parameters.keys() - {"sdk-version"} not in PARAMETERS[kind]:
        choices = " or ".join(", ".join(sorted(one)) for one in PARAMETERS[kind])
        raise invalid_request(f"A data catalog of type {kind} has the parameters {choices}")
    if kind == "GLUE" and parameters["catalog-id"] != context.account_id:
        raise invalid_request(
            f"The local Athena reads the Glue catalog of account {context.account_id} only"
        )
    described = {k: request[k] for k in ("Description",) if k in request}
    status = {"Status": "CREATE_COMPLETE"}
    return {"Name": name, "Type": kind, "Parameters": dict(parameters)} | described | status


def catalog_arn(context: RequestContext, name: str) -> str:
    """Return the ARN of a data catalog."""
    return f"arn:aws:athena:{context.region}:{context.account_id}:datacatalog/{name}"


@contextmanager
def glue_errors(not_found: str) -> Iterator[None]:
    """Turn Glue's refusals into MetadataException; a name that Glue does not have has own words."""
    try:
        yield
    except ClientError as error:
        code, told = error.response["Error"]["Code"], error.response["Error"]["Message"]
        told = not_found if code == "EntityNotFoundException" else told
        raise CommonServiceException("MetadataException", f"{code}: {told}", 400) from error


def database(found: Record) -> Record:
    """Return a Glue database as Athena shows it."""
    shown: Record = {"Name": found["Name"], "Parameters": found.get("Parameters") or {}}
    return shown | ({"Description": found["Description"]} if found.get("Description") else {})


def metadata(table: Record) -> Record:
    """Return a Glue table as Athena shows it: storage is among the parameters."""
    storage = table.get("StorageDescriptor") or {}
    serde = storage.get("SerdeInfo") or {}
    parameters = {
        **(table.get("Parameters") or {}),
        "location": storage.get("Location", ""),
        "inputformat": storage.get("InputFormat", ""),
        "outputformat": storage.get("OutputFormat", ""),
        "serde.serialization.lib": serde.get("SerializationLibrary", ""),
        **{f"serde.param.{k}": v for k, v in (serde.get("Parameters") or {}).items()},
    }
    shown: Record = {
        "Name": table["Name"],
        "TableType": table.get("TableType", ""),
        "Columns": [column(one) for one in storage.get("Columns") or ()],
        "PartitionKeys": [column(one) for one in table.get("PartitionKeys") or ()],
        "Parameters": {name: value for name, value in parameters.items() if value},
    }
    return shown | {name: table[name] for name in ("CreateTime", "LastAccessTime") if name in table}


def column(found: Record) -> Record:
    """Return a column as Athena shows it."""
    shown = {"Name": found["Name"], "Type": found.get("Type", "")}
    return shown | ({"Comment": found["Comment"]} if found.get("Comment") else {})
