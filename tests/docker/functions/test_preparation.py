"""A deployment waits for a function until LocalStack tells that its state has changed."""

import json

from emulator_python import run_in_emulator

WAIT = """
import json, threading, time
from types import SimpleNamespace
from localstack.services.lambda_.invocation.lambda_service import LambdaService
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack_lake.functions import preparation

state = SimpleNamespace(state="Pending")
version = SimpleNamespace(config=SimpleNamespace(state=state))
functions = lambda_stores["000000000000"]["eu-west-1"].functions
functions["f"] = SimpleNamespace(latest=lambda: version)
arn = "arn:aws:lambda:eu-west-1:000000000000:function:"
told, returned = [], threading.Event()

def update(self, new_state):
    told.append(returned.is_set())
    state.state = new_state

LambdaService.update_version_state = update
preparation.install()

def wait():
    preparation.wait_until_prepared(f"{arn}f")
    returned.set()

threading.Thread(target=wait, daemon=True).start()
for new_state in ("Pending", "Failed"):
    time.sleep(0.05)
    LambdaService.update_version_state(None, new_state)
is_told = returned.wait(10)
start = time.monotonic()
preparation.wait_until_prepared(f"{arn}f")
preparation.wait_until_prepared(f"{arn}gone")
print(json.dumps([told, is_told, time.monotonic() - start < 5]))
"""


def test_who_waits_goes_on_when_the_function_is_ready_or_has_failed_and_not_before() -> None:
    printed = run_in_emulator(WAIT)
    assert json.loads(printed.splitlines()[-1]) == [[False, False], True, True]
