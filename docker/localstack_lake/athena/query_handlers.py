"""The life of a query: start, look, stop, page through its rows.

https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
The engine is loaded with the first query.
"""

import json
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localstack.aws.api import RequestContext, ServiceException, handler
from localstack.services.moto import call_moto

from localstack_lake.athena.catalogs import DataCatalogHandlers
from localstack_lake.athena.errors import invalid_request
from localstack_lake.athena.execution import Execution
from localstack_lake.athena.paging import read_token, take_page
from localstack_lake.athena.saved_queries import SavedQueryHandlers
from localstack_lake.athena.work_groups import find_work_group, tagger_of
from localstack_lake.by_place import ByPlace
from localstack_lake.gateway.acting import requester
from localstack_lake.iam.query_places import forget_query, note_query
from localstack_lake.trino.server import trino_token, trino_url

if TYPE_CHECKING:
    from localstack_lake.athena.runner import QueryRunner

type Record = dict[str, Any]
QUERIES_AT_ONCE = 4
MOST_ROWS = 1000
MOST_KEPT = 10_000
REUSE_MINUTES = 60
NO_OUTPUT = (
    "No output location provided. An output location is required either through the Workgroup "
    "result configuration setting or as an API input."
)


@dataclass
class Queries:
    """The executions of one account and region, oldest first, and their engine."""

    executions: dict[str, Execution] = field(default_factory=dict)
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    engine: "QueryRunner | None" = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class QueryHandlers(SavedQueryHandlers, DataCatalogHandlers):
    """Every operation on query executions."""

    def __init__(self) -> None:
        super().__init__()
        self._queries = ByPlace(lambda account_id, region: Queries())
        self._pool = ThreadPoolExecutor(QUERIES_AT_ONCE, thread_name_prefix="athena")

    def queries(self, context: RequestContext) -> Queries:
        """Return the caller's account's and region's."""
        return self._queries.find(context.account_id, context.region)

    @handler("StartQueryExecution", expand=False)
    def start_query_execution(self, context: RequestContext, request: Record) -> Record:
        """Queue a query; the same token is answered with the same query."""
        queries, token = self.queries(context), request.get("ClientRequestToken")
        engine = self.engine(context)  # first, so that no query waits for one that does not load
        with queries.lock:
            content = json.dumps(request, sort_keys=True, default=str)
            if token and token in queries.tokens:
                query_id, known = queries.tokens[token]
                if known != content:
                    raise invalid_request("Idempotent parameters do not match")
                return {"QueryExecutionId": query_id}
            execution = self.new_execution(context, request)
            forget_oldest(queries)
            queries.executions[execution.id] = execution
            note_query(execution.id, execution.work_group)
            if token:
                queries.tokens[token] = (execution.id, content)
        earlier = reusable(queries, execution)
        if earlier is not None:
            reuse(execution, earlier)
        else:
            self._pool.submit(engine.run, execution)
        return {"QueryExecutionId": execution.id}

    def new_execution(self, context: RequestContext, request: Record) -> Execution:
        """Return a new execution for a request; raises InvalidRequestException."""
        name = request.get("WorkGroup") or "primary"
        work_group = find_work_group(context, name)
        if work_group.state == "DISABLED":
            raise invalid_request(f"WorkGroup {name} is disabled.")
        given, configuration = request.get("QueryExecutionContext") or {}, work_group.configuration
        catalog = given.get("Catalog") or "AwsDataCatalog"
        self.find_glue(context, catalog)
        result = result_configuration(configuration, request.get("ResultConfiguration") or {})
        self.check_bucket(context, result["OutputLocation"], result.get("ExpectedBucketOwner"))
        execution = Execution(
            query=request["QueryString"],
            work_group=name,
            database=(given.get("Database") or "default").lower(),
            catalog=catalog.lower(),
            output_location="",
            result_configuration=result,
            parameters=list(request.get("ExecutionParameters") or ()),
            engine_version=configuration.get("EngineVersion") or {},
            scan_limit_bytes=configuration.get("BytesScannedCutoffPerQuery"),
            reuse=request.get("ResultReuseConfiguration") or {},
            requested_by=requester(),
            other_catalogs=self.glue_names(context),
        )
        kind, sub_kind, ending = kinds_of(execution.query, is_trino=bool(trino_url()))
        execution.statement_type, execution.substatement_type = kind, sub_kind
        execution.output_location = f"{result['OutputLocation'].rstrip('/')}/{execution.id}{ending}"
        return execution

    def check_bucket(self, context: RequestContext, location: str, owner: str | None) -> None:
        """Raise InvalidRequestException for an output location without a bucket of that owner."""
        from localstack_lake.s3.own_calls import call_s3

        bucket = location.removeprefix("s3://").partition("/")[0]
        if not location.startswith("s3://") or not bucket:
            raise invalid_request(f"outputLocation is not a valid S3 path: {location}")
        if owner and owner != context.account_id:
            raise invalid_request(f"Unable to verify/create output bucket {bucket}")
        try:
            place = context.account_id, context.region
            call_s3(*place, "GetBucketLocation", {"Bucket": bucket}, requester())
        except ServiceException as error:
            raise invalid_request(f"Unable to verify/create output bucket {bucket}") from error

    def engine(self, context: RequestContext) -> "QueryRunner":
        """Return what runs the caller's queries, made with the first one."""
        queries = self.queries(context)
        with queries.lock:
            if queries.engine is None:
                queries.engine = self.new_engine(context)
            return queries.engine

    def new_engine(self, context: RequestContext) -> "QueryRunner":
        """Return Athena on Trino where this LocalStack has one, else on DuckDB."""
        place, saved = (context.account_id, context.region), self.saved(context)
        if url := trino_url():
            from localstack_lake.athena.trino_client import TrinoClient
            from localstack_lake.athena.trino_engine import TrinoAthena

            return TrinoAthena(*place, saved, TrinoClient(url, trino_token()))
        from localstack_lake.athena.engine import LocalAthena

        return LocalAthena(*place, saved)

    def find(self, context: RequestContext, query_id: str) -> Execution:
        """Return an execution; raises InvalidRequestException."""
        try:
            return self.queries(context).executions[query_id]
        except KeyError as error:
            raise invalid_request(f"QueryExecution {query_id} was not found") from error

    @handler("GetQueryExecution", expand=False)
    def get_query_execution(self, context: RequestContext, request: Record) -> Record:
        """Return an execution as it stands."""
        return {"QueryExecution": self.find(context, request["QueryExecutionId"]).describe()}

    @handler("BatchGetQueryExecution", expand=False)
    def batch_get_query_execution(self, context: RequestContext, request: Record) -> Record:
        """Return those that exist, and the ids that do not."""
        known, ids = self.queries(context).executions, request["QueryExecutionIds"]
        return {
            "QueryExecutions": [
                known[query_id].describe() for query_id in ids if query_id in known
            ],
            "UnprocessedQueryExecutionIds": [
                {
                    "QueryExecutionId": query_id,
                    "ErrorCode": "INTERNAL_FAILURE",
                    "ErrorMessage": f"QueryExecution {query_id} was not found",
                }
                for query_id in ids
                if query_id not in known
            ],
        }

    @handler("ListQueryExecutions", expand=False)
    def list_query_executions(self, context: RequestContext, request: Record) -> Record:
        """Return the ids of a work group's queries, the newest first."""
        name = request.get("WorkGroup") or "primary"
        find_work_group(context, name)
        known = self.queries(context).executions.values()
        ids = [one.id for one in reversed([*known]) if one.work_group == name]
        page, more = take_page(ids, request, 50)
        return {"QueryExecutionIds": page, **more}

    @handler("DeleteWorkGroup", expand=False)
    def delete_work_group(self, context: RequestContext, request: Record) -> Record:
        """Delete a work group and, on request, what is in it; primary cannot go.

        https://docs.aws.amazon.com/athena/latest/APIReference/API_DeleteWorkGroup.html
        """
        name = request["WorkGroup"]
        if name == "primary":
            raise invalid_request("primary workGroup could not be deleted")
        work_group, saved = find_work_group(context, name), self.saved(context)
        known = self.queries(context).executions
        executions = [one.id for one in known.values() if one.work_group == name]
        is_empty = not executions and not saved.holds(name)
        if not is_empty and not request.get("RecursiveDeleteOption"):
            raise invalid_request(f"WorkGroup {name} is not empty")
        answer = dict(call_moto(context))
        saved.forget_all(name)
        for query_id in executions:
            known[query_id].cancel("The work group was deleted")
            forget(known.pop(query_id))
        tagger_of(context).delete_all_tags_for_resource(work_group.arn)
        return answer

    @handler("StopQueryExecution", expand=False)
    def stop_query_execution(self, context: RequestContext, request: Record) -> Record:
        """Cancel a query; one that has ended stays as it is."""
        execution = self.find(context, request["QueryExecutionId"])
        execution.cancel("Query cancelled by user")
        return {}

    @handler("GetQueryRuntimeStatistics", expand=False)
    def get_query_runtime_statistics(self, context: RequestContext, request: Record) -> Record:
        """Return the times and the rows of a query."""
        execution = self.find(context, request["QueryExecutionId"])
        statistics = execution.statistics()
        times = (
            "QueryQueueTimeInMillis QueryPlanningTimeInMillis EngineExecutionTimeInMillis "
            "ServiceProcessingTimeInMillis TotalExecutionTimeInMillis "
            "ServicePreProcessingTimeInMillis"
        )
        rows = {"InputBytes": execution.scanned_bytes}
        if execution.rows is not None:
            rows["OutputRows"] = execution.rows.count
        timeline = {name: statistics[name] for name in times.split()}
        return {"QueryRuntimeStatistics": {"Timeline": timeline, "Rows": rows}}

    @handler("GetQueryResults", expand=False)
    def get_query_results(self, context: RequestContext, request: Record) -> Record:
        """Return a page of rows; a question's first page begins with the columns' names."""
        execution = self.find(context, request["QueryExecutionId"])
        if not execution.is_done:
            state = execution.state
            raise invalid_request(f"Query has not yet finished. Current state: {state}")
        if execution.state != "SUCCEEDED":
            raise invalid_request(
                f"Query did not finish successfully. Final query state: {execution.state}"
            )
        limit = request.get("MaxResults", MOST_ROWS)
        kind = request.get("QueryResultType") or "DATA_ROWS"
        if limit > MOST_ROWS:
            raise invalid_request(f"MaxResults is more than maximum allowed length {MOST_ROWS}.")
        if limit < 1:
            raise invalid_request("MaxResults is less than minimum allowed length 1.")
        if kind != "DATA_ROWS":
            raise invalid_request(f"The local Athena answers with DATA_ROWS only, not with {kind}")
        return page_of(execution, read_token(request), limit)


def page_of(execution: Execution, start: int, limit: int) -> Record:
    """Return the rows from a place on; the header counts as a row."""
    header = 1 if execution.has_header else 0
    rows: list[Record] = []
    if header and not start:
        rows.append({"Data": [{"VarCharValue": one["Name"]} for one in execution.columns]})
    total = header
    if execution.rows is not None:
        first = max(start - header, 0)
        for cells in execution.rows.read(first, limit - len(rows)):
            rows.append({"Data": [{} if c is None else {"VarCharValue": c} for c in cells]})
        total += execution.rows.count
    if start >= max(total, 1):
        raise invalid_request("Invalid NextToken")
    answer: Record = {
        "UpdateCount": execution.update_count or 0,
        "ResultSet": {"Rows": rows, "ResultSetMetadata": {"ColumnInfo": execution.columns}},
    }
    if start + len(rows) < total:
        answer["NextToken"] = str(start + len(rows))
    return answer


def kinds_of(sql: str, *, is_trino: bool = False) -> tuple[str, str, str]:
    """Return StatementType, SubstatementType and the ending of the result's name.

    Raises InvalidRequestException for SQL that does not parse; what is only not supported is
    left to fail as a query. Trino parses its own statements.
    """
    from athena_sql.ddl import statements as s
    from athena_sql.ddl.read import read_statement
    from athena_sql.errors import BadQuery
    from athena_sql.statement import parse_statement

    if is_trino and (kinds := trino_kinds(sql)):
        return kinds
    try:
        statement = read_statement(sql)
        if isinstance(statement, s.Select):
            parse_statement(statement.sql)
    except BadQuery as error:
        if error.message.startswith("NOT_SUPPORTED"):
            return "DDL", "UNKNOWN", ".txt"
        raise invalid_request(error.message.removeprefix("not Athena SQL: ")) from error
    match statement:
        case s.Select() | s.Execute():
            return "DML", "SELECT", ".csv"
        case s.CreateTableAs():
            return "DDL", "CREATE_TABLE_AS_SELECT", ""
        case s.Insert():
            return "DML", "INSERT", ""
        case s.Unload():
            return "DML", "UNLOAD", ".csv"
        case s.Show() | s.Describe() | s.Explain():
            what = f"SHOW_{statement.what}" if isinstance(statement, s.Show) else ""
            name = (what or type(statement).__name__).upper().replace(" ", "_")
            return "UTILITY", name, ".txt"
        case _:
            return "DDL", snake_case(type(statement).__name__), ".txt"


def trino_kinds(sql: str) -> tuple[str, str, str] | None:
    """Return the same for a statement that Trino runs, or None for one of the catalog."""
    from athena_sql.ddl.read import COMMENTS
    from athena_sql.errors import BadQuery

    from localstack_lake.athena.trino_sql import read_vacuum, to_trino

    try:
        if translated := to_trino(sql, "default", "", ""):
            return translated.kind
        if COMMENTS.sub("", sql)[:6].lower() == "vacuum":
            read_vacuum(sql)
            return "DML", "VACUUM", ".csv"
    except BadQuery as error:
        if "mismatched input" in error.message:
            raise invalid_request(error.message) from error
        return "DDL", "UNKNOWN", ".txt"
    return None


def snake_case(name: str) -> str:
    """Return `CREATE_TABLE` for `CreateTable`."""
    return "".join(f"_{char}" if char.isupper() else char for char in name).lstrip("_").upper()


def result_configuration(work_group: Mapping[str, Any], given: Record) -> Record:
    """Return where results go: the work group's location if it is enforced, else the client's.

    https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
    """
    own = dict(work_group.get("ResultConfiguration") or {})
    if work_group.get("EnforceWorkGroupConfiguration", True) and own.get("OutputLocation"):
        return own
    merged = {**own, **given}
    if not merged.get("OutputLocation"):
        raise invalid_request(NO_OUTPUT)
    return merged


def reusable(queries: Queries, execution: Execution) -> Execution | None:
    """Return an earlier query whose result may be reused, if the request asks for that.

    https://docs.aws.amazon.com/athena/latest/ug/reusing-query-results.html
    """
    wish = execution.reuse.get("ResultReuseByAgeConfiguration") or {}
    if not wish.get("Enabled") or execution.substatement_type != "SELECT":
        return None
    oldest = time.time() - 60 * wish.get("MaxAgeInMinutes", REUSE_MINUTES)

    def meaning(one: Execution) -> tuple[object, ...]:
        place = one.work_group, one.database, one.catalog, one.result_configuration
        return one.query, one.parameters, *place

    for one in reversed([*queries.executions.values()]):
        is_fit = one.state == "SUCCEEDED" and not one.is_reused and one.completed >= oldest
        if is_fit and one is not execution and meaning(one) == meaning(execution):
            return one
    return None


def reuse(execution: Execution, earlier: Execution) -> None:
    """Give an execution the result of an earlier one."""
    execution.begin()
    execution.columns, execution.rows = earlier.columns, earlier.rows
    execution.has_header, execution.output_location = earlier.has_header, earlier.output_location
    execution.is_reused = True
    execution.end("SUCCEEDED")


def forget_oldest(queries: Queries) -> None:
    """Forget the oldest queries above the limit; the caller holds the lock."""
    while len(queries.executions) >= MOST_KEPT:
        oldest = next((one for one in queries.executions.values() if one.is_done), None)
        if oldest is None:
            return
        forget(queries.executions.pop(oldest.id))


def forget(execution: Execution) -> None:
    """Remove the rows of an execution that is known no more."""
    forget_query(execution.id)
    if execution.rows is not None and not execution.is_reused:
        execution.rows.path.unlink(missing_ok=True)
