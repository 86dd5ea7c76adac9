"""The word lists in a form that is read at once: JSON beside the bytecode, as Python keeps that.

To read the TOML files and to normalise 2,400 names takes 45 ms, a sixth of a cold start. The zip
has the compiled form from its build; elsewhere the first use writes it. It says what it was made
from: the lists and the code that reads them. If either is another, it is made anew.
"""

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields
from functools import cache
from pathlib import Path
from typing import Any

from order_transform.contract.word_lists import (
    FILES,
    Currencies,
    WordLists,
    parse_word_lists,
)
from order_transform.contract.words import Words

HERE = Path(__file__).parent
COMPILED = HERE / "__pycache__" / "word_lists.json"
_CODE = ("word_lists.py", "words.py", "header_names.py", Path(__file__).name)


@cache
def shipped_word_lists() -> WordLists:
    """Return the lists that ship with the function."""
    texts = [HERE.joinpath(name).read_text(encoding="utf-8") for name in FILES]
    made_from = _digest(HERE / name for name in (*FILES, *_CODE))
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        compiled = json.loads(COMPILED.read_bytes())
        if compiled["made_from"] == made_from:
            return _to_lists("\0".join(texts), compiled)
    lists = parse_word_lists(*texts)
    if not sys.dont_write_bytecode:
        with contextlib.suppress(OSError):  # a folder that is not ours to write
            _write(COMPILED, _compiled(lists, made_from))
    return lists


def compile_lists(folder: Path) -> bytes:
    """Return the compiled form of the lists in a copy of this folder: same lists, same bytes."""
    texts = [folder.joinpath(name).read_text(encoding="utf-8") for name in FILES]
    return _compiled(parse_word_lists(*texts), _digest(folder / name for name in (*FILES, *_CODE)))


def _compiled(lists: WordLists, made_from: str) -> bytes:
    """Write lists as JSON; their text, which is in the files, is left out."""
    body = asdict(lists) | {"made_from": made_from}
    del body["text"]
    return json.dumps(body, ensure_ascii=False, default=sorted).encode()


def _to_lists(text: str, body: dict[str, Any]) -> WordLists:
    currencies = body["currencies"]
    return WordLists(
        text=text,
        aliases=_tuples(body["aliases"]),
        fallback=_tuples(body["fallback"]),
        currencies=Currencies(
            codes=tuple(currencies["codes"]),
            signs=currencies["signs"],
            shared=_tuples(currencies["shared"]),
            languages=currencies["languages"],
        ),
        words=_to_words(body["words"]),
    )


def _to_words(body: dict[str, Any]) -> Words:
    """Give each field its type back: JSON has lists instead of sets and tuples."""
    return Words(
        **{each.name: _FROM_JSON.get(each.type, _same)(body[each.name]) for each in fields(Words)}
    )


def _same(found: Any) -> Any:
    return found


def _tuples(lists: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(texts) for name, texts in lists.items()}


_FROM_JSON: dict[Any, Callable[[Any], Any]] = {
    frozenset[str]: frozenset,
    tuple[str, ...]: tuple,
    Mapping[str, tuple[str, ...]]: _tuples,
}


def _digest(paths: Iterable[Path]) -> str:
    made_from = hashlib.sha256()
    for path in paths:
        made_from.update(hashlib.sha256(path.read_bytes()).digest())
    return made_from.hexdigest()


def _write(path: Path, content: bytes) -> None:
    """Write a file in one step: others may be reading it, or writing it, too."""
    path.parent.mkdir(exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
