"""The access keys that this LocalStack knows: its own, those of IAM users, and temporary ones."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

# What the process that starts LocalStack sets; without them every request may come in unsigned.
KEY_VARIABLE = "LAKE_ACCESS_KEY_ID"
SECRET_VARIABLE = "LAKE_SECRET_ACCESS_KEY"  # noqa: S105  # the name of a variable

# Signs the addresses of functions' code. LocalStack's own secret for it is the same everywhere.
CODE_SECRET = secrets.token_urlsafe(30)


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A known key. `session_token` and `expires` belong to temporary credentials."""

    secret_key: str
    session_token: str | None = None
    expires: datetime | None = None

    def is_expired(self, now: datetime) -> bool:
        """Whether it was temporary and its time is over."""
        return self.expires is not None and now > self.expires


class AccessKeys:
    """Looks up keys; `own` are those that LocalStack was started with."""

    def __init__(self, own: Mapping[str, str]) -> None:
        self._own = {key_id: AccessKey(secret) for key_id, secret in own.items()}

    def find(self, access_key_id: str) -> AccessKey | None:
        """Return a key that may sign requests now, or None."""
        if own := self._own.get(access_key_id):
            return own
        return _temporary_key(access_key_id) or _user_key(access_key_id)


def own_keys(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return the key that LocalStack was started with, empty where it was started open."""
    key_id, secret = environ.get(KEY_VARIABLE), environ.get(SECRET_VARIABLE)
    return {key_id: secret} if key_id and secret else {}


def _temporary_key(access_key_id: str) -> AccessKey | None:
    from localstack.services.sts.models import sts_stores

    stores = [store for bundle in list(sts_stores.values()) for store in list(bundle.values())]
    for store in stores[:1]:  # credentials are kept once for all accounts
        if found := store.credentials.get(access_key_id):
            expires = found.expiration
            if expires.tzinfo is None:
                expires = expires.replace(tzinfo=UTC)
            return AccessKey(found.secret_access_key, found.session_token, expires)
    return None


def _user_key(access_key_id: str) -> AccessKey | None:
    from localstack.services.iam.models import iam_stores

    for bundle in list(iam_stores.values()):
        for store in list(bundle.values())[:1]:  # an account's users are kept once for all regions
            user = store.USERS.get(store.ACCESS_KEY_INDEX.get(access_key_id, ""))
            entity = user.access_keys.get(access_key_id) if user else None
            if entity and entity.access_key["Status"] == "Active":
                return AccessKey(entity.access_key["SecretAccessKey"])
    return None
