"""A local AWS that enforces the policies of users, and what the calls of a user needed there."""

import json
from dataclasses import dataclass
from typing import Any

from deployer_policy import as_list
from localstack_lake.iam.evaluation import AccessRequest, Decision, decide, parse_policy

from .account import Account
from .conftest import Lake

PREFIX, REGION, ACCOUNT = "documented", "us-east-1", "000000000000"


@dataclass(frozen=True, slots=True)
class Enforced(Lake):
    """A project whose local AWS enforces the policies of users."""

    def own_variables(self) -> dict[str, str]:
        return {"ORDERLAKE_PREFIX": PREFIX}

    def person(self, name: str, documents: list[dict[str, Any]]) -> Account:
        """An IAM user with these managed policies, at the keyboard."""
        iam = self.aws("iam")
        iam.create_user(UserName=name)
        for number, document in enumerate(documents):
            text = json.dumps(document, separators=(",", ":"))
            made = iam.create_policy(PolicyName=f"{name}-{number}", PolicyDocument=text)
            iam.attach_user_policy(UserName=name, PolicyArn=made["Policy"]["Arn"])
        key = iam.create_access_key(UserName=name)["AccessKey"]
        keys = key["AccessKeyId"], key["SecretAccessKey"]
        address = f"http://127.0.0.1:{self.port}"
        return Account("localstack", address, self.root, *keys, PREFIX, REGION)

    def told(self, word: str) -> list[str]:
        """What LocalStack's log says after a word, such as `denied`."""
        log = self.root / ".orderlake" / "local" / "localstack.log"
        lines = log.read_text("utf-8", "replace").splitlines()
        return [line.partition(f" {word}: ")[2] for line in lines if f" {word}: " in line]

    def needed_by(self, name: str) -> list[AccessRequest]:
        """What a user's calls needed, and were allowed."""
        arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
        found = [json.loads(line) for line in self.told("allowed")]
        return [
            AccessRequest(
                one["action"],
                one["resource"],
                frozenset({arn}),
                {key.lower(): (value,) for key, value in one["keys"].items()},
            )
            for one in found
            if one["caller"] == arn
        ]


def permissions_without_need(
    documents: list[dict[str, Any]], needed: list[AccessRequest]
) -> set[str]:
    """The permissions that can be taken away one at a time, and everything needed stays allowed."""
    return {
        action
        for document in documents
        for statement in document["Statement"]
        for action in as_list(statement["Action"])
        if all(
            is_allowed(one, without(document, statement["Sid"], action))
            for one in needed
            if one.action == action and is_allowed(one, document)
        )
    }


def without(document: dict[str, Any], sid: str, action: str) -> dict[str, Any]:
    statements = [
        s | {"Action": [a for a in as_list(s["Action"]) if s["Sid"] != sid or a != action]}
        for s in document["Statement"]
    ]
    return document | {"Statement": statements}


def resources_without_need(
    documents: list[dict[str, Any]], needed: list[AccessRequest]
) -> set[str]:
    """The resources that can be taken out of a statement, and everything needed stays allowed."""
    return {
        resource
        for document in documents
        for statement in document["Statement"]
        for resource in as_list(statement["Resource"])
        if all(
            is_allowed(one, without_resource(document, statement["Sid"], resource))
            for one in needed
            if is_allowed(one, document)
        )
    }


def without_resource(document: dict[str, Any], sid: str, resource: str) -> dict[str, Any]:
    statements = [
        s | {"Resource": [r for r in as_list(s["Resource"]) if s["Sid"] != sid or r != resource]}
        for s in document["Statement"]
    ]
    return document | {"Statement": [s for s in statements if s["Resource"]]}


def is_allowed(request: AccessRequest, document: dict[str, Any]) -> bool:
    return decide(request, [parse_policy(document)], []) is Decision.ALLOWED
