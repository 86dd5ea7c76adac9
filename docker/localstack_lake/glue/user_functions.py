"""User-defined functions of the catalog: records that Hive and Spark read. Nothing runs them.

https://docs.aws.amazon.com/glue/latest/webapi/API_UserDefinedFunction.html
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from localstack.aws.api import RequestContext, handler

from localstack_lake.by_place import ByPlace
from localstack_lake.glue.catalog import GlueCatalog
from localstack_lake.glue.paging import already_exists, invalid_input, not_found, take_page
from localstack_lake.glue.shapes import GlueDict

PAGE = 100
_FIELDS = ("FunctionName", "ClassName", "OwnerName", "OwnerType", "ResourceUris", "FunctionType")


@dataclass(slots=True)
class UserFunctions:
    """The functions of one account and region, by database and name, both in lower case."""

    shown: dict[tuple[str, str], GlueDict] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def find(self, database: str, name: str) -> GlueDict:
        """Return a function. Raises `EntityNotFoundException`."""
        try:
            return self.shown[database.lower(), name.lower()]
        except KeyError as error:
            raise not_found(f"UserDefinedFunction {name} not found.") from error


class UserFunctionHandlers:
    """The operations on user-defined functions."""

    def __init__(self) -> None:
        super().__init__()
        self._functions = ByPlace(lambda account_id, region: UserFunctions())

    def _functions_of(self, context: RequestContext) -> UserFunctions:
        return self._functions.find(context.account_id, context.region)

    @handler("CreateUserDefinedFunction", expand=False)
    def create_user_defined_function(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Add a function to a database."""
        kept, database = self._functions_of(context), request["DatabaseName"]
        given = request["FunctionInput"]
        name = given.get("FunctionName") or ""
        if not name:
            raise invalid_input("FunctionName must not be empty")
        _check_database(context, database)
        with kept.lock:
            if (database.lower(), name.lower()) in kept.shown:
                raise already_exists(f"UserDefinedFunction {name} already exists.")
            kept.shown[database.lower(), name.lower()] = {
                **{key: given[key] for key in _FIELDS if key in given},
                "DatabaseName": database,
                "CreateTime": datetime.now(UTC),
                "CatalogId": request.get("CatalogId") or context.account_id,
            }
        return {}

    @handler("UpdateUserDefinedFunction", expand=False)
    def update_user_defined_function(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Replace a function, which may get another name."""
        kept, database = self._functions_of(context), request["DatabaseName"]
        given, old = request["FunctionInput"], request["FunctionName"]
        _check_database(context, database)
        with kept.lock:
            before = kept.find(database, old)
            new = given.get("FunctionName") or old
            if new.lower() != old.lower() and (database.lower(), new.lower()) in kept.shown:
                raise already_exists(f"UserDefinedFunction {new} already exists.")
            del kept.shown[database.lower(), old.lower()]
            same = {key: value for key, value in before.items() if key not in _FIELDS}
            changed = {key: given[key] for key in _FIELDS if key in given}
            kept.shown[database.lower(), new.lower()] = same | {"FunctionName": new} | changed
        return {}

    @handler("GetUserDefinedFunction", expand=False)
    def get_user_defined_function(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show a function."""
        kept = self._functions_of(context)
        _check_database(context, request["DatabaseName"])
        with kept.lock:
            found = kept.find(request["DatabaseName"], request["FunctionName"])
        return {"UserDefinedFunction": found}

    @handler("GetUserDefinedFunctions", expand=False)
    def get_user_defined_functions(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Show the functions whose whole name matches a pattern, of one database or of all."""
        kept, database = self._functions_of(context), request.get("DatabaseName")
        if database:
            _check_database(context, database)
        pattern = _regular(request["Pattern"])
        kind = request.get("FunctionType")
        with kept.lock:
            found = [
                function
                for (place, name), function in sorted(kept.shown.items())
                if (not database or place == database.lower())
                and pattern.fullmatch(name)
                and kind in (None, function.get("FunctionType"))
            ]
        page, more = take_page(found, request.get("NextToken"), request.get("MaxResults"), PAGE)
        return {"UserDefinedFunctions": page} | more

    @handler("DeleteUserDefinedFunction", expand=False)
    def delete_user_defined_function(self, context: RequestContext, request: GlueDict) -> GlueDict:
        """Remove a function."""
        kept = self._functions_of(context)
        _check_database(context, request["DatabaseName"])
        with kept.lock:
            kept.find(request["DatabaseName"], request["FunctionName"])
            del kept.shown[request["DatabaseName"].lower(), request["FunctionName"].lower()]
        return {}


def _check_database(context: RequestContext, database: str) -> None:
    if not GlueCatalog(context.account_id, context.region).has_database(database):
        raise not_found(f"Database {database} not found.")


def _regular(pattern: str) -> re.Pattern[str]:
    r"""Return a pattern as a regular expression, in which `\Q...\E` quotes text.

    Trino asks for `trino__\Qname\E__.*`. Raises `InvalidInputException` for another pattern, such
    as `*`, as AWS was seen to do: https://github.com/ministackorg/ministack/issues/923
    """
    quoted = re.compile(r"\\Q(.*?)(?:\\E|$)", re.DOTALL)
    plain = quoted.sub(lambda found: re.escape(found[1]), pattern)
    try:
        return re.compile(plain, re.IGNORECASE)
    except re.error as error:
        raise invalid_input(f"Invalid pattern syntax: error parsing regexp: {error}") from error
