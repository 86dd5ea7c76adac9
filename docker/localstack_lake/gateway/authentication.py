"""Check that a request is signed with a known key; otherwise give AWS's error.

Pure: it gets the keys and the time as values.
"""

import hmac
from datetime import datetime
from typing import Protocol

from localstack_lake.gateway.access_keys import AccessKey
from localstack_lake.gateway.find_signature import MalformedSignature, find_signature
from localstack_lake.gateway.sent_request import SentRequest
from localstack_lake.gateway.signatures import Signature

OWN_KEY_HINT = "This local AWS takes the access key that it was started with."


class Keys(Protocol):
    """The place to look up keys."""

    def find(self, access_key_id: str) -> AccessKey | None:
        """Return a key that may sign requests now, or None."""


class InvalidSignature(Exception):
    """A request is not signed correctly; `kind` names the case, see `_ERRORS`."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


# The code and status of each case: S3's, the query protocols', the JSON protocols'.
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
_ERRORS = {
    "missing": (
        "AccessDenied",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
    ),
    "unknown": ("InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException"),
    "differs": ("SignatureDoesNotMatch", "SignatureDoesNotMatch", "InvalidSignatureException"),
    "malformed": ("InvalidRequest", "IncompleteSignature", "IncompleteSignatureException"),
    "expired": ("ExpiredToken", "ExpiredToken", "ExpiredTokenException"),
    "late": ("AccessDenied", "RequestExpired", "RequestExpired"),
}


def error_code(kind: str, service: str, protocol: str | None) -> str:
    """Return the error code of a service for this case."""
    s3_code, query_code, json_code = _ERRORS[kind]
    if service == "s3":
        return s3_code
    is_json = protocol in ("json", "rest-json", "smithy-rpc-v2-cbor")
    return json_code if is_json else query_code


def check_signature(request: SentRequest, keys: Keys, now: datetime) -> Signature:
    """Return the request's signature if it is right; raises InvalidSignature."""
    try:
        signature = find_signature(request)
    except MalformedSignature as error:
        raise InvalidSignature("malformed", str(error)) from error
    if signature is None:
        raise InvalidSignature("missing", f"The request is not signed. {OWN_KEY_HINT}")
    key = keys.find(signature.access_key_id)
    if key is None:
        message = (
            f"The AWS Access Key Id you provided does not exist in our records. {OWN_KEY_HINT}"
        )
        raise InvalidSignature("unknown", message)
    _check_token(signature, key, now)
    if signature.expires is not None and now > signature.expires:
        raise InvalidSignature("late", "Request has expired")
    if not signature.is_made_with(key.secret_key):
        message = (
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method."
        )
        raise InvalidSignature("differs", message)
    return signature


def _check_token(signature: Signature, key: AccessKey, now: datetime) -> None:
    if key.session_token is None:
        return
    given = signature.session_token or ""
    if not hmac.compare_digest(given.encode(), key.session_token.encode()):
        message = "The security token included in the request is invalid."
        raise InvalidSignature("unknown", message)
    if key.is_expired(now):
        raise InvalidSignature("expired", "The provided token has expired.")
