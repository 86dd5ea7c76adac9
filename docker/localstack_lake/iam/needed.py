"""What the IAM package calls a need: an action on a resource, and where a call is made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

type Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call is made."""

    account: str
    region: str
    partition: str = "aws"

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource of this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def iam_arn(self, resource: str) -> str:
        """Return the ARN of a resource of IAM, which has no region."""
        return f"arn:{self.partition}:iam::{self.account}:{resource}"


@dataclass(frozen=True, slots=True)
class NeededAccess:
    """One action that a call needs, on what, and the condition keys of this action alone."""

    action: str
    resource: str
    keys: Mapping[str, str] = field(default_factory=dict)
