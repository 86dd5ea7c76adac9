"""Find the owner of a request's access key and the policies that apply, in LocalStack's records."""

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any
from urllib.parse import unquote

from localstack.services.iam.models import IamStore, iam_stores
from localstack.services.sts.models import sts_stores

from localstack_lake.iam.evaluation import Policy, parse_policy

_ANY_REGION = "us-east-1"  # what is kept once for all regions is found in each


@dataclass(frozen=True, slots=True)
class Caller:
    """An identity. `arn` is what AWS shows; `principals` are all ARNs that policies may name."""

    arn: str
    account: str
    principals: frozenset[str]
    policies: tuple[Policy, ...]
    is_role: bool
    boundary: Policy | None = None

    @property
    def session_name(self) -> str:
        """A role session's name, which for a function is the function's."""
        return self.arn.rpartition("/")[2]


def find_caller(access_key_id: str) -> Caller | None:
    """Return the role session or user with this key; None for the account or an unknown role.

    Raises PolicyUnreadable.
    """
    if session := _credentials().get(access_key_id):
        return _role_session(session.account_id, session.arn)
    for account in list(iam_stores):
        store: IamStore = iam_stores[account][_ANY_REGION]
        if name := store.ACCESS_KEY_INDEX.get(access_key_id):
            return _user(store, account, name)
    return None


def find_identity(identity: str) -> Caller | None:
    """Return the caller with an access key id, or of a role's session with this ARN.

    None for the account itself and for an unknown role. Raises PolicyUnreadable.
    """
    if identity.startswith("arn:"):
        return _role_session(identity.split(":")[4], identity)
    return find_caller(identity)


def _credentials() -> Mapping[str, Any]:
    for account in list(sts_stores):  # kept once for all accounts
        found: Mapping[str, Any] = sts_stores[account][_ANY_REGION].credentials
        return found
    return {}


def _role_session(account: str, session_arn: str) -> Caller | None:
    store: IamStore = iam_stores[account][_ANY_REGION]
    kind, _, names = session_arn.partition(":assumed-role/")
    role = store.ROLES.get(names.partition("/")[0]) if kind else None
    if role is None:
        return None
    principals = frozenset({session_arn, str(role.role["Arn"])})
    policies = _policies(store, role.inline_policies, role.attached_policy_arns)
    boundary = _boundary(store, role.role)
    return Caller(session_arn, account, principals, policies, is_role=True, boundary=boundary)


def _user(store: IamStore, account: str, name: str) -> Caller | None:
    user = store.USERS.get(name)
    if user is None:
        return None
    policies = _policies(store, user.inline_policies, user.attached_policy_arns)
    for group in list(store.GROUPS.values()):
        if name in group.member_user_names:
            policies += _policies(store, group.inline_policies, group.attached_policy_arns)
    arn = str(user.user["Arn"])
    boundary = _boundary(store, user.user)
    return Caller(arn, account, frozenset({arn}), policies, is_role=False, boundary=boundary)


def _boundary(store: IamStore, identity: Mapping[str, Any]) -> Policy | None:
    """Return the permissions boundary of a user or role; one that is gone allows nothing."""
    arn = (identity.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn")
    if arn is None:
        return None
    document = _managed_document(store, str(arn))
    return _parsed(document) if document else ()


def trust_policy(role_arn: str) -> Policy | None:
    """Return a role's trust policy, which is about that role alone; None for an unknown role."""
    account, name = role_arn.split(":")[4:5], role_arn.rpartition("/")[2]
    role = iam_stores[account[0]][_ANY_REGION].ROLES.get(name) if account else None
    if role is None:
        return None
    document = json.loads(unquote(str(role.role["AssumeRolePolicyDocument"])))
    given = document["Statement"]
    statements = given if isinstance(given, list) else [given]
    about_it = [statement | {"Resource": role_arn} for statement in statements]
    return parse_policy(document | {"Statement": about_it})


def _policies(
    store: IamStore, inline: Mapping[str, str], attached: Iterable[str]
) -> tuple[Policy, ...]:
    documents = [*inline.values(), *(_managed_document(store, arn) for arn in attached)]
    return tuple(_parsed(document) for document in documents if document)


@functools.lru_cache(maxsize=256)
def _parsed(document: str) -> Policy:
    return parse_policy(unquote(document))


def _managed_document(store: IamStore, arn: str) -> str | None:
    if entity := store.MANAGED_POLICIES.get(arn):
        version = entity.versions.get(str(entity.policy.get("DefaultVersionId", "v1")))
        return version.get("Document") if version else None
    found = _aws_managed_policies().get(arn.rpartition("/")[2])
    return json.dumps(found["Document"]) if found else None


@functools.cache
def _aws_managed_policies() -> dict[str, Any]:
    path = resources.files("localstack.services.iam.resources") / "aws_managed_policies.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found
