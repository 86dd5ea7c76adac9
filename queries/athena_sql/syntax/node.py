"""What every node of a statement's tree is. Pure."""

from dataclasses import dataclass, field

from athena_sql.syntax.tokens import Place


@dataclass(frozen=True, kw_only=True)
class Node:
    """Anything in the tree."""

    place: Place = field(default=Place(), compare=False)
