"""The life of a query: start, look, stop, page through its rows.

https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
The engine is loaded with the first query.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from localstack.aws.api import RequestContext, handler
from localstack.services.moto import call_moto

from localstack_lake.athena.catalogs import DataCatalogHandlers
from localstack_lake.athena.errors import invalid_request
from localstack_lake.athena.execution import Execution
from localstack_lake.athena.output_location import check_bucket, result_configuration
from localstack_lake.athena.paging import read_token, take_page
from localstack_lake.athena.query_history import Queries, forget, forget_oldest, reusable, reuse
from localstack_lake.athena.result_page import page_of
from localstack_lake.athena.saved_queries import SavedQueryHandlers
from localstack_lake.athena.statement_kinds import kinds_of
from localstack_lake.athena.work_groups import find_work_group, tagger_of
from localstack_lake.by_place import ByPlace
from localstack_lake.gateway.acting import requester
from localstack_lake.iam.query_places import note_query
from localstack_lake.trino.server import trino_token, trino_url

if TYPE_CHECKING:
    from localstack_lake.athena.runner import QueryRunner

type Record = dict[str, Any]
QUERIES_AT_ONCE = 4
MOST_ROWS = 1000


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
        check_bucket(context, result["OutputLocation"], result.get("ExpectedBucketOwner"))
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
