"""The commands of docs/connect-your-tools.md, word for word: each client in its own environment."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.conftest import Lake
from tests.e2e.test_how_to import commands

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "connect-your-tools.md").read_text("utf-8")
# Section -> the environment that it runs in, and what it shows.
CLIENTS = {
    "aws": ("client-aws", ["SUCCEEDED", "completed\t", "shop_processed_orders"]),
    "PyAthena": (
        "client-pyathena",
        ["('revenue', 'decimal')", "(3, 2)", "['product_id', 'revenue'] 3", "unloaded 3"],
    ),
    "SQLAlchemy": ("client-pyathena", ["'shop_processed_orders'", "(Decimal('"]),
    "awswrangler": (
        "client-awswrangler",
        [
            "plain (3, 3)",
            "ctas (3, 3)",
            "unload (3, 3)",
            "[['SKU-00000', 100, '2026-11'], ['SKU-00003', 250, '2026-12']]",
        ],
    ),
    "dbt": ("client-dbt", ["PASS=5 WARN=0 ERROR=0"]),
}


def sections() -> dict[str, str]:
    """Return the page's sections by their titles, those with something to type."""
    parts = re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    return {title: text for title, text in parts if "```console" in text}


def test_every_section_of_the_page_is_followed_here() -> None:
    assert sections().keys() == CLIENTS.keys()


@pytest.mark.clients
@pytest.mark.parametrize("title", CLIENTS)
def test_a_client_does_what_the_page_says(title: str, orders: Lake, tmp_path: Path) -> None:
    environment, shown = CLIENTS[title]
    programs = ROOT / ".tools" / environment / "bin"
    assert programs.is_dir(), f"{environment} is not installed: make test-clients"
    where = orders.ok("local", "env")
    done = subprocess.run(
        ["bash", "-e"],
        input="\n".join((where, *commands(sections()[title]))) + "\n",
        cwd=tmp_path,
        env=orders.environment | {"PATH": f"{programs}:{orders.environment['PATH']}"},
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for text in shown:
        assert text in done.stdout, done.stdout + done.stderr
