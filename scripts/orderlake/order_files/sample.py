"""Realistic order lines from a seed: same seed, same bytes. DuckDB writes 10 M in seconds.

They have a few thousand products with a long tail, repeat customers, weekdays and seasons, returns
and price changes; on request also every kind of dirt that real exports have.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

HEADER = (
    "order_id,order_date,customer_id,country,product_id,product_name,category,"
    "quantity,price,currency,status"
)
PRODUCTS = 3_000
LINES_PER_ORDER = 2.4
LAST_DAY = date(2026, 11, 22)
DAYS = 365

_ADJECTIVES = (
    "Small Large Red Blue Green Oak Steel Glass Linen Vintage Modern Classic Travel Garden"
)
_NOUNS = "Lamp Mug Chair Basket Clock Blanket Vase Notebook Kettle Mirror Tray Cushion Candle Bowl"
_CATEGORIES = "Kitchen Living Garden Office Gifts Lighting Textiles Storage"
_COUNTRIES = (
    ("Germany", 34),
    ("United Kingdom", 22),
    ("France", 16),
    ("Netherlands", 10),
    ("Spain", 8),
    ("Poland", 6),
    ("Sweden", 4),
)


@dataclass(frozen=True, slots=True)
class Dirt:
    """One kind of dirt: a line's SQL, and the reject code that it must get (None: accepted)."""

    name: str
    line: str
    code: str | None


def _line(**changed: str) -> str:
    """Return the SQL of a line with some cells replaced by other SQL."""
    cells = [changed.get(name, name) for name in HEADER.split(",")]
    return f"concat_ws(',', {', '.join(f'coalesce(({cell})::VARCHAR, {"''"})' for cell in cells)})"


DIRT = (
    Dirt("price is a word", _line(price="'n/a'"), "not_a_number"),
    Dirt("price is empty", _line(price="NULL"), "empty"),
    Dirt("price is negative", _line(price="-price"), "below_minimum"),
    Dirt("price has too many decimals", _line(price="price || '0000001'"), "too_precise"),
    Dirt("price is too large", _line(price="'9' || repeat('0', 20)"), "too_large"),
    Dirt("price has a currency sign", _line(price="'€' || price"), None),
    Dirt("price has thousands separators", _line(price="'\"1,' || '234.50\"'"), None),
    Dirt("quantity is zero", _line(quantity="0"), "zero"),
    Dirt("quantity is a fraction", _line(quantity="quantity || '.5'"), "not_whole"),
    Dirt("quantity is empty", _line(quantity="NULL"), "empty"),
    Dirt("quantity is a word", _line(quantity="'two'"), "not_a_number"),
    Dirt("product is empty", _line(product_id="NULL"), None),
    Dirt("date does not exist", _line(order_date="'2026-02-30 10:00:00'"), None),
    Dirt("date is a word", _line(order_date="'yesterday'"), None),
    Dirt(
        "a quoted line end", _line(product_name="'\"' || product_name || chr(10) || '2nd\"'"), None
    ),
    Dirt("a quoted quote", _line(product_name="'\"5\"\" ' || product_name || '\"'"), None),
    Dirt("too few cells", "concat_ws(',', order_id, order_date)", "empty"),
    Dirt("too many cells", f"{_line()} || ',shifted'", "too_many_cells"),
    Dirt("the header again", f"'{HEADER}'", "repeated_header"),
    Dirt("a blank line", "''", None),
    Dirt("a row of empty cells", f"'{',' * HEADER.count(',')}'", None),
)


def write_sample(path: Path, rows: int, dirt: float = 0.0, seed: int = 1) -> None:
    """Write `rows` order lines as CSV; `dirt` is the share of dirty lines, from 0 to 1.

    Raises OSError or DuckDB's IOException if the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()  # DuckDB's own error for a path that cannot be written is not an OSError
    db = duckdb.connect(":memory:", config={"preserve_insertion_order": "true"})
    try:
        db.execute("SET VARIABLE days = ?", [_days()])
        db.execute("SET VARIABLE countries = ?", [_countries()])
        query = _lines(rows, dirt, seed)
        # Without DuckDB's own unfinished file beside this one, which a killed process would leave.
        options = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01'"
        options += ", USE_TMP_FILE false"
        db.execute(f"COPY ({query}) TO '{str(path).replace("'", "''")}' ({options})")
    finally:
        db.close()


def _days() -> list[str]:
    """Return days in order; busy days are repeated: more in December, fewer on Sundays."""
    days: list[str] = []
    for back in range(DAYS - 1, -1, -1):
        day = LAST_DAY - timedelta(days=back)
        season = 1 + 0.5 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 345) / 365)
        weekday = 0.6 if day.weekday() == 6 else 1.0
        days += [day.isoformat()] * round(20 * season * weekday)
    return days


def _countries() -> list[str]:
    return [name for name, weight in _COUNTRIES for _ in range(weight)]


@dataclass(frozen=True, slots=True)
class _Chance:
    """SQL for choices that depend on the seed, a salt, and a line or order (a column's name)."""

    seed: int

    def share(self, salt: str, of: str = "line") -> str:
        """Return SQL for a number from 0 to 1."""
        return f"(hash({of} || '{salt}{self.seed}') % 1000003 / 1000003.0::DOUBLE)"

    def below(self, limit: int, salt: str, of: str = "line", power: int = 1) -> str:
        """Return SQL for a whole number below a limit; a higher power makes small ones likelier."""
        return f"floor({limit} * pow({self.share(salt, of)}, {power}))::BIGINT"

    def word(self, words: str, salt: str, of: str) -> str:
        """Return SQL for one of the words."""
        items = words.split()
        return f"{items}[1 + {self.below(len(items), salt, of)}]"

    def clock(self) -> str:
        """Return SQL for a time of an order, from 08:00:00 to 21:59:59."""
        parts = (
            f"8 + {self.below(14, 'hour', 'number')}",
            self.below(60, "minute", "number"),
            self.below(60, "second", "number"),
        )
        return " || ':' || ".join(f"lpad(({part})::VARCHAR, 2, '0')" for part in parts)


def _lines(rows: int, dirt: float, seed: int) -> str:
    """Return the query for all lines, header first."""
    chance = _Chance(seed)
    return f"""
        WITH lines AS (
            SELECT line, floor(line / {LINES_PER_ORDER})::BIGINT AS number,
                {chance.below(PRODUCTS, "product", power=3)} AS product
            FROM range({rows}) AS t(line)
        ), orders AS ({_cells(rows, chance)})
        SELECT '{HEADER}' AS line UNION ALL SELECT {_text(dirt, chance)} FROM orders"""


def _cells(rows: int, chance: _Chance) -> str:
    """Return the query for the cells of each line, in columns named as the header."""
    orders = max(int(rows / LINES_PER_ORDER), 1)
    customers = max(rows // 8, 1)
    day = f"getvariable('days')[1 + number * len(getvariable('days')) // {orders + 1}]"
    return f"""
            SELECT line,
                'ORD-' || lpad((100000 + number)::VARCHAR, 8, '0') AS order_id,
                {day} || ' ' || {chance.clock()} AS order_date,
                'C' || lpad(({chance.below(customers, "customer", "number", 2)})::VARCHAR, 7, '0')
                    AS customer_id,
                getvariable('countries')[1 + {chance.below(100, "country", "number")}] AS country,
                'SKU-' || lpad(product::VARCHAR, 5, '0') AS product_id,
                {chance.word(_ADJECTIVES, "adjective", "product")} || ' '
                    || {chance.word(_NOUNS, "noun", "product")} || ' ' || product AS product_name,
                {chance.word(_CATEGORIES, "category", "product")} AS category,
                (CASE WHEN {chance.share("return")} < 0.02 THEN -1 ELSE 1 END
                    * (1 + {chance.below(5, "quantity", power=3)})) AS quantity,
                (floor(exp(1 + 4 * {chance.share("price", "product")})) - 0.01
                    + CASE WHEN line > {rows // 2} AND {chance.share("rise", "product")} < 0.3
                        THEN 1 ELSE 0 END)::DECIMAL(10, 2) AS price,
                'EUR' AS currency,
                ['completed', 'completed', 'completed', 'shipped', 'cancelled'][
                    1 + {chance.below(5, "status", "number")}] AS status
            FROM lines"""


def _text(dirt: float, chance: _Chance) -> str:
    """Return SQL for a line's text: clean, or in a share of lines with one kind of dirt."""
    clean = _line()
    if not dirt:
        return clean
    which = chance.below(len(DIRT), "kind")
    kinds = " ".join(f"WHEN {place} THEN {kind.line}" for place, kind in enumerate(DIRT))
    dirty = f"CASE {which} {kinds} END"
    return f"CASE WHEN {chance.share('dirt')} < {float(dirt)} THEN {dirty} ELSE {clean} END"
