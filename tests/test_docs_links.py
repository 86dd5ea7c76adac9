"""Every link in the documentation leads somewhere: to a file, and to a heading of it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("[a-z]*/README.md")})
# A link's target; code is taken out first, because brackets there are no links.
LINK = re.compile(r"\]\(([^()\s]+)\)")
CODE = re.compile(r"^( *)```.*?^\1```|`[^`\n]+`", re.DOTALL | re.MULTILINE)


def slug(heading: str) -> str:
    """Return GitHub's anchor of a heading."""
    text = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return text.replace(" ", "-")


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page; GitHub numbers headings of the same words."""
    found: list[str] = []
    text = re.sub(r"^( *)```.*?^\1```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        name, number = slug(heading), sum(slug(heading) == one.split("~")[0] for one in found)
        found.append(f"{name}~{number}" if number else name)
    return {one.replace("~", "-") for one in found} | set(
        re.findall(r'<a (?:id|name)="(.+?)"', text)
    )


LINKS = [
    pytest.param(page, target, id=f"{page.relative_to(ROOT)}-{target}")
    for page in PAGES
    for target in LINK.findall(CODE.sub("", page.read_text("utf-8")))
    if not target.startswith(("https:", "http:", "mailto:"))
]


def test_links_are_found_in_the_readme_and_in_the_documentation() -> None:
    assert len(PAGES) > 8
    assert len(LINKS) > 20
    assert slug("What a month costs: `S3` & more") == "what-a-month-costs-s3--more"


@pytest.mark.parametrize(("page", "target"), LINKS)
def test_a_link_leads_to_a_file_and_to_a_heading(page: Path, target: str) -> None:
    name, _, anchor = target.partition("#")
    path = (page.parent / name).resolve() if name else page
    assert path.exists(), f"{page.name}: there is no {name}"
    if anchor and path.suffix == ".md":
        assert anchor in anchors(path), f"{page.name}: {path.name} has no heading #{anchor}"
