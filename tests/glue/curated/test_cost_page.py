"""The cost of the curated table in docs/curated.md: worked out again from the inputs."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def table(page: str, first: str) -> list[list[str]]:
    """Return the rows of a page's table whose first heading is `first`, without code marks."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    (found,) = re.findall(rf"^\| {first} \|.*\n\|[- |]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [
        [cell.strip().strip("`") for cell in row.strip("|").split("|")]
        for row in found.splitlines()
    ]


VALUES = {row[0]: float(row[1]) for row in table("aws.md", "price")}
VALUES |= {row[0]: float(row[3]) for row in table("aws.md", "input")}
OWN = {row[0]: float(row[1]) for row in table("curated.md", "input")}
PARTS = table("curated.md", "part")


@pytest.mark.parametrize(("part", "formula", "told"), PARTS)
def test_a_part_costs_what_its_formula_gives(part: str, formula: str, told: str) -> None:
    assert told == f"${eval(formula, {'__builtins__': {}}, VALUES | OWN):,.2f}"


def test_the_parts_come_to_what_the_text_says() -> None:
    together = sum(float(told.strip("$").replace(",", "")) for *_, told in PARTS[1:])
    assert f"takes ${together:,.0f} where" in (ROOT / "docs" / "curated.md").read_text("utf-8")


@pytest.mark.parametrize("name", OWN)
def test_every_input_is_used(name: str) -> None:
    assert any(name in formula for _, formula, _ in PARTS)
