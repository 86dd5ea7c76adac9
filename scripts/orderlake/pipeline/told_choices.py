"""The choices in a file's report that a person should know: how the file was understood. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from order_transform.reading.choices import Certainty

CARRIED_DOWN = "carried_down"
# Options of `orderlake transform` in a text, and the line of the contract that says the same.
_OPTIONS = (
    (re.compile(r'--map (\w+)=("[^"]*")'), r"aliases = [\2] under [fields.\1]"),
    (
        re.compile(r"--map (\w+)=(\d+)"),
        r"if_no_column = \2 under [fields.\1], for files without such a column",
    ),
    (re.compile(r"--price-is (unit|line)"), r'price_is = "\1" under [rules]'),
    (re.compile(r"--amounts-in (currency|smallest_unit)"), r'amounts_in = "\1" under [rules]'),
)
# Choices in words, by name and value, or by name alone. Every other one is NAME of FIELD is VALUE.
PHRASES = {
    ("price_is", "unit"): "{field} is read as the price of one piece",
    ("price_is", "line"): "{field} is read as the price of the whole line",
    ("amounts_in", "smallest_unit"): "{field} is read in the currency's smallest unit",
    ("amounts_in", "currency"): "{field} is read in the currency itself",
    ("date_order", "year_day_month"): "{field} is read with the day behind the year",
    ("split_numbers", ""): "amounts may be split by commas without quotes",
    ("date_order", "day_first"): "{field} is read with the day before the month",
    ("date_order", "month_first"): "{field} is read with the month before the day",
    ("encoding", ""): "the file is read as {value}",
    (CARRIED_DOWN, "left empty"): "empty cells of {field} stay empty",
}


@dataclass(frozen=True, slots=True)
class ToldChoice:
    """One choice about how a file was read.

    `certainty` is proven, settled or doubtful (`order_transform.reading.choices`); `remedy` says
    what settles it otherwise, and is empty where the file proves it. `rows` is how many rows got
    values by it, where that is counted.
    """

    name: str
    field: str
    value: str
    certainty: str
    evidence: str = ""
    remedy: str = ""
    rows: int = 0

    @property
    def is_doubt(self) -> bool:
        """Whether the file itself leaves it open."""
        return self.certainty != Certainty.PROVEN

    @property
    def text(self) -> str:
        """What was chosen, how sure that is, and what settles it for an uploaded file."""
        remedy = f"; if wrong: {in_contract(self.remedy)}" if self.remedy else ""
        return f"{self.summary}{remedy}"

    @property
    def summary(self) -> str:
        """What was chosen and how sure that is; in words, with the choice's name beside them."""
        phrase = PHRASES.get((self.name, self.value)) or PHRASES.get((self.name, ""))
        if phrase is None:
            name = " of ".join(filter(None, (self.name, self.field)))
            return f"{name} is {self.value} ({self.certainty})"
        words = phrase.format(field=self.field, value=self.value)
        return f"{words} ({self.name}: {self.certainty})"


def in_contract(text: str) -> str:
    """Return a text with lines of the contract in place of options of `transform`.

    Uploaded files are read by the contract alone.

    `--map price="Net"` becomes `aliases = ["Net"] under [fields.price]`.
    """
    for option, line in _OPTIONS:
        text = option.sub(line, text)
    return text


def told_choices(report: Mapping[str, Any]) -> tuple[ToldChoice, ...]:
    """Return the choices of a report that a person has to know without asking."""
    return joined(
        ToldChoice(
            name=choice["name"],
            field=choice["field"],
            value=str(choice["value"]),
            certainty=choice["certainty"],
            evidence=choice["evidence"],
            remedy=choice["remedy"],
            rows=choice.get("rows", 0),
        )
        for choice in report.get("choices") or ()
        if choice["told"]
    )


def joined(choices: Iterable[ToldChoice]) -> tuple[ToldChoice, ...]:
    """Return the choices in order, with those that differ in their field alone as one.

    `country` and `currency` become the field `country, currency`.
    """
    fields: dict[ToldChoice, list[str]] = {}
    for choice in choices:
        fields.setdefault(replace(choice, field=""), []).append(choice.field)
    return tuple(
        replace(choice, field=", ".join(filter(None, dict.fromkeys(names))))
        for choice, names in fields.items()
    )
