"""The how-to pages, word for word: every console block of each page, in one checkout.

A reader takes them in the README's order, with what the pages before have left, and beside files
of the reader's own. The lake is in the local AWS of these tests, under a prefix of its own.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .checkout import OWN, ROOT
from .conftest import Lake

pytestmark = [pytest.mark.e2e, pytest.mark.long]

DOCS = ROOT / "docs"
# A reader changes these; everything else of the checkout is linked.
CHANGED = {"lambda", "queries", "orderlake.toml"}
HEREDOC = re.compile(r"<<'(\w+)'$")
STAMPS = (".venv/.stamp-run", ".tools/emulator/.stamp-emulator")
# What every page takes for granted.
BEFORE = ". .venv/bin/activate"
# A reader's own files, which no page may touch.
OWN_FILES = ("my-orders.csv", "orders.csv", "orders-2026-11-22.csv")
# Those of the library, and the one that a page adds.
QUERIES = len(list((ROOT / "queries").glob("*.sql"))) + 1
SHOWN = {
    "own-export": ["1 record, 1 accepted, 0 rejected", "total_revenue", "queries answered"],
    "change-the-contract": ["return ", "a negative quantity, where the contract says"],
    "add-a-query": ["returned", "█", f"{QUERIES} of {QUERIES} queries answer alike", "order_day"],
    "debug-a-file": ["rejected rows in 1 file", "corrected since", "the failure queue is empty"],
}


def commands(page: str) -> Iterator[str]:
    """Yield what a reader types: the lines after a prompt, with the text that a command is fed."""
    for block in re.findall(r"^```console\n(.*?)^```$", page, re.DOTALL | re.MULTILINE):
        lines = iter(block.splitlines())
        for line in lines:
            if not line.startswith("$ "):
                continue
            command = line.removeprefix("$ ")
            if match := HEREDOC.search(command):
                for text in lines:
                    command += f"\n{text}"
                    if text == match[1]:
                        break
            yield command


def project(folder: Path, lake: Lake) -> Path:
    """Return a checkout that a reader may change, which takes the tests' local AWS for its own.

    The environments are brought up to date here: the page's own make would install this folder.
    """
    subprocess.run(["make", *STAMPS], cwd=ROOT, capture_output=True, check=True)
    for entry in ROOT.iterdir():
        if entry.name in CHANGED:
            copy = shutil.copytree if entry.is_dir() else shutil.copyfile
            copy(entry, folder / entry.name)
        elif entry.name not in OWN:
            (folder / entry.name).symlink_to(entry)
    (folder / ".orderlake").mkdir()
    (folder / ".orderlake" / "local").symlink_to(lake.root / ".orderlake" / "local")
    return folder


def typist(lake: Lake) -> dict[str, str]:
    """Return the environment of somebody who types: without what `make test ARGS=...` hands on."""
    variables = re.findall(r"^([A-Z]+) \?=", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    handed_on = {"MAKEFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "MFLAGS", *variables}
    return {name: value for name, value in lake.environment.items() if name not in handed_on}


def test_commands_are_read_with_what_they_are_fed() -> None:
    page = "```console\n$ cat > a <<'X'\n$1\nX\n$ make b\nout\n```\n\n```sql\n$ no\n```\n"
    assert list(commands(page)) == ["cat > a <<'X'\n$1\nX", "make b"]


@pytest.fixture(scope="module")
def checkout(local_aws: Lake, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = project(tmp_path_factory.mktemp("how-to"), local_aws)
    for name in OWN_FILES:
        (root / name).write_text("sku,price,quantity\nmine,1.00,1\n", "utf-8")
    return root


# In this order; each page meets what the ones before have left.
@pytest.mark.parametrize("name", SHOWN)
def test_a_how_to_page_does_what_it_says(name: str, local_aws: Lake, checkout: Path) -> None:
    typed = list(commands((DOCS / f"{name}.md").read_text("utf-8")))
    assert len(typed) >= 4
    done = subprocess.run(
        ["bash", "-e"],
        input="\n".join((BEFORE, *typed)) + "\n",
        cwd=checkout,
        env=typist(local_aws) | {"ORDERLAKE_ROOT": str(checkout), "ORDERLAKE_PREFIX": "how-to"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for text in SHOWN[name]:
        assert text in done.stdout, done.stdout + done.stderr
    for own in OWN_FILES:
        assert (checkout / own).read_text("utf-8") == "sku,price,quantity\nmine,1.00,1\n"


def test_every_how_to_page_of_the_readme_is_followed_here() -> None:
    linked = re.search(r"^How to (.*?)\.$", (ROOT / "README.md").read_text("utf-8"), re.S | re.M)
    assert linked
    pages = re.findall(r"docs/([\w-]+)\.md", linked[1])
    # The pages about AWS and about the pipeline need an account, that about the curated table needs
    # the environment of `make spark`.
    assert [page for page in pages if page not in {"aws", "ci", "curated"}] == list(SHOWN)
