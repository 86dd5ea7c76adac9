"""Two commands at once: both succeed, or the second one names the first and waits."""

from pathlib import Path

import pytest

from .conftest import Lake

pytestmark = [pytest.mark.e2e, pytest.mark.long]
PREFIX = ("--prefix", "atonce")


def both(lake: Lake, *command: str) -> list[tuple[int, str]]:
    """Start a command twice, and return exit code and all output of each."""
    started = [lake.start(*command) for _ in range(2)]
    ended = []
    for process in started:
        out, err = process.communicate(timeout=240)
        assert "Traceback" not in out + err
        ended.append((process.returncode, out + err))
    return ended


def test_first_deployments_uploads_and_removals_at_once(local_aws: Lake, tmp_path: Path) -> None:
    deployed = both(local_aws, "deploy", *PREFIX)
    assert [code for code, _ in deployed] == [0, 0], deployed
    assert sum("waiting for its end" in text for _, text in deployed) <= 1
    assert sum("nothing to change" in text for _, text in deployed) == 1

    orders = tmp_path / "orders.csv"
    orders.write_text("sku,price,quantity\n" + "a,1.50,2\n" * 50_000)
    uploaded = both(local_aws, "upload", str(orders), *PREFIX, "--timeout", "60")
    assert [code for code, _ in uploaded] == [0, 0], uploaded
    assert all("50,000 accepted" in text for _, text in uploaded)
    status = local_aws.json("status", *PREFIX, "--json")
    assert (status["files"], status["done"], status["accepted"]) == (1, 1, 50_000)

    removed = both(local_aws, "destroy", *PREFIX, "--yes")
    assert [code for code, _ in removed] == [0, 0], removed
    assert all("gone:" in text for _, text in removed)


def test_two_demos_at_once_both_answer_beside_the_lake(lake: Lake) -> None:
    before = lake.json("status", "--json")
    ended = both(lake, "demo", "--rows", "500")
    assert [code for code, _ in ended] == [0, 0], ended
    for _, text in ended:
        assert "'shop' stays as it is; the demo's is 'demo'" in text
        assert "product_id" in text
    after = lake.json("status", "--json")
    assert (before["files"], before["records"]) == (after["files"], after["records"])
    lake.ok("destroy", "--prefix", "demo", "--yes")
