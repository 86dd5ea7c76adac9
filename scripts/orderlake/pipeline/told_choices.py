"""The choices in a file's report that a person should know: how the file was understood. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from order_transform.reading.choices import Certainty

CARRIED_DOWN = "carried_down"


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
        """What was chosen, how sure that is, and what settles it."""
        name = " of ".join(filter(None, (self.name, self.field)))
        remedy = f"; if wrong: {self.remedy}" if self.remedy else ""
        return f"{name} is {self.value} ({self.certainty}){remedy}"


def told_choices(report: Mapping[str, Any]) -> tuple[ToldChoice, ...]:
    """Return the choices of a report that a person has to know without asking."""
    return tuple(
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
