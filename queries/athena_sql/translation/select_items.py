"""The columns of a select: its expressions, `*` and `a.*`.

Pure.
"""

from collections.abc import Sequence

from athena_sql.syntax import nodes
from athena_sql.translation.clause import Clause
from athena_sql.translation.names import Field, dotted
from athena_sql.translation.results import Output
from athena_sql.values.value import bad_query, not_answered


def outputs_of(
    node: nodes.SelectQuery, inner: Clause, fields: Sequence[Field]
) -> tuple[list[Output], list[str | None]]:
    """Return the values and names of a select's columns, and the names as they are written."""
    found: list[Output] = []
    labels: list[str | None] = []
    for item in node.items:
        if isinstance(item, nodes.AllColumns):
            every = star(item, inner, fields)
            found += every
            labels += [name for _, name in every]
            continue
        value = inner.value(item.value)
        parts = dotted(item.value)
        name = item.alias or (parts[-1] if parts else None)
        found.append((value, name))
        labels.append(item.label)
    return found, labels


def star(item: nodes.AllColumns, inner: Clause, fields: Sequence[Field]) -> list[Output]:
    """Return the columns of `*` or `a.*`."""
    if item.base is None:
        chosen = list(fields)
        if not chosen:
            raise bad_query(item.place, "SELECT * not allowed in queries without FROM clause")
    else:
        parts = dotted(item.base)
        if parts is None:
            raise not_answered(item.place, "a row's .* is not answered here", "name the fields")
        chosen = [
            one for one in fields if any(tuple(q[-len(parts) :]) == parts for q in one.qualifiers)
        ]
        if not chosen:
            raise bad_query(item.place, f"Unable to resolve reference {'.'.join(parts)}")
    if item.aliases and len(item.aliases) != len(chosen):
        raise bad_query(item.place, "Column alias list has a different number of entries")
    names = item.aliases or [one.name for one in chosen]
    if inner.grouping is None:
        return [(one.value, name) for one, name in zip(chosen, names, strict=True)]
    found = []
    for one, name in zip(chosen, names, strict=True):
        key = inner.grouping.keys.get(one.value.sql)
        if key is None:
            told = f"'{one.name}' must be an aggregate expression or appear in GROUP BY clause"
            raise bad_query(item.place, told)
        found.append((key, name))
    return found
