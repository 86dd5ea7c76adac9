"""Columns of the orders table whose type in the catalog does not allow what is computed here. Pure.

A person, or a crawler that is not followed by the correction of types, can give a column another
type than the contract's. A crawl by `orderlake crawl` corrects it.
"""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from orderlake.errors import UnusableTypes

if TYPE_CHECKING:
    from athena_sql.catalog import CatalogColumn

_NUMBERS = ("decimal", "bigint", "int", "integer", "smallint", "tinyint", "double", "float")
_TEXTS = ("string", "varchar", "char")
# What a column has to be, and the names of such types in the catalog, without digits in brackets.
_USABLE = {
    "is_sale": ("boolean", ("boolean",)),
    "price": ("a number", _NUMBERS),
    "quantity": ("a number", _NUMBERS),
    "total_amount": ("a number", _NUMBERS),
    "order_date": ("a string", _TEXTS),
}


def check_types(columns: Iterable["CatalogColumn"], names: Collection[str]) -> None:
    """Raise UnusableTypes if one of the columns of these names cannot be computed with.

    Columns that are missing, or that no rule is about, are not refused.
    """
    found = {
        column.name: column.type
        for column in columns
        if column.name in names and column.name in _USABLE and not is_usable(column)
    }
    if found:
        raise UnusableTypes({name: (kind, _USABLE[name][0]) for name, kind in found.items()})


def is_usable(column: "CatalogColumn") -> bool:
    """Whether a column of `_USABLE` has one of its types."""
    return column.type.lower().partition("(")[0].strip() in _USABLE[column.name][1]
