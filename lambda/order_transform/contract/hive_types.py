"""The Hive type of each column that the contract writes, for the catalog and for typed queries.

A crawler cannot know them: it gives money the type `double`. Pure apart from reading the contract
that ships.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from order_transform.contract.definition import (
    IS_SALE,
    MAX_DIGITS_AFTER_POINT,
    MAX_DIGITS_BEFORE_POINT,
    TOTAL,
    Contract,
    FieldType,
)

# Hive's most digits. A total has those of a price before the point and an integer's twelve more.
_MAX_DIGITS = 38
_DECIMAL = f"decimal({MAX_DIGITS_BEFORE_POINT + MAX_DIGITS_AFTER_POINT},{MAX_DIGITS_AFTER_POINT})"

_HIVE_TYPES: Mapping[FieldType, str] = {
    FieldType.STRING: "string",
    FieldType.DECIMAL: _DECIMAL,
    FieldType.INTEGER: "bigint",
    # Written as ISO 8601 text, with or without a time, in one column.
    FieldType.DATE: "string",
}


def hive_columns(contract: Contract) -> dict[str, str]:
    """Return the columns that the contract knows with their types, in the order they are written.

    Example: `{"product_id": "string", "price": "decimal(24,6)", "quantity": "bigint",
    "total_amount": "decimal(38,6)", "is_sale": "boolean"}`. Columns that are not in the contract
    are not in the result.
    """
    return _with_computed({field.name: field.type for field in contract.fields})


def shipped_hive_columns() -> dict[str, str]:
    """Return `hive_columns` of the contract that ships.

    They need no word lists, which take most of the time that it takes to read a whole contract.
    """
    text = Path(__file__).with_name("contract.toml").read_text(encoding="utf-8")
    fields = tomllib.loads(text)["fields"]
    return _with_computed({name: FieldType(keys["type"]) for name, keys in fields.items()})


def _with_computed(fields: Mapping[str, FieldType]) -> dict[str, str]:
    columns = {name: _HIVE_TYPES[kind] for name, kind in fields.items()}
    money = f"decimal({_MAX_DIGITS},{MAX_DIGITS_AFTER_POINT})"
    return columns | {TOTAL: money, IS_SALE: "boolean"}
