"""A closer look: the first records of a file whose cells can be read in two ways.

Pure values. Only files in doubt are looked at so; evidence is what `numbers.evidence` and
`dates.evidence` find in them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from order_transform.formats.tables import TEXT, Facts

RECORDS = 5_000


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The surroundings of a file: its name or key, and the day of its upload if it is known.

    `facts` are what the file's format proves.
    """

    name: str = ""
    uploaded: date | None = None
    facts: Facts = TEXT


NOTHING_KNOWN = Circumstances()


@dataclass(frozen=True, slots=True)
class CloserLook:
    """Cells of the first records, and their surroundings.

    `fields` maps a field's name to its cells in the file's order, `others` does so for each
    further column; an empty cell is an empty text. Two fields hold headers in languages in which
    a decimal comma, or dates that begin with the day, are usual (`[habits]` of words.toml).
    `has_dotted_dates` tells that dates are written as 28.2.2026; `decimal_comma` is None where
    the numbers' style is in doubt itself; `currencies` are those of the first records, and while
    the numbers' style is in doubt all that the signs beside them may mean. `titles` are the lines
    above the header.
    """

    fields: Mapping[str, Sequence[str]]
    others: Mapping[str, Sequence[str]] = field(default_factory=dict)
    delimiter: str = ","
    decimal_comma_headers: tuple[str, ...] = ()
    day_first_headers: tuple[str, ...] = ()
    has_dotted_dates: bool = False
    decimal_comma: bool | None = None
    currencies: frozenset[str] = frozenset()
    around: Circumstances = NOTHING_KNOWN
    titles: Sequence[str] = ()
