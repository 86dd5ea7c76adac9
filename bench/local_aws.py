"""How long a call takes on the running local AWS, cold and warm: our function, and a trivial one.

Run it on a deployed local AWS (`make local-up deploy`): `.venv/bin/python bench/local_aws.py`. It
sends its files past the bucket's notification, so that nothing else runs them, and puts it back.
"""

import io
import json
import statistics
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from orderlake.aws.session import Aws, open_aws
from orderlake.settings import load

COLD, WARM = 5, 30
ROWS = "order_id,sku,price,quantity\n" + "".join(f"{n},P{n},1.25,{n + 1}\n" for n in range(20))
TRIVIAL = "def handle(event, context):\n    return {}\n"


def milliseconds(call: Callable[[], object]) -> float:
    """Return how long a call takes."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def invoke(aws: Aws, name: str, event: Any) -> None:
    """Call a function and wait for its answer, which may not be an error."""
    done = aws.functions.invoke(FunctionName=name, Payload=json.dumps(event).encode())
    assert "FunctionError" not in done, done["Payload"].read()


def describe(aws: Aws, name: str, text: str) -> None:
    """Have the next call start a process: any update ends all that run."""
    aws.functions.update_function_configuration(FunctionName=name, Description=text)
    waiter = aws.functions.get_waiter("function_updated_v2")
    waiter.wait(FunctionName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def measure(aws: Aws, what: str, name: str, next_event: Callable[[], Any]) -> None:
    """Print the times of calls; each has an event of its own, made before the clock starts."""
    was = aws.functions.get_function_configuration(FunctionName=name).get("Description", "")
    cold = []
    for _ in range(COLD):
        describe(aws, name, uuid.uuid4().hex)
        event = next_event()
        cold.append(milliseconds(partial(invoke, aws, name, event)))
    warm = []
    for _ in range(WARM):
        event = next_event()
        warm.append(milliseconds(partial(invoke, aws, name, event)))
    describe(aws, name, was)
    for kind, times in (("cold", cold), ("warm", warm)):
        middle, best = statistics.median(times), min(times)
        print(f"{what:<24} {kind}  median {middle:7.0f} ms  best {best:7.0f} ms")


@contextmanager
def trivial_function(aws: Aws, role: str) -> Iterator[str]:
    """Deploy a function that does nothing, for a while."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("trivial.py", TRIVIAL)
    name = f"trivial-{uuid.uuid4().hex[:8]}"
    aws.functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="trivial.handle",
        Role=role,
        Code={"ZipFile": buffer.getvalue()},
    )
    aws.functions.get_waiter("function_active_v2").wait(FunctionName=name)
    yield name
    aws.functions.delete_function(FunctionName=name)


@contextmanager
def unheard(aws: Aws) -> Iterator[None]:
    """Take the raw bucket's notification away for a while."""
    bucket = aws.names.raw_bucket
    answer: Any = aws.s3.get_bucket_notification_configuration(Bucket=bucket)
    kept: Any = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
    aws.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        yield
    finally:
        aws.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=kept)


def new_orders(aws: Aws) -> dict[str, Any]:
    """Put twenty rows under a new key, and return the event of it."""
    bucket, key = aws.names.raw_bucket, f"raw/bench-{uuid.uuid4().hex}.csv"
    put = aws.s3.put_object(Bucket=bucket, Key=key, Body=ROWS.encode())
    entry = {"key": key, "size": len(ROWS), "eTag": put["ETag"].strip('"')}
    s3 = {"bucket": {"name": bucket}, "object": entry | {"versionId": put["VersionId"]}}
    record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": s3}
    return {"Records": [record]}


def main() -> None:
    """Measure both."""
    aws = open_aws(load("local"))
    role = aws.functions.get_function_configuration(FunctionName=aws.names.function)["Role"]
    with trivial_function(aws, role) as trivial:
        measure(aws, "a trivial function", trivial, dict)
    with unheard(aws):
        measure(aws, "orders, 20 rows", aws.names.function, lambda: new_orders(aws))


if __name__ == "__main__":
    main()
