"""One page of a query's rows, as GetQueryResults answers it.

https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
"""

from localstack_lake.athena.errors import invalid_request
from localstack_lake.athena.execution import Execution, Fields


def page_of(execution: Execution, start: int, limit: int) -> Fields:
    """Return the rows from a place on; the header counts as a row."""
    header = 1 if execution.has_header else 0
    rows: list[Fields] = []
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
    answer: Fields = {
        "UpdateCount": execution.update_count or 0,
        "ResultSet": {"Rows": rows, "ResultSetMetadata": {"ColumnInfo": execution.columns}},
    }
    if start + len(rows) < total:
        answer["NextToken"] = str(start + len(rows))
    return answer
