"""Macros that fail as Trino does, and arguments that Trino refuses.

A failing cast stands for Trino's error, because DuckDB's `error()` cannot be caught by `try`; its
text begins with `trino: ` and is told without what DuckDB says around it. `trino_refuse` fails
where Trino may well answer. It must fail inside `try`, too, which would make a NULL of that: a time
zone that DuckDB does not know is an error of the kind that `try` does not catch.
"""

MACROS = (
    "create macro trino_fail(message) as cast('trino: ' || message as integer)",
    """create macro trino_refuse(message) as
    cast(epoch(timezone('trino: ' || message, timestamp '2000-01-01')) as integer)""",
    """create macro trino_positive(n, what) as
    if(n > 0, n, trino_fail(what || ' must be greater than zero'))""",
    """create macro trino_not_negative(n, what) as
    if(n >= 0, n, trino_fail(what || ' must be at least 0'))""",
    """create macro trino_not_zero(n) as
    if(n <> 0, n, trino_fail('SQL array indices start at 1'))""",
)
