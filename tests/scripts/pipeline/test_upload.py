"""Sending files: each as one version, whatever its size, and nothing after a failure."""

import time
from pathlib import Path

import pytest
from memory_aws import NAMES, MemoryAws
from orderlake.errors import NotDeployed
from orderlake.pipeline.upload import content_type, send_all


def files(folder: Path, count: int) -> list[tuple[Path, str]]:
    paths = [folder / f"{number:03}.csv" for number in range(count)]
    for path in paths:
        path.write_text(f"price,quantity\n{path.stem},1\n")
    return [(path, f"raw/{path.name}") for path in paths]


def test_files_are_sent_in_one_request_each_and_answered_in_order(tmp_path: Path) -> None:
    aws = MemoryAws(tmp_path)
    told: list[int] = []
    sent = send_all(aws.as_aws(), files(tmp_path, 40), told.append)
    assert [version.key for version in sent] == [f"raw/{number:03}.csv" for number in range(40)]
    assert len({version.version_id for version in sent}) == 40
    assert aws.s3.requests == {"put": 40}
    assert sum(told) == sum(path.stat().st_size for path in tmp_path.glob("*.csv"))
    stored = aws.s3.buckets[NAMES.raw_bucket]["raw/007.csv"][0]
    assert stored["ETag"] == f'"{sent[7].etag}"'


def test_without_a_bucket_nothing_more_is_tried(tmp_path: Path) -> None:
    aws = MemoryAws(tmp_path)
    aws.s3.buckets = {}
    # Long enough for the first answer to come before all are asked for.
    aws.s3.before_request = lambda operation: time.sleep(0.002)
    with pytest.raises(NotDeployed, match="shop-raw"):
        send_all(aws.as_aws(), files(tmp_path, 200), lambda _: None)
    assert aws.s3.requests["put"] < 200


@pytest.mark.parametrize(
    ("name", "kind"),
    [("a.csv", "text/csv"), ("a.CSV.GZ", "application/gzip"), ("a.txt", "text/plain")],
)
def test_an_object_says_what_it_is(name: str, kind: str) -> None:
    assert content_type(Path(name)) == kind
