"""Where ALTER TABLE ADD PARTITION looks for the files of a partition without a location."""

from typing import Any

import pytest
from localstack_lake.athena.partitions import TablePartitions


class Glue:
    """Keeps the locations of the partitions that it is given."""

    def __init__(self) -> None:
        self.locations: list[str] = []

    def batch_create_partition(self, **given: Any) -> dict[str, Any]:
        self.locations += [
            one["StorageDescriptor"]["Location"] for one in given["PartitionInputList"]
        ]
        return {}


class Lake:
    """A lake with nothing but a catalog."""

    def __init__(self) -> None:
        self.glue = Glue()


@pytest.mark.parametrize(
    ("value", "folder"), [("2026-01-01", "dt=2026-01-01"), ("a/b", "dt=a%2Fb"), ("a=b", "dt=a%3Db")]
)
def test_the_folder_of_a_partition_has_the_escapes_with_which_insert_writes_it(
    value: str, folder: str
) -> None:
    table = {
        "DatabaseName": "d",
        "Name": "t",
        "PartitionKeys": [{"Name": "dt"}],
        "StorageDescriptor": {"Location": "s3://b/t/"},
    }
    lake: Any = Lake()
    TablePartitions(lake, table).register([([value], "")])
    assert lake.glue.locations == [f"s3://b/t/{folder}/"]
