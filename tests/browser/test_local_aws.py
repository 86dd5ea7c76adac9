"""A malicious page in a real browser, on the machine of somebody who runs a local AWS.

The local AWS is started with `--open`: no access key is asked for, so that the check of where a
request comes from is all that keeps the page out.
"""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.conftest import Lake, free_port, linked_checkout

from .chromium import find_chromium, open_chromium

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser

EVIL = "evil.example"
# Everything that a page can send across origins without being allowed to, in one page.
PAGE = """<!doctype html><title>evil</title>
<iframe name="sink"></iframe>
<form id="post" method="post" target="sink" action="{aws}/">
  <input name="Action" value="CreateStack"><input name="StackName" value="by-form">
  <input name="TemplateBody" value='{template}'></form>
<form id="upload" method="post" target="sink" enctype="multipart/form-data" action="{aws}/victim">
  <input name="key" value="by-form"><input name="file" value="planted"></form>
<script>
const template = encodeURIComponent('{template}');
const create = name => `{aws}/?Action=CreateStack&StackName=${{name}}&TemplateBody=${{template}}`;
async function attack() {{
  const image = new Image();
  const loaded = new Promise(done => {{ image.onload = image.onerror = done; }});
  image.referrerPolicy = "no-referrer";
  image.src = create("by-image");
  await loaded;
  const quiet = {{ mode: "no-cors", referrerPolicy: "no-referrer" }};
  await fetch(create("by-fetch"), quiet).catch(() => null);
  await fetch("{aws}/victim/by-post", {{ ...quiet, method: "POST", body: "x" }}).catch(() => null);
  navigator.sendBeacon(create("by-beacon"), "x");
  for (const id of ["post", "upload"]) {{
    const answered = new Promise(done => {{
      document.querySelector("iframe").addEventListener("load", done, {{ once: true }});
    }});
    document.getElementById(id).submit();
    await answered;
  }}
  const read = await fetch("{aws}/victim").then(r => r.text(), () => "unreadable");
  document.body.dataset.read = read;
}}
</script>"""
TEMPLATE = '{"Resources":{"Q":{"Type":"AWS::SQS::Queue"}}}'


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    lake = Lake(linked_checkout(tmp_path_factory.mktemp("open")), free_port())
    try:
        lake.ok("local", "up", "--open")
        lake.aws("s3").create_bucket(Bucket="victim")
        lake.aws("s3").put_object(Bucket="victim", Key="orders.csv", Body=b"secret")
        yield lake
    finally:
        lake.run("local", "down")


@pytest.fixture(scope="module")
def browser() -> "Iterator[BrowserContext]":
    """A browser for which the attacker's name leads to this machine, as after DNS rebinding."""
    pytest.importorskip(
        "playwright", reason="Playwright is not installed here: make test-browser runs this"
    )
    path = find_chromium()
    if path is None:
        pytest.skip("Chromium is not installed (Debian, Ubuntu: apt install chromium)")
    rule = f"--host-resolver-rules=MAP {EVIL} 127.0.0.1"
    with open_chromium(
        path, flags=[rule, "--disable-features=LocalNetworkAccessChecks"]
    ) as context:
        yield context


@pytest.fixture
def site(lake: Lake, tmp_path: Path) -> Iterator[str]:
    """The attacker's own web server, with the page."""
    aws = f"http://127.0.0.1:{lake.port}"
    (tmp_path / "attack.html").write_text(PAGE.format(aws=aws, template=TEMPLATE), "utf-8")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(tmp_path))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://{EVIL}:{server.server_port}/attack.html"
    server.shutdown()
    server.server_close()


def what_is_there(lake: Lake) -> tuple[list[str], list[str]]:
    stacks = lake.aws("cloudformation").list_stacks()["StackSummaries"]
    objects = lake.aws("s3").list_objects_v2(Bucket="victim").get("Contents", [])
    return [stack["StackName"] for stack in stacks], [entry["Key"] for entry in objects]


def refusals(lake: Lake) -> int:
    log = lake.root / ".orderlake" / "local" / "localstack.log"
    return log.read_text("utf-8").count(": refused ")


def test_a_page_of_another_site_changes_and_reads_nothing(
    lake: Lake, browser: "BrowserContext", site: str
) -> None:
    before = refusals(lake)
    page = browser.new_page()
    page.goto(site)
    page.evaluate("attack()")
    assert page.locator("body").get_attribute("data-read") == "unreadable"
    page.close()
    assert what_is_there(lake) == ([], ["orders.csv"])
    assert refusals(lake) - before >= 7  # each attempt came as far as the local AWS


def test_a_name_that_was_rebound_to_this_machine_reads_nothing(
    lake: Lake, browser: "BrowserContext"
) -> None:
    rebound = f"http://{EVIL}:{lake.port}"
    page = browser.new_page()
    page.route(f"{rebound}/page", lambda route: route.fulfill(body="<title>evil</title>"))
    page.goto(f"{rebound}/page")
    read = "path => fetch(path).then(async r => [r.status, await r.text()])"
    for path in ("/victim", "/victim/orders.csv", "/_localstack/health", "/_localstack/init"):
        status, text = page.evaluate(read, path)
        assert status == 403, path
        assert "secret" not in text
    page.close()


def test_an_address_that_the_user_types_is_answered(lake: Lake, browser: "BrowserContext") -> None:
    page = browser.new_page()
    answer = page.goto(f"http://127.0.0.1:{lake.port}/_localstack/health")
    assert answer
    assert answer.status == 200
    page.close()
