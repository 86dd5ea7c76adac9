"""What a run changed, as `ListCrawls` sums it up: names of tables, counts of partitions."""

import json
from collections.abc import Sequence

from glue_crawler.planning.actions import (
    Action,
    CreatePartitions,
    CreateTable,
    DeletePartitions,
    DeleteTable,
    DeprecateTable,
    UpdatePartitions,
    UpdateTable,
)


def summarize(actions: Sequence[Action]) -> str | None:
    """Return the `Summary` of a run, None where nothing changed.

    It is JSON whose parts are JSON texts again, as a program reads it that people use:
    `{"TABLE":{"ADD":"{\\"Details\\":{\\"names\\":[\\"orders\\"]},\\"Count\\":1}"}}`.
    """
    tables: dict[str, list[str]] = {"ADD": [], "UPDATE": [], "DELETE": []}
    for action in actions:
        match action:
            case CreateTable(table):
                tables["ADD"].append(table["Name"])
            case UpdateTable(table) | DeprecateTable(table):
                tables["UPDATE"].append(table["Name"])
            case DeleteTable(name):
                tables["DELETE"].append(name)
    partitions = {kind: count for kind, count in count_partitions(actions).items() if count}
    if not partitions and not any(tables.values()):
        return None
    summary = {
        "TABLE": {
            kind: _to_json({"Details": {"names": names}, "Count": len(names)})
            for kind, names in tables.items()
            if names
        },
        "PARTITION": {kind: _to_json({"Count": count}) for kind, count in partitions.items()},
    }
    return _to_json(summary)


def _to_json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def count_partitions(actions: Sequence[Action]) -> dict[str, int]:
    """Return how many partitions a plan adds, updates and deletes."""
    partitions = {"ADD": 0, "UPDATE": 0, "DELETE": 0}
    for action in actions:
        match action:
            case CreatePartitions(_, items):
                partitions["ADD"] += len(items)
            case UpdatePartitions(_, items):
                partitions["UPDATE"] += len(items)
            case DeletePartitions(_, values):
                partitions["DELETE"] += len(values)
    return partitions
