"""The function's client of S3: which requests wait for S3's word before they send a body."""

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from order_transform.delivery.clients import make_client, send_small_bodies_at_once


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:1", "https://s3.example.com"])
@pytest.mark.parametrize(("size", "waits"), [(0, False), (1 << 19, False), (1 << 20, True)])
def test_only_a_large_body_waits_for_s3_to_say_that_it_takes_it(
    size: int, waits: bool, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    sent: list[dict[str, Any]] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        sent.append(dict(request.headers))
        body = SimpleNamespace(stream=lambda: iter(()))
        headers: Any = {"ETag": '"e"'}
        return AWSResponse(request.url, 200, headers, body)

    client = make_client("s3", Config(s3={"addressing_style": "path"}))
    send_small_bodies_at_once(client)
    client.meta.events.register("before-send.s3", answer)
    client.put_object(Bucket="orders", Key="a", Body=b"x" * size)
    [headers] = sent
    assert ("Expect" in headers) is waits
