"""Macros that fail as Trino does, and arguments that Trino refuses.

A failing cast stands for Trino's error, because DuckDB's `error()` cannot be caught by `try`; its
text begins with `trino: ` and is told without what DuckDB says around it. `trino_refuse` fails
where Trino may well answer: its callers are refused inside `try`, which would make a NULL of that.
"""

MACROS = (
    "create macro trino_fail(message) as cast('trino: ' || message as integer)",
    "create macro trino_refuse(message) as trino_fail(message)",
    """create macro trino_positive(n, what) as
    if(n > 0, n, trino_fail(what || ' must be greater than zero'))""",
    """create macro trino_not_negative(n, what) as
    if(n >= 0, n, trino_fail(what || ' must be at least 0'))""",
    """create macro trino_not_zero(n) as
    if(n <> 0, n, trino_fail('SQL array indices start at 1'))""",
)
