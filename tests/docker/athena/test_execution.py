from pathlib import Path

import pytest
from localstack_lake.athena.execution import Execution, StoredRows


@pytest.mark.parametrize("start", [0, 1, 999, 1000, 1001, 2499, 2500])
def test_rows_are_read_again_from_any_place_on(tmp_path: Path, start: int) -> None:
    rows = StoredRows(tmp_path / "rows")
    for number in range(2500):
        rows.add([str(number), None, "ä\nb"])
    rows.close()
    found = list(rows.read(start, 3))
    assert found == [[str(n), None, "ä\nb"] for n in range(start, min(start + 3, 2500))]


def execution() -> Execution:
    return Execution("select 1", "w", "d", "awsdatacatalog", "s3://b/x.csv", {}, [], {})


def test_a_cancelled_query_never_begins_and_never_ends_otherwise() -> None:
    one = execution()
    one.end("CANCELLED", "Query cancelled by user")
    assert not one.begin()
    one.end("SUCCEEDED")
    assert one.describe()["Status"]["State"] == "CANCELLED"


def test_a_failure_has_athena_s_error_with_its_words() -> None:
    one = execution()
    one.begin()
    one.end("FAILED", "COLUMN_NOT_FOUND: x")
    status = one.describe()["Status"]
    assert status["AthenaError"]["ErrorCategory"] == 2
    assert status["AthenaError"]["ErrorMessage"] == status["StateChangeReason"]
