"""The changes that a deployment would make, and its failures, as data and lines. Pure.

It reads CloudFormation's answers and calls nothing.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

STACK = "AWS::CloudFormation::Stack"
SIGNS = {"Add": "+", "Modify": "~", "Remove": "-", "Import": "<", "Dynamic": "?"}
VERBS = {
    "Add": "add",
    "Modify": "change",
    "Remove": "remove",
    "Import": "import",
    "Dynamic": "may change",
}
# AWS writes this for a value that exists only after a resource was created.
KNOWN_LATER = "{{changeSet:KNOWN_AFTER_APPLY}}"
VALUE_SHOWN = 32
# The answers of AWS to a change set that would do nothing.
NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed")
# The rest of a stack reports this after one resource has failed. It is not a cause.
CONSEQUENCES = (
    "Resource creation cancelled",
    "Resource update cancelled",
    "The following resource(s)",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One resource of a change set; `replacement` is True, Conditional or False as AWS says it.

    `values` are properties with the value before and after; of `causes` only the name is known.
    """

    action: str
    logical_id: str
    resource_type: str
    replacement: str
    causes: tuple[str, ...] = ()
    values: tuple[str, ...] = ()

    def line(self) -> str:
        """Return the change for a person: one line, and one more for each value."""
        note = {"True": " (replaced: it is made anew)", "Conditional": " (may be replaced)"}
        because = f" [{', '.join(self.causes)}]" if self.causes else ""
        first = (
            f"  {SIGNS.get(self.action, '?')} {VERBS.get(self.action, self.action)} "
            f"{self.logical_id} ({self.resource_type}){because}{note.get(self.replacement, '')}"
        )
        return "\n".join([first, *(f"      {value}" for value in self.values)])


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a stack operation."""

    id: str
    logical_id: str
    resource_type: str
    status: str
    reason: str

    @property
    def is_failure(self) -> bool:
        """Whether the step failed."""
        return self.status.endswith("_FAILED")

    @property
    def is_stack_s_last(self) -> bool:
        """Whether it is the end of the whole operation."""
        return self.resource_type == STACK and not self.status.endswith("_IN_PROGRESS")


def changes_of(answer: Mapping[str, Any]) -> list[Change]:
    """Return the resource changes in DescribeChangeSet's answer."""
    return [
        change_of(change["ResourceChange"])
        for change in answer.get("Changes", [])
        if change.get("Type", "Resource") == "Resource"
    ]


def change_of(resource: Mapping[str, Any]) -> Change:
    """Return one resource's change, with the properties that cause it and their values, if known.

    A property that AWS only suspects, because another resource changes, has no values.
    """
    values = value_changes(resource) if resource.get("Action") == "Modify" else {}
    told = {re.split(r"[.\[]", path)[0] for path in values}
    targets = [detail.get("Target", {}) for detail in resource.get("Details", [])]
    names = {str(t.get("Name") or t.get("Attribute") or "") for t in targets}
    return Change(
        action=resource.get("Action", ""),
        logical_id=resource.get("LogicalResourceId", ""),
        resource_type=resource.get("ResourceType", ""),
        replacement=resource.get("Replacement", "False"),
        causes=tuple(sorted(names - told - {""})),
        values=tuple(values[path] for path in sorted(values)),
    )


def value_changes(resource: Mapping[str, Any]) -> dict[str, str]:
    """Return "path: before -> after" by path, for each value that differs; too long ones cut."""
    before, after = (
        dict(leaves(json.loads(resource.get(name) or "{}").get("Properties", {})))
        for name in ("BeforeContext", "AfterContext")
    )
    return {
        path: f"{path}: {shortened(before.get(path))} -> {shortened(after.get(path))}"
        for path in before | after
        if before.get(path) != after.get(path)
    }


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every single value in nested properties, with its path, as text."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{number}]")
    else:
        yield path, str(value)


def shortened(value: str | None) -> str:
    """Return a value, cut to fit into a line of a plan."""
    if value is None:
        return "none"
    if value == KNOWN_LATER:
        return "known later"
    return value if len(value) <= VALUE_SHOWN else f"{value[: VALUE_SHOWN - 1]}…"


def render(changes: Sequence[Change]) -> str:
    """Return the plan for a person: one line per change, then the sum."""
    if not changes:
        return "nothing to change"
    adds = sum(c.action == "Add" for c in changes)
    removes = sum(c.action == "Remove" for c in changes)
    replaced = sum(c.replacement == "True" for c in changes if c.action == "Modify")
    total = f"plan: {adds} to add, {len(changes) - adds - removes} to change, {removes} to remove"
    if replaced:
        total += f", {replaced} of the changes by replacement"
    return "\n".join([*(c.line() for c in changes), total])


def is_nothing_to_do(reason: str) -> bool:
    """Whether a failed change set failed only because nothing differs."""
    return any(text in reason for text in NOTHING_TO_DO)


def event_of(event: Mapping[str, Any]) -> Event:
    """Return one of DescribeStackEvents' events."""
    return Event(
        id=event["EventId"],
        logical_id=event.get("LogicalResourceId", ""),
        resource_type=event.get("ResourceType", ""),
        status=event.get("ResourceStatus", ""),
        reason=" ".join(event.get("ResourceStatusReason", "").split()),
    )


def first_cause(events: Iterable[Event]) -> Event | None:
    """Return the first failure: the earliest that does not follow from another one.

    Takes events oldest first. A stack's own failure is a consequence of its resources'.
    """
    failures = [event for event in events if event.is_failure]
    causes = [e for e in failures if not e.reason.startswith(CONSEQUENCES)]
    resources = [e for e in causes if e.resource_type != STACK]
    return next(iter(resources or causes or failures), None)


def explain(event: Event | None) -> str:
    """Return a failure in plain words."""
    if event is None:
        return "CloudFormation gave no reason"
    return f"{event.logical_id} ({event.resource_type}): {event.reason or event.status}"
