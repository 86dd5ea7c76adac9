"""Signatures of AWS requests: who claims to have sent one, and whether the secret key agrees.

Pure. The date in a header is not compared with the clock: a container's clock may stand still while
the laptop sleeps, and nobody but this machine's owner sees a request.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
"""

import base64
import functools
import hashlib
import hmac
import posixpath
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import quote, unquote, unquote_to_bytes

from botocore.auth import HmacV1Auth

from localstack_lake.gateway.sent_request import SentRequest, query_pairs

ALGORITHM = "AWS4-HMAC-SHA256"
_UNSIGNED = "UNSIGNED-PAYLOAD"
_UNRESERVED = "-_.~"
_BLANKS = re.compile(r"\s+")
# Headers of version 2 that a presigned URL carries as parameters.
_V2_HEADERS = ("content-md5", "content-type")


class Signature(Protocol):
    """What a request says about its sender."""

    @property
    def access_key_id(self) -> str:
        """The key that it claims to be signed with."""

    @property
    def session_token(self) -> str | None:
        """The token that temporary credentials need."""

    @property
    def expires(self) -> datetime | None:
        """When a presigned request ends to be valid."""

    def is_made_with(self, secret_key: str) -> bool:
        """Whether the request as it came was signed with this secret key."""


@dataclass(frozen=True, slots=True)
class SignatureV4:
    """Version 4, in a header or in the query."""

    request: SentRequest
    access_key_id: str
    scope: tuple[str, str, str]
    signed_headers: tuple[str, ...]
    date: str
    signature: str
    session_token: str | None
    expires: datetime | None
    is_presigned: bool

    def is_made_with(self, secret_key: str) -> bool:
        """See `Signature`."""
        key = signing_key(secret_key, *self.scope)
        text = string_to_sign(self.date, self.scope, self.canonical_request())
        return hmac.compare_digest(_hmac(key, text).hex(), self.signature)

    def canonical_request(self) -> str:
        """The text that is signed, as AWS builds it from the request."""
        is_s3 = self.scope[2] == "s3"
        headers = [f"{name}:{self._header(name)}\n" for name in self.signed_headers]
        return "\n".join(
            [
                self.request.method,
                _canonical_path(self.request.path, is_s3=is_s3),
                _canonical_query(self.request.query),
                "".join(headers),
                ";".join(self.signed_headers),
                self._payload_hash(is_s3=is_s3),
            ]
        )

    def _header(self, name: str) -> str:
        values = [value for key, value in self.request.headers if key == name]
        return ",".join(_BLANKS.sub(" ", value.strip()) for value in values)

    def _payload_hash(self, *, is_s3: bool) -> str:
        if told := self.request.header("x-amz-content-sha256"):
            return told
        if is_s3 and self.is_presigned:
            return self.request.parameters().get("X-Amz-Content-SHA256", _UNSIGNED)
        return hashlib.sha256(self.request.body()).hexdigest()


@dataclass(frozen=True, slots=True)
class SignatureV2:
    """S3's version 2, in a header or in the query."""

    request: SentRequest
    access_key_id: str
    signature: str
    session_token: str | None
    expires: datetime | None
    date: str
    bucket: str

    def is_made_with(self, secret_key: str) -> bool:
        """See `Signature`."""
        return any(
            hmac.compare_digest(_sign_v2(secret_key, self.string_to_sign(path)), self.signature)
            for path in self._paths()
        )

    def _paths(self) -> list[str]:
        """A bucket's own path may be signed with a slash at its end that the address lacks."""
        path = self.request.path
        return [path, f"{path}/"] if path.count("/") == 1 and not self.bucket else [path]

    def string_to_sign(self, path: str) -> str:
        """The text that is signed: method, some headers, x-amz- headers, bucket and key."""
        sent = self._signed_values()
        lines = [self.request.method, *(sent.get(name, "") for name in _V2_HEADERS), self.date]
        amazon = sorted(name for name in sent if name.startswith("x-amz-"))
        lines += [f"{name}:{sent[name]}" for name in amazon]
        return "\n".join([*lines, self._resource(path)])

    def _signed_values(self) -> dict[str, str]:
        """The headers that count, wherever a presigned URL put them."""
        pairs = [*self.request.headers]
        if self.expires is not None:
            pairs += [(name.lower(), value) for name, value in self.request.parameters().items()]
        found = {name: value.strip() for name, value in pairs if name.startswith("x-amz-")}
        return found | {name: value for name, value in pairs if name in _V2_HEADERS}

    def _resource(self, path: str) -> str:
        bucket = f"/{self.bucket}" if self.bucket else ""
        parts = []
        for name, value in sorted(query_pairs(self.request.query)):
            if name in HmacV1Auth.QSAOfInterest:
                parts.append(f"{name}={unquote(value)}" if value else name)
        query = f"?{'&'.join(parts)}" if parts else ""
        return f"{bucket}{path}{query}"


@dataclass(frozen=True, slots=True)
class FormSignature:
    """A POST form to S3: its policy is what is signed, by version 4 or version 2.

    The policy says itself until when it holds; S3 reads it.
    """

    access_key_id: str
    policy: str
    signature: str
    scope: tuple[str, str, str] | None
    session_token: str | None
    expires: None = None

    def is_made_with(self, secret_key: str) -> bool:
        """See `Signature`."""
        if self.scope is not None:
            made = _hmac(signing_key(secret_key, *self.scope), self.policy).hex()
        else:
            made = _sign_v2(secret_key, self.policy)
        return hmac.compare_digest(made, self.signature)


def _canonical_path(path: str, *, is_s3: bool) -> str:
    if is_s3:  # encoded once, and kept as it is: a key may hold `//` and `..`
        return quote(unquote_to_bytes(path), safe=f"/{_UNRESERVED}") or "/"
    normal = posixpath.normpath(path) if path else "/"
    normal = re.sub("^//", "/", normal)
    if path.endswith("/") and not normal.endswith("/"):
        normal += "/"
    return quote(normal, safe=f"/{_UNRESERVED}")


def _canonical_query(query: str) -> str:
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in query_pairs(query))
    return "&".join(f"{name}={value}" for name, value in pairs if name != "X-Amz-Signature")


def _encoded(text: str) -> str:
    return quote(unquote_to_bytes(text), safe=_UNRESERVED)


def string_to_sign(date: str, scope: tuple[str, str, str], canonical_request: str) -> str:
    """The text that version 4 signs for a canonical request."""
    digest = hashlib.sha256(canonical_request.encode()).hexdigest()
    return "\n".join([ALGORITHM, date, "/".join([*scope, "aws4_request"]), digest])


@functools.lru_cache(maxsize=256)
def signing_key(secret_key: str, date: str, region: str, service: str) -> bytes:
    """The key of a day, a region and a service, derived from a secret key."""
    key = f"AWS4{secret_key}".encode()
    for text in (date, region, service, "aws4_request"):
        key = _hmac(key, text)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _sign_v2(secret_key: str, text: str) -> str:
    digest = hmac.new(secret_key.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
