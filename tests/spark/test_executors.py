"""The backfill on two executors that are processes of their own, of which one is killed."""

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import Lake

from .backfill_shop import JOB, RAW, Shop, open_shop
from .conftest import Jobs, processes

pytestmark = pytest.mark.spark

FILES = 80


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """The local AWS that is started next runs jobs on executors of one core and 1 GB each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAKE_SPARK_MASTER", "local-cluster[2,1,1024]")
        yield


@pytest.fixture(scope="module")
def shop(
    cluster: None, spark_aws: Lake, jobs: Jobs, tmp_path_factory: pytest.TempPathFactory
) -> Shop:
    return open_shop(spark_aws, jobs, tmp_path_factory.mktemp("files"), FILES)


def test_after_an_executor_was_killed_the_same_run_ends_right(shop: Shop) -> None:
    shop.forget()
    run = shop.start(f"s3://{RAW}/raw/")
    shop.wait_for_reports(run, 10)
    backend = "org.apache.spark.executor.CoarseGrainedExecutorBackend"
    executors = [process for process in processes(run) if backend in process.cmdline()]
    assert len(executors) == 2
    executors[0].kill()
    assert shop.jobs.wait(JOB, run)["JobRunState"] == "SUCCEEDED"
    assert "Lost executor" in shop.jobs.log(run, "error", f"/aws-glue/{JOB}")
    shop.check_bytes()
