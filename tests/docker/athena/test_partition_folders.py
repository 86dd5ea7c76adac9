"""Where a partition without a location has its files."""

import pytest
from localstack_lake.athena.partition_folders import location_of


@pytest.mark.parametrize(
    ("value", "folder"), [("2026-01-01", "dt=2026-01-01"), ("a/b", "dt=a%2Fb"), ("a=b", "dt=a%3Db")]
)
def test_the_folder_has_the_escapes_with_which_insert_writes_it(value: str, folder: str) -> None:
    assert location_of("s3://b/t/", ["dt"], [value]) == f"s3://b/t/{folder}/"
