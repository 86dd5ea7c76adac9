import http.client
import json
from collections.abc import Iterator

import pytest
from orderlake.errors import WrongUse
from orderlake.report.gather import Report
from orderlake.report.serve import Server, listen, show
from report_values import TOTALS, answer_one, report_of


@pytest.fixture(scope="module")
def report() -> Report:
    return report_of(answer_one(TOTALS))


@pytest.fixture
def server(report: Report) -> Iterator[Server]:
    server = listen(0, show(report, "one"))
    yield server
    server.shutdown()
    server.server_close()


def get(server: Server, path: str, host: str | None = None) -> tuple[int, str, str]:
    """Return status, policy against caching, and body."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    headers = {"Host": host} if host else {}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.headers["Cache-Control"], body


def test_the_page_and_its_news_are_served_and_never_cached(server: Server) -> None:
    status, cache, page = get(server, "/")
    assert (status, cache) == (200, "no-store")
    assert 'data-revision="one"' in page
    status, cache, news = get(server, "/news")
    assert (status, cache) == (200, "no-store")
    assert json.loads(news)["data"] == "one"


def test_the_server_listens_on_loopback_only(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8321", "127.0.0.1", "127.0.0.1:1"])
def test_another_name_for_this_machine_is_refused(server: Server, host: str) -> None:
    status, _, body = get(server, "/news", host)
    assert status == 421
    assert "parts" not in body


def test_localhost_is_this_machine(server: Server) -> None:
    assert get(server, "/", f"localhost:{server.server_port}")[0] == 200


@pytest.mark.parametrize("path", ["/etc/passwd", "/../..", "/news/", "/?x"])
def test_nothing_else_is_there(server: Server, path: str) -> None:
    assert get(server, path)[0] == 404


def test_news_change_with_what_is_shown(server: Server) -> None:
    before = json.loads(get(server, "/news")[2])
    server.replace(show(report_of(health_problem="the queue is full"), "one"))
    after = json.loads(get(server, "/news")[2])
    assert after["data"] == before["data"]
    assert after["health"] != before["health"]
    assert "the queue is full" in after["parts"]["health-panel"]


def test_a_port_that_is_taken_is_wrong_use(server: Server, report: Report) -> None:
    with pytest.raises(WrongUse, match=f"port {server.server_port} cannot be used"):
        listen(server.server_port, show(report, "one"))
