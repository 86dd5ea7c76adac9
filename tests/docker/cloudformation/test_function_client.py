"""The client that LocalStack's provider of functions works with: which calls get through."""

from typing import Any

import pytest
from localstack_lake.cloudformation.function_client import FunctionClient, FunctionClients

MODEL: dict[str, Any] = {
    "FunctionName": "f",
    "Code": {"S3Key": "one.zip"},
    "Architectures": ["arm64"],
    "MemorySize": "1024",
    "EphemeralStorage": {"Size": "2048"},
    "Tags": [],
}


class Lambda:
    """A client, and its waiters, that keep what they are asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        def call(**arguments: Any) -> dict[str, Any]:
            self.calls.append((name, arguments))
            return {"FunctionArn": "arn"}

        return call

    def wait(self, arn: str) -> None:
        self.calls.append(("wait", {"arn": arn}))

    def get_waiter(self, name: str) -> "Waiter":
        return Waiter(self, name)


class Waiter:
    def __init__(self, client: Lambda, name: str) -> None:
        self._client, self._name = client, name

    def wait(self, **arguments: Any) -> None:
        self._client.calls.append((f"wait {self._name}", arguments))


def test_a_new_function_has_its_disk_at_once_and_is_ready_when_the_call_returns() -> None:
    client = Lambda()
    changed = FunctionClient(client, MODEL, {}, client.wait)
    created = changed.create_function(FunctionName="f", Timeout=3)
    assert created == {"FunctionArn": "arn"}
    assert client.calls[0] == (
        "create_function",
        {"FunctionName": "f", "Timeout": 3, "EphemeralStorage": {"Size": 2048}},
    )
    assert client.calls[1] == ("wait", {"arn": "arn"})
    name, arguments = client.calls[2]
    assert (name, arguments["FunctionName"]) == ("wait function_active_v2", "f")
    assert arguments["WaiterConfig"]["Delay"] < 0.1


@pytest.mark.parametrize(
    ("change", "calls"),
    [
        ({}, []),
        ({"Tags": [{"Key": "k", "Value": "v"}]}, []),
        ({"ReservedConcurrentExecutions": 5}, []),
        ({"Code": {"S3Key": "two.zip"}}, ["update_function_code"]),
        ({"Architectures": ["x86_64"]}, ["update_function_code"]),
        ({"MemorySize": "2048"}, ["update_function_configuration"]),
        ({"EphemeralStorage": {"Size": "4096"}}, ["update_function_configuration"]),
        (
            {"Code": {"S3Key": "two.zip"}, "MemorySize": "512"},
            ["update_function_code", "update_function_configuration"],
        ),
    ],
)
def test_an_update_makes_the_calls_that_change_something(
    change: dict[str, Any], calls: list[str]
) -> None:
    client = Lambda()
    changed = FunctionClient(client, {**MODEL, **change}, {**MODEL, "Arn": "arn"}, print)
    changed.update_function_code(FunctionName="f")
    changed.update_function_configuration(FunctionName="f")
    assert [name for name, _ in client.calls] == calls


def test_an_update_of_the_configuration_brings_the_disk_along() -> None:
    client = Lambda()
    model = {name: value for name, value in MODEL.items() if name != "EphemeralStorage"}
    FunctionClient(client, model, MODEL, print).update_function_configuration(FunctionName="f")
    assert client.calls == [
        (
            "update_function_configuration",
            {"FunctionName": "f", "EphemeralStorage": {"Size": 512}},
        )
    ]


def test_every_other_client_and_call_is_the_factory_s_own() -> None:
    class Factory:
        lambda_ = Lambda()
        s3 = object()

    clients = FunctionClients(Factory, MODEL, {}, print)
    assert clients.s3 is Factory.s3
    clients.lambda_.delete_function(FunctionName="f")
    assert Factory.lambda_.calls == [("delete_function", {"FunctionName": "f"})]
