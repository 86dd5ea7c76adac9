"""Functions of bytes: hashes, and texts that spell bytes."""

from athena_sql.functions.table import Family
from athena_sql.typing.types import VARBINARY, VARCHAR, Type
from athena_sql.values.value import fail

BYTES = Family("scalar")
add = BYTES.add


SPELLING = "'Invalid input: ' || {0}"


def readable(template: str, test: str, kind: Type, message: str) -> str:
    """Return `case when x is null then null when <test> then ... else <failure> end`."""
    failing = fail(message, kind)
    return f"case when {{0}} is null then null when {test} then {template} else {failing} end"


HEX = r"regexp_full_match({0}, '([0-9a-fA-F]{{2}})*')"
BASE64 = r"regexp_full_match({0}, '([A-Za-z0-9+/]{{4}})*([A-Za-z0-9+/]{{2}}(==|[A-Za-z0-9+/]=))?')"
add("to_utf8", "varchar -> varbinary", "encode({0})")
add(
    "from_utf8",
    "varbinary -> varchar",
    readable("decode({0})", "try(decode({0})) is not null", VARCHAR, "'Invalid UTF-8'"),
)
add("to_hex", "varbinary -> varchar", "hex({0})")
add("from_hex", "varchar -> varbinary", readable("unhex({0})", HEX, VARBINARY, SPELLING))
add("to_base64", "varbinary -> varchar", "to_base64({0})")
add(
    "from_base64", "varchar -> varbinary", readable("from_base64({0})", BASE64, VARBINARY, SPELLING)
)
for name in ("md5", "sha1", "sha256"):
    add(name, "varbinary -> varbinary", f"unhex({name}({{0}}))")
