"""What the lines above the header, and the file's name, say of its rows. Pure.

They are left out of the rows, so what they say of all of them is told.
"""

import re
from collections.abc import Iterator, Sequence

from order_transform.contract.definition import PRICE
from order_transform.contract.header_names import header_words
from order_transform.contract.words import Words
from order_transform.reading.choices import Certainty, Choice
from order_transform.reading.doubts.first_rows import FirstRows
from order_transform.reading.doubts.unread_returns import STATUS_WORDS, counts_as_sale
from order_transform.reading.numbers.scale_names import scale_in
from order_transform.reading.statuses import counted_as_sales

_DIGITS = re.compile(r"\d+")
_ENDINGS = re.compile(r"(?:\.\w{2,5}){1,2}$")  # of a file's name
_MOST_WORDS = 12  # a longer line explains something
# What stands beside the name of a list, and says nothing of its rows.
_BESIDE = re.compile(
    "reports?|list|export|data|file|overview|details|from|to|of|all|for|the|per|on|as|period|date"
    "|bericht|liste|ubersicht|von|vom|bis|zum|am|rapport|du|au|des|del?|al|dal?|informe|reporte"
    "|lista|elenco|relatorio|raport|week|month|year|kw"
)


def told_of_titles(first: FirstRows, titles: Sequence[str], name: str) -> Iterator[Choice[object]]:
    """Tell of a line above the header, or of a file's name, that says what its rows are.

    `name` may be a key with folders, or that of a table: `raw/2026.xlsx!Returns`.
    """
    for title in titles:
        if scale_in(title):
            yield _in_another_unit(f"the line {_quoted(title)} above the header")
            break
    lists = first.words.other_titles
    named = [
        f"the line {_quoted(title)} above the header"
        for title in titles
        if _bare(title, first.words) in lists or _names_a_status(title, first.words)
    ]
    parts = [_ENDINGS.sub("", part) for part in re.split("[/!]", name)]
    named += [f"the name {part!r}" for part in parts if _bare(part, first.words) in lists]
    if named and any(first.is_paid(row) and counts_as_sale(first, row) for row in first.rows):
        yield counted_as_sales(
            f"{named[0]} may say that the rows are not sales, and they count as sales",
            "leave such files out, or export returns with a negative quantity",
        )


def units_below_header(first: FirstRows) -> Iterator[Choice[object]]:
    """Tell of a row below the header that has the unit of the amounts: `k€`, `in cents`."""
    for row in first.rows[:1]:
        money = first.money(row).strip()
        if scale_in(money) or scale_in(f"in {money}"):
            yield _in_another_unit(f"{_quoted(money)} below the header")


def _in_another_unit(what: str) -> Choice[object]:
    return Choice(
        name="amounts_in",
        value="currency",
        certainty=Certainty.DOUBTFUL,
        evidence=f"{what} may say that amounts are in thousands or in cents",
        field=PRICE,
        remedy="export the full amounts; amounts in cents are read as such below a header such as"
        " price_cents",
    )


def _bare(text: str, words: Words) -> str:
    """Return a title without dates and words such as `Report`: `returns` of `Returns 2026-11`."""
    parts = header_words(_DIGITS.sub(" ", text))
    kept = [
        word
        for word in parts
        if len(word) > 1 and not _BESIDE.fullmatch(word) and word not in words.months
    ]
    return "".join(kept) if len(parts) <= _MOST_WORDS else ""


def _names_a_status(text: str, words: Words) -> bool:
    """Tell whether a line says which rows were chosen: `Filter: status = cancelled`."""
    parts = header_words(text)
    return 1 < len(parts) <= _MOST_WORDS and (
        parts[-1] in words.no_sale and not STATUS_WORDS.isdisjoint(parts[-3:-1])
    )


def _quoted(text: str) -> str:
    return f"'{text[:60]}'"
