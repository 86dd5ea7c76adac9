"""Named queries and prepared statements: SQL that is kept under a name.

https://docs.aws.amazon.com/athena/latest/APIReference/API_NamedQuery.html
https://docs.aws.amazon.com/athena/latest/APIReference/API_PreparedStatement.html
"""

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, handler

from localstack_lake.athena.errors import invalid_request
from localstack_lake.athena.paging import take_page
from localstack_lake.athena.work_groups import find_work_group
from localstack_lake.by_place import ByPlace

type Record = dict[str, Any]


@dataclass
class SavedQueries:
    """What one account and region keeps; a prepared statement's key is work group and name."""

    named: dict[str, Record] = field(default_factory=dict)
    prepared: dict[tuple[str, str], Record] = field(default_factory=dict)

    def find(self, work_group: str, name: str) -> Record:
        """Return a statement; raises ResourceNotFoundException."""
        try:
            return self.prepared[work_group, name]
        except KeyError as error:
            message = f"PreparedStatement {name} was not found in workGroup {work_group}"
            raise CommonServiceException("ResourceNotFoundException", message, 400) from error

    def keep(self, work_group: str, name: str, sql: str, description: str = "") -> None:
        """Write a statement down."""
        self.prepared[work_group, name] = {
            "StatementName": name,
            "QueryStatement": sql,
            "WorkGroupName": work_group,
            "Description": description,
            "LastModifiedTime": time.time(),
        }

    def holds(self, work_group: str) -> bool:
        """Whether anything is kept in a work group."""
        named = (one["query"]["WorkGroup"] for one in self.named.values())
        return work_group in {*named, *(place for place, _ in self.prepared)}

    def forget_all(self, work_group: str) -> None:
        """Remove all that is kept in a work group."""
        self.prepared = {key: one for key, one in self.prepared.items() if key[0] != work_group}
        self.named = {
            key: one for key, one in self.named.items() if one["query"]["WorkGroup"] != work_group
        }

    def forget(self, work_group: str, name: str) -> None:
        """Remove a statement; raises ResourceNotFoundException."""
        self.find(work_group, name)
        del self.prepared[work_group, name]


class SavedQueryHandlers:
    """Every operation on named queries and prepared statements."""

    def __init__(self) -> None:
        super().__init__()
        self._saved = ByPlace(lambda account_id, region: SavedQueries())

    def saved(self, context: RequestContext) -> SavedQueries:
        """Return what the caller's account and region keeps."""
        return self._saved.find(context.account_id, context.region)

    @handler("CreateNamedQuery", expand=False)
    def create_named_query(self, context: RequestContext, request: Record) -> Record:
        """Keep a query; the same token is answered with the same query."""
        work_group, token = request.get("WorkGroup", "primary"), request.get("ClientRequestToken")
        find_work_group(context, work_group)
        saved = self.saved(context).named
        fields = ("Name", "Description", "Database", "QueryString")
        query = {name: request[name] for name in fields if name in request}
        known = (query_id for query_id, one in saved.items() if token and one["token"] == token)
        if (found := next(known, None)) is not None:
            if any(saved[found]["query"].get(name) != query.get(name) for name in fields):
                raise invalid_request("Idempotent parameters do not match")
            return {"NamedQueryId": found}
        query_id = str(uuid.uuid4())
        query |= {"NamedQueryId": query_id, "WorkGroup": work_group}
        saved[query_id] = {"query": query, "token": token}
        return {"NamedQueryId": query_id}

    @handler("GetNamedQuery", expand=False)
    def get_named_query(self, context: RequestContext, request: Record) -> Record:
        """Return a named query."""
        return {"NamedQuery": self.named(context, request["NamedQueryId"])["query"]}

    @handler("BatchGetNamedQuery", expand=False)
    def batch_get_named_query(self, context: RequestContext, request: Record) -> Record:
        """Return those that exist, and the ids that do not."""
        saved, ids = self.saved(context).named, request["NamedQueryIds"]
        return {
            "NamedQueries": [saved[query_id]["query"] for query_id in ids if query_id in saved],
            "UnprocessedNamedQueryIds": [
                {"NamedQueryId": query_id, "ErrorCode": "NOT_FOUND", "ErrorMessage": "not found"}
                for query_id in ids
                if query_id not in saved
            ],
        }

    @handler("ListNamedQueries", expand=False)
    def list_named_queries(self, context: RequestContext, request: Record) -> Record:
        """Return the ids of a work group's named queries."""
        work_group = request.get("WorkGroup", "primary")
        find_work_group(context, work_group)
        ids = [
            query_id
            for query_id, one in self.saved(context).named.items()
            if one["query"]["WorkGroup"] == work_group
        ]
        page, more = take_page(ids, request, 50)
        return {"NamedQueryIds": page, **more}

    @handler("UpdateNamedQuery", expand=False)
    def update_named_query(self, context: RequestContext, request: Record) -> Record:
        """Replace a named query's name, description and text."""
        query = self.named(context, request["NamedQueryId"])["query"]
        query |= {k: request[k] for k in ("Name", "Description", "QueryString") if k in request}
        return {}

    @handler("DeleteNamedQuery", expand=False)
    def delete_named_query(self, context: RequestContext, request: Record) -> Record:
        """Forget a named query."""
        self.named(context, request["NamedQueryId"])
        del self.saved(context).named[request["NamedQueryId"]]
        return {}

    def named(self, context: RequestContext, query_id: str) -> Record:
        """Return a record; raises InvalidRequestException."""
        try:
            return self.saved(context).named[query_id]
        except KeyError as error:
            raise invalid_request(f"NamedQuery {query_id} was not found") from error

    @handler("CreatePreparedStatement", expand=False)
    def create_prepared_statement(self, context: RequestContext, request: Record) -> Record:
        """Keep a statement in a work group."""
        find_work_group(context, request["WorkGroup"])
        key = request["WorkGroup"], request["StatementName"]
        if key in self.saved(context).prepared:
            raise invalid_request(
                f"Prepared statement {key[1]} already exists in WorkGroup {key[0]}"
            )
        self.keep(context, request)
        return {}

    @handler("UpdatePreparedStatement", expand=False)
    def update_prepared_statement(self, context: RequestContext, request: Record) -> Record:
        """Replace a statement."""
        self.saved(context).find(request["WorkGroup"], request["StatementName"])
        self.keep(context, request)
        return {}

    @handler("GetPreparedStatement", expand=False)
    def get_prepared_statement(self, context: RequestContext, request: Record) -> Record:
        """Return a statement."""
        found = self.saved(context).find(request["WorkGroup"], request["StatementName"])
        return {"PreparedStatement": found}

    @handler("BatchGetPreparedStatement", expand=False)
    def batch_get_prepared_statement(self, context: RequestContext, request: Record) -> Record:
        """Return those that exist, and the names that do not."""
        work_group, names = request["WorkGroup"], request["PreparedStatementNames"]
        find_work_group(context, work_group)
        kept = self.saved(context).prepared
        return {
            "PreparedStatements": [kept[work_group, n] for n in names if (work_group, n) in kept],
            "UnprocessedPreparedStatementNames": [
                {"StatementName": n, "ErrorCode": "NOT_FOUND", "ErrorMessage": "not found"}
                for n in names
                if (work_group, n) not in kept
            ],
        }

    @handler("ListPreparedStatements", expand=False)
    def list_prepared_statements(self, context: RequestContext, request: Record) -> Record:
        """Return a work group's statements."""
        find_work_group(context, request["WorkGroup"])
        found = [
            {"StatementName": name, "LastModifiedTime": one["LastModifiedTime"]}
            for (work_group, name), one in sorted(self.saved(context).prepared.items())
            if work_group == request["WorkGroup"]
        ]
        page, more = take_page(found, request, 50)
        return {"PreparedStatements": page, **more}

    @handler("DeletePreparedStatement", expand=False)
    def delete_prepared_statement(self, context: RequestContext, request: Record) -> Record:
        """Forget a statement."""
        self.saved(context).forget(request["WorkGroup"], request["StatementName"])
        return {}

    def keep(self, context: RequestContext, request: Record) -> None:
        """Write a request's statement down."""
        self.saved(context).keep(
            request["WorkGroup"],
            request["StatementName"],
            request["QueryStatement"],
            request.get("Description", ""),
        )
