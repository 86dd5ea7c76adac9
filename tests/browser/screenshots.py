"""Pictures for the documentation: the report of sample orders in the system's Chromium, and a demo.

The demo is a real one, in a terminal of its own, of a checkout of its own.
"""

import os
import sys
import tempfile
from pathlib import Path

from orderlake.order_files.sample import write_sample
from orderlake.report.page import draw_page

from tests.e2e.checkout import free_port, linked_checkout

from .chromium import find_chromium, open_chromium
from .shop import MADE, ROOT, make_report
from .terminal import draw_terminal, run_in_terminal, screen_of

FOLDER = ROOT / "docs" / "images"
SIZE = {"width": 1100, "height": 1000}
LARGEST_BYTES = 300_000
READY = "html[data-ready]"


def take(chromium: str, html: Path, theme: str) -> Path:
    """Write the top of the page as one theme shows it."""
    target = FOLDER / f"report-{theme}.png"
    with open_chromium(chromium, theme, viewport=SIZE) as context:
        page = context.pages[0]
        page.clock.set_fixed_time(MADE)
        page.goto(html.as_uri())
        page.wait_for_selector(READY, state="attached")
        page.screenshot(path=target)
    return target


def record_demo(folder: Path) -> Path:
    """Write what `make demo` leaves on the screen."""
    root = linked_checkout(folder)
    keep = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    own = {
        "ORDERLAKE_ROOT": str(root),
        "ORDERLAKE_PORT": str(free_port()),
        "TERM": "xterm-256color",
    }
    command = [str(ROOT / ".venv" / "bin" / "orderlake"), "demo"]
    text = run_in_terminal(command, root, keep | own)
    target = FOLDER / "demo.svg"
    target.write_text(draw_terminal(f"$ make demo\n{screen_of(text)}", "make demo"), "utf-8")
    return target


def main() -> int:
    """Write a picture for each theme; returns 1 where there is no browser or one is too large."""
    chromium = find_chromium()
    if chromium is None:
        print("error: no Chromium is installed\n  apt install chromium", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="orderlake-") as folder:
        orders = Path(folder) / "orders-2026-11-22.csv"
        write_sample(orders, rows=20_000, dirt=0.02, seed=7)
        html = Path(folder) / "report.html"
        html.write_text(draw_page(make_report(Path(folder) / "shop", [orders])), "utf-8")
        pictures = [take(chromium, html, theme) for theme in ("light", "dark")]
        (Path(folder) / "checkout").mkdir()
        pictures.append(record_demo(Path(folder) / "checkout"))
    for picture in pictures:
        print(f"{picture.relative_to(ROOT)}: {picture.stat().st_size / 1000:.0f} kB")
    return int(any(picture.stat().st_size > LARGEST_BYTES for picture in pictures))


if __name__ == "__main__":
    sys.exit(main())
