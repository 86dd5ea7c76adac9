"""A section of a status: the first few items beside a title, and how many more there are. Pure."""

from collections.abc import Sequence

from orderlake.wording import first_few

SHOWN = 5
ALL_FILES = "orderlake status --all"


def section(title: str, items: Sequence[str], rest: str = ALL_FILES) -> list[str]:
    """Return the first items beside a title; `rest` is what to type for all of them."""
    shown = first_few(items, SHOWN, f" (all: {rest})")
    return [f"{title if not number else '':<9} {item}" for number, item in enumerate(shown)]
