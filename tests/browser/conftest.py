"""One Chromium for all browser tests, and pages to open in it."""

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from orderlake.order_files.sample import write_sample
from orderlake.report.gather import Report
from orderlake.report.page import draw_page

from .chromium import DESKTOP, find_chromium, open_chromium
from .shop import make_report

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, ViewportSize

type Theme = Literal["light", "dark"]

ROWS = 5_000
READY = "html[data-ready]"


@dataclass
class Seen:
    """The side effects of a page."""

    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)


Opener = Callable[..., tuple["Page", Seen]]


@pytest.fixture(scope="session")
def chromium() -> "Iterator[BrowserContext]":
    if importlib.util.find_spec("playwright") is None:
        pytest.skip("Playwright is not installed here: make test-browser runs this")
    path = find_chromium()
    if path is None:
        pytest.skip("Chromium is not installed (Debian, Ubuntu: apt install chromium)")
    with open_chromium(path) as context:
        yield context


@pytest.fixture
def open_page(chromium: "BrowserContext", tmp_path: Path) -> Iterator[Opener]:
    """Open a page and wait until its script is done; tells what else the page did."""
    opened = []

    def open_it(
        html: str, theme: Theme = "light", size: "ViewportSize" = DESKTOP, url: str = ""
    ) -> tuple["Page", Seen]:
        page, seen = chromium.new_page(), Seen()
        opened.append(page)
        page.on("pageerror", lambda error: seen.errors.append(str(error)))
        page.on("console", lambda line: seen.errors.append(line.text))
        page.on("request", lambda request: seen.requests.append(request.url))
        page.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size(size)
        file = tmp_path / "report.html"
        file.write_text(html, "utf-8")
        page.goto(url or file.as_uri())
        page.wait_for_selector(READY, state="attached", timeout=30_000)
        return page, seen

    yield open_it
    for page in opened:
        page.close()


@pytest.fixture(scope="session")
def sample_report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report of a shop with a year of sample orders, some of them bad."""
    folder = tmp_path_factory.mktemp("shop")
    orders = folder / "orders-2026-11-22.csv"
    write_sample(orders, rows=ROWS, dirt=0.02, seed=7)
    return make_report(folder / "project", [orders])


@pytest.fixture(scope="session")
def sample_page(sample_report: Report) -> str:
    return draw_page(sample_report)
