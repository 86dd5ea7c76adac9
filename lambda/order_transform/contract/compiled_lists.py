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
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from order_transform.contract.word_lists import (
    FILES,
    Currencies,
    WordLists,
    Words,
    parse_word_lists,
)

HERE = Path(__file__).parent
COMPILED = HERE / "__pycache__" / "word_lists.json"
_CODE = ("word_lists.py", "header_names.py", Path(__file__).name)


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
    words, currencies = body["words"], body["currencies"]
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
        words=Words(
            articles=frozenset(words["articles"]),
            header_endings=tuple(words["header_endings"]),
            costs=frozenset(words["costs"]),
            side_prices=frozenset(words["side_prices"]),
            order_sums=frozenset(words["order_sums"]),
            line_prices=_tuples(words["line_prices"]),
            totals=frozenset(words["totals"]),
            movements=frozenset(words["movements"]),
            label_texts=_tuples(words["label_texts"]),
            movement_columns=frozenset(words["movement_columns"]),
            no_sale=frozenset(words["no_sale"]),
            returns=frozenset(words["returns"]),
            price_units=frozenset(words["price_units"]),
            reduced_prices=frozenset(words["reduced_prices"]),
            discounts=frozenset(words["discounts"]),
            no_discounts=frozenset(words["no_discounts"]),
            surcharges=frozenset(words["surcharges"]),
            no_surcharges=frozenset(words["no_surcharges"]),
            multipliers=frozenset(words["multipliers"]),
            further_quantities=frozenset(words["further_quantities"]),
            unsold_quantities=frozenset(words["unsold_quantities"]),
            side_items=frozenset(words["side_items"]),
            remarks=frozenset(words["remarks"]),
            remark_codes=frozenset(words["remark_codes"]),
            no_sale_reasons=frozenset(words["no_sale_reasons"]),
            sale_marks=frozenset(words["sale_marks"]),
            other_kinds=frozenset(words["other_kinds"]),
            return_names=frozenset(words["return_names"]),
            other_documents=frozenset(words["other_documents"]),
            stock_columns=frozenset(words["stock_columns"]),
            no_values=frozenset(words["no_values"]),
            no_sale_marks=frozenset(words["no_sale_marks"]),
            no_sale_days=frozenset(words["no_sale_days"]),
            yes=frozenset(words["yes"]),
            no=frozenset(words["no"]),
            months=words["months"],
            units=tuple(words["units"]),
            header_groups=words["header_groups"],
            decimal_comma=frozenset(words["decimal_comma"]),
            day_first=frozenset(words["day_first"]),
            forms=_tuples(words["forms"]),
        ),
    )


def _tuples(lists: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(texts) for name, texts in lists.items()}


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
