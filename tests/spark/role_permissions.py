"""The role of a job of the stack, and the role without one of its permissions."""

import copy
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.e2e.conftest import Lake


def as_list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


@dataclass(frozen=True, slots=True)
class JobRole:
    """A role in IAM and its one policy."""

    iam: Any
    name: str
    policy: str
    document: dict[str, Any]

    def permissions(
        self, unreached: Collection[tuple[str, str]], sids: Collection[str]
    ) -> list[tuple[str, str]]:
        """Statement and action of each permission but the unreached, and those of `sids`."""
        every = [
            (statement["Sid"], action)
            for statement in self.document["Statement"]
            for action in as_list(statement["Action"])
        ]
        return [one for one in every if one not in unreached and one[0] not in sids]

    @contextmanager
    def without(self, sid: str, action: str) -> Iterator[None]:
        """For a while, the role without one permission."""
        less = copy.deepcopy(self.document)
        for statement in less["Statement"]:
            if statement["Sid"] == sid:
                left = [one for one in as_list(statement["Action"]) if one != action]
                statement["Action"] = left
        less["Statement"] = [one for one in less["Statement"] if one["Action"]]
        self.put(less)
        try:
            yield
        finally:
            self.put(self.document)

    def put(self, document: dict[str, Any]) -> None:
        text = json.dumps(document)
        self.iam.put_role_policy(RoleName=self.name, PolicyName=self.policy, PolicyDocument=text)


def open_role(lake: Lake, job: str) -> JobRole:
    """The role of a job."""
    iam = lake.aws("iam")
    name = lake.aws("glue").get_job(JobName=job)["Job"]["Role"].rpartition("/")[2]
    (policy,) = iam.list_role_policies(RoleName=name)["PolicyNames"]
    document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
    return JobRole(iam, name, policy, document)
