"""A real browser for the tests: the system's Chromium, with an empty profile and no network use."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ViewportSize

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]
DESKTOP: "ViewportSize" = {"width": 1280, "height": 900}
PHONE: "ViewportSize" = {"width": 375, "height": 740}


def find_chromium() -> str | None:
    """Return the path of a Chromium: ORDERLAKE_CHROMIUM's, or the first that PATH has."""
    named = os.environ.get("ORDERLAKE_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def open_chromium(
    path: str, theme: str = "light", flags: Sequence[str] = (), **options: Any
) -> "Iterator[BrowserContext]":
    """Yield a browser window; `theme` is light or dark, `options` are Playwright's."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory(prefix="orderlake-") as profile, sync_playwright() as play:
        context = play.chromium.launch_persistent_context(
            profile,
            executable_path=path,
            headless=True,
            args=[*FLAGS, *flags],
            color_scheme=theme,
            viewport=options.pop("viewport", DESKTOP),
            **options,
        )
        try:
            yield context
        finally:
            context.close()
