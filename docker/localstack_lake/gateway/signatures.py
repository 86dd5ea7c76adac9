"""Signatures of AWS requests: who claims to have sent one, and whether the secret key agrees.

Version 4 in a header or in the query (a presigned URL), S3's version 2 in both, and S3's signed
upload forms. Pure. A header's date is not held against the clock: a container's clock may stand
still while the laptop sleeps, and nobody but this machine's owner sees a request.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
"""

import base64
import functools
import hashlib
import hmac
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import quote, unquote, unquote_to_bytes

from botocore.auth import HmacV1Auth

_ALGORITHM = "AWS4-HMAC-SHA256"
_UNSIGNED = "UNSIGNED-PAYLOAD"
_UNRESERVED = "-_.~"
_BLANKS = re.compile(r"\s+")
# Headers of version 2 that a presigned URL carries as parameters.
_V2_HEADERS = ("content-md5", "content-type")


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request as it came over the wire. `path` and `query` are still percent-encoded.

    `headers` are pairs with lower-case names. `body` is called only where the signature covers it,
    `form` (the fields of a multipart form) only for a POST to S3.
    """

    method: str
    path: str
    query: str
    headers: Sequence[tuple[str, str]]
    body: Callable[[], bytes]
    form: Callable[[], Mapping[str, str]] = dict

    def header(self, name: str) -> str | None:
        """The first value of a header, by its lower-case name."""
        return next((value for key, value in self.headers if key == name), None)

    def parameters(self) -> dict[str, str]:
        """The query's parameters, decoded."""
        return {unquote(name): unquote(value) for name, value in _query_pairs(self.query)}


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


class MalformedSignature(ValueError):
    """A signature is there and cannot be read."""


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
        for name, value in sorted(_query_pairs(self.request.query)):
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


def find_signature(request: SentRequest) -> Signature | None:
    """Return what a request is signed with, None where it is not signed.

    Raises MalformedSignature for one that cannot be read, or of a kind that is not known.
    """
    try:
        authorization = request.header("authorization")
        if authorization is not None:
            return _from_header(request, authorization)
        parameters = request.parameters()
        if "X-Amz-Signature" in parameters:
            return _from_query(request, parameters)
        if {"AWSAccessKeyId", "Signature", "Expires"} <= parameters.keys():
            return _v2_from_query(request, parameters)
        if _is_form(request):
            return _from_form(request.form())
    except (KeyError, ValueError, OverflowError) as error:
        raise MalformedSignature(f"the signature cannot be read: {error}") from error
    return None


def _from_header(request: SentRequest, authorization: str) -> Signature:
    algorithm, _, rest = authorization.partition(" ")
    if algorithm == "AWS":
        key, _, signature = rest.rpartition(":")
        token = request.header("x-amz-security-token")
        date = "" if request.header("x-amz-date") else (request.header("date") or "")
        return SignatureV2(request, key, signature, token, None, date, _bucket_of(request))
    if algorithm != _ALGORITHM:
        raise ValueError(f"the algorithm {algorithm} is not known")
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    access_key_id, scope = _credential(fields["Credential"])
    return SignatureV4(
        request,
        access_key_id,
        scope,
        tuple(fields["SignedHeaders"].split(";")),
        request.header("x-amz-date") or request.header("date") or "",
        fields["Signature"],
        request.header("x-amz-security-token"),
        None,
        is_presigned=False,
    )


def _from_query(request: SentRequest, parameters: Mapping[str, str]) -> Signature:
    if parameters["X-Amz-Algorithm"] != _ALGORITHM:
        raise ValueError(f"the algorithm {parameters['X-Amz-Algorithm']} is not known")
    access_key_id, scope = _credential(parameters["X-Amz-Credential"])
    date = parameters["X-Amz-Date"]
    signed_at = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    lifetime = timedelta(seconds=int(parameters.get("X-Amz-Expires", "0")))
    return SignatureV4(
        request,
        access_key_id,
        scope,
        tuple(parameters["X-Amz-SignedHeaders"].split(";")),
        date,
        parameters["X-Amz-Signature"],
        parameters.get("X-Amz-Security-Token") or request.header("x-amz-security-token"),
        signed_at + lifetime,
        is_presigned=True,
    )


def _v2_from_query(request: SentRequest, parameters: Mapping[str, str]) -> Signature:
    expires = parameters["Expires"]
    return SignatureV2(
        request,
        parameters["AWSAccessKeyId"],
        # a client that did not encode it sent a plus, which some decode to a blank
        parameters["Signature"].replace(" ", "+"),
        parameters.get("x-amz-security-token"),
        datetime.fromtimestamp(int(expires), UTC),
        expires,
        _bucket_of(request),
    )


def _from_form(fields: Mapping[str, str]) -> Signature | None:
    known = {name.lower(): value for name, value in fields.items()}
    if "policy" not in known:
        return None
    token = known.get("x-amz-security-token")
    if "x-amz-signature" in known:
        access_key_id, scope = _credential(known["x-amz-credential"])
        signature = known["x-amz-signature"]
        return FormSignature(access_key_id, known["policy"], signature, scope, token)
    key, signature = known["awsaccesskeyid"], known["signature"]
    return FormSignature(key, known["policy"], signature, None, token)


def _is_form(request: SentRequest) -> bool:
    kind = request.header("content-type") or ""
    return request.method == "POST" and kind.startswith("multipart/form-data")


def _credential(text: str) -> tuple[str, tuple[str, str, str]]:
    """Take `key/date/region/service/aws4_request` apart; the key may hold slashes."""
    key, date, region, service, _ = text.rsplit("/", 4)
    return key, (date, region, service)


def _bucket_of(request: SentRequest) -> str:
    """The bucket that stands in the host name, which version 2 signs as a part of the path."""
    name = (request.header("host") or "").partition(":")[0]
    found = re.match(r"(.+)\.s3[.-]", name)
    return found[1] if found else ""


def _canonical_path(path: str, *, is_s3: bool) -> str:
    if is_s3:  # encoded once, and kept as it is: a key may hold `//` and `..`
        return quote(unquote_to_bytes(path), safe=f"/{_UNRESERVED}") or "/"
    normal = posixpath.normpath(path) if path else "/"
    normal = re.sub("^//", "/", normal)
    if path.endswith("/") and not normal.endswith("/"):
        normal += "/"
    return quote(normal, safe=f"/{_UNRESERVED}")


def _canonical_query(query: str) -> str:
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in _query_pairs(query))
    return "&".join(f"{name}={value}" for name, value in pairs if name != "X-Amz-Signature")


def _encoded(text: str) -> str:
    return quote(unquote_to_bytes(text), safe=_UNRESERVED)


def _query_pairs(query: str) -> list[tuple[str, str]]:
    parts = (part.partition("=") for part in query.split("&") if part)
    return [(name, value) for name, _, value in parts]


def string_to_sign(date: str, scope: tuple[str, str, str], canonical_request: str) -> str:
    """The text that version 4 signs for a canonical request."""
    digest = hashlib.sha256(canonical_request.encode()).hexdigest()
    return "\n".join([_ALGORITHM, date, "/".join([*scope, "aws4_request"]), digest])


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
