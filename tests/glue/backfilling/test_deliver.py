"""What a worker does with its files: outcomes counted, failures named, taken keys refused."""

from memory_s3 import MemoryS3
from order_jobs.backfilling.deliver import BackfillSettings, TaskResult, deliver_file
from order_jobs.backfilling.tasks import OrderFile
from order_transform.contract.parse import default_contract_text, parse_contract
from order_transform.delivery.protocol import Delivery
from order_transform.delivery.runner import LocalTransformRunner
from order_transform.sql.engine import Engine

CONTRACT = parse_contract(default_contract_text())
ORDERS = b"sku,price,quantity\nA,1.50,2\nB,x,1\n"

OWN = BackfillSettings("raw", True, "raw/", "processed", "gzip", "s3://code/function.zip")
OTHER = BackfillSettings("old", False, "raw/", "processed", "gzip", "s3://code/function.zip")


def deliver(s3: MemoryS3, settings: BackfillSettings, key: str) -> TaskResult:
    runner = LocalTransformRunner(CONTRACT, "gzip", Engine(1))
    delivery = Delivery(s3, runner, CONTRACT, "processed", "gzip")
    return deliver_file(delivery, settings, OrderFile(key, 7))


def test_a_file_is_done_once_and_then_unchanged() -> None:
    s3 = MemoryS3()
    s3.put("raw", "raw/a.csv", ORDERS)
    first = deliver(s3, OWN, "raw/a.csv")
    assert (dict(first.outcomes), first.failures, first.read_bytes) == ({"done": 1}, [], 7)
    assert (first.records, first.rejected) == (2, 1)
    again = deliver(s3, OWN, "raw/a.csv")
    assert (dict(again.outcomes), again.size_bytes, again.read_bytes) == ({"unchanged": 1}, 7, 0)


def test_a_failure_is_named_and_adds_up() -> None:
    s3 = MemoryS3()
    s3.put("old", "raw/a.csv", ORDERS)
    s3.put("old", "a.csv", ORDERS)
    s3.put("third", "a.csv", ORDERS)
    whole = deliver(s3, OTHER, "raw/a.csv")
    whole.add(deliver(s3, OTHER, "a.csv"))
    third = BackfillSettings("third", False, "raw/", "processed", "gzip", "s3://code/function.zip")
    whole.add(deliver(s3, third, "a.csv"))
    assert whole.outcomes == {"failed": 2, "done": 1}
    assert whole.files == 3
    assert [key for key, _ in whole.failures] == ["raw/a.csv", "a.csv"]
    assert "the shop's own" in whole.failures[0][1]
    assert "s3://old/a.csv has outputs already" in whole.failures[1][1]
