from typing import Any

import pytest
from orderlake.engines.trino_engine import TrinoEngine
from trino_orders import recorded, statements

from tests.trino.asking import ask, make_orders
from tests.trino.record import without_names
from tests.trino.server import Trino

pytestmark = pytest.mark.trino
# What answers by the clock, by chance, or in no order.
RESTLESS = ("random", "rand(", "now()", "current_", "tablesample", "uuid")


def settled(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what Trino orders by chance: the candidates that it lists in an error."""
    return answer | {"error": sorted(answer["error"].split("\n"))} if "error" in answer else answer


def test_trino_still_answers_what_is_recorded(trino: Trino) -> None:
    make_orders(trino)
    answers = recorded()["answers"]
    assert list(answers) == statements()
    different = []
    for sql, answer in answers.items():
        if any(word in sql for word in RESTLESS):
            continue
        got = without_names(ask(trino, sql))
        if "order by" not in sql and "rows" in got and "rows" in answer:
            got["rows"], answer["rows"] = (
                sorted(map(repr, got["rows"])),
                sorted(map(repr, answer["rows"])),
            )
        if settled(got) != settled(answer):
            different.append((sql, answer, got))
    assert different == []


def test_the_version_is_the_one_that_was_recorded(trino: Trino) -> None:
    engine = TrinoEngine(trino.url, "memory", "default", {}, str, token=trino.token)
    info = engine.call("GET", f"{trino.url}/v1/info")
    assert info["nodeVersion"]["version"] == recorded()["trino"]
