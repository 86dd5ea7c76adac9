"""Small files in the shapes in which shops, banks and marketplaces send orders, and what is right.

`shapes/right.toml` says for each file how many of its records are accepted, the total by currency
and by status of what is not sales, the codes of rejected rows, and which choices are told; or why
the file is refused.
"""

import tomllib
from pathlib import Path

import pytest
from order_transform.reading.closer_look import Circumstances
from transformed import CONTRACT, Outcome, run

SHAPES = Path(__file__).parent / "shapes"
RIGHT: dict[str, str] = tomllib.loads((SHAPES / "right.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_a_file_of_a_real_shape_is_read_right_or_told_or_refused(name: str) -> None:
    data = (SHAPES / name).read_bytes()
    outcome = run(data, CONTRACT, around=Circumstances(name=f"raw/{name}"))
    right = RIGHT[name]
    if right.startswith("refused"):
        code, _, reason = right.removeprefix("refused ").partition(": ")
        assert outcome.result.refusal
        assert outcome.result.refusal[0] == code
        assert reason in outcome.result.refusal[1]
    else:
        assert summary(outcome) == right
        assert sum(line["total_amount"] for line in outcome.lines) == outcome.result.total_amount


def test_every_shape_has_a_line_that_says_what_is_right() -> None:
    assert {path.name for path in SHAPES.iterdir()} == {*RIGHT, "right.toml"}


def summary(outcome: Outcome) -> str:
    """Return `2 of 3 | USD 20.00, USD 5.00 Refund | empty | price_is`."""
    result = outcome.result
    parts = [
        f"{part.currency or '-'} {part.total_amount.normalize():f} {part.no_sale or ''}".strip()
        for part in result.parts
    ]
    total = ", ".join(sorted(parts)) or f"{result.total_amount.normalize():f}"
    told = sorted({choice.name for choice in result.choices if choice.is_told})
    counts = f"{outcome.counts.accepted} of {outcome.counts.records}"
    return " | ".join((counts, total, ", ".join(sorted(result.reject_codes)), ", ".join(told)))
