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


def _lines(rows: int, dirt: float, seed: int) -> str:
    """Return the query for all lines, header first."""
    orders = max(int(rows / LINES_PER_ORDER), 1)
    customers = max(rows // 8, 1)

    def random(salt: str, of: str = "line") -> str:
        """SQL for a number from 0 to 1 that depends on the seed, a line or order, and a salt."""
        return f"(hash({of} || '{salt}{seed}') % 1000003 / 1000003.0::DOUBLE)"

    def below(limit: int, salt: str, of: str = "line", power: int = 1) -> str:
        """SQL for a whole number below a limit; a power above 1 makes small ones likelier."""
        return f"floor({limit} * pow({random(salt, of)}, {power}))::BIGINT"

    def pick(words: str, salt: str, of: str) -> str:
        items = words.split()
        return f"{items}[1 + {below(len(items), salt, of)}]"

    def two_digits(number: str) -> str:
        return f"lpad(({number})::VARCHAR, 2, '0')"

    kinds = " ".join(f"WHEN {place} THEN {kind.line}" for place, kind in enumerate(DIRT))
    which = below(len(DIRT), "kind")
    clock = " || ':' || ".join(
        two_digits(part)
        for part in (
            f"8 + {below(14, 'hour', 'number')}",
            below(60, "minute", "number"),
            below(60, "second", "number"),
        )
    )
    day = f"getvariable('days')[1 + number * len(getvariable('days')) // {orders + 1}]"
    clean = _line()
    line = f"CASE {which} {kinds} END" if dirt else clean
    chosen = f"CASE WHEN {random('dirt')} < {float(dirt)} THEN {line} ELSE {clean} END"
    return f"""
        WITH lines AS (
            SELECT line, floor(line / {LINES_PER_ORDER})::BIGINT AS number,
                {below(PRODUCTS, "product", power=3)} AS product
            FROM range({rows}) AS t(line)
        ), orders AS (
            SELECT line,
                'ORD-' || lpad((100000 + number)::VARCHAR, 8, '0') AS order_id,
                {day} || ' ' || {clock} AS order_date,
                'C' || lpad(({below(customers, "customer", "number", 2)})::VARCHAR, 7, '0')
                    AS customer_id,
                getvariable('countries')[1 + {below(100, "country", "number")}] AS country,
                'SKU-' || lpad(product::VARCHAR, 5, '0') AS product_id,
                {pick(_ADJECTIVES, "adjective", "product")} || ' '
                    || {pick(_NOUNS, "noun", "product")} || ' ' || product AS product_name,
                {pick(_CATEGORIES, "category", "product")} AS category,
                (CASE WHEN {random("return")} < 0.02 THEN -1 ELSE 1 END
                    * (1 + {below(5, "quantity", power=3)})) AS quantity,
                (floor(exp(1 + 4 * {random("price", "product")})) - 0.01
                    + CASE WHEN line > {rows // 2} AND {random("rise", "product")} < 0.3
                        THEN 1 ELSE 0 END)::DECIMAL(10, 2) AS price,
                'EUR' AS currency,
                ['completed', 'completed', 'completed', 'shipped', 'cancelled'][
                    1 + {below(5, "status", "number")}] AS status
            FROM lines
        )
        SELECT '{HEADER}' AS line UNION ALL SELECT {chosen} FROM orders"""
