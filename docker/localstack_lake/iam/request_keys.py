"""The condition keys of a request: what conditions of policies can ask about it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/list_amazons3.html
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from localstack.aws.api import RequestContext

from localstack_lake.gateway.entrance import is_from_localstack
from localstack_lake.iam.callers import Caller
from localstack_lake.iam.patterns import Context
from localstack_lake.iam.transport import is_secure

# A parameter of S3 -> the condition key that has its value.
_S3_KEYS = {
    "Prefix": "s3:prefix",
    "Delimiter": "s3:delimiter",
    "MaxKeys": "s3:max-keys",
    "VersionId": "s3:versionid",
    "ACL": "s3:x-amz-acl",
    "ServerSideEncryption": "s3:x-amz-server-side-encryption",
    "SSEKMSKeyId": "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "StorageClass": "s3:x-amz-storage-class",
}


def caller_keys(caller: Caller, context: RequestContext) -> Context:
    """Return the keys of a request that an identity sent, in lower case."""
    values = common_keys(context) | {
        "aws:principalarn": next(a for a in sorted(caller.principals) if ":iam:" in a),
        "aws:principalaccount": caller.account,
        "aws:principaltype": "AssumedRole" if caller.is_role else "User",
        "aws:userid": caller.session_name,
    }
    if not caller.is_role:
        values["aws:username"] = caller.session_name
    if context.service and context.service.service_name == "s3":
        values |= _s3_keys(context.service_request or {}, context.account_id)
    return {name: (value,) for name, value in values.items()}


def common_keys(context: RequestContext) -> dict[str, str]:
    """Return the keys that every request has."""
    now = datetime.now(UTC)
    by_service = is_from_localstack(context)
    scheme = None if by_service or not context.request else context.request.scheme
    return {
        "aws:securetransport": str(is_secure(scheme, os.environ)).lower(),
        "aws:viaawsservice": str(by_service).lower(),
        "aws:sourceip": "127.0.0.1",
        "aws:requestedregion": context.region,
        "aws:resourceaccount": context.account_id,
        "aws:currenttime": now.isoformat(timespec="seconds"),
        "aws:epochtime": str(int(now.timestamp())),
        "aws:useragent": context.request.headers.get("User-Agent", "") if context.request else "",
    }


def _s3_keys(parameters: Mapping[str, Any], account: str) -> dict[str, str]:
    found = {key: parameters[name] for name, key in _S3_KEYS.items() if name in parameters}
    given = {key: str(value) for key, value in found.items() if value is not None}
    return given | {"s3:resourceaccount": account}
