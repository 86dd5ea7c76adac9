"""The page docs/sql-functions.md: every function, `equal` or `refused` and why.

Pure. To write it anew: `python -m athena_sql.functions.page > docs/sql-functions.md`, with
`queries` on the path.
"""

from collections.abc import Iterator

from athena_sql.functions.catalogue import FORMS, FUNCTIONS, REFUSED
from athena_sql.functions.special import SPECIAL

HEAD = """\
# SQL functions

This page says for each function of Athena (Trino) whether DuckDB answers it here. It is made from
the table that the translation uses: `python -m athena_sql.functions.page` in `queries/`.

- **equal**: DuckDB gives the value and the type that Trino gives, for every argument. Where an
  argument cannot be answered exactly, the statement is refused with its line and column.
- **refused**: the statement is not run. The reason and another way to write it stand beside it.
  To ask it on Athena: `orderlake query -e "..." --engine athena --env aws`.

A function that is on neither list is refused, too.
"""
CONSTRUCTS = ("cast", "extract", "try_cast", "unnest")


def equal_rows() -> Iterator[str]:
    """Yield one row of the table per function that is answered."""
    forms = {
        name: "; ".join(f"`{name}({form.signature.text})`" for form in function.forms)
        for name, function in FUNCTIONS.items()
    }
    kinds = {name: function.kind for name, function in FUNCTIONS.items()}
    for name in sorted({*FUNCTIONS, *SPECIAL, *FORMS, *CONSTRUCTS}):
        where = {"aggregate": "aggregate", "window": "window"}.get(kinds.get(name, ""), "")
        yield f"| `{name}` | equal | {where} | {forms.get(name, '')} |"


def refused_rows() -> Iterator[str]:
    """Yield one row of the table per function that is refused."""
    for name, refusal in sorted(REFUSED.items()):
        yield f"| `{name}` | refused | {refusal.reason} | {refusal.instead} |"


def function_page() -> str:
    """Return the page as Markdown."""
    equal = ["## Equal", "", "| function | | kind | forms |", "| --- | --- | --- | --- |"]
    refused = ["## Refused", "", "| function | | why | instead |", "| --- | --- | --- | --- |"]
    lines = [HEAD, *equal, *equal_rows(), "", *refused, *refused_rows()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(function_page(), end="")
