"""The compiled word lists: what the TOML files say, made anew when those change."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from order_transform.contract import compiled_lists
from order_transform.contract.compiled_lists import HERE, compile_lists, shipped_word_lists
from order_transform.contract.word_lists import FILES, WordLists, parse_word_lists


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "__pycache__" / "word_lists.json"
    monkeypatch.setattr(compiled_lists, "COMPILED", path)
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    shipped_word_lists.cache_clear()
    yield path
    shipped_word_lists.cache_clear()


@pytest.fixture(scope="module")
def parsed() -> WordLists:
    return parse_word_lists(*((HERE / name).read_text("utf-8") for name in FILES))


def test_the_first_use_compiles_the_lists_and_the_next_one_reads_that(
    compiled: Path, parsed: WordLists, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asdict(shipped_word_lists()) == asdict(parsed)
    assert compiled.read_bytes() == compile_lists(HERE)
    shipped_word_lists.cache_clear()
    monkeypatch.delattr(compiled_lists, "parse_word_lists")
    assert asdict(shipped_word_lists()) == asdict(parsed)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"made_from": "x"}', "\0"])
def test_a_compiled_form_that_is_damaged_or_of_other_lists_is_made_anew(
    compiled: Path, parsed: WordLists, content: str
) -> None:
    compiled.parent.mkdir()
    compiled.write_text(content, "utf-8")
    assert asdict(shipped_word_lists()) == asdict(parsed)
    assert compiled.read_bytes() == compile_lists(HERE)


def test_the_lists_are_read_where_nothing_can_be_written(compiled: Path, parsed: WordLists) -> None:
    compiled.parent.write_text("a file where the folder should be", "utf-8")
    assert asdict(shipped_word_lists()) == asdict(parsed)


def test_the_compiled_form_has_everything_but_the_text() -> None:
    fields = set(WordLists.__dataclass_fields__) - {"text"}
    assert set(json.loads(compile_lists(HERE))) == {*fields, "made_from"}


def test_every_process_compiles_the_same_bytes() -> None:
    code = (
        "import sys; from order_transform.contract.compiled_lists import HERE, compile_lists;"
        "sys.stdout.buffer.write(compile_lists(HERE))"
    )
    forms = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        for seed in "123"
    }
    assert forms == {compile_lists(HERE)}
