"""Types as a statement writes them.

Pure.
"""

from athena_sql.syntax.nodes import TypeName
from athena_sql.typing.types import (
    BIGINT,
    BOOLEAN,
    DATE,
    DOUBLE,
    INTEGER,
    MAX_PRECISION,
    REAL,
    SMALLINT,
    TINYINT,
    Type,
    array,
    row,
    varchar,
)
from athena_sql.values import zones
from athena_sql.values.value import bad_query, not_answered

PLAIN = {
    "boolean": BOOLEAN,
    "tinyint": TINYINT,
    "smallint": SMALLINT,
    "integer": INTEGER,
    "int": INTEGER,
    "bigint": BIGINT,
    "real": REAL,
    "double": DOUBLE,
    "date": DATE,
}
NOT_ANSWERED = (
    "char",
    "varbinary",
    "json",
    "time",
    "time with time zone",
    "uuid",
    "ipaddress",
    "hyperloglog",
    "qdigest",
    "tdigest",
    "interval day to second",
    "interval year to month",
)


def read_type(node: TypeName) -> Type:
    """Return the type that a name stands for; raises BadQuery for one that Trino does not know."""
    name, sizes = node.name, node.sizes
    if name in PLAIN and not sizes:
        return PLAIN[name]
    match name:
        case "varchar" if len(sizes) <= 1:
            return varchar(sizes[0] if sizes else None)
        case "decimal" | "dec" | "numeric" if name == "decimal" and len(sizes) <= 2:
            precision = sizes[0] if sizes else MAX_PRECISION
            scale = sizes[1] if len(sizes) > 1 else 0
            if not 1 <= precision <= MAX_PRECISION:
                raise bad_query(node.place, "DECIMAL precision must be in range [1, 38]")
            if scale > precision:
                told = f"DECIMAL scale must be in range [0, precision ({precision})]: {scale}"
                raise bad_query(node.place, told)
            return Type("decimal", precision, scale)
        case "timestamp":
            return Type("timestamp", sizes[0] if sizes else 3)
        case zones.NAME:
            return zones.zoned(sizes[0] if sizes else 3, "UTC")
        case "array" if len(node.items) == 1:
            return array(read_type(node.items[0]))
        case "map" if len(node.items) == 2:
            return Type("map", items=tuple(map(read_type, node.items)))
        case "row":
            return row([read_type(item) for item in node.items], node.fields)
        case _ if name in NOT_ANSWERED:
            raise not_answered(
                node.place,
                f"the type {name} is not answered here",
                "write varchar, decimal(p, s), double, date or timestamp",
            )
    raise bad_query(
        node.place,
        f"Unknown type: {name}",
        "write varchar, integer, bigint, double or decimal(p, s)",
    )
