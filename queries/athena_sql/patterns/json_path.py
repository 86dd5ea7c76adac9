"""JSON paths as Trino reads them, as DuckDB's paths.

Pure. Source: Trino, `JsonPathTokenizer`: `$`, then `.name`, `[0]` or `["name"]`.
"""

import re

# A name without quotes; with a digit first it could be an array's index.
STEP = re.compile(r'\.([\w:]+)|\[(\d+)\]|\["((?:[^"\\]|\\["\\])*)"\]')


def duckdb_path(path: str) -> str | None:
    """Return DuckDB's path for Trino's, or None for an invalid path.

    `$.a[0]["b c"]` is `$."a"[0]."b c"`.
    """
    if not path.startswith("$"):
        return None
    position, pieces = 1, ["$"]
    while position < len(path):
        found = STEP.match(path, position)
        if not found:
            return None
        name, index, quoted = found.groups()
        if index is not None:
            pieces.append(f"[{index}]")
        else:
            text = name if name is not None else re.sub(r"\\(.)", r"\1", quoted)
            pieces.append(f'."{text}"')
        position = found.end()
    return "".join(pieces)


def is_uncertain(path: str) -> bool:
    """Whether a step could mean an index to one engine and a name to the other."""
    steps = [found.groups() for found in STEP.finditer(path)]
    return any(
        (name or quoted or "").isdigit() or '"' in (quoted or "") for name, _, quoted in steps
    )
