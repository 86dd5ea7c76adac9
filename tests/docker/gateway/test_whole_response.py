"""A body of one piece is sent in one turn of the reactor, in the local AWS's own Python."""

import json

from emulator_python import run_in_emulator

TURNS = """
import json
from types import SimpleNamespace
from localstack_lake.gateway.listening import WholeResponse

def turns(length, *pieces):
    found = []
    def call(function, *given):
        found.append([])
        function(*given)
    headers = SimpleNamespace(
        rememberHeaderCasing=lambda name: None,
        addRawHeader=lambda name, value: found[-1].append("head"),
    )
    response = object.__new__(WholeResponse)
    response.reactor = SimpleNamespace(callFromThread=call)
    response.request = SimpleNamespace(
        responseHeaders=headers,
        setResponseCode=lambda code, message: None,
        write=lambda piece: found[-1].append(piece.decode()),
        finish=lambda: found[-1].append("end"),
    )
    response.environ, response.started, response._requestFinished = {}, False, False
    def application(environ, start_response):
        start_response("200 OK", [("Content-Length", str(length))])
        return pieces
    response.application = application
    response.run()
    return found

print(json.dumps([turns(3, b"abc"), turns(6, b"abc", b"def"), turns(0), turns(3)]))
"""


def test_a_whole_body_takes_one_turn_and_pieces_take_one_each() -> None:
    whole, pieces, empty, head_only = json.loads(run_in_emulator(TURNS))
    assert whole == [["head", "abc", "end"]]
    assert pieces == [["head", "abc"], ["def"], ["end"]]
    assert empty == head_only == [["head", "end"]]
