"""The work group of each query, by which Athena decides who may ask for the query.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonathena.html
"""

from collections.abc import Mapping
from typing import Any

_work_groups: dict[str, str] = {}


def note_query(query_id: str, work_group: str) -> None:
    """Note the work group of a new query."""
    _work_groups[query_id] = work_group


def forget_query(query_id: str) -> None:
    """Forget a query that nobody can ask for any more."""
    _work_groups.pop(query_id, None)


def work_groups_of(parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the work groups of the queries that a request names, sorted."""
    ids = [parameters.get("QueryExecutionId"), *(parameters.get("QueryExecutionIds") or ())]
    return tuple(sorted({_work_groups[one] for one in ids if one in _work_groups}))
