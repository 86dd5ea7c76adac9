"""The queries that are known: results that are reused, and old ones that are forgotten.

https://docs.aws.amazon.com/athena/latest/ug/reusing-query-results.html
"""

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from localstack_lake.athena.execution import Execution
from localstack_lake.iam.query_places import forget_query

if TYPE_CHECKING:
    from localstack_lake.athena.runner import QueryRunner

MOST_KEPT = 10_000
REUSE_MINUTES = 60


@dataclass
class Queries:
    """The executions of one account and region, oldest first, and their engine."""

    executions: dict[str, Execution] = field(default_factory=dict)
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    engine: "QueryRunner | None" = None
    lock: threading.Lock = field(default_factory=threading.Lock)


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
