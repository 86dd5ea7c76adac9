"""A second deployment on LocalStack makes the requested change and loses no event."""

import subprocess
import time
from collections.abc import Iterator

import pytest

from .conftest import ROOT, Lake

pytestmark = pytest.mark.e2e


@pytest.fixture
def settings_of_our_own(lake: Lake) -> Iterator[Lake]:
    """Give the shared lake an orderlake.toml that a test may write in, and deploy it back."""
    toml = lake.root / "orderlake.toml"
    toml.unlink()
    toml.write_bytes((ROOT / "orderlake.toml").read_bytes())
    try:
        yield lake
    finally:
        toml.unlink()
        toml.symlink_to(ROOT / "orderlake.toml")
        lake.ok("deploy")


def set_parameters(lake: Lake, **parameters: str) -> None:
    toml = lake.root / "orderlake.toml"
    text = (ROOT / "orderlake.toml").read_text("utf-8")
    assert "[local.parameters]" in text
    lines = [f'{name} = "{value}"' for name, value in parameters.items()]
    written = text.replace("[local.parameters]", "\n".join(["[local.parameters]", *lines]))
    toml.write_text(written, "utf-8")


@pytest.mark.long
def test_an_order_right_after_an_update_of_the_function_does_not_wait(
    settings_of_our_own: Lake,
) -> None:
    lake = settings_of_our_own
    s3 = lake.aws("s3")
    # Long enough for the poller that the update stops to be waiting for events when it is.
    for number, level in enumerate(("DEBUG", "WARNING", "DEBUG")):
        set_parameters(lake, LogLevel=level)
        deployed = lake.run("deploy")
        assert "~ change TransformFunction" in deployed.stderr
        key = f"raw/right-after-{number}.csv"
        s3.put_object(
            Bucket="shop-raw-000000000000-us-east-1", Key=key, Body=b"sku,price,quantity\nA,1,1\n"
        )
        assert report_within(lake, f"reports/right-after-{number}-", seconds=60)


def report_within(lake: Lake, prefix: str, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    s3 = lake.aws("s3")
    while time.monotonic() < deadline:
        listed = s3.list_objects_v2(Bucket="shop-processed-000000000000-us-east-1", Prefix=prefix)
        if listed["KeyCount"]:
            return True
        time.sleep(0.2)
    return False


def test_a_parameter_of_the_template_reaches_the_function(settings_of_our_own: Lake) -> None:
    lake = settings_of_our_own
    set_parameters(lake, LogLevel="ERROR")
    planned: subprocess.CompletedProcess[str] = lake.run("deploy", "--plan")
    assert "~ change TransformFunction" in planned.stderr
    function = lake.aws("lambda").get_function_configuration(FunctionName="shop-order-transform")
    assert function["Environment"]["Variables"]["LOG_LEVEL"] != "ERROR"
    lake.ok("deploy")
    function = lake.aws("lambda").get_function_configuration(FunctionName="shop-order-transform")
    assert function["Environment"]["Variables"]["LOG_LEVEL"] == "ERROR"
    assert function["EphemeralStorage"] == {"Size": 2048}


def test_a_schedule_and_a_storage_class_that_are_taken_out_end(settings_of_our_own: Lake) -> None:
    lake = settings_of_our_own
    cron = "cron(15 * * * ? *)"
    set_parameters(lake, CrawlSchedule=cron, RawStorageClass="STANDARD_IA")
    lake.ok("deploy")
    assert scheduled(lake) == cron
    assert moved_to(lake) == ["STANDARD_IA"]
    set_parameters(lake)
    lake.ok("deploy")
    assert scheduled(lake) is None
    assert moved_to(lake) == []


def scheduled(lake: Lake) -> str | None:
    schedule = lake.aws("glue").get_crawler(Name="shop-orders")["Crawler"].get("Schedule", {})
    expression: str | None = schedule.get("ScheduleExpression") or None
    return expression


def moved_to(lake: Lake) -> list[str]:
    (rule,) = lake.aws("s3").get_bucket_lifecycle_configuration(
        Bucket="shop-raw-000000000000-us-east-1"
    )["Rules"]
    return [str(one["StorageClass"]) for one in rule.get("Transitions", [])]
