"""Choices: what was decided about a whole file, how sure that is, and by what evidence.

Every choice that changes a sum, a date or a text is one `Choice`. A new kind of evidence is one
function that returns a choice (see `decide_numbers` for an example), and a line in `CHOICES`.
"""

from dataclasses import dataclass
from enum import StrEnum

# Every choice there is, with what it decides. `docs/how-a-file-is-read.md` shows this table; a test
# compares the two.
CHOICES = {
    "left_out": "which sheets of a workbook, files of an archive or items of orders are not read",
    "shape": "which shop's JSON it is, and so which of its names are read",
    "encoding": "which characters the file's bytes stand for",
    "column": "which column a field is read from, where its name alone leaves a doubt",
    "amounts_in": "whether 1250 in a column of amounts is 1250 or, in cents, 12.50",
    "no_sale": "whether rows with a status such as `Cancelled by system`, or with returned pieces,"
    " are sales",
    "side_items": "whether rows for shipping, a tip or a tax count like products",
    "bundles": "whether the parts of a set count beside the set",
    "repeated": "whether lines of orders that come again count again",
    "totals": "whether a row with sums of those above, or called `Max`, `Min` or `Ø`, is an order",
    "remarks": "whether a row called as `Example`, `Page 1 of 3` or `TRL` is an order",
    "discount": "which column has discounts or refunds that are not taken off",
    "surcharge": "which column has surcharges, deposits or fees that are not added",
    "multiplier": "whether a column such as `Pack Size` or `Nights` multiplies a row's money",
    "price_is": "whether a price is one piece's or the whole line's",
    "taxes": "whether prices with the tax and prices without it are added up",
    "carried_down": "which fields of an order's first line its further lines get, too",
    "several_items": "whether a row holds several items, and so becomes several rows",
    "further_tables": "by which header the rows below a further header, or a gap, are read",
    "split_numbers": "whether 10,50 without quotes is one number or two cells",
    "shifted": "whether a delimiter in a text without quotes, or a lost cell, has shifted a row's"
    " cells",
    "cut_short": "whether the file ends before its last line does",
    "number_style": "whether 1,234 or 1.234 has a thousands separator",
    "date_order": "whether 03/04/2026 is in March or April, and 24-03-05 in 2024 or 2005",
    "century": "which century a year of two digits is of, as in 05.03.24",
    "calendar": "which dates are not read, since their year cannot be an order's",
    "currency": "which currency a sign beside a price or in its header stands for",
    "texts": "whether texts such as NULL or 1.23E+15, and empty products, are what the shop meant",
    "cell_form": "how cells are read that hold more than a number or a date, such as `2 pcs`",
}


class Certainty(StrEnum):
    """How sure a choice is.

    `proven`: the file shows it. `settled`: the file leaves it open, and the contract or an option
    of the command decides. `doubtful`: the file speaks for it, but not clearly.
    """

    PROVEN = "proven"
    SETTLED = "settled"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Choice[T]:
    """One choice about a whole file.

    `name` is a key of `CHOICES`; `field` says which field it is about, empty for the whole file;
    `evidence` is a sentence without its full stop that says what decided; `remedy` says what to do
    where the choice is wrong. `notable` choices are told even where they are proven, since the
    output then holds values that the file's cells do not. `rows` is how many rows got values by it,
    where that is counted.
    """

    name: str
    value: T
    certainty: Certainty
    evidence: str
    field: str = ""
    remedy: str = ""
    notable: bool = False
    rows: int = 0

    @property
    def is_proven(self) -> bool:
        """Tell whether the file shows that this choice is right."""
        return self.certainty is Certainty.PROVEN

    @property
    def is_told(self) -> bool:
        """Tell whether a person must hear of this choice without asking for it."""
        return self.notable or not self.is_proven

    def to_json(self) -> dict[str, object]:
        """Return the choice as it stands in a report."""
        return {
            "name": self.name,
            "field": self.field,
            "value": self.value,
            "certainty": self.certainty.value,
            "evidence": self.evidence,
            "remedy": self.remedy,
            "told": self.is_told,
            "rows": self.rows,
        }
