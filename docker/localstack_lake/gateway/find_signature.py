"""Find the signature that a request carries: in a header, in the query or in a form. Pure.

Version 4 in a header or in the query (a presigned URL), S3's version 2 in both, and S3's signed
upload forms.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from localstack_lake.gateway.sent_request import SentRequest
from localstack_lake.gateway.signatures import (
    ALGORITHM,
    FormSignature,
    Signature,
    SignatureV2,
    SignatureV4,
)


class MalformedSignature(ValueError):
    """A signature is there and cannot be read."""


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
    if algorithm != ALGORITHM:
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
    if parameters["X-Amz-Algorithm"] != ALGORITHM:
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
