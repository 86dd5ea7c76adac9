"""Walking a statement's tree.

Pure.
"""

from collections.abc import Callable, Iterator

from athena_sql.syntax import nodes


def parts_of(node: object) -> Iterator[object]:
    """Yield the nodes directly inside a node."""
    values = node.values() if isinstance(node, nodes.Node) else []
    while values:
        value = values.pop()
        if isinstance(value, tuple):
            values.extend(value)
        elif isinstance(value, nodes.Node):
            yield value


def walk(root: object, enter: Callable[[object], bool] = lambda node: True) -> Iterator[object]:
    """Yield a node and all inside it; `enter` says whether to look into one."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if enter(node):
            waiting.extend(parts_of(node))


def outside_queries(node: object) -> bool:
    """Whether a node is anything but a query."""
    return not isinstance(node, nodes.Query)
