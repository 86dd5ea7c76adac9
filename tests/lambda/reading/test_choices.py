"""Choices: what is told of a file, and that every one of them is known by name."""

import re
from pathlib import Path

from order_transform.reading.choices import CHOICES, Certainty, Choice
from transformed import run


def test_what_a_file_proves_is_not_told_unless_the_output_differs_from_its_cells() -> None:
    proven = Choice("encoding", "utf-8", Certainty.PROVEN, "every byte is valid UTF-8")
    assert not proven.is_told
    assert Choice("encoding", "utf-8", Certainty.PROVEN, "it is", notable=True).is_told
    for certainty in (Certainty.SETTLED, Certainty.DOUBTFUL):
        assert Choice("encoding", "cp1252", certainty, "no byte tells").is_told


def test_a_file_with_every_doubt_names_each_of_its_choices() -> None:
    text = "sku;Amount;qty;order date\nKäse;1.234;1;03/04/2026\n"
    outcome = run(text.encode("cp1252"))
    result = outcome.result
    told = {choice.name for choice in result.choices if choice.is_told}
    assert told >= {"encoding", "number_style", "date_order"}
    assert {choice.name for choice in result.choices} <= CHOICES.keys()
    assert outcome.is_doubtful


def test_a_refused_file_keeps_what_was_decided_before() -> None:
    result = run("Käse;1\n".encode("cp1252")).result
    assert result.refusal
    assert [choice.value for choice in result.choices] == ["cp1252"]


def test_the_documentation_lists_every_choice() -> None:
    docs = Path(__file__).resolve().parents[3] / "docs" / "how-a-file-is-read.md"
    assert dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", docs.read_text("utf-8"), re.M)) == CHOICES
