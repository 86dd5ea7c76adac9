"""Statements for both engines, the orders they are asked of, and what a real Trino answered.

Whatever the lint lets pass must answer in DuckDB as it did in Trino, or fail in both; what Trino
takes otherwise, the lint must find.
"""

import json
from pathlib import Path
from typing import Any

from lint_statements import NOT_PORTABLE, PORTABLE

FOLDER = Path(__file__).parent / "trino"
RECORDING = FOLDER / "recorded.json"
COLUMNS = (
    ("order_id", "string"),
    ("product_id", "string"),
    ("product_name", "string"),
    ("category", "string"),
    ("customer_id", "string"),
    ("country", "string"),
    ("currency", "string"),
    ("status", "string"),
    ("price", "double"),
    ("quantity", "int"),
    ("weight", "decimal(10,2)"),
    ("order_date", "string"),
    ("total_amount", "double"),
    ("dt", "string"),
)
# Three orders; the third lacks what an order may lack.
ROWS = """
select * from (values
    ('1', 'A', 'Apple', 'fruit', 'c1', 'NO', 'EUR', 'paid',
     1.005e0, 7, cast(1.50 as decimal(10, 2)), '2024-01-05T10:20:30', 7.035e0, '2024-01-05'),
    ('2', 'B', 'Beer', null, 'c2', 'DE', 'EUR', 'yes',
     2.5e0, -2, cast(1.51 as decimal(10, 2)), '2024-02-01', -5e0, '2024-02-01'),
    ('3', null, 'Apple', 'fruit', null, 'NO', null, 'returned',
     null, 3, cast(null as decimal(10, 2)), null, null, '2024-02-01')
) t(order_id, product_id, product_name, category, customer_id, country, currency, status,
    price, quantity, weight, order_date, total_amount, dt)
"""


def read_lines(name: str) -> list[str]:
    """Return the lines of a list that are neither blank nor a comment."""
    text = (FOLDER / name).read_text("utf-8")
    return [line for line in text.split("\n") if line.strip() and not line.startswith("#")]


def statements() -> list[str]:
    """Return every statement that is asked, each once."""
    asked = [f"select {line} as r" for line in read_lines("expressions.txt")]
    return list(dict.fromkeys([*asked, *read_lines("statements.txt"), *NOT_PORTABLE, *PORTABLE]))


def recorded() -> dict[str, Any]:
    """Return the recording: Trino's version, and its answer to each statement."""
    return dict(json.loads(RECORDING.read_text("utf-8")))
