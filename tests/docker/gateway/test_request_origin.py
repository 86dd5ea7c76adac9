"""Who may call a local server: programs of this machine, but no page in a browser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from localstack_lake.gateway.request_origin import refusal_of

LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)


def refusal(host: str = "127.0.0.1:4566", /, **headers: str) -> str | None:
    sent = {name.replace("_", "-"): value for name, value in headers.items()} | {"host": host}
    return refusal_of(sent.get, frozenset({"localstack"}))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:4566",
        "localhost:4566",
        "LOCALHOST",
        "[::1]:4566",
        "localhost.localstack.cloud:4566",
        "shop.s3.us-east-1.localhost.localstack.cloud:4566",
        "shop.s3.localhost:4566",
        "localstack:4566",
    ],
)
def test_a_program_that_uses_a_name_of_this_machine_gets_in(host: str) -> None:
    assert refusal(host) is None


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:4566",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evillocalhost",
        "localhost.localstack.cloud.evil.example",
        "192.168.1.7:4566",
        "0.0.0.0:4566",
        "[::2]:4566",
        "[::1",
        "127.0.0.1@evil.example",
    ],
)
def test_another_host_name_is_refused(host: str) -> None:
    assert "is not one of this server's" in str(refusal(host))


@given(LABEL, LABEL, st.sampled_from(["com", "cloud", "dev", "internal"]))
def test_no_name_that_somebody_else_can_point_here_is_let_in(a: str, b: str, end: str) -> None:
    for name in (f"{a}.{b}.{end}", f"localhost.{a}.{end}", f"127.0.0.1.{a}.{end}"):
        if not name.endswith("localhost.localstack.cloud"):
            assert refusal(name)


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "CROSS-SITE"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8000"},
        {"origin": "http://[::1"},
        {"referer": "https://evil.example/page"},
        {"referer": "about:blank"},
    ],
)
def test_a_page_of_another_site_is_refused(headers: dict[str, str]) -> None:
    assert "a web page of another site sent it" in str(refusal(**headers))


def test_an_address_that_the_user_typed_gets_in() -> None:
    assert refusal(sec_fetch_site="none") is None


def test_a_page_of_this_very_server_gets_in() -> None:
    own = {"origin": "http://127.0.0.1:4566", "referer": "http://127.0.0.1:4566/page"}
    assert refusal(sec_fetch_site="same-origin", **own) is None
