"""Signatures: what botocore signs is accepted, and nothing else that looks like it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import botocore.auth
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from drawn_examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from localstack_lake.gateway.access_keys import AccessKey, AccessKeys, own_keys
from localstack_lake.gateway.authentication import InvalidSignature, check_signature, error_code
from localstack_lake.gateway.find_signature import find_signature
from localstack_lake.gateway.sent_request import SentRequest

KEY, SECRET = "LKIAQAAAAAAAEXAMPLE1", "a/secret+key"
ADDRESS = "http://127.0.0.1:4566"
NOW = datetime.now(UTC)

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
PATH = st.lists(TEXT, max_size=4).map(lambda parts: "/" + "/".join(parts))
QUERY = st.lists(st.tuples(TEXT, st.text(st.characters(exclude_categories=["Cs"]))), max_size=4)
METHOD = st.sampled_from(["GET", "PUT", "POST", "DELETE", "HEAD"])
BODY = st.binary(max_size=64)


def make_request(method: str, path: str, query: list[tuple[str, str]], body: bytes) -> AWSRequest:
    encoded = "&".join(f"{quote(n, safe='-_.~')}={quote(v, safe='-_.~')}" for n, v in query)
    address = f"{ADDRESS}{quote(path, safe='/-_.~')}" + (f"?{encoded}" if encoded else "")
    headers = {"Content-Type": "text/plain", "X-Amz-Meta-Shop": "  two   words "}
    return AWSRequest(method, address, headers, body)


def as_sent(request: AWSRequest) -> SentRequest:
    parts = urlsplit(request.prepare().url)
    headers = {name.lower(): str(value) for name, value in request.headers.items()}
    headers.setdefault("host", parts.netloc)
    body = request.data or b""
    pairs = list(headers.items())
    return SentRequest(request.method, parts.path, parts.query, pairs, lambda: body)


Signer = Callable[[Credentials], Any]
SIGNERS: dict[str, Signer] = {
    "any service": lambda c: botocore.auth.SigV4Auth(c, "glue", "eu-west-1"),
    "any service, presigned": lambda c: botocore.auth.SigV4QueryAuth(c, "sts", "eu-west-1"),
    "s3": lambda c: botocore.auth.S3SigV4Auth(c, "s3", "us-east-1"),
    "s3, presigned": lambda c: botocore.auth.S3SigV4QueryAuth(c, "s3", "us-east-1"),
    "s3, version 2": botocore.auth.HmacV1Auth,
    "s3, version 2, presigned": botocore.auth.HmacV1QueryAuth,
}


def signed(kind: str, request: AWSRequest, token: str | None = None) -> SentRequest:
    if kind.startswith("s3"):
        request.context["s3_config"] = {"payload_signing_enabled": True}
    SIGNERS[kind](Credentials(KEY, SECRET, token)).add_auth(request)
    return as_sent(request)


@pytest.mark.parametrize("kind", SIGNERS)
@settings(max_examples=examples(60))
@given(METHOD, PATH, QUERY, BODY)
def test_what_an_aws_client_signs_is_accepted(
    kind: str, method: str, path: str, query: list[tuple[str, str]], body: bytes
) -> None:
    if kind.endswith("presigned"):
        query, body = [], b""  # botocore moves both into the address
    signature = find_signature(signed(kind, make_request(method, path, query, body)))
    assert signature
    assert signature.access_key_id == KEY
    assert signature.is_made_with(SECRET)
    assert not signature.is_made_with("another secret")


@pytest.mark.parametrize("kind", SIGNERS)
def test_a_request_that_was_changed_after_signing_is_not_accepted(kind: str) -> None:
    sent = signed(kind, make_request("PUT", "/shop/raw/a.csv", [], b""))
    others = [
        SentRequest("DELETE", sent.path, sent.query, sent.headers, sent.body),
        SentRequest("PUT", "/shop/raw/b.csv", sent.query, sent.headers, sent.body),
    ]
    for other in others:
        signature = find_signature(other)
        assert signature
        assert not signature.is_made_with(SECRET)


def test_the_body_of_a_call_is_covered() -> None:
    sent = signed("any service", make_request("POST", "/", [], b'{"Name":"a"}'))
    forged = SentRequest(sent.method, sent.path, sent.query, sent.headers, lambda: b'{"Name":"b"}')
    signature = find_signature(forged)
    assert signature
    assert not signature.is_made_with(SECRET)


@pytest.mark.parametrize("make_post", [botocore.auth.S3SigV4PostAuth, botocore.auth.HmacV1PostAuth])
def test_a_form_is_accepted_by_its_policy(make_post: Any) -> None:
    request = AWSRequest("POST", f"{ADDRESS}/shop")
    request.context["s3-presign-post-fields"] = fields = {"key": "a.csv"}
    request.context["s3-presign-post-policy"] = {"conditions": [["eq", "$key", "a.csv"]]}
    credentials = Credentials(KEY, SECRET)
    is_v4 = make_post is botocore.auth.S3SigV4PostAuth
    signer = make_post(credentials, "s3", "us-east-1") if is_v4 else make_post(credentials)
    signer.add_auth(request)
    headers = [("host", "127.0.0.1:4566"), ("content-type", "multipart/form-data; boundary=x")]
    signature = find_signature(SentRequest("POST", "/shop", "", headers, bytes, lambda: fields))
    assert signature
    assert signature.is_made_with(SECRET)
    assert not signature.is_made_with("another secret")


class Known:
    """One key, as LocalStack may know it."""

    def __init__(self, key: AccessKey) -> None:
        self.key = key

    def find(self, access_key_id: str) -> AccessKey | None:
        return self.key if access_key_id == KEY else None


def kind_of_refusal(sent: SentRequest, key: AccessKey, now: datetime = NOW) -> str | None:
    try:
        check_signature(sent, Known(key), now)
    except InvalidSignature as error:
        return error.kind
    return None


def test_each_way_not_to_be_signed_has_its_own_error() -> None:
    plain = make_request("GET", "/shop", [], b"")
    own = AccessKey(SECRET)
    assert kind_of_refusal(signed("s3", plain), own) is None
    assert kind_of_refusal(as_sent(make_request("GET", "/shop", [], b"")), own) == "missing"
    assert kind_of_refusal(signed("s3", plain), AccessKey("other")) == "differs"
    presigned = signed("s3, presigned", make_request("GET", "/shop/a", [], b""))
    assert kind_of_refusal(presigned, own, NOW + timedelta(minutes=59)) is None
    assert kind_of_refusal(presigned, own, NOW + timedelta(hours=2)) == "late"
    for text in ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=a", "Bearer x", "AWS4-ECDSA a"):
        sent = SentRequest("GET", "/", "", [("authorization", text)], bytes)
        assert kind_of_refusal(sent, own) == "malformed"
    assert (
        kind_of_refusal(
            SentRequest("GET", "/", "AWSAccessKeyId=a&Signature=b&Expires=c", [], bytes), own
        )
        == "malformed"
    )


def test_temporary_credentials_need_their_token_and_end() -> None:
    key = AccessKey(SECRET, "the token", NOW + timedelta(hours=1))

    def fresh(token: str | None) -> SentRequest:
        return signed("s3", make_request("GET", "/shop", [], b""), token)

    assert kind_of_refusal(fresh("the token"), key) is None
    assert kind_of_refusal(fresh("another"), key) == "unknown"
    assert kind_of_refusal(fresh(None), key) == "unknown"
    assert kind_of_refusal(fresh("the token"), key, NOW + timedelta(hours=2)) == "expired"


def test_a_service_names_the_error_as_it_does_on_aws() -> None:
    assert error_code("unknown", "s3", "rest-xml") == "InvalidAccessKeyId"
    assert error_code("unknown", "sts", "query") == "InvalidClientTokenId"
    assert error_code("unknown", "glue", "json") == "UnrecognizedClientException"


def test_without_a_whole_key_localstack_has_none_of_its_own() -> None:
    assert own_keys({}) == {}
    assert own_keys({"LAKE_ACCESS_KEY_ID": "a", "LAKE_SECRET_ACCESS_KEY": ""}) == {}
    own = own_keys({"LAKE_ACCESS_KEY_ID": "a", "LAKE_SECRET_ACCESS_KEY": "b"})
    assert AccessKeys(own).find("a") == AccessKey("b")
