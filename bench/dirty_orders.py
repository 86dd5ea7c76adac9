"""Random files of badly written orders, and contracts to read them with, from a seed."""

import csv
import gzip
import io
import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from order_transform.contract.definition import (
    Contract,
    DateOrder,
    Field,
    FieldType,
    NumberStyle,
    OnProblem,
)

HEADERS = {
    "product": ["sku", "StockCode", "Product ID", "product", "Artikelnummer", "\ufeffSKU"],
    "price": ["price", "UnitPrice", "Unit Price", "Price Each", "PREIS", "Lineitem price"],
    "quantity": ["quantity", "Qty", "Quantity Ordered", "Menge", "pcs"],
    "date": ["order_date", "InvoiceDate", "date", "Bestelldatum"],
}
EXTRA = ["note", "Note", "NOTE", "", "Größe", "total_amount", "dt", "it's", 'say "x"', "accepted"]
TEXTS = ["a", "Tea pot", "", " ", "\u00a0", "x,y", "x;y", 'say "x"', "two\nlines", "cr\rhere"]
TEXTS += ["NULL", "N/A", "\\", "'", "\u2028", "\x0b", "\x00", "😀" * 9, "=1+1", "-", "#", "\ufeff"]
NUMBERS = ["0", "-0", "1e5", "0x10", "1_000", "NaN", "inf", "\uff11", "\u0663", "--5", "(5", "5-"]
NUMBERS += ["(5)", "+5", "$5", "5 €", "1,000", "1.000", "1,00,000", "1 000", "1'000.5", "12,34"]
NUMBERS += [".5", "5.", "ERROR", "", " ", "9" * 18, "9" * 19, "0.1234567", "0" * 50 + "1"]
NUMBERS += ["1.5" + "0" * 60, "Rs. 1.555", " " * 70 + "1.555", "1 234,567", "1,5", "USD 5"]
NUMBERS += ["\u22125", "1.2.3", "1,2,3", "5%", "-$1.00"]
DATES = ["2026-02-30", "2026-02-28", "2026-02-28 24:00", "12/31/99", "31/12/1999", "1/2/2020", "x"]
DATES += ["2020-01-01T10:00:00Z", "2020-01-01 10:00:00+0530", "5 May 2020", "", "20200102"]
DATES += ["1.2.20", "Dec 1 2010", "1/2/2020 3:04 PM", "2020-01-01T10:00:00.1234567", "0000-00-00"]
DATES += ["9999-12-31 23:59:59", "{0}"]
MARKS = {".": ["", "", ",", "'", " "], ",": ["", ".", "\u00a0"]}
MONEY = ["{}", "{}", "${}", "{} €", "USD {}", "Rs. {}", "({})"]
DAYS = ["%Y-%m-%d", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%y %H:%M"]
DAYS += ["%d-%b-%Y", "%B %d, %Y", "%a, %d %b %Y %H:%M:%S +0000"]


@dataclass(frozen=True, slots=True)
class Style:
    """How the clean cells of one file are written."""

    point: str
    mark: str
    money: str
    day: str

    def number(self, number: Decimal | int) -> str:
        """Write a quantity, or a price without its money."""
        text = f"{number:,}".replace(",", "_").replace(".", self.point)
        return text.replace("_", self.mark)


def _style(chance: random.Random) -> Style:
    if chance.random() < 0.5:
        return Style(".", "", "{}", "%Y-%m-%d")
    point = chance.choice(list(MARKS))
    mark = chance.choice(MARKS[point])
    return Style(point, mark, chance.choice(MONEY), chance.choice(DAYS))


def dirty_file(chance: random.Random) -> bytes:
    """Generate one file: mostly orders, with a level of dirt of its own, sometimes no orders."""
    if chance.random() < 0.03:
        return _not_orders(chance)
    delimiter = chance.choice([",", ",", ";", "\t", "|"])
    header = [chance.choice(names) for names in HEADERS.values()]
    header += chance.choices(EXTRA, k=chance.choice([0, 0, 1, 3, 20]))
    chance.shuffle(header)
    dirt = chance.choice([0, 0, 0.01, 0.1, 0.5])
    style = _style(chance)
    rows = [_row(chance, header, style, dirt) for _ in range(chance.choice([0, 1, 3, 20, 200]))]
    line_end = chance.choice(["\n", "\n", "\r\n", "\r"])
    text = io.StringIO()
    dialect = chance.choice([csv.excel, csv.excel, csv.unix_dialect])  # the last quotes every cell
    writer = csv.writer(text, dialect, delimiter=delimiter, lineterminator=line_end)
    for _ in range(chance.choice([0] * 9 + [1, 2])):
        writer.writerow(["Orders of a shop"])
    spaced = dialect is csv.unix_dialect and chance.random() < 0.2
    for row in [header, *rows]:
        writer.writerow(row)
        if chance.random() < dirt / 4:
            text.write(
                chance.choice([line_end, "\n", "\r\n", f" {line_end}", delimiter + line_end])
            )
    orders = text.getvalue()
    if spaced:
        orders = orders.replace(f'{delimiter}"', f'{delimiter} "')
    return _packed(chance, orders + chance.choice(["", "", line_end * 2]), dirt)


def _row(chance: random.Random, header: list[str], style: Style, dirt: float) -> list[str]:
    row = [_cell(chance, name, style, dirt) for name in header]
    if chance.random() < dirt / 4:
        row = chance.choice([row[:-1], [*row, ""], [*row, "x"], header, [""] * len(row), row[::-1]])
    return row


def _cell(chance: random.Random, name: str, style: Style, dirt: float) -> str:
    dirty = chance.random() < dirt
    if name in HEADERS["price"]:
        cents = chance.randrange(10 ** chance.choice([3, 4, 6, 9]))
        price = Decimal(cents).scaleb(-chance.choice([0, 2, 2, 2, 4]))
        return chance.choice(NUMBERS) if dirty else style.money.format(style.number(price))
    if name in HEADERS["quantity"]:
        quantity = chance.randrange(1, chance.choice([50, 50, 5_000_000]))
        sign = chance.choice([1] * 9 + [-1])
        return chance.choice(NUMBERS) if dirty else style.number(sign * quantity)
    if name in HEADERS["date"]:
        day = datetime.fromtimestamp(chance.randrange(1_700_000_000, 1_900_000_000), UTC)
        return chance.choice(DATES) if dirty else day.strftime(style.day)
    return chance.choice(TEXTS) if dirty else f"p{chance.randrange(99)}"


def _packed(chance: random.Random, text: str, dirt: float) -> bytes:
    data = text.encode(chance.choice(["utf-8"] * 4 + ["utf-8-sig", "utf-16", "cp1252"]), "replace")
    if chance.random() < dirt / 4:
        place = chance.randrange(len(data) + 1)
        broken = chance.choice([b'"', b"\xff", b"\x00", b"\r", b"\n\n", b'" ', b"\xed\xa0\x80"])
        data = data[:place] + broken + data[place:]
    if chance.random() < 0.1:
        data = gzip.compress(data, 1)
        data = data[: -chance.randrange(1, 9)] if chance.random() < 0.2 else data
    return data


def _not_orders(chance: random.Random) -> bytes:
    some = chance.randbytes(chance.choice([0, 1, 2, 3, 50, 5000]))
    return chance.choice(
        [some, b"\x1f\x8b" + some, b"\xef\xbb\xbf" + some, b'"' * len(some), b"\n"]
    )


def some_contract(chance: random.Random, contract: Contract) -> Contract:
    """Return a contract, every other time with some of its choices made otherwise."""
    if chance.random() < 0.5:
        return contract
    rules = replace(
        contract.rules,
        returns=chance.choice(list(OnProblem)),
        duplicates=chance.choice(list(OnProblem)),
        number_style=chance.choice(list(NumberStyle)),
        date_order=chance.choice(list(DateOrder)),
        encoding=chance.choice(["auto"] * 6 + ["latin-1", "utf-8"]),
        max_rejected_share=chance.choice([0.5, 1.0]),
        currency_words=chance.choice([(), contract.rules.currency_words]),
    )
    changes: dict[str, dict[str, Any]] = {
        "product_id": {"empty": chance.choice(list(OnProblem)), "trim": chance.random() < 0.5},
        "price": {"minimum": chance.choice([None, 0, 1])},
        "quantity": {"nonzero": chance.random() < 0.5, "minimum": chance.choice([None, -5])},
        "order_date": {
            "required": chance.random() < 0.2,
            "empty": chance.choice(list(OnProblem)),
            "invalid": chance.choice(list(OnProblem)),
        },
    }
    fields = [replace(field, **changes.get(field.name, {})) for field in contract.fields]
    further = [
        ("worth", FieldType.DECIMAL, "note"),
        ("size", FieldType.INTEGER, "grosse"),
        ("until", FieldType.DATE, "its"),
        ("remark", FieldType.STRING, "say x"),
    ]
    fields += [
        Field(
            name,
            kind,
            empty=chance.choice(list(OnProblem)),
            invalid=chance.choice(list(OnProblem)),
            minimum=chance.choice([None, 0]) if kind is FieldType.DECIMAL else None,
            trim=chance.random() < 0.5,
            aliases=(alias,),
        )
        for name, kind, alias in further
        if chance.random() < 0.5
    ]
    chance.shuffle(fields)
    return replace(contract, rules=rules, fields=tuple(fields))
