"""Data catalogs, databases and table metadata: the Glue catalog as Athena's API shows it."""

from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.aws.connect import connect_to

from localstack_lake.athena.errors import invalid_request
from localstack_lake.athena.paging import take_page

type Record = dict[str, Any]
GLUE_CATALOG = "AwsDataCatalog"


class DataCatalogHandlers:
    """Reads of the one catalog that there is here, which is Glue's."""

    @handler("ListDataCatalogs", expand=False)
    def list_data_catalogs(self, context: RequestContext, request: Record) -> Record:
        """Return the one."""
        return {"DataCatalogsSummary": [{"CatalogName": GLUE_CATALOG, "Type": "GLUE"}]}

    @handler("GetDataCatalog", expand=False)
    def get_data_catalog(self, context: RequestContext, request: Record) -> Record:
        """Return the one; raises InvalidRequestException for another."""
        check_catalog(request["Name"])
        parameters = {"catalog-id": context.account_id}
        return {"DataCatalog": {"Name": GLUE_CATALOG, "Type": "GLUE", "Parameters": parameters}}

    @handler("CreateDataCatalog", expand=False)
    def create_data_catalog(self, context: RequestContext, request: Record) -> Record:
        """Refused: there is no connector to another catalog here."""
        raise no_other_catalog()

    @handler("UpdateDataCatalog", expand=False)
    def update_data_catalog(self, context: RequestContext, request: Record) -> Record:
        """Refused, as creating one is."""
        raise no_other_catalog()

    @handler("DeleteDataCatalog", expand=False)
    def delete_data_catalog(self, context: RequestContext, request: Record) -> Record:
        """Refused, as creating one is."""
        raise no_other_catalog()

    @handler("ListDatabases", expand=False)
    def list_databases(self, context: RequestContext, request: Record) -> Record:
        """Return Glue's databases."""
        check_catalog(request["CatalogName"])
        pages = glue_of(context).get_paginator("get_databases").paginate()
        found = [database(one) for page in pages for one in page["DatabaseList"]]
        page, more = take_page(found, request, 50)
        return {"DatabaseList": page, **more}

    @handler("GetDatabase", expand=False)
    def get_database(self, context: RequestContext, request: Record) -> Record:
        """Return one of Glue's databases."""
        check_catalog(request["CatalogName"])
        glue = glue_of(context)
        try:
            return {
                "Database": database(glue.get_database(Name=request["DatabaseName"])["Database"])
            }
        except glue.exceptions.EntityNotFoundException as error:
            raise metadata_error(f"Database {request['DatabaseName']} not found.") from error

    @handler("ListTableMetadata", expand=False)
    def list_table_metadata(self, context: RequestContext, request: Record) -> Record:
        """Return a database's tables; an expression is a regular expression of names."""
        check_catalog(request["CatalogName"])
        glue = glue_of(context)
        given = {"DatabaseName": request["DatabaseName"]}
        if request.get("Expression"):
            given["Expression"] = request["Expression"]
        try:
            pages = glue.get_paginator("get_tables").paginate(**given)
            found = [metadata(one) for page in pages for one in page["TableList"]]
        except glue.exceptions.EntityNotFoundException as error:
            raise metadata_error(f"Database {request['DatabaseName']} not found.") from error
        page, more = take_page(found, request, 50)
        return {"TableMetadataList": page, **more}

    @handler("GetTableMetadata", expand=False)
    def get_table_metadata(self, context: RequestContext, request: Record) -> Record:
        """Return one table."""
        check_catalog(request["CatalogName"])
        glue = glue_of(context)
        try:
            found = glue.get_table(DatabaseName=request["DatabaseName"], Name=request["TableName"])
        except glue.exceptions.EntityNotFoundException as error:
            raise metadata_error(f"Table {request['TableName']} not found.") from error
        return {"TableMetadata": metadata(found["Table"])}


def glue_of(context: RequestContext) -> Any:
    """Return a client of this LocalStack's Glue for the caller's account."""
    return connect_to(aws_access_key_id=context.account_id, region_name=context.region).glue


def check_catalog(name: str) -> None:
    """Raise InvalidRequestException for another catalog than Glue's; case does not count."""
    if name.lower() != GLUE_CATALOG.lower():
        raise invalid_request(f"Data catalog {name} was not found")


def no_other_catalog() -> CommonServiceException:
    """Return the refusal of a catalog besides Glue's."""
    return invalid_request("The local Athena has the catalog AwsDataCatalog and no other")


def metadata_error(message: str) -> CommonServiceException:
    """Return Athena's answer to a name that Glue does not have."""
    return CommonServiceException("MetadataException", f"EntityNotFoundException: {message}", 400)


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
