"""Athena's query calls on loopback, as scripted: its JSON protocol, its pages, its errors.

Every answer is held against Athena's own service model before it is sent, so that a test cannot
lean on a shape that Athena does not have. It computes nothing: a test says what Athena answers.
"""

import json
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import botocore.session
from botocore.validate import ParamValidator
from loopback import LoopbackHandler, serving
from refusing_aws import IDENTITY, SCOPE

MODEL = botocore.session.Session().get_service_model("athena")
TARGET = "AmazonAthena."
JSON = {"Content-Type": "application/x-amz-json-1.1"}
MAX_RESULTS = 1000
FINAL = ("SUCCEEDED", "FAILED", "CANCELLED")
type Cells = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """An error as Athena's protocol carries it; its status is 400 but for Athena's own failures."""

    code: str
    message: str
    status: int = 400


@dataclass
class Script:
    """What Athena does with a query: the statuses it goes through, and what it answers."""

    statuses: list[dict[str, Any]] = field(default_factory=lambda: [{"State": "SUCCEEDED"}])
    columns: list[dict[str, Any]] = field(default_factory=list)
    rows: list[Cells] = field(default_factory=list)
    scanned: int = 0
    statement_type: str = "DML"
    start_seconds: float = 0.0

    @property
    def is_headed(self) -> bool:
        """Whether the first row of all repeats the columns' names: for what selects."""
        return self.statement_type == "DML"


@dataclass
class AthenaServer:
    """The next query's script, refusals that come first, and every call that was made."""

    endpoint_url: str
    script: Script = field(default_factory=Script)
    refusals: dict[str, list[Refusal]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any], float]] = field(default_factory=list)
    queries: dict[str, dict[str, Any]] = field(default_factory=dict)
    heard: threading.Condition = field(default_factory=threading.Condition)

    def asked(self, operation: str) -> list[dict[str, Any]]:
        """The requests of an operation, in order."""
        return [request for name, request, _ in self.calls if name == operation]

    def times(self, operation: str) -> list[float]:
        """When an operation was asked for, in seconds of a clock that only runs on."""
        return [at for name, _, at in self.calls if name == operation]

    def wait_for(self, operation: str, count: int = 1) -> None:
        """Return once an operation was asked for so often; fails after a minute."""
        with self.heard:
            assert self.heard.wait_for(lambda: len(self.asked(operation)) >= count, 60)

    def answer(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Note a call and return its answer; raises Refusal."""
        with self.heard:
            self.calls.append((operation, request, time.monotonic()))
            self.heard.notify_all()
        if waiting := self.refusals.get(operation):
            raise waiting.pop(0)
        answers = {
            "StartQueryExecution": self.start,
            "GetQueryExecution": self.get_execution,
            "GetQueryResults": self.get_results,
            "StopQueryExecution": self.stop,
        }
        return answers[operation](request)

    def start(self, request: dict[str, Any]) -> dict[str, Any]:
        """The same token is the same query, as Athena promises."""
        query_id = str(uuid.uuid5(uuid.NAMESPACE_OID, request["ClientRequestToken"]))
        self.queries.setdefault(query_id, request)
        time.sleep(self.script.start_seconds)
        return {"QueryExecutionId": query_id}

    def get_execution(self, request: dict[str, Any]) -> dict[str, Any]:
        """The execution as it is now; each look moves it on, and the last status stays."""
        query, statuses = self.query(request), self.script.statuses
        status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
        return {
            "QueryExecution": {
                "QueryExecutionId": request["QueryExecutionId"],
                "Query": query["QueryString"],
                "StatementType": self.script.statement_type,
                "Status": status,
                "Statistics": {"DataScannedInBytes": self.script.scanned},
                "WorkGroup": query["WorkGroup"],
            }
        }

    def get_results(self, request: dict[str, Any]) -> dict[str, Any]:
        """A page: the header counts as a row of the first one."""
        self.query(request)
        state = self.script.statuses[0]["State"]
        if state not in FINAL:
            text = f"Query has not yet finished. Current state: {state}"
            raise Refusal("InvalidRequestException", text)
        size = request.get("MaxResults", MAX_RESULTS)
        if not 1 <= size <= MAX_RESULTS:
            raise Refusal("InvalidRequestException", "MaxResults is more than maximum allowed")
        names = [column["Name"] for column in self.script.columns]
        rows = [names, *self.script.rows] if self.script.is_headed else self.script.rows
        begin = int(request.get("NextToken", "page-0").removeprefix("page-"))
        page = {
            "ResultSet": {
                "Rows": [{"Data": [datum(cell) for cell in row]} for row in rows[begin:][:size]],
                "ResultSetMetadata": {"ColumnInfo": self.script.columns},
            },
            "UpdateCount": 0,
        }
        return page | ({"NextToken": f"page-{begin + size}"} if begin + size < len(rows) else {})

    def stop(self, request: dict[str, Any]) -> dict[str, Any]:
        """From now on the query is cancelled."""
        self.query(request)
        self.script.statuses = [{"State": "CANCELLED"}]
        return {}

    def query(self, request: dict[str, Any]) -> dict[str, Any]:
        """The request that started a query; raises Refusal for an id that nobody has."""
        query_id = request["QueryExecutionId"]
        if query_id not in self.queries:
            raise Refusal("InvalidRequestException", f"QueryExecution {query_id} was not found")
        return self.queries[query_id]


def datum(cell: str | None) -> dict[str, str]:
    """A cell: NULL is one without a value."""
    return {} if cell is None else {"VarCharValue": cell}


def column(name: str, kind: str, precision: int = 0, scale: int = 0) -> dict[str, Any]:
    """A column as Athena describes it."""
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": kind,
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": kind == "varchar",
    }


def check_shape(operation: str, part: str, document: dict[str, Any]) -> None:
    """Fail for a request or an answer that Athena's service model does not know."""
    shape = getattr(MODEL.operation_model(operation), part)
    report = ParamValidator().validate(document, shape)
    unknown = document.keys() - shape.members.keys()
    assert not report.has_errors(), report.generate_report()
    assert not unknown


@contextmanager
def serving_athena() -> Iterator[AthenaServer]:
    """Serve on a free port of loopback until left."""

    class Handler(LoopbackHandler):
        def take(self) -> None:
            body = self.read_body()
            scope = SCOPE.search(self.headers.get("Authorization", ""))
            assert scope, "the request is not signed"
            if scope["service"] == "sts":
                self.send(200, IDENTITY.encode(), {"Content-Type": "text/xml"})
                return
            operation = self.headers["X-Amz-Target"].removeprefix(TARGET)
            request = json.loads(body)
            check_shape(operation, "input_shape", request)
            try:
                document = athena.answer(operation, request)
                check_shape(operation, "output_shape", document)
                self.send(200, json.dumps(document).encode(), JSON)
            except Refusal as refusal:
                told = {"__type": refusal.code, "Message": refusal.message}
                if refusal.code == "InvalidRequestException":
                    told["AthenaErrorCode"] = "INVALID_INPUT"
                self.send(refusal.status, json.dumps(told).encode(), JSON)

    with serving(Handler) as url:
        athena = AthenaServer(url)
        yield athena
